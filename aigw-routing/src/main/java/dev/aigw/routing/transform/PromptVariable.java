package dev.aigw.routing.transform;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A variable of a {@link PromptTemplate}. Immutable.
 *
 * <pre>{@code
 * PromptVariable.of("question")                                     // required text of a user
 * PromptVariable.of("language").trusted().orElse("English")         // the application's, with a default
 * PromptVariable.of("passages").type(PromptVariable.Type.LIST)      // retrieved documents
 * }</pre>
 *
 * @param name letters, digits and {@code _}
 * @param type the type of its values
 * @param origin who wrote its values
 * @param required whether a rendering fails without a value; if not, the variable is empty
 * @param defaultValue the value of a rendering that gives none, or null
 */
public record PromptVariable(
        String name,
        Type type,
        Origin origin,
        boolean required,
        @Nullable Object defaultValue) {

    /** What a value is. */
    public enum Type {
        /** A text: a {@link CharSequence}. */
        TEXT,
        /** A finite {@link Number}. */
        NUMBER,
        /** A whole number. */
        INTEGER,
        /** {@code true} or {@code false}, for sections. */
        BOOLEAN,
        /** A {@link List} of plain JSON values, for a section that repeats. */
        LIST,
        /** A {@link Map} of plain JSON values, by name. */
        MAP;

        private boolean fits(Object value) {
            return switch (this) {
                case TEXT -> value instanceof CharSequence;
                case NUMBER -> value instanceof Number number && Double.isFinite(number.doubleValue());
                case INTEGER ->
                    value instanceof Long
                            || value instanceof Integer
                            || value instanceof Short
                            || value instanceof Byte
                            || value instanceof java.math.BigInteger;
                case BOOLEAN -> value instanceof Boolean;
                case LIST -> value instanceof List<?>;
                case MAP -> value instanceof Map<?, ?>;
            };
        }

        /** Returns whether a section of a value of this type sees other names inside than outside. */
        boolean opensScope() {
            return this == LIST || this == MAP;
        }
    }

    /** Who wrote the values. */
    public enum Origin {
        /** The application: values are part of the prompt, as they stand. */
        TRUSTED,
        /** A user, a document or a tool: values are marked as data, and cannot pass for anything else. */
        UNTRUSTED
    }

    /** Checks name and default. */
    public PromptVariable {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(origin, "origin");
        if (name.isEmpty() || !name.chars().allMatch(PromptVariable::isNamed)) {
            throw new IllegalArgumentException(
                    "the variable's name is \"" + name + "\": use letters of ASCII, digits and _");
        }
        if (defaultValue != null && !type.fits(defaultValue)) {
            throw new IllegalArgumentException("the default of variable \"" + name + "\" is " + described(defaultValue)
                    + ", not " + type.name().toLowerCase(java.util.Locale.ROOT));
        }
        if (defaultValue != null && required) {
            throw new IllegalArgumentException(
                    "variable \"" + name + "\" has a default and is required: choose one of the two");
        }
    }

    private static boolean isNamed(int c) {
        return c == '_' || (c < 128 && Character.isLetterOrDigit(c));
    }

    /** Returns a required text from a user, a document or a tool. */
    public static PromptVariable of(String name) {
        return new PromptVariable(name, Type.TEXT, Origin.UNTRUSTED, true, null);
    }

    /** Returns this variable with another type. */
    public PromptVariable type(Type type) {
        return new PromptVariable(name, type, origin, required, defaultValue);
    }

    /** Returns this variable for values of the application. */
    public PromptVariable trusted() {
        return new PromptVariable(name, type, Origin.TRUSTED, required, defaultValue);
    }

    /** Returns this variable as one that a rendering may leave out. */
    public PromptVariable optional() {
        return new PromptVariable(name, type, origin, false, defaultValue);
    }

    /** Returns this variable with a value for renderings that give none. */
    public PromptVariable orElse(Object value) {
        return new PromptVariable(name, type, origin, false, Objects.requireNonNull(value, "value"));
    }

    /**
     * Returns the value that a rendering uses.
     *
     * @throws IllegalArgumentException if it is missing or of another type; the message has no content
     */
    @Nullable
    Object value(Map<String, ? extends @Nullable Object> given) {
        Object value = given.get(name);
        if (value == null) {
            if (required) {
                throw new IllegalArgumentException("variable \"" + name + "\" has no value: it is required");
            }
            return defaultValue;
        }
        if (!type.fits(value)) {
            throw new IllegalArgumentException("the value of variable \"" + name + "\" is " + described(value)
                    + ", not " + type.name().toLowerCase(java.util.Locale.ROOT)
                    + (value instanceof Record ? ": give a map of its components" : ""));
        }
        return value;
    }

    static String described(Object value) {
        return value instanceof Number number && !Double.isFinite(number.doubleValue())
                ? "not a finite number"
                : "of type " + value.getClass().getSimpleName();
    }

    /** Leaves the default value out. */
    @Override
    public String toString() {
        return "PromptVariable{" + name + ", " + type + ", " + origin + (required ? ", required}" : "}");
    }
}
