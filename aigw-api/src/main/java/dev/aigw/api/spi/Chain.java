package dev.aigw.api.spi;

import dev.aigw.api.Cancellation;
import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import org.jspecify.annotations.Nullable;

/**
 * The rest of a call's pipeline, as a {@link Stage} sees it. Immutable: a stage may proceed several times, one after
 * the other or at once from several threads.
 */
public interface Chain {

    /** Returns the call. */
    CallContext call();

    /** Returns the request as the earlier stages left it. */
    ModelRequest request();

    /**
     * Returns the attempt this stage runs in, or null in a phase before {@link Phase#BALANCE}. The deployment is known
     * once the balance stage has proceeded.
     */
    @Nullable
    AttemptContext attempt();

    /** Proceeds with {@code request}. */
    ModelReply proceed(ModelRequest request);

    /**
     * Proceeds with {@code request} as a separate call, with its own id, timeouts and events. It is not cancelled with
     * this call and may outlive it. For background work in another thread, such as refreshing a cache; only in phases
     * before {@link Phase#BALANCE}. The stage closes a stream that it gets.
     */
    default ModelReply proceedApart(ModelRequest request) {
        throw new UnsupportedOperationException("this chain cannot make a separate call");
    }

    /**
     * Returns this chain for one of several racing attempts: {@code cancellation} stops only what proceeds from it.
     * Make it a {@linkplain Cancellation#childOf child} of the call's cancellation, so that the caller can stop it too.
     */
    Chain under(Cancellation cancellation);

    /**
     * Registers an action for the end of the attempt (in phases that run per attempt) or of the call (in all others). A
     * stream ends when it completes, fails or is closed. Actions run in reverse order of registration.
     */
    void onEnd(EndAction action);
}
