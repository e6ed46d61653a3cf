package dev.aigw.api;

/**
 * What happens when a stream breaks after part of its answer has been delivered. Before that, a failure is an ordinary
 * failed attempt whatever is chosen here.
 *
 * <p>A recovery makes another attempt: at the next deployment, or at a fallback model, within the same number of
 * attempts, the same retry budget and the same deadline. It never takes the attempt that is reserved for a fallback
 * model. When it fails, the error is the one that broke the stream; what the recovery met is among its suppressed ones.
 * The answer then names the model and id of the attempt that finished it, and its usage is that of all attempts.
 *
 * <p>A router has one for all its calls, and {@link CallOptions.Builder#streamRecovery} another for one call:
 *
 * <pre>{@code
 * CallOptions options = CallOptions.builder().streamRecovery(StreamRecovery.FAIL).build();
 * }</pre>
 */
public enum StreamRecovery {
    /**
     * The stream fails with {@link ErrorKind#STREAM_INTERRUPTED}, and keeps what had arrived as the failure's partial
     * reply.
     */
    FAIL,

    /**
     * Another deployment goes on where the stream broke; the reader notices nothing. The default. A deployment that
     * declares {@link Capability#PREFILL} is given the beginning of the answer to continue, unless the request has
     * tools, a schema or reasoning, which do not go with one. If it refuses that, it is asked again without, and not
     * given a beginning from then on. Any other is asked anew, and what it repeats of the beginning is dropped; where
     * its answer differs, the stream fails. Reasoning of the new attempt is left out. Only text can be resumed: once a
     * tool call or refusal has begun, the stream fails.
     */
    RESUME,

    /** As {@link #RESUME}, and where that is impossible as {@link #RESTART}. */
    RESUME_OR_RESTART,

    /**
     * The answer begins again: the reader gets {@link dev.aigw.api.chat.ChatEvent.Restarted} and forgets what came
     * before it.
     */
    RESTART;

    /** Returns whether another attempt may go on where the stream broke. */
    public boolean mayResume() {
        return this == RESUME || this == RESUME_OR_RESTART;
    }

    /** Returns whether the answer may begin again. */
    public boolean mayRestart() {
        return this == RESTART || this == RESUME_OR_RESTART;
    }
}
