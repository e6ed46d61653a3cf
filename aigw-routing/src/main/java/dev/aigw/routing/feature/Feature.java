package dev.aigw.routing.feature;

/** A room of the router: installs the stages and listeners of one capability. */
@FunctionalInterface
public interface Feature {

    /** Installs this feature; called once when a router is built. */
    void install(Installer installer);
}
