package dev.aigw.routing.target;

/** What a hold is on. */
public enum HoldScope {
    /** One deployment. */
    DEPLOYMENT,
    /** A credential, and with it all deployments that use it. */
    CREDENTIAL
}
