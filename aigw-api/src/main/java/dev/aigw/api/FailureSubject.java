package dev.aigw.api;

/**
 * What a failure is about, where the provider says so. The router goes by it when it decides what cools down: a file
 * that one request names and the vendor does not know must keep no deployment from other calls.
 */
public enum FailureSubject {
    /** The provider did not say: the kind of failure decides. */
    UNKNOWN,
    /** This one request: a file, cached content, tool or schema that it names, or words that a firewall refuses. */
    REQUEST,
    /** One deployment: a limit that the router itself holds it to. Another deployment can be asked at once. */
    DEPLOYMENT,
    /** One model of the credential: its own permission or quota. The credential's other models are not concerned. */
    MODEL,
    /** The credential or its account, with all its models. */
    CREDENTIAL
}
