package dev.aigw.routing.guard.screening;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A path into plain JSON: {@code customer.age}, {@code items[*].price}, {@code rows[0][2]}, {@code ['a.b']}. Immutable.
 */
final class FieldPath {

    private static final int EACH = -1;

    private final String text;

    /** Names, and indices of lists. */
    private final List<Object> steps;

    private FieldPath(String text, List<Object> steps) {
        this.text = text;
        this.steps = steps;
    }

    /** Takes the values at a path. */
    @FunctionalInterface
    interface Sink {

        /** Called with each value, which may be null, and with {@code present} false where there is none. */
        void value(@Nullable Object value, boolean present);
    }

    static FieldPath parse(String text) {
        List<Object> steps = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            char begun = text.charAt(at);
            if (begun == '[') {
                int end = text.startsWith("['", at) ? text.indexOf("']", at) + 1 : text.indexOf(']', at);
                if (end <= at + 1) {
                    throw wrong(text);
                }
                String inside = text.substring(at + 1, end);
                steps.add(step(text, inside));
                at = end + 1;
            } else {
                if (begun == '.' && steps.isEmpty()) {
                    throw wrong(text);
                }
                int from = begun == '.' ? at + 1 : at;
                int end = from;
                while (end < text.length() && text.charAt(end) != '.' && text.charAt(end) != '[') {
                    end++;
                }
                if (end == from || (begun != '.' && !steps.isEmpty())) {
                    throw wrong(text);
                }
                steps.add(text.substring(from, end));
                at = end;
            }
        }
        if (steps.isEmpty()) {
            throw wrong(text);
        }
        return new FieldPath(text, List.copyOf(steps));
    }

    private static Object step(String text, String inside) {
        if (inside.equals("*")) {
            return EACH;
        }
        if (inside.length() > 2 && inside.startsWith("'") && inside.endsWith("'")) {
            return inside.substring(1, inside.length() - 1);
        }
        if (inside.isEmpty() || inside.length() > 9 || !inside.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw wrong(text);
        }
        return Integer.valueOf(inside);
    }

    private static IllegalArgumentException wrong(String text) {
        return new IllegalArgumentException("\"" + text + "\" is no path: write it as in customer.age, items[*].price,"
                + " rows[0][2] or ['name.with.dots']");
    }

    /** Returns the first name, if the root is an object. */
    @Nullable
    String firstName() {
        return steps.get(0) instanceof String name ? name : null;
    }

    void find(@Nullable Object root, Sink sink) {
        find(root, 0, sink);
    }

    private void find(@Nullable Object value, int step, Sink sink) {
        if (step == steps.size()) {
            sink.value(value, true);
        } else if (steps.get(step) instanceof String name) {
            if (value instanceof Map<?, ?> map && map.containsKey(name)) {
                find(map.get(name), step + 1, sink);
            } else {
                sink.value(null, false);
            }
        } else {
            int index = (Integer) steps.get(step);
            if (!(value instanceof List<?> list) || index >= list.size()) {
                sink.value(null, false);
            } else if (index == EACH) {
                for (Object element : list) {
                    find(element, step + 1, sink);
                }
            } else {
                find(list.get(index), step + 1, sink);
            }
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
