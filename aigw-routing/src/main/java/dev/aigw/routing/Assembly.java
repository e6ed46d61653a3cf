package dev.aigw.routing;

import dev.aigw.api.Timeouts;
import dev.aigw.api.spi.Phase;
import dev.aigw.api.spi.RouterListener;
import dev.aigw.api.spi.Stage;
import dev.aigw.routing.pipeline.Environment;
import dev.aigw.routing.pipeline.Feature;
import dev.aigw.routing.pipeline.Installer;
import dev.aigw.routing.pipeline.Pipeline;
import dev.aigw.routing.target.TargetRegistry;
import java.util.ArrayList;
import java.util.List;

/** Collects what features install while a router is built. */
final class Assembly implements Installer {

    private final Environment environment;
    private final Pipeline.Builder pipeline;
    private final TargetRegistry targets;
    private final List<Runnable> closers = new ArrayList<>();

    Assembly(Environment environment, Timeouts timeouts, TargetRegistry targets) {
        this.environment = environment;
        this.targets = targets;
        this.pipeline = Pipeline.builder(environment, timeouts);
    }

    void install(Feature feature) {
        feature.install(this);
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
    public TargetRegistry targets() {
        return targets;
    }

    @Override
    public void onClose(Runnable action) {
        closers.add(action);
    }

    Pipeline pipeline() {
        return pipeline.build();
    }

    List<Runnable> closers() {
        return List.copyOf(closers);
    }
}
