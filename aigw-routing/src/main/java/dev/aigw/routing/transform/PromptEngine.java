package dev.aigw.routing.transform;

import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The language of the texts of {@link PromptTemplate}s. {@link dev.aigw.routing.transform.mustache.MustacheEngine} is
 * one for Mustache. Safe for use by many threads.
 *
 * <p>An engine only fills in values: it runs no code, reads no fields of objects, and escapes nothing. Values are
 * plain: maps with string keys, lists, booleans and null; anything else is written as its {@code toString()}. That is
 * where the marks of untrusted texts are.
 */
public interface PromptEngine {

    /**
     * Reads a text.
     *
     * @param text the template of a message
     * @param partials returns the text of a prompt that this one includes, by its reference
     * @throws IllegalArgumentException if it has another form; the message says where
     */
    Compiled compile(String text, UnaryOperator<String> partials);

    /** A text that was read. Safe for use by many threads. */
    interface Compiled {

        /**
         * Returns the names of the variables in the text and in what it includes. Names inside a section of a list or a
         * map are left out: they are those of its values.
         *
         * @param opensScope whether the variable of that name is a list or a map
         */
        Set<String> names(Predicate<String> opensScope);

        /**
         * Returns the text with values.
         *
         * @param values the values by name; null for a variable without a value
         * @throws IllegalArgumentException if it uses a name that has none; the message has the name and no content
         */
        String render(Map<String, @Nullable Object> values);
    }
}
