package dev.aigw.routing.transform;

import dev.aigw.api.internal.JsonDepth;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Checks the values of a rendering, and marks what is not trusted. */
final class PromptValues {

    private final PromptTemplate prompt;

    PromptValues(PromptTemplate prompt) {
        this.prompt = prompt;
    }

    /**
     * Returns the values of all variables.
     *
     * @throws IllegalArgumentException if one is missing, unknown or of another type
     */
    Map<String, @Nullable Object> of(Map<String, ? extends @Nullable Object> given) {
        if (!prompt.byName().keySet().containsAll(given.keySet())) {
            TreeSet<String> unknown = new TreeSet<>(given.keySet());
            unknown.removeAll(prompt.byName().keySet());
            throw new IllegalArgumentException("there is no variable \"" + unknown.first() + "\": it has "
                    + prompt.byName().keySet());
        }
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        for (PromptVariable variable : prompt.variables()) {
            Object value = variable.value(given);
            JsonDepth.check("the value of variable \"" + variable.name() + "\"", value);
            values.put(variable.name(), plain(variable, value));
        }
        return values;
    }

    private @Nullable Object plain(PromptVariable variable, @Nullable Object value) {
        if (value instanceof CharSequence text) {
            return variable.origin() == PromptVariable.Origin.TRUSTED
                    ? text.toString()
                    : UntrustedText.of(prompt.id() + " " + variable.name(), text.toString());
        }
        if (value instanceof List<?> list) {
            List<@Nullable Object> copy = new ArrayList<>(list.size());
            for (Object each : list) {
                copy.add(plain(variable, each));
            }
            return copy;
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> copy = new LinkedHashMap<>();
            map.forEach((key, each) -> copy.put(String.valueOf(key), plain(variable, each)));
            return copy;
        }
        if (value == null || value instanceof Boolean || isNumber(value)) {
            return value;
        }
        throw new IllegalArgumentException("variable \"" + variable.name() + "\" holds a value "
                + PromptVariable.described(value) + ": give texts, numbers, booleans, lists and maps only");
    }

    /** Numbers of the JDK only: any other class may write anything. */
    private static boolean isNumber(Object value) {
        return value instanceof Number && value.getClass().getClassLoader() == null;
    }
}
