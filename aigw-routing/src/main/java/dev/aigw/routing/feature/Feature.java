package dev.aigw.routing.feature;

/** One capability of the router: installs its stages and listeners. */
@FunctionalInterface
public interface Feature {

    /** Installs this feature; called once when a router is built. */
    void install(Installer installer);
}
