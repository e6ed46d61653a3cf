package dev.aigw.api;

import java.util.Map;

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

    /**
     * Returns vendor-specific fields, which are sent as plain JSON values; none by default.
     *
     * <p>A field belongs to the vendor that the call asks first: a retry or fallback at another vendor leaves it out,
     * with a warning. A name may begin with a scope and a slash: {@code anthropic/container} is sent to Anthropic only,
     * and a field with the scope {@code *} to every vendor. A vendor is known by its adapter's
     * {@linkplain dev.aigw.api.spi.ProviderAdapter#vendor() vendor} and name. The router gives an adapter only what is
     * sent to it, by names without scopes.
     */
    default Map<String, ?> extra() {
        return Map.of();
    }

    /**
     * Returns this request with other vendor-specific fields; the request itself by default, for requests without.
     *
     * @param extra the fields, as {@link #extra()} returns them
     */
    default ModelRequest withExtra(Map<String, ?> extra) {
        return this;
    }
}
