package dev.aigw.routing.engine.call;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Cancellation;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.Outcome;
import dev.aigw.api.Route;
import dev.aigw.api.Timeouts;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.spi.Phase;
import dev.aigw.api.spi.RouterListener;
import dev.aigw.api.spi.Stage;
import dev.aigw.routing.engine.pool.Models;
import dev.aigw.routing.feature.Environment;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one blocking chain that serves sync, async and streamed calls. Immutable once built and safe for use by many
 * threads.
 *
 * <p>Stages stand in the order of their {@link Phase}. The first stage that runs per attempt opens an attempt's scope;
 * the last stage is followed by the deployment's adapter. A stream is read up to its first content inside its attempt.
 */
public final class Pipeline {

    private static final Logger log = LoggerFactory.getLogger(Pipeline.class);

    private final Environment environment;
    private final Stage[] stages;
    private final int firstPerAttempt;
    private final Listeners<RouterListener> listeners;
    private final Timeouts timeouts;

    private Pipeline(Builder builder) {
        this.environment = builder.environment;
        List<Stage> ordered = new ArrayList<>();
        int boundary = 0;
        for (Phase phase : Phase.values()) {
            List<Stage> inPhase = builder.stages.getOrDefault(phase, List.of());
            ordered.addAll(inPhase);
            if (!phase.isPerAttempt()) {
                boundary += inPhase.size();
            }
        }
        this.stages = ordered.toArray(Stage[]::new);
        this.firstPerAttempt = boundary;
        this.listeners = new Listeners<>(builder.listeners, log, "listener");
        this.timeouts = builder.timeouts;
    }

    /** Starts a pipeline without stages. */
    public static Builder builder(Environment environment, Timeouts timeouts) {
        return new Builder(environment, timeouts);
    }

    /**
     * Makes one call.
     *
     * @throws GatewayException if it fails, with the route and the failures of all attempts
     */
    public <Q extends ModelRequest, R extends ModelReply> R call(
            Operation<Q, R> operation, Q request, CallOptions options, Models models) {
        Call call = new Call(this, environment, operation, options, request.model(), models, timeouts);
        return operation.replyType().cast(whole(call, 0, request));
    }

    /** Runs a call from the stage at {@code index} on, from its beginning to its end. */
    ModelReply whole(Call call, int index, ModelRequest request) {
        Scope scope = call.scope();
        if (!listeners.isEmpty()) {
            tell(listener -> listener.onCallStart(call));
            scope.add(end -> {
                Route route = call.route();
                tell(listener -> listener.onCallEnd(call, end, route));
            });
        }
        ModelReply reply;
        try {
            call.checkAlive();
            reply = run(index, call, null, request, null);
        } catch (RuntimeException e) {
            GatewayException failure = call.finish(Failures.of(e));
            scope.fail(failure);
            throw failure;
        } catch (Error e) {
            scope.fail(Failures.ofBug(e));
            throw e;
        }
        if (reply instanceof ChatStream stream) {
            reply = stream.map(source -> ScopedSource.of(source, call));
        } else {
            Route route = call.finalRoute();
            scope.end(Outcome.SUCCESS, reply, null);
            return reply.withRoute(route);
        }
        return reply.withRoute(call.route());
    }

    ModelReply run(
            int index, Call call, @Nullable Attempt attempt, ModelRequest request, @Nullable Cancellation rival) {
        if (attempt == null && index == firstPerAttempt) {
            return attempt(call, request, rival);
        }
        if (index < stages.length) {
            return stages[index].apply(new Hop(index, call, attempt, request, rival));
        }
        if (attempt == null) {
            throw new IllegalStateException("an attempt has no scope");
        }
        return send(attempt, request);
    }

    private ModelReply attempt(Call call, ModelRequest request, @Nullable Cancellation rival) {
        Scope scope = new Scope(environment);
        Attempt attempt = new Attempt(call, scope, rival);
        if (rival != null) {
            rival.onCancel(attempt::withdrawn);
        }
        ModelReply reply;
        try {
            reply = firstPerAttempt < stages.length
                    ? stages[firstPerAttempt].apply(new Hop(firstPerAttempt, call, attempt, request, rival))
                    : send(attempt, request);
            if (reply instanceof ChatStream stream) {
                ScopedSource[] scoped = new ScopedSource[1];
                reply = stream.map(source -> scoped[0] = ScopedSource.of(source, attempt));
                scoped[0].readToCommitPoint();
            }
        } catch (RuntimeException e) {
            throw failed(attempt, Failures.of(e));
        } catch (Error e) {
            failed(attempt, Failures.ofBug(e));
            throw e;
        }
        call.attemptEnded(attempt, Outcome.SUCCESS, null);
        if (!(reply instanceof ChatStream)) {
            scope.end(Outcome.SUCCESS, reply, null);
        }
        return reply;
    }

    private static GatewayException failed(Attempt attempt, GatewayException failure) {
        GatewayException known = attempt.named(failure);
        if (attempt.assigned() != null) {
            attempt.call().attemptEnded(attempt, Scope.outcomeOf(known), known);
        }
        attempt.scope().fail(known);
        return known;
    }

    private ModelReply send(Attempt attempt, ModelRequest request) {
        Call call = attempt.call();
        call.checkAlive();
        attempt.cancellation().throwIfCancelled();
        attempt.send();
        attempt.target().sends(request);
        if (!listeners.isEmpty()) {
            tell(listener -> listener.onAttemptStart(call, attempt));
            attempt.scope().add(end -> tell(listener -> listener.onAttemptEnd(call, attempt, end)));
        }
        AttemptWatch watch = call.attemptWatch();
        if (watch != null) {
            watch.began();
            attempt.scope().add(end -> watch.ended(attempt, request, end));
        }
        return send(call.operation(), attempt, request);
    }

    private static <Q extends ModelRequest, R extends ModelReply> ModelReply send(
            Operation<Q, R> operation, Attempt attempt, ModelRequest request) {
        ModelReply reply = attempt.target()
                .adapter()
                .call(operation, operation.requestType().cast(request), attempt);
        if (reply == null) {
            throw GatewayException.of(
                    ErrorKind.MALFORMED_RESPONSE,
                    "the adapter \"" + attempt.target().provider() + "\" returned null: return a reply or throw");
        }
        return reply;
    }

    /** Notifies every listener. */
    public void tell(Consumer<RouterListener> event) {
        listeners.notify(event);
    }

    /** Builds a {@link Pipeline}. Not safe for use by several threads. */
    public static final class Builder {

        private final Environment environment;
        private final Timeouts timeouts;
        private final Map<Phase, List<Stage>> stages = new EnumMap<>(Phase.class);
        private final List<RouterListener> listeners = new ArrayList<>();

        private Builder(Environment environment, Timeouts timeouts) {
            this.environment = environment;
            this.timeouts = timeouts;
        }

        /** Adds a stage after those of the same phase. */
        public Builder stage(Phase phase, Stage stage) {
            stages.computeIfAbsent(phase, key -> new ArrayList<>()).add(stage);
            return this;
        }

        /** Adds a listener. */
        public Builder listener(RouterListener listener) {
            listeners.add(listener);
            return this;
        }

        /** Returns the pipeline. */
        public Pipeline build() {
            return new Pipeline(this);
        }
    }
}
