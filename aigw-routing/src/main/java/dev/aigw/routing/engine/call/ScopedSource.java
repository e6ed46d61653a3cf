package dev.aigw.routing.engine.call;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Outcome;
import dev.aigw.api.Route;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatEventSource;
import dev.aigw.routing.engine.pool.LiveDeployment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Ties a stream to a {@link Scope}: the scope ends when the stream finishes, fails or is closed. A close after the
 * finish reason is a success, since the reader has the whole answer.
 *
 * <p>{@link #readToCommitPoint} reads up to the first content, before the reader does. Until then a failure is an
 * ordinary failed attempt; afterwards it is {@link ErrorKind#STREAM_INTERRUPTED}.
 */
final class ScopedSource implements ChatEventSource {

    private final ChatEventSource source;
    private final Scope scope;
    private final Call call;
    private final @Nullable Attempt attempt;
    private final StreamProgress progress = new StreamProgress();
    private final Deque<ChatEvent> ahead = new ArrayDeque<>(4);
    private final AtomicLong reads = new AtomicLong(); // written only by the reader
    private boolean endedAhead;
    private boolean committed;
    private volatile boolean finished;
    private volatile boolean beingRead;

    private ScopedSource(ChatEventSource source, Scope scope, Call call, @Nullable Attempt attempt) {
        this.source = source;
        this.scope = scope;
        this.call = call;
        this.attempt = attempt;
        scope.streams(progress);
    }

    /** Ties a stream to its attempt. */
    static ScopedSource of(ChatEventSource source, Attempt attempt) {
        return new ScopedSource(source, attempt, attempt.call(), attempt);
    }

    /** Ties a stream to its call, and ends it if its reader abandons it. */
    static ScopedSource of(ChatEventSource source, Call call) {
        ScopedSource scoped = new ScopedSource(source, call, call, null);
        call.pipeline().streamWatches().start(call, scoped);
        return scoped;
    }

    /** Reads up to and including the first content event, or to the end of a stream that has none. */
    void readToCommitPoint() {
        while (true) {
            ChatEvent event = pull();
            if (event == null) {
                endedAhead = true;
                return;
            }
            ahead.add(event);
            if (event.isContent()) {
                return;
            }
        }
    }

    @Override
    public @Nullable ChatEvent next() {
        ChatEvent event = ahead.poll();
        if (event != null) {
            return event;
        }
        return endedAhead ? null : pull();
    }

    private @Nullable ChatEvent pull() {
        ChatEvent event;
        if (attempt == null) {
            beingRead = true;
        } else if (committed) {
            attempt.awaitsEvent();
        }
        try {
            event = source.next();
        } catch (GatewayException e) {
            throw failed(e);
        } catch (RuntimeException e) {
            throw failed(ofSource(e));
        } catch (Error e) {
            scope.fail(Outcome.FAILED, Failures.ofError(e));
            source.close();
            throw e;
        }
        if (attempt == null) {
            reads.lazySet(reads.getPlain() + 1);
            beingRead = false;
        } else if (committed) {
            attempt.eventArrived();
        }
        if (event == null) {
            scope.end(Outcome.SUCCESS, null, null);
        } else {
            note(event);
        }
        return event;
    }

    /** Returns how many events the reader has taken. */
    long reads() {
        return reads.get();
    }

    /** Returns whether the reader waits for an event. */
    boolean isBeingRead() {
        return beingRead;
    }

    /** Ends the call of a stream that has timed out, and releases all its resources. */
    void expire(GatewayException failure) {
        call.expire(failure);
        close();
    }

    private void note(ChatEvent event) {
        if (!committed && event.isContent()) {
            committed = true;
            progress.firstContent(scope.elapsedNanos());
            if (attempt != null) {
                attempt.firstContent();
            }
        }
        int chars = event.contentChars();
        if (chars > 0) {
            progress.delivered(chars);
        } else if (event instanceof ChatEvent.UsageReported reported) {
            progress.usage(reported.usage());
        } else if (event instanceof ChatEvent.Finished) {
            finished = true;
        } else if (event instanceof ChatEvent.Details details && details.serviceTier() != null) {
            progress.serviceTier(details.serviceTier());
        }
    }

    private GatewayException failed(GatewayException thrown) {
        GatewayException expired = call.expired();
        GatewayException reported = end(expired == null ? thrown : expired);
        source.close();
        return reported;
    }

    private GatewayException end(GatewayException failure) {
        if (attempt == null) {
            GatewayException reported = call.finish(failure);
            scope.fail(call.outcomeOf(reported), reported);
            return reported;
        }
        GatewayException reported = failure;
        if (committed) {
            reported = interrupted(attempt.named(failure));
            if (!scope.isOver()) {
                call.attemptBroke(attempt, reported);
            }
        }
        scope.fail(attempt.outcomeOf(reported), reported);
        return reported;
    }

    private GatewayException ofSource(RuntimeException thrown) {
        LiveDeployment deployment = attempt == null ? null : attempt.deploymentIfLeased();
        return deployment == null ? Failures.ofRouter(thrown) : Failures.ofAdapter(deployment.provider(), thrown);
    }

    private static GatewayException interrupted(GatewayException failure) {
        return switch (failure.kind()) {
            case CANCELLED, DEADLINE, STREAM_INTERRUPTED, GUARD_REJECTED, CONTENT_FILTERED -> failure;
            default ->
                failure.toBuilder()
                        .kind(ErrorKind.STREAM_INTERRUPTED)
                        .message("the stream broke after some content was delivered: " + failure.getMessage())
                        .cause(failure)
                        .build();
        };
    }

    @Override
    public @Nullable Route route() {
        return attempt == null ? call.route() : null;
    }

    @Override
    public void close() {
        GatewayException expired = call.expired();
        if (finished) {
            scope.end(Outcome.SUCCESS, null, null);
        } else if (expired == null) {
            scope.end(Outcome.ABANDONED, null, null);
        }
        source.close();
        if (expired != null && !scope.isOver()) {
            end(expired); // after the source, whose attempt knows whether its deployment hung
        }
    }
}
