package dev.aigw.routing.engine.call;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.spi.End;
import dev.aigw.api.spi.EndAction;
import dev.aigw.routing.engine.time.Durations;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Ends a stream that was neither read to its end nor closed, so that its resources are released: at the call's total
 * timeout, and earlier if it was not read for the attempt timeout (10 minutes without one). {@link StreamWatches} looks
 * at it when it is due.
 */
final class StreamWatch implements EndAction {

    private static final Duration UNREAD = Duration.ofMinutes(10);

    private final Call call;
    private final ScopedSource source;
    private final StreamWatches watches;
    private final Duration unread;
    private long readsBefore; // only used by the sweep
    private volatile long dueNanos;

    StreamWatch(Call call, ScopedSource source, StreamWatches watches) {
        this.call = call;
        this.source = source;
        this.watches = watches;
        Duration attempt = call.timeouts().attempt();
        this.unread = attempt == null ? UNREAD : attempt;
        this.dueNanos = nextLook();
    }

    private long nextLook() {
        long wait = Math.min(call.remainingNanos(), Durations.nanos(unread));
        return call.environment().nanoTime() + Math.max(0, wait);
    }

    /** Returns when to look at the stream next, as a clock reading. */
    long dueNanos() {
        return dueNanos;
    }

    /** Ends the stream if it has timed out or was forgotten. Returns whether to look at it again. */
    boolean look() {
        GatewayException expired = expired();
        if (expired == null) {
            dueNanos = nextLook();
            return true;
        }
        try {
            call.environment().executor().execute(() -> source.expire(expired));
        } catch (RejectedExecutionException e) {
            source.expire(expired); // the executor is shut down: close in this thread
        }
        return false;
    }

    private @Nullable GatewayException expired() {
        if (call.remainingNanos() <= 0) {
            return call.timedOut();
        }
        long reads = source.reads();
        boolean forgotten = reads == readsBefore && !source.isBeingRead();
        readsBefore = reads;
        return forgotten
                ? GatewayException.of(
                        ErrorKind.CANCELLED,
                        "the stream was not read for " + Durations.text(unread)
                                + ", so it was closed: close each stream, with try-with-resources")
                : null;
    }

    @Override
    public void onEnd(End end) {
        watches.remove(this);
    }
}
