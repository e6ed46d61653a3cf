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
import org.jspecify.annotations.Nullable;

/**
 * Ties a stream to a {@link Scope}: the scope ends when the stream does, by its end, a failure or a close.
 *
 * <p>{@link #readToCommitPoint} reads up to the first content ahead of the consumer. Until then a failure is an
 * ordinary failed attempt; afterwards it is {@link ErrorKind#STREAM_INTERRUPTED}.
 */
final class ScopedSource implements ChatEventSource {

    private final ChatEventSource source;
    private final Scope scope;
    private final Call call;
    private final @Nullable Attempt attempt;
    private final Deque<ChatEvent> ahead = new ArrayDeque<>(4);
    private boolean endedAhead;
    private boolean committed;

    private ScopedSource(ChatEventSource source, Scope scope, Call call, @Nullable Attempt attempt) {
        this.source = source;
        this.scope = scope;
        this.call = call;
        this.attempt = attempt;
    }

    /** Ties a stream to its attempt. */
    static ScopedSource of(ChatEventSource source, Attempt attempt) {
        return new ScopedSource(source, attempt.scope(), attempt.call(), attempt);
    }

    /** Ties a stream to its call. */
    static ScopedSource of(ChatEventSource source, Call call) {
        return new ScopedSource(source, call.scope(), call, null);
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
        if (event == null) {
            scope.end(Outcome.SUCCESS, null, null);
        } else {
            note(event);
        }
        return event;
    }

    private void note(ChatEvent event) {
        if (!committed && event.isContent()) {
            committed = true;
            scope.firstContent();
            if (attempt != null) {
                attempt.firstContent();
            }
        }
        if (event instanceof ChatEvent.TextDelta delta) {
            scope.streamed(delta.text().length());
        } else if (event instanceof ChatEvent.ToolArgumentsDelta delta) {
            scope.streamed(delta.json().length());
        } else if (event instanceof ChatEvent.ReasoningDelta delta) {
            scope.streamed(delta.text().length());
        } else if (event instanceof ChatEvent.UsageReported reported) {
            scope.streamUsage(reported.usage());
        } else if (event instanceof ChatEvent.Details details && details.serviceTier() != null) {
            scope.streamTier(details.serviceTier());
        }
    }

    private GatewayException failed(GatewayException failure) {
        GatewayException told = failure;
        if (attempt == null) {
            told = call.finish(failure);
        } else if (committed) {
            told = interrupted(attempt.named(failure));
            call.attemptBroke(attempt, told);
        }
        scope.fail(attempt == null ? call.outcomeOf(told) : attempt.outcomeOf(told), told);
        source.close();
        return told;
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
                        .message("the stream broke after content had been delivered: " + failure.getMessage())
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
        scope.end(Outcome.ABANDONED, null, null);
        source.close();
    }
}
