package dev.aigw.api.spi;

import dev.aigw.api.Capability;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Speaks to one vendor or service: turns requests into its wire protocol, and its answers and failures into ours.
 *
 * <p>A few lines make one:
 *
 * <pre>{@code
 * ProviderAdapter legacy = ProviderAdapter.builder("legacy")
 *     .chat((request, attempt) -> ChatResponse.of(mine.complete(request.lastUserText())))
 *     .build();
 * }</pre>
 *
 * <p>Implementations are safe for use by many threads. The router does retries, fallbacks and limits: an adapter sends
 * once.
 */
public interface ProviderAdapter extends AutoCloseable {

    /** Starts an adapter made from functions. */
    static ProviderAdapterBuilder builder(String name) {
        return new ProviderAdapterBuilder(name);
    }

    /**
     * Returns {@code adapter} with the missing form of chat derived: a chat from its stream, or a stream of one delta
     * per part from its chat. The submission of a batch is derived from its {@link #batches()}. Returns the adapter
     * itself when there is nothing to derive.
     */
    static ProviderAdapter deriving(ProviderAdapter adapter) {
        return DerivingAdapter.of(adapter);
    }

    /** Returns the name that deployments refer to, such as {@code openai}; it contains no {@code /}. */
    String name();

    /**
     * Returns the vendor or service behind this adapter, such as {@code openai}, whatever the adapter's name is; its
     * name by default. Adapters of one vendor get each other's vendor-specific fields ({@link ModelRequest#extra()})
     * when a call goes on from one to the other.
     */
    default String vendor() {
        return name();
    }

    /**
     * Returns whose model is behind an upstream id, so that a router finds its card; the vendor's own of that id by
     * default. An adapter for a place with ids of its own reads them here.
     *
     * @param model the upstream id, as {@link AttemptContext#model()}
     */
    default ServedModel served(String model) {
        return ServedModel.byVendor(vendor() + "/" + model);
    }

    /** Returns whether this adapter can serve an operation. */
    boolean supports(Operation<?, ?> operation);

    /**
     * Returns the capabilities that no model has through this adapter, whatever a model's card says; none by default. A
     * router sends no requests here that need them.
     */
    default Set<Capability> lacking() {
        return Set.of();
    }

    /**
     * Returns the capabilities that this adapter emulates where a model lacks them, such as
     * {@link Capability#JSON_SCHEMA} by a prompt; none by default. A router prefers deployments that need no emulation.
     */
    default Set<Capability> emulated() {
        return Set.of();
    }

    /** Returns how this adapter uses its vendor's batch API, or null if it does not; null by default. */
    default @Nullable BatchSupport batches() {
        return null;
    }

    /**
     * Sends a request once and waits for the reply; of a stream, for its beginning.
     *
     * <p>Send {@link AttemptContext#model()} as the model, not the one of the request.
     *
     * @throws GatewayException if it fails; of kind {@link dev.aigw.api.ErrorKind#UNSUPPORTED} for an operation it does
     *     not {@linkplain #supports support}
     */
    <Q extends ModelRequest, R extends ModelReply> R call(Operation<Q, R> operation, Q request, AttemptContext attempt);

    /**
     * Checks the service's health by a GET of {@code path} with the attempt's credential; returns if the status is 2xx.
     * A path that begins with a slash is resolved from the root of the base URL's host, as in a link. The default
     * fails: only adapters over HTTP can do this.
     *
     * @throws GatewayException if the service is unhealthy or does not answer; of kind
     *     {@link dev.aigw.api.ErrorKind#UNSUPPORTED} if this adapter has no such check
     */
    default void probe(String path, AttemptContext attempt) {
        throw GatewayException.builder(
                        ErrorKind.UNSUPPORTED,
                        "adapter " + name() + " cannot get a path of its service: check its health by a call or a"
                                + " function")
                .provider(name())
                .deployment(attempt.deployment())
                .build();
    }

    /** Releases the adapter's resources. The default does nothing. */
    @Override
    default void close() {}
}
