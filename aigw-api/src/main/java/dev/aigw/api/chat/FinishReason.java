package dev.aigw.api.chat;

import java.util.Objects;

/** Why the model stopped: a vendor-neutral kind and the vendor's own word. Immutable. */
public final class FinishReason {

    /** Vendor-neutral kinds. */
    public enum Kind {
        /** The answer is complete. */
        STOP,
        /** The limit of output tokens was reached. */
        LENGTH,
        /** The context window is full. */
        CONTEXT_EXCEEDED,
        /** The model waits for the results of tools. */
        TOOL_CALLS,
        /** The vendor's content policy ended the answer. */
        CONTENT_FILTER,
        /** The model refused. */
        REFUSAL,
        /** The vendor paused a long turn; send the answer back to continue. */
        PAUSED,
        /**
         * The model wrote something the vendor could not parse, such as a broken tool call, or the vendor gave up in
         * the middle. The adapters of this library make it a failure of the attempt.
         */
        MALFORMED,
        /** Anything else; see {@link FinishReason#raw()}. */
        UNKNOWN
    }

    /** A complete answer. */
    public static final FinishReason STOP = new FinishReason(Kind.STOP, "stop");

    private final Kind kind;
    private final String raw;

    private FinishReason(Kind kind, String raw) {
        this.kind = kind;
        this.raw = raw;
    }

    /** Returns a reason of this kind with the vendor's word for it. */
    public static FinishReason of(Kind kind, String raw) {
        return new FinishReason(Objects.requireNonNull(kind, "kind"), Objects.requireNonNull(raw, "raw"));
    }

    /** Returns the vendor-neutral kind. */
    public Kind kind() {
        return kind;
    }

    /** Returns the vendor's word. */
    public String raw() {
        return raw;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FinishReason that && kind == that.kind && raw.equals(that.raw);
    }

    @Override
    public int hashCode() {
        return 31 * kind.name().hashCode() + raw.hashCode();
    }

    @Override
    public String toString() {
        return kind + "(" + raw + ")";
    }
}
