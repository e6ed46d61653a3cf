package dev.aigw.routing.resilience;

/**
 * What happens when a stream breaks after part of the answer has been delivered. Before that, a failure is an ordinary
 * failed attempt whatever is chosen here.
 *
 * <p>Recovery goes through retry and fallback once more: it asks the next deployment, or a fallback model, within the
 * same budget of attempts and the same deadline. When it fails, the error is the one that broke the stream, with what
 * recovery met among its suppressed ones.
 *
 * <pre>{@code
 * ModelRouter.builder().streamRecovery(StreamRecovery.RESUME_OR_RESTART) ...
 * }</pre>
 */
public enum StreamRecovery {
    /**
     * The stream fails with {@link dev.aigw.api.ErrorKind#STREAM_INTERRUPTED}, and keeps what had arrived as the
     * failure's partial reply. The default.
     */
    FAIL,

    /**
     * Another deployment goes on where the stream broke; the reader notices nothing. A deployment that declares
     * {@link dev.aigw.api.Capability#PREFILL} is given the beginning of the answer to continue. Any other is asked
     * anew, and what it repeats of the beginning is dropped; where its answer differs, the stream fails. Reasoning of
     * the new attempt is left out. Only text can be resumed: once a tool call or refusal has begun, the stream fails.
     */
    RESUME,

    /** As {@link #RESUME}, and where that is impossible as {@link #RESTART}. */
    RESUME_OR_RESTART,

    /**
     * The answer begins again: the reader gets {@link dev.aigw.api.chat.ChatEvent.Restarted} and forgets what came
     * before it.
     */
    RESTART;

    boolean mayResume() {
        return this == RESUME || this == RESUME_OR_RESTART;
    }

    boolean mayRestart() {
        return this == RESTART || this == RESUME_OR_RESTART;
    }
}
