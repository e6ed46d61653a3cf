package dev.aigw.routing.rollout;

import dev.aigw.api.spi.Phase;
import dev.aigw.api.token.TokenCounter;
import dev.aigw.routing.feature.Feature;

/** What rollouts need on a call's way, as a feature of the router. */
public final class Rollouts {

    private Rollouts() {}

    /**
     * Returns the feature that makes the copies of models with a {@link Shadow}.
     *
     * @param counter counts tokens where nobody reports them
     */
    public static Feature feature(TokenCounter counter) {
        return installer -> {
            ShadowRuns runs = new ShadowRuns(installer.environment());
            installer.stage(Phase.ROLLOUT, new ShadowStage(counter, runs));
            installer.onClose(runs::close);
        };
    }
}
