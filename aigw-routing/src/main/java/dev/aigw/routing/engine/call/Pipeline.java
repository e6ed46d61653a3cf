package dev.aigw.routing.engine.call;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Cancellation;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.Outcome;
import dev.aigw.api.PromptCaching;
import dev.aigw.api.Route;
import dev.aigw.api.Timeouts;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.spi.ContextPropagation;
import dev.aigw.api.spi.Phase;
import dev.aigw.api.spi.RouterEvent;
import dev.aigw.api.spi.RouterListener;
import dev.aigw.api.spi.Stage;
import dev.aigw.routing.deployment.Charging;
import dev.aigw.routing.engine.pool.Lease;
import dev.aigw.routing.engine.pool.Models;
import dev.aigw.routing.feature.Environment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The blocking chain that serves sync, async and streamed calls. Its stages are fixed once it is built. Safe for use by
 * many threads.
 *
 * <p>Stages run in the order of their {@link Phase}. The first phase that runs per attempt opens an attempt's scope and
 * leases a deployment; after the last stage comes the deployment's adapter. A stream is read up to its first content
 * inside its attempt. There are separate chains for callers' plain calls, for their streams, and for side calls, whose
 * chain is shorter.
 */
public final class Pipeline {

    private static final Set<EngineInstaller.Reach> WHOLE_CALLS =
            EnumSet.of(EngineInstaller.Reach.ALL_CALLS, EngineInstaller.Reach.CALLERS_ONLY);
    private static final Set<EngineInstaller.Reach> STREAMS = EnumSet.of(
            EngineInstaller.Reach.ALL_CALLS, EngineInstaller.Reach.CALLERS_ONLY, EngineInstaller.Reach.STREAMS_ONLY);
    private static final Set<EngineInstaller.Reach> SIDE_CALLS =
            EnumSet.of(EngineInstaller.Reach.ALL_CALLS, EngineInstaller.Reach.SIDE_CALLS_ONLY);

    /** A stage with its phase, reach and name. */
    private record Placed(Phase phase, EngineInstaller.Reach reach, String name, EngineStage stage) {}

    /** The stages of one chain, in order; those from {@code firstPerAttempt} on run per attempt. */
    private static final class Stages {

        final Placed[] placed;
        final int firstPerAttempt;

        /** For each stage, how many stages before it serve side calls. */
        final int[] sideIndex;

        Stages(List<Placed> all, Set<EngineInstaller.Reach> serving) {
            placed = all.stream().filter(each -> serving.contains(each.reach())).toArray(Placed[]::new);
            int boundary = 0;
            while (boundary < placed.length && !placed[boundary].phase().isPerAttempt()) {
                boundary++;
            }
            firstPerAttempt = boundary;
            sideIndex = new int[placed.length + 1];
            int mine = 0;
            int side = 0;
            for (Placed each : all) {
                side += SIDE_CALLS.contains(each.reach()) ? 1 : 0;
                if (serving.contains(each.reach())) {
                    sideIndex[++mine] = side;
                }
            }
        }
    }

    private final Environment environment;
    private final Environment callEnvironment;
    private final ContextPropagation propagation;
    private final Stages wholeCalls;
    private final Stages streams;
    private final Stages sideCalls;
    private final Events events;
    private final Timeouts timeouts;
    private final PromptCaching promptCaching;
    private final WaitBounds waits;
    private final StreamWatches streamWatches;
    private final Permits permits;
    private final CallerModels callerModels;
    private final Charging charging;

    private Pipeline(Builder builder) {
        this.environment = builder.environment;
        this.callEnvironment = builder.callEnvironment;
        this.propagation = builder.propagation;
        List<Placed> all = new ArrayList<>();
        for (Phase phase : Phase.values()) {
            all.addAll(builder.stages.getOrDefault(phase, List.of()));
        }
        this.wholeCalls = new Stages(all, WHOLE_CALLS);
        this.streams = new Stages(all, STREAMS);
        this.sideCalls = new Stages(all, SIDE_CALLS);
        this.events = new Events(builder.listeners);
        this.timeouts = builder.timeouts;
        this.promptCaching = builder.promptCaching;
        this.waits = builder.waits;
        this.streamWatches = new StreamWatches(environment);
        this.permits = builder.permits;
        this.callerModels = builder.callerModels;
        this.charging = builder.charging;
    }

    /** Starts a pipeline without stages. */
    public static Builder builder(Environment environment, Timeouts timeouts) {
        return new Builder(environment, timeouts);
    }

    /** Returns the environment of calls. */
    Environment environment() {
        return callEnvironment;
    }

    ContextPropagation propagation() {
        return propagation;
    }

    Timeouts timeouts() {
        return timeouts;
    }

    PromptCaching promptCaching() {
        return promptCaching;
    }

