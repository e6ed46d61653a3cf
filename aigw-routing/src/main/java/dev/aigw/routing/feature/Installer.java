package dev.aigw.routing.feature;

import dev.aigw.api.spi.Phase;
import dev.aigw.api.spi.RouterListener;
import dev.aigw.api.spi.Stage;

/** What a {@link Feature} may add to a router under construction. */
public interface Installer {

    /** Adds a stage. Within a phase, stages run in the order they were added. */
    void stage(Phase phase, Stage stage);

    /** Adds a listener. */
    void listener(RouterListener listener);

    /** Returns the source of time, randomness and threads. */
    Environment environment();

    /** Returns the cooldowns of the router. Its deployments are known once the router is built. */
    Cooldowns cooldowns();

    /** Runs {@code action} when the router closes. */
    void onClose(Runnable action);
}
