package dev.aigw.api;

/**
 * What an application asks of a model. Implementations are immutable values.
 *
 * <p>The interface is open: an application that defines its own {@link Operation} defines its own request type.
 */
public interface ModelRequest {

    /**
     * Returns the model asked for: a logical name, an alias, {@code name@version}, or {@code provider/upstream-model}.
     */
    String model();

    /**
     * Returns the part of this request that determines the answer, as a value with {@code equals} and {@code hashCode}.
     *
     * <p>Two requests with equal identities may share a cached answer, so leave out fields that do not influence the
     * answer (an end user's id, metadata) and {@link #model()} itself, which the router resolves first. The default is
     * the request itself. That is right for any request that defines equality; one that does not never shares an
     * answer.
     */
    default Object cacheIdentity() {
        return this;
    }
}
