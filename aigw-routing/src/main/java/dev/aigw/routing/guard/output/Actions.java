package dev.aigw.routing.guard.output;

import dev.aigw.api.GuardAction;
import java.util.Objects;

/** Checks the actions that builders are given. */
final class Actions {

    private Actions() {}

    /**
     * Returns an action that does something.
     *
     * @throws IllegalArgumentException if it is ALLOW
     */
    static GuardAction something(GuardAction action) {
        if (Objects.requireNonNull(action, "action") == GuardAction.ALLOW) {
            throw new IllegalArgumentException("action(ALLOW) would do nothing: leave the guard out, or use ANNOTATE");
        }
        return action;
    }

    /**
     * Returns an action that concerns a whole answer.
     *
     * @throws IllegalArgumentException if it is ALLOW or REDACT
     */
    static GuardAction ofWhole(GuardAction action) {
        if (something(action) == GuardAction.REDACT) {
            throw new IllegalArgumentException("action(REDACT) has no place to replace: use BLOCK or ANNOTATE");
        }
        return action;
    }
}
