package dev.aigw.routing.engine.pool;

import java.util.HashSet;
import java.util.Set;

/** Names that calls made known and no table declares: those since the last swap of the table, and earlier ones. */
final class Undeclared {

    /** How many are kept over a swap; more may come until the next one. */
    static final int MOST_KEPT = 1_000;

    private Set<String> recent = new HashSet<>();
    private Set<String> earlier = new HashSet<>();

    void add(String name) {
        earlier.remove(name);
        recent.add(name);
    }

    void remove(String name) {
        earlier.remove(name);
        recent.remove(name);
    }

    boolean contains(String name) {
        return recent.contains(name) || earlier.contains(name);
    }

    int size() {
        return recent.size() + earlier.size();
    }

    /** Ends the time of a table whose successor declares some names. Returns the names that are dropped. */
    Set<String> swap(Set<String> declared) {
        recent.removeAll(declared);
        earlier.removeAll(declared);
        Set<String> dropped = Set.of();
        if (size() > MOST_KEPT) {
            dropped = earlier;
            earlier = recent;
        } else {
            earlier.addAll(recent);
        }
        recent = new HashSet<>();
        return dropped;
    }
}
