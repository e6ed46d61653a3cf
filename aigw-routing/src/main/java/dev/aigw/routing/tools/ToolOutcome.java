package dev.aigw.routing.tools;

import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.ToolCall;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What came of one call of a tool. Immutable. */
public final class ToolOutcome {

    /** How a call ended. */
    public enum Status {
        /** The tool ran and gave a result. */
        SUCCEEDED,
        /** The tool ran and failed; the model read why. */
        FAILED,
        /** The arguments could not be read; the tool did not run, and the model read what is wrong. */
        BAD_ARGUMENTS,
        /** There is no such tool; the model read the names of those there are. */
        UNKNOWN_TOOL,
        /** Approval was refused; the model read the reason. */
        DENIED,
        /** The tool ran for longer than it may, and was stopped. */
        TIMED_OUT,
        /** The tool did not run, or not to its end, because the loop ended. */
        NOT_RUN
    }

    private final ToolCall call;
    private final Status status;
    private final ContentPart.ToolResult result;
    private final Duration duration;
    private final @Nullable Throwable failure;

    ToolOutcome(
            ToolCall call,
            Status status,
            ContentPart.ToolResult result,
            Duration duration,
            @Nullable Throwable failure) {
        this.call = Objects.requireNonNull(call, "call");
        this.status = Objects.requireNonNull(status, "status");
        this.result = Objects.requireNonNull(result, "result");
        this.duration = Objects.requireNonNull(duration, "duration");
        this.failure = failure;
    }

    /** Returns the model's call. */
    public ToolCall call() {
        return call;
    }

    /** Returns how it ended. */
    public Status status() {
        return status;
    }

    /** Returns what the model reads. */
    public ContentPart.ToolResult result() {
        return result;
    }

    /** Returns how long the tool ran; zero if it did not. */
    public Duration duration() {
        return duration;
    }

    /** Returns what the tool threw, or null. */
    public @Nullable Throwable failure() {
        return failure;
    }

    /** Returns whether the tool ran and gave a result. */
    public boolean isSuccess() {
        return status == Status.SUCCEEDED;
    }

    /** Returns the tool and how it ended; arguments and result stay out of logs. */
    @Override
    public String toString() {
        return "ToolOutcome{" + call.name() + ", " + call.id() + ", " + status + ", " + duration.toMillis() + " ms}";
    }
}
