package dev.aigw.api;

/** What cools down after a failure. */
public enum CooldownScope {
    /** One deployment. */
    DEPLOYMENT,
    /** One upstream model by one credential; the credential's other models are not affected. */
    CREDENTIAL_MODEL,
    /** One credential, with every deployment that uses it. */
    CREDENTIAL
}
