package dev.aigw.providers.schema;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The form of the JSON that can be read as a type: what its schema says, and what reading checks. Immutable once
 * {@link Shapes} has made it.
 */
sealed interface Shape {

    /**
     * A value that is read as Jackson reads it, and that no schema describes.
     *
     * @param problem why, and what to do
     */
    record Opaque(String problem) implements Shape {}

    /**
     * A string.
     *
     * @param format the format that a schema names, or null
     * @param note what a schema says in words, or null
     * @param check whether a text is such a string
     */
    record Text(@Nullable String format, @Nullable String note, Predicate<String> check) implements Shape {}

    /**
     * A number without a fraction.
     *
     * @param least the least, or null
     * @param most the greatest, or null
     */
    record Whole(@Nullable BigInteger least, @Nullable BigInteger most) implements Shape {}

    /**
     * A number.
     *
     * @param bound the greatest magnitude
     */
    record Fraction(double bound) implements Shape {}

    /** True or false. */
    record Flag() implements Shape {}

    /**
     * One of some strings.
     *
     * @param values the strings that a schema names
     * @param check whether a text is one of them, or another name of one
     */
    record Choice(List<String> values, Predicate<String> check) implements Shape {}

    /** A list. */
    record Items(Slot item) implements Shape {}

    /** A map: a list of entries, each an object with key and value; an object is read as well. */
    record Entries(Shape key, Slot value) implements Shape {}

    /** An object. Its members are added after it is made, because it may contain itself. */
    final class Fields implements Shape {

        final String name;
        final @Nullable String description;
        final List<Member> members = new ArrayList<>();
        boolean ignoresCase;

        Fields(String name, @Nullable String description) {
            this.name = name;
            this.description = description;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** An object of one of several forms, which a property tells apart, or its members alone. */
    final class Forms implements Shape {

        final String name;

        /** The property that names the form; null if there is none. */
        final @Nullable String property;

        /** Whether an answer without the property is read, where its members fit one form only. */
        final boolean deduced;

        /** Whether Jackson has a form for answers without the property. */
        final boolean defaulted;

        final Map<String, Fields> byId = new LinkedHashMap<>();

        Forms(String name, @Nullable String property, boolean deduced, boolean defaulted) {
            this.name = name;
            this.property = property;
            this.deduced = deduced;
            this.defaulted = defaulted;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /**
     * A place for a value.
     *
     * @param nullable whether the value may be null
     */
    record Slot(Shape shape, boolean nullable) {}

    /**
     * A member of an object.
     *
     * @param name its property in JSON
     * @param aliases other names that are read
     * @param slot its value, which may be absent if it may be null
     * @param description what it is, for the model, or null
     */
    record Member(
            String name,
            List<String> aliases,
            Slot slot,
            @Nullable String description) {}
}
