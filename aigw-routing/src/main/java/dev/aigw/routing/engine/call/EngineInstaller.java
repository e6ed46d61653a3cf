package dev.aigw.routing.engine.call;

import dev.aigw.api.spi.Phase;
import dev.aigw.api.token.TokenCounter;
import dev.aigw.routing.engine.pool.DeploymentRegistry;
import dev.aigw.routing.engine.pool.EventSink;
import dev.aigw.routing.engine.pool.Models;
import dev.aigw.routing.feature.Installer;
import java.util.function.Consumer;

/** What an {@link EngineFeature} may add to a router under construction, beyond what every feature may. */
public interface EngineInstaller extends Installer {

    /** The calls that a stage serves. */
    enum Reach {
        /** All calls. */
        ALL_CALLS,
        /** Callers' calls; a side call, such as a shadow's, runs a shorter chain without the stage. */
        CALLERS_ONLY,
        /** Callers' calls whose reply is a stream. */
        STREAMS_ONLY,
        /** Side calls. */
        SIDE_CALLS_ONLY
    }

    /** Adds a stage. Within a phase, stages run in the order they were added. */
    void engineStage(Phase phase, Reach reach, EngineStage stage);

    /** Sets what callers may send to models: nothing else leaves the router, whatever stages do. */
    void permits(Permits permits);

    /** Sets what gives callers with credentials of their own the models that use them. */
    void callerModels(CallerModels models);

    /** Sets what checks the replies of batches. */
    void batchReplies(BatchReplies replies);

    /** Returns the counter of tokens that providers do not report. */
    TokenCounter tokens();

    /** Returns the registry of the router's deployments; it may be empty before the first routing table. */
    DeploymentRegistry deployments();

    /** Returns what waits for the results of batches. */
    OpenSettlements batches();

    /** Returns the sink of events. Events published before the router is built are lost. */
    EventSink events();

    /** Runs {@code action} with the first routing table and with each replacement, one at a time. */
    void onTable(Consumer<Models> action);
}
