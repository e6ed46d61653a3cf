package dev.aigw.routing.engine.call;

import dev.aigw.routing.feature.Feature;
import dev.aigw.routing.feature.Installer;

/**
 * A built-in feature: its stages see the calls, attempts and deployments of the engine. Its package returns it as a
 * {@link Feature}, so that the engine's types stay hidden.
 */
public interface EngineFeature extends Feature {

    /** Returns the feature as applications see it. */
    static Feature of(EngineFeature feature) {
        return feature;
    }

    /** Installs this feature; called once when a router is built. */
    void installEngine(EngineInstaller installer);

    /**
     * Installs this feature in a router.
     *
     * @throws IllegalArgumentException if the installer is not a router's
     */
    @Override
    default void install(Installer installer) {
        if (!(installer instanceof EngineInstaller engine)) {
            throw new IllegalArgumentException("this feature is built in, and "
                    + installer.getClass().getName()
                    + " is not its installer: add it with ModelRouter.builder().feature(...)");
        }
        installEngine(engine);
    }
}
