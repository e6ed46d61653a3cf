package dev.aigw.routing.engine.call;

import dev.aigw.api.Cancellation;
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
 * timeout, and earlier if it was not read for the attempt timeout (10 minutes without one). Safe for use by many
 * threads.
 */
final class StreamWatch implements EndAction {

    private static final Duration UNREAD = Duration.ofMinutes(10);

    private final Call call;
    private final ScopedSource source;
    private final Duration unread;
    private long readsBefore;
    private Cancellation.@Nullable Registration timer; // guarded by this
    private boolean over; // guarded by this

    private StreamWatch(Call call, ScopedSource source) {
        this.call = call;
        this.source = source;
        Duration attempt = call.timeouts().attempt();
        this.unread = attempt == null ? UNREAD : attempt;
    }

    /** Watches the stream of a call until it is over. */
    static void start(Call call, ScopedSource source) {
        StreamWatch watch = new StreamWatch(call, source);
        call.add(watch);
        watch.schedule();
    }

    private synchronized void schedule() {
        if (!over) {
            long nanos = Math.min(call.remainingNanos(), Durations.nanos(unread));
            timer = call.environment().schedule(Math.max(0, nanos), this::look);
        }
    }

    /** Runs in the timer's thread. */
    private void look() {
        GatewayException expired = expired();
        if (expired == null) {
            schedule();
            return;
        }
        try {
            call.environment().executor().execute(() -> source.expire(expired));
        } catch (RejectedExecutionException e) {
            source.expire(expired); // the executor is shut down: close in this thread
        }
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
        Cancellation.Registration last;
        synchronized (this) {
            over = true;
            last = timer;
        }
        if (last != null) {
            last.close();
        }
    }
}
