package dev.aigw.api;

/**
 * What a failure is about, where the provider says so. The router uses it to decide what cools down: if one request
 * names an unknown file, the deployment must stay available to other calls.
 */
public enum FailureSubject {
    /** The provider did not say; the kind of failure decides. */
    UNKNOWN,
    /** This request: a file, cached content, tool or schema that it names, or words that a firewall refuses. */
    REQUEST,
    /** One deployment: the router's own limit for it is reached. Another deployment can be asked at once. */
    DEPLOYMENT,
    /** One model of the credential: its permission or quota. The credential's other models are not affected. */
    MODEL,
    /** The credential or its account, with all its models. */
    CREDENTIAL
}
