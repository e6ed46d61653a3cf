package dev.aigw.routing.tools;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Whether a tool may run. Immutable. */
public final class ToolDecision {

    enum Kind {
        ALLOW,
        DENY,
        STOP
    }

    private static final ToolDecision ALLOWED = new ToolDecision(Kind.ALLOW, null);

    private final Kind kind;
    private final @Nullable String reason;

    private ToolDecision(Kind kind, @Nullable String reason) {
        this.kind = kind;
        this.reason = reason;
    }

    /** The tool runs. */
    public static ToolDecision allow() {
        return ALLOWED;
    }

    /** The tool does not run; the model reads the reason and goes on. */
    public static ToolDecision deny(String reason) {
        return new ToolDecision(Kind.DENY, Objects.requireNonNull(reason, "reason"));
    }

    /** The tool does not run, and the loop ends with {@link ToolRun.End#STOPPED}. */
    public static ToolDecision stop(String reason) {
        return new ToolDecision(Kind.STOP, Objects.requireNonNull(reason, "reason"));
    }

    Kind kind() {
        return kind;
    }

    /** Returns why the tool does not run, or null if it does. */
    public @Nullable String reason() {
        return reason;
    }

    /** Returns whether the tool runs. */
    public boolean isAllowed() {
        return kind == Kind.ALLOW;
    }

    @Override
    public String toString() {
        return kind + (reason == null ? "" : ": " + reason);
    }
}