    WaitBounds waits() {
        return waits;
    }

    Charging charging() {
        return charging;
    }

    /** Returns what gives callers their models. */
    public CallerModels callerModels() {
        return callerModels;
    }

    /** Returns what callers may send to models. */
    public Permits permits() {
        return permits;
    }

    StreamWatches streamWatches() {
        return streamWatches;
    }

    /** Releases the timer, once the streams that are open have ended. */
    public void close() {
        streamWatches.close();
    }

    /** Returns the stages of a caller's streamed call in order, each as its phase and its name. */
    public List<String> order() {
        return Arrays.stream(streams.placed)
                .map(placed -> placed.phase() + " " + placed.name())
                .toList();
    }

    /**
     * Makes one call.
     *
     * @throws GatewayException if it fails, with the route and the failures of all attempts
     */
    public <Q extends ModelRequest, R extends ModelReply> R call(
            Operation<Q, R> operation, Q request, CallOptions options, Models models) {
        Call call = new Call(this, operation, options, request.model(), models);
        return operation.replyType().cast(whole(call, 0, request));
    }

    /** Runs a forked call from the stage after {@code index} on. */
    ModelReply apart(Call call, int index, boolean fromSideCall, ModelRequest request) {
        int next = index + 1;
        boolean shorter = call.isSideCall() && !fromSideCall;
        return whole(call, shorter ? callersWay(call).sideIndex[next] : next, request);
    }

    private Stages callersWay(Call call) {
        return call.isStreamed() ? streams : wholeCalls;
    }

    /** Runs a whole call, from the stage at {@code index} on. */
    private ModelReply whole(Call call, int index, ModelRequest request) {
        call.started();
        ModelReply reply;
        try {
            call.checkAlive();
            reply = run(index, call, null, request, null);
        } catch (RuntimeException e) {
            GatewayException failure = call.finish(Failures.ofRouter(e));
            call.fail(call.outcomeOf(failure), failure);
            throw failure;
        } catch (Error e) {
            call.fail(Outcome.FAILED, Failures.ofError(e));
            throw e;
        }
        if (reply instanceof ChatStream stream) {
            reply = stream.map(source -> ScopedSource.of(source, call));
        } else {
            Route route = call.finalRoute();
            call.end(Outcome.SUCCESS, reply, null);
            return reply.withRoute(route);
        }
        return reply.withRoute(call.route());
    }

    ModelReply run(
            int index, Call call, @Nullable Attempt attempt, ModelRequest request, @Nullable Cancellation rival) {
        Stages way = call.isSideCall() ? sideCalls : callersWay(call);
        int end = attempt == null ? way.firstPerAttempt : way.placed.length;
        for (int i = index; i < end; i++) {
            Placed placed = way.placed[i];
            if (placed.stage().concerns(call)) {
                return apply(placed, new Hop(i, call, attempt, request, rival));
            }
        }
        return attempt == null ? attempt(way, call, request, rival) : send(attempt, request);
    }

    private static ModelReply apply(Placed placed, Hop hop) {
        try {
            return placed.stage().apply(hop);
        } catch (RuntimeException e) {
            throw Failures.ofStage(placed.name(), placed.phase(), e);
        }
    }

    private ModelReply attempt(Stages way, Call call, ModelRequest request, @Nullable Cancellation rival) {
        Attempt attempt = new Attempt(call, rival);
        if (rival != null) {
            rival.onCancel(attempt::withdrawn);
        }
        ModelReply reply;
        try {
            attempt.leased(lease(call, attempt, request), request);
            reply = run(way.firstPerAttempt, call, attempt, request, rival);
            if (reply instanceof ChatStream stream) {
                ScopedSource[] scoped = new ScopedSource[1];
                reply = stream.map(source -> scoped[0] = ScopedSource.of(source, attempt));
                scoped[0].readToCommitPoint();
            }
        } catch (RuntimeException e) {
            throw failed(attempt, Failures.ofRouter(e));
        } catch (Error e) {
            failed(attempt, Failures.ofError(e));
            throw e;
        }
        call.attemptEnded(attempt, Outcome.SUCCESS, null);
        if (!(reply instanceof ChatStream)) {
            attempt.end(Outcome.SUCCESS, reply, null);
        }
        return reply;
    }

    private static Lease lease(Call call, Attempt attempt, ModelRequest request) {
        try {
            return Leasing.lease(call, attempt, request);
        } catch (GatewayException e) {
            if (e.kind() != ErrorKind.INTERNAL) {
                call.unserved(e);
            }
            throw e;
        }
    }

    private static GatewayException failed(Attempt attempt, GatewayException failure) {
        GatewayException known = attempt.named(failure);
        Outcome outcome = attempt.outcomeOf(known);
        attempt.call().impatient(attempt.isImpatient(known) && !attempt.waitedLong());
        if (attempt.deploymentIfLeased() != null) {
            attempt.call().attemptEnded(attempt, outcome, known);
        }
        attempt.fail(outcome, known);
        return known;
    }

