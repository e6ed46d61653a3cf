package dev.aigw.routing.guard.model;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.GuardAction;
import dev.aigw.api.guard.Inspection;
import dev.aigw.api.internal.ExtraScope;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The calls that one guard makes, perhaps through the very router that it guards: they carry a mark that no caller
 * knows and no vendor is sent, so that the guard does not check its own calls. Immutable.
 */
final class OwnCalls {

    /** No adapter has this name, so none sends the field. */
    static final String VENDOR = "aigw-guard";

    static final String FIELD = "call";

    private static final int MARK_BYTES = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String mark;
    private final @Nullable Caller caller;

    /**
     * Creates the calls of one guard.
     *
     * @param caller on whose behalf they are made; null for the caller of the checked call
     */
    OwnCalls(@Nullable Caller caller) {
        byte[] bytes = new byte[MARK_BYTES];
        RANDOM.nextBytes(bytes);
        this.mark = HexFormat.of().formatHex(bytes);
        this.caller = caller;
    }

    /** Returns the value of the field that marks a request as the guard's own. */
    String mark() {
        return mark;
    }

    /** Returns whether an inspection is of one of these calls. */
    boolean isOne(Inspection inspection) {
        return mark.equals(inspection.request().extra().get(ExtraScope.of(VENDOR, FIELD)));
    }

    /** Returns the options of a call for an inspection. */
    CallOptions options(Inspection inspection) {
        return CallOptions.builder()
                .caller(caller == null ? inspection.caller() : caller)
                .timeout(inspection.timeout())
                .build();
    }

    /**
     * Returns an action that concerns a whole text.
     *
     * @throws IllegalArgumentException if it is ALLOW or REDACT
     */
    static GuardAction ofWhole(GuardAction action) {
        if (Objects.requireNonNull(action, "action") != GuardAction.BLOCK && action != GuardAction.ANNOTATE) {
            throw new IllegalArgumentException("action(" + action + "): use BLOCK or ANNOTATE");
        }
        return action;
    }
}
