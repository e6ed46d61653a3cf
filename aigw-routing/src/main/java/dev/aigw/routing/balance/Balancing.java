package dev.aigw.routing.balance;

import dev.aigw.api.spi.Phase;
import dev.aigw.routing.feature.Feature;
import dev.aigw.routing.feature.Installer;

/** The choice of a deployment for each attempt, as a feature of the router. */
public final class Balancing implements Feature {

    private Balancing() {}

    /** Returns the feature. Which strategy chooses is each model's own. */
    public static Balancing create() {
        return new Balancing();
    }

    @Override
    public void install(Installer installer) {
        installer.stage(Phase.BALANCE, new BalanceStage());
    }
}