    private ModelReply send(Attempt attempt, ModelRequest request) {
        Call call = attempt.call();
        call.checkAlive();
        attempt.checkAlive();
        attempt.send();
        attempt.live().sends(request);
        if (events.hasListeners()) {
            events.publish(new RouterEvent.AttemptStarted(call, attempt));
        }
        AttemptWatch watch = call.attemptWatch();
        if (watch != null) {
            watch.began();
            attempt.add(end -> watch.ended(attempt, request, end));
        }
        return send(call.operation(), attempt, request);
    }

    private static <Q extends ModelRequest, R extends ModelReply> ModelReply send(
            Operation<Q, R> operation, Attempt attempt, ModelRequest request) {
        Q typed = operation.requestType().cast(ExtraFields.sentBy(attempt, request));
        ModelReply reply;
        try {
            reply = operation.equals(ChatRequest.CHAT) && attempt.live().plainByStream()
                    ? whole(attempt, (ChatRequest) typed)
                    : attempt.live().adapter().call(operation, typed, attempt);
        } catch (RuntimeException e) {
            throw Failures.ofAdapter(attempt.live().provider(), e);
        }
        if (reply == null) {
            throw GatewayException.of(
                    ErrorKind.MALFORMED_RESPONSE,
                    "the adapter \"" + attempt.live().provider() + "\" returned null: return a reply or throw");
        }
        return reply;
    }

    /** Makes a plain chat by way of a stream. */
    private static ChatResponse whole(Attempt attempt, ChatRequest request) {
        try (ChatStream stream = attempt.live().adapter().call(ChatRequest.CHAT_STREAM, request, attempt)) {
            return stream.response();
        }
    }

    /** Returns the events of the router. */
    public Events events() {
        return events;
    }

    /** Builds a {@link Pipeline}. Not safe for use by several threads. */
    public static final class Builder {

        private final Environment environment;
        private Environment callEnvironment;
        private ContextPropagation propagation = ContextPropagation.NONE;
        private final Timeouts timeouts;
        private final Map<Phase, List<Placed>> stages = new EnumMap<>(Phase.class);
        private final List<RouterListener> listeners = new ArrayList<>();
        private PromptCaching promptCaching = PromptCaching.AUTO;
        private WaitBounds waits = WaitBounds.NONE;
        private Permits permits = Permits.ALL;
        private CallerModels callerModels = CallerModels.SAME;
        private Charging charging = Charging.defaults();

        private Builder(Environment environment, Timeouts timeouts) {
            this.environment = environment;
            this.callEnvironment = environment;
            this.timeouts = timeouts;
        }

        /** Carries the context of callers by {@code propagation}, as {@code environment} does for tasks. */
        public Builder propagating(Environment environment, ContextPropagation propagation) {
            callEnvironment = environment;
            this.propagation = propagation;
            return this;
        }

        /** Adds a custom stage after those of the same phase. It serves side calls too. */
        public Builder stage(Phase phase, Stage stage) {
            return place(new Placed(
                    phase, EngineInstaller.Reach.ALL_CALLS, stage.getClass().getName(), hop -> stage.apply(hop)));
        }

        /** Adds a built-in stage after those of the same phase. */
        public Builder stage(Phase phase, EngineInstaller.Reach reach, EngineStage stage) {
            return place(new Placed(phase, reach, stage.getClass().getSimpleName(), stage));
        }

        private Builder place(Placed placed) {
            stages.computeIfAbsent(placed.phase(), key -> new ArrayList<>()).add(placed);
            return this;
        }

        /** Adds a listener. */
        public Builder listener(RouterListener listener) {
            listeners.add(listener);
            return this;
        }

        /** Sets how calls use prompt caches; {@link PromptCaching#AUTO} by default. */
        public Builder promptCaching(PromptCaching caching) {
            this.promptCaching = caching;
            return this;
        }

        /** Sets how long calls may wait; not at all by default. */
        public Builder waits(WaitBounds bounds) {
            this.waits = bounds;
            return this;
        }

        /** Sets what callers may send to models; everything by default. */
        public Builder permits(Permits permits) {
            this.permits = permits;
            return this;
        }

        /** Sets what gives callers their models; the same for all by default. */
        public Builder callerModels(CallerModels models) {
            this.callerModels = models;
            return this;
        }

        /** Sets who pays for attempts beyond a call's first; the caller by default. */
        public Builder charging(Charging charging) {
            this.charging = charging;
            return this;
        }

        /** Returns the pipeline. */
        public Pipeline build() {
            return new Pipeline(this);
        }
    }
}
