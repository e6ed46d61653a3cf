package dev.aigw.routing.catalog;

import org.jspecify.annotations.Nullable;

/** Builders refuse to be told the same thing twice. */
final class Once {

    private Once() {}

    static void check(@Nullable Object current, String property) {
        if (current != null) {
            throw new IllegalStateException(property + " is set twice; set it once");
        }
    }
}
