package dev.aigw.api.internal;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Refuses plain JSON values that nest so deeply that code which walks through them could exhaust the stack, or that
 * contain themselves. It needs no stack itself.
 */
public final class JsonDepth {

    /** How deep a value may nest: as deep as the values that are read from vendors. */
    public static final int MOST = 500;

    private JsonDepth() {}

    /**
     * Checks a value.
     *
     * @param what what it is, for the message
     * @throws IllegalArgumentException if it nests deeper than {@value #MOST} levels
     */
    public static void check(String what, @Nullable Object value) {
        Iterator<?> first = children(value);
        if (first != null) {
            ArrayDeque<Iterator<?>> path = new ArrayDeque<>();
            path.push(first);
            while (!path.isEmpty()) {
                Iterator<?> deepest = path.element();
                if (!deepest.hasNext()) {
                    path.pop();
                    continue;
                }
                Iterator<?> children = children(deepest.next());
                if (children != null) {
                    path.push(children);
                    if (path.size() > MOST) {
                        throw new IllegalArgumentException(PlainWords.line(what, 200) + " nests deeper than " + MOST
                                + " levels, or contains itself: give flatter JSON");
                    }
                }
            }
        }
    }

    private static @Nullable Iterator<?> children(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            return map.values().iterator();
        }
        return value instanceof List<?> list ? list.iterator() : null;
    }
}
