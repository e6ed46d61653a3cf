package dev.aigw.api.spi;

import dev.aigw.api.Capability;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import java.util.Set;

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
 * <p>Implementations are safe for use by many threads. Retries, fallbacks and limits are the router's: an adapter sends
 * once.
 */
public interface ProviderAdapter extends AutoCloseable {

    /** Starts an adapter made of functions. */
    static ProviderAdapterBuilder builder(String name) {
        return new ProviderAdapterBuilder(name);
    }

    /**
     * Returns {@code adapter} with what can be derived added: a chat answered from its stream, or a stream of one delta
     * a part from its chat. Returns the adapter itself when nothing is to be added.
     */
    static ProviderAdapter deriving(ProviderAdapter adapter) {
        return DerivingAdapter.of(adapter);
    }

    /** Returns the name that deployments refer to, such as {@code openai}; it holds no {@code /}. */
    String name();

    /** Returns whether this adapter can serve an operation. */
    boolean supports(Operation<?, ?> operation);

    /**
     * Returns what none of its models can do by this protocol, whatever is known of them elsewhere; nothing by default.
     * A router keeps requests that need it from here.
     */
    default Set<Capability> lacking() {
        return Set.of();
    }

    /**
     * Returns what this adapter makes up for where a model lacks it, such as {@link Capability#JSON_SCHEMA} by asking
     * in the prompt; nothing by default. A router prefers deployments that need no such help.
     */
    default Set<Capability> emulated() {
        return Set.of();
    }

    /**
     * Sends a request once and waits for the reply; of a stream, for its beginning.
     *
     * <p>The model to ask for is {@link AttemptContext#model()}, not that of the request.
     *
     * @throws GatewayException if it fails; of kind {@link dev.aigw.api.ErrorKind#UNSUPPORTED} for an operation it does
     *     not {@linkplain #supports support}
     */
    <Q extends ModelRequest, R extends ModelReply> R call(Operation<Q, R> operation, Q request, AttemptContext attempt);

    /**
     * Asks the service whether it is well, by getting {@code path} with the attempt's credential; returns when it says
     * so with a status of 2xx. With a slash at its beginning a path counts from the root of the base URL's host, as in
     * a link. The default cannot: it is for adapters that speak HTTP to servers with such a path.
     *
     * @throws GatewayException if the service is not well or does not answer; of kind
     *     {@link dev.aigw.api.ErrorKind#UNSUPPORTED} if this adapter cannot ask
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

    /** Releases what this adapter holds. The default does nothing. */
    @Override
    default void close() {}
}
