package dev.aigw.routing.engine.call;

import dev.aigw.api.spi.Phase;
import dev.aigw.api.token.TokenCounter;
import dev.aigw.routing.engine.pool.DeploymentRegistry;
import dev.aigw.routing.engine.pool.EventSink;
import dev.aigw.routing.engine.pool.Models;
import dev.aigw.routing.feature.Installer;
import java.util.function.Consumer;

/** What an {@link EngineFeature} may do to a router under construction, beside what every feature may. */
public interface EngineInstaller extends Installer {

    /** Whose calls a stage serves. */
    enum Reach {
        /** All calls. */
        ALL_CALLS,
        /** Those of callers; a side call, such as a shadow's, runs a shorter chain without it. */
        CALLERS_ONLY,
        /** Those of callers whose reply is a stream. */
        STREAMS_ONLY,
        /** Side calls. */
        SIDE_CALLS_ONLY
    }

    /** Adds a stage. Within a phase, stages run in the order they were added. */
    void engineStage(Phase phase, Reach reach, EngineStage stage);

    /** Returns what counts tokens where nobody reports them. */
    TokenCounter tokens();

    /** Returns the deployments of the router, whose table may not be read yet. */
    DeploymentRegistry deployments();

    /** Returns where events go. What is published before the router is built reaches nobody. */
    EventSink events();

    /** Runs {@code action} with the first routing table, and with each that replaces it; one at a time. */
    void onTable(Consumer<Models> action);
}
