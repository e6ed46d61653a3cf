package dev.aigw.api;

/** What a cooldown keeps from being asked. */
public enum CooldownScope {
    /** One deployment. */
    DEPLOYMENT,
    /** One upstream model by one credential: a model's own quota or permission leaves the key's other models alone. */
    CREDENTIAL_MODEL,
    /** One credential, with every deployment that uses it. */
    CREDENTIAL
}
