package dev.aigw.providers.kit;

import dev.aigw.api.Credential;
import org.jspecify.annotations.Nullable;

/**
 * The base of the builders of all HTTP adapters for chats: in addition to {@link HttpOptions} the API key, the maximum
 * sizes of streams, and the handling of parts of a request that the vendor does not take. Setting the same property
 * twice throws {@link IllegalStateException}. Not safe for use by several threads.
 *
 * @param <B> the builder itself
 */
public abstract class ChatOptions<B extends ChatOptions<B>> extends HttpOptions<B> {

    private boolean dropUnsupported;

    /** Starts with the adapter's default name. */
    protected ChatOptions(String defaultName) {
        super(defaultName);
    }

    /** Returns whether parts that the vendor does not take are dropped. */
    protected final boolean dropsUnsupported() {
        return dropUnsupported;
    }

    /**
     * Sets the API key, as the {@link #credential}.
     *
     * @throws IllegalArgumentException if it is null or blank; the message names the fix
     * @throws IllegalStateException if a credential is set already, in any form
     */
    public B apiKey(@Nullable String apiKey) {
        return credential(Credential.of(apiKey == null ? "" : apiKey));
    }

    /**
     * Sets whether parts that the vendor does not take are dropped from requests, with a warning in
     * {@code reply.route().warnings()}. By default such requests fail with {@link dev.aigw.api.ErrorKind#UNSUPPORTED},
     * so that a router can ask a deployment that takes them.
     */
    @SuppressWarnings("unchecked") // see HttpOptions
    public B dropUnsupported(boolean dropUnsupported) {
        once("dropUnsupported");
        this.dropUnsupported = dropUnsupported;
        return (B) this;
    }

    /**
     * Sets the maximum size of a stream's event; 64 MiB by default, as for a whole reply, since one event may be one
     * picture.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    @SuppressWarnings("unchecked") // see HttpOptions
    public B maxEventBytes(int maxEventBytes) {
        once("maxEventBytes");
        http().maxEventBytes(maxEventBytes);
        return (B) this;
    }

    /**
     * Sets the maximum size of a stream; 256 MiB by default.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    @SuppressWarnings("unchecked") // see HttpOptions
    public B maxStreamBytes(long maxStreamBytes) {
        once("maxStreamBytes");
        http().maxStreamBytes(maxStreamBytes);
        return (B) this;
    }
}
