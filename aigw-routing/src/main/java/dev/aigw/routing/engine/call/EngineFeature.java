package dev.aigw.routing.engine.call;

/** A package of the router's own: installs the stages and listeners of one capability. */
@FunctionalInterface
public interface EngineFeature {

    /** Installs this feature; called once when a router is built. */
    void install(EngineInstaller installer);
}
