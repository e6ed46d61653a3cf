package dev.aigw.api;

/**
 * What a model answered. Implementations are immutable values, except streams.
 *
 * <p>The interface is open: an application that defines its own {@link Operation} defines its own reply type.
 */
public interface ModelReply {

    /** Returns the route that led to this reply; {@link Route#NONE} for a reply that no router produced. */
    default Route route() {
        return Route.NONE;
    }

    /**
     * Returns this reply with {@code route} attached. A reply type that does not carry a route keeps the default, which
     * returns the reply unchanged.
     */
    default ModelReply withRoute(Route route) {
        return this;
    }

    /**
     * Returns this reply with the mapper that reads it as an application's types. A reply type that is not read so
     * keeps the default, which returns the reply unchanged.
     */
    default ModelReply withMapper(JsonMapper mapper) {
        return this;
    }

    /** Returns the tokens this reply used; {@link TokenUsage#NONE} when the model reported nothing. */
    default TokenUsage usage() {
        return TokenUsage.NONE;
    }
}
