package dev.aigw.routing.rollout;

import dev.aigw.api.spi.Phase;
import dev.aigw.routing.engine.call.EngineFeature;
import dev.aigw.routing.engine.call.EngineInstaller.Reach;
import dev.aigw.routing.feature.Feature;

/** The stages of rollouts, as a feature of the router. */
public final class Rollouts {

    private Rollouts() {}

    /** Returns the feature that makes the copies for models with a {@link Shadow}. */
    public static Feature feature() {
        return EngineFeature.of(installer -> {
            ShadowRuns runs = new ShadowRuns(installer.environment());
            installer.engineStage(Phase.ROLLOUT, Reach.CALLERS_ONLY, new ShadowStage(installer.tokens(), runs));
            installer.onClose(runs::close);
        });
    }
}
