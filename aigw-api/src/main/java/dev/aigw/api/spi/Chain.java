package dev.aigw.api.spi;

import dev.aigw.api.Cancellation;
import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import org.jspecify.annotations.Nullable;

/**
 * The rest of a call's way, as a {@link Stage} sees it. Immutable: a stage may go on several times, one after the other
 * or at once from several threads.
 */
public interface Chain {

    /** Returns the call. */
    CallContext call();

    /** Returns the request as the stages before left it. */
    ModelRequest request();

    /**
     * Returns the attempt this stage runs in, or null in a phase before {@link Phase#BALANCE}. The deployment is known
     * once the balance stage has gone on.
     */
    @Nullable
    AttemptContext attempt();

    /** Goes on with {@code request}. */
    ModelReply proceed(ModelRequest request);

    /**
     * Goes on with {@code request} as a call of its own: with its own id, time limits and listeners' events, and
     * neither cancelled nor over with this one. For work that outlives the call, in another thread, such as refreshing
     * a cache; only in phases before {@link Phase#BALANCE}. A stream that it returns is the stage's to close.
     */
    default ModelReply proceedApart(ModelRequest request) {
        throw new UnsupportedOperationException("this chain knows no calls of their own");
    }

    /**
     * Returns this chain for one of several attempts that race: {@code cancellation} stops what proceeds from it, and
     * nothing else. Make it a {@linkplain Cancellation#childOf child} of the call's own, so that the caller stops it
     * too.
     */
    Chain under(Cancellation cancellation);

    /**
     * Registers what to do when the attempt (in phases that run per attempt) or the call (in all others) is over. A
     * stream is over at its end, failure or close. Actions run in reverse order of registration.
     */
    void onEnd(EndAction action);
}
