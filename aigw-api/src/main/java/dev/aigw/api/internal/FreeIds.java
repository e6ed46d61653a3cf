package dev.aigw.api.internal;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Gives ids that none has yet: the one that is wanted, or that with a number behind it. Takes time in proportion to the
 * number of ids, also if all want the same one. Not safe for use by several threads.
 */
public final class FreeIds {

    private static final int FIRST = 2;

    private final Set<String> taken = new HashSet<>(4);
    private final Map<String, Integer> next = new HashMap<>(4);

    /** Takes the id if it is free, and returns whether it was. */
    public boolean take(String id) {
        return taken.add(id);
    }

    /** Takes and returns the id, or if it is taken, the first of {@code id_2}, {@code id_3} … that is not. */
    public String free(String id) {
        return free(id, UnaryOperator.identity());
    }

    /**
     * Does the same for ids that must have a form.
     *
     * @param form brings an id into the form; different ids usually stay different
     */
    public String free(String id, UnaryOperator<String> form) {
        String formed = form.apply(id);
        if (taken.add(formed)) {
            return formed;
        }
        int number = next.getOrDefault(id, FIRST);
        String numbered = form.apply(id + "_" + number);
        while (!taken.add(numbered)) {
            numbered = form.apply(id + "_" + ++number);
        }
        next.put(id, number + 1);
        return numbered;
    }
}
