package dev.aigw.routing;

import dev.aigw.api.PromptCaching;
import dev.aigw.api.Timeouts;
import dev.aigw.api.spi.ContextPropagation;
import dev.aigw.api.spi.Phase;
import dev.aigw.api.spi.RouterEvent;
import dev.aigw.api.spi.RouterListener;
import dev.aigw.api.spi.Stage;
import dev.aigw.api.token.TokenCounter;
import dev.aigw.routing.deployment.Charging;
import dev.aigw.routing.engine.call.BatchReplies;
import dev.aigw.routing.engine.call.CallerModels;
import dev.aigw.routing.engine.call.EngineInstaller;
import dev.aigw.routing.engine.call.EngineStage;
import dev.aigw.routing.engine.call.OpenSettlements;
import dev.aigw.routing.engine.call.Permits;
import dev.aigw.routing.engine.call.Pipeline;
import dev.aigw.routing.engine.call.WaitBounds;
import dev.aigw.routing.engine.pool.DeploymentRegistry;
import dev.aigw.routing.engine.pool.EventSink;
import dev.aigw.routing.engine.pool.Models;
import dev.aigw.routing.feature.Environment;
import dev.aigw.routing.feature.Feature;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Collects what features install while a router is built. */
final class Assembly implements EngineInstaller {

    private final Environment environment;
    private final Pipeline.Builder pipeline;
    private final DeploymentRegistry deployments;
    private final TokenCounter tokens;
    private final OpenSettlements batches = new OpenSettlements();
    private final LateEvents events = new LateEvents();
    private final List<Consumer<Models>> tableActions = new ArrayList<>();
    private final List<Runnable> closers = new ArrayList<>();
    private BatchReplies batchReplies = BatchReplies.ALL;

    /**
     * Starts an assembly.
     *
     * @param environment of what the router does for itself
     * @param ofCalls the environment of calls
     * @param propagation what carries the context of callers, also in that environment
     */
    Assembly(
            Environment environment,
            Environment ofCalls,
            ContextPropagation propagation,
            Timeouts timeouts,
            DeploymentRegistry deployments,
            TokenCounter tokens) {
        this.environment = environment;
        this.deployments = deployments;
        this.tokens = tokens;
        this.pipeline = Pipeline.builder(environment, timeouts).propagating(ofCalls, propagation);
    }

    void install(Feature feature) {
        feature.install(this);
    }

    void promptCaching(PromptCaching caching) {
        pipeline.promptCaching(caching);
    }

    void charging(Charging charging) {
        pipeline.charging(charging);
    }

    void waits(WaitBounds bounds) {
        pipeline.waits(bounds);
    }

    @Override
    public void engineStage(Phase phase, Reach reach, EngineStage stage) {
        pipeline.stage(phase, reach, stage);
    }

    @Override
    public void permits(Permits permits) {
        pipeline.permits(permits);
    }

    @Override
    public void callerModels(CallerModels models) {
        pipeline.callerModels(models);
    }

    @Override
    public void batchReplies(BatchReplies replies) {
        batchReplies = replies;
    }

    BatchReplies batchReplies() {
        return batchReplies;
    }

    @Override
    public void stage(Phase phase, Stage stage) {
        pipeline.stage(phase, stage);
    }

    @Override
    public void listener(RouterListener listener) {
        pipeline.listener(listener);
    }

    @Override
    public Environment environment() {
        return environment;
    }

    @Override
    public TokenCounter tokens() {
        return tokens;
    }

    @Override
    public DeploymentRegistry cooldowns() {
        return deployments;
    }

    @Override
    public DeploymentRegistry deployments() {
        return deployments;
    }

    @Override
    public OpenSettlements batches() {
        return batches;
    }

    @Override
    public EventSink events() {
        return events;
    }

    @Override
    public void onTable(Consumer<Models> action) {
        tableActions.add(action);
    }

    @Override
    public void onClose(Runnable action) {
        closers.add(action);
    }

    /** Returns the pipeline; from now on events reach its listeners. */
    Pipeline pipeline() {
        Pipeline built = pipeline.build();
        deployments.publishTo(built.events());
        events.publishTo(built.events());
        return built;
    }

    List<Consumer<Models>> tableActions() {
        return List.copyOf(tableActions);
    }

    List<Runnable> closers() {
        return List.copyOf(closers);
    }

    /** Passes events on to the pipeline's, once that is built. */
    private static final class LateEvents implements EventSink {

        private volatile EventSink built = EventSink.NONE;

        void publishTo(EventSink sink) {
            built = sink;
        }

        @Override
        public boolean hasListeners() {
            return built.hasListeners();
        }

        @Override
        public void publish(RouterEvent event) {
            built.publish(event);
        }
    }
}
