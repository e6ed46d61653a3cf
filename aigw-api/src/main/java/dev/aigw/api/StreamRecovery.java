package dev.aigw.api;

/**
 * What happens when a stream breaks after part of its answer has been delivered. Before that, a failure is an ordinary
 * failed attempt, whatever this setting.
 *
 * <p>A recovery makes another attempt at the next deployment or at a fallback model, within the same number of
 * attempts, the same retry budget and the same deadline. It never takes the attempt that is reserved for a fallback
 * model. When it fails, the error is the one that broke the stream; failures of the recovery are among its suppressed
 * exceptions. The answer then names the model and id of the attempt that finished it, and its usage is that of all
 * attempts.
 *
 * <p>A router has one setting for all its calls; {@link CallOptions.Builder#streamRecovery} overrides it for one call:
 *
 * <pre>{@code
 * CallOptions options = CallOptions.builder().streamRecovery(StreamRecovery.FAIL).build();
 * }</pre>
 */
public enum StreamRecovery {
    /** The stream fails with {@link ErrorKind#STREAM_INTERRUPTED}; the failure's partial reply is what had arrived. */
    FAIL,

    /**
     * Another deployment continues where the stream broke; the reader notices nothing. The default. A deployment that
     * declares {@link Capability#PREFILL} is sent the beginning of the answer to continue, unless the request has
     * tools, a schema or reasoning. If it refuses that, it is asked again without the beginning, and gets none from
     * then on. Any other deployment is asked again from the start, and what it repeats of the beginning is dropped; if
     * its answer differs, the stream fails. Reasoning of the new attempt is dropped. Only text can be resumed: once a
     * tool call or refusal has begun, the stream fails.
     */
    RESUME,

    /** Like {@link #RESUME}; where that is impossible, like {@link #RESTART}. */
    RESUME_OR_RESTART,

    /**
     * The answer begins again: the reader gets {@link dev.aigw.api.chat.ChatEvent.Restarted} and must discard what came
     * before it.
     */
    RESTART;

    /** Returns whether another attempt may continue where the stream broke. */
    public boolean mayResume() {
        return this == RESUME || this == RESUME_OR_RESTART;
    }

    /** Returns whether the answer may start again. */
    public boolean mayRestart() {
        return this == RESTART || this == RESUME_OR_RESTART;
    }
}
