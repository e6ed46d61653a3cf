package dev.aigw.routing;

import dev.aigw.api.Timeouts;
import dev.aigw.api.spi.Phase;
import dev.aigw.api.spi.RouterListener;
import dev.aigw.api.spi.Stage;
import dev.aigw.routing.engine.call.EngineFeature;
import dev.aigw.routing.engine.call.EngineInstaller;
import dev.aigw.routing.engine.call.EngineStage;
import dev.aigw.routing.engine.call.Pipeline;
import dev.aigw.routing.engine.call.WaitBounds;
import dev.aigw.routing.engine.pool.DeploymentRegistry;
import dev.aigw.routing.feature.Environment;
import dev.aigw.routing.feature.Feature;
import java.util.ArrayList;
import java.util.List;

/** Collects what features install while a router is built. */
final class Assembly implements EngineInstaller {

    private final Environment environment;
    private final Pipeline.Builder pipeline;
    private final DeploymentRegistry deployments;
    private final List<Runnable> closers = new ArrayList<>();

    Assembly(Environment environment, Timeouts timeouts, DeploymentRegistry deployments) {
        this.environment = environment;
        this.deployments = deployments;
        this.pipeline = Pipeline.builder(environment, timeouts);
    }

    void install(Feature feature) {
        feature.install(this);
    }

    void installEngine(EngineFeature feature) {
        feature.install(this);
    }

    void waits(WaitBounds bounds) {
        pipeline.waits(bounds);
    }

    @Override
    public void engineStage(Phase phase, Reach reach, EngineStage stage) {
        pipeline.stage(phase, reach, stage);
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
    public DeploymentRegistry cooldowns() {
        return deployments;
    }

    @Override
    public DeploymentRegistry deployments() {
        return deployments;
    }

    @Override
    public void onClose(Runnable action) {
        closers.add(action);
    }

    Pipeline pipeline() {
        Pipeline built = pipeline.build();
        deployments.publishTo(built.events());
        return built;
    }

    List<Runnable> closers() {
        return List.copyOf(closers);
    }
}
