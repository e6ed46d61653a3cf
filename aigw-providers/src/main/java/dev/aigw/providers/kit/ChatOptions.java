package dev.aigw.providers.kit;

import dev.aigw.api.Credential;
import org.jspecify.annotations.Nullable;

/**
 * What the builders of all adapters for chats over HTTP share: besides {@link HttpOptions} the API key, the bounds of
 * streams, and what becomes of the parts of a request that the vendor does not take. Setting the same property twice
 * throws {@link IllegalStateException}. Not safe for use by several threads.
 *
 * @param <B> the builder itself
 */
public abstract class ChatOptions<B extends ChatOptions<B>> extends HttpOptions<B> {

    private boolean dropUnsupported;

    /** Starts with the name that the adapter has unless {@link #name} says otherwise. */
    protected ChatOptions(String defaultName) {
        super(defaultName);
    }

    /** Returns whether what the vendor does not take is left out. */
    protected final boolean dropsUnsupported() {
        return dropUnsupported;
    }

    /**
     * Sets the API key, as the {@link #credential}.
     *
     * @throws IllegalArgumentException if it is null or blank, with the remedy in its message
     * @throws IllegalStateException if a credential was set before, in whatever form
     */
    public B apiKey(@Nullable String apiKey) {
        return credential(Credential.of(apiKey == null ? "" : apiKey));
    }

    /**
     * Sets whether what the vendor does not take is left out of requests, with a warning in
     * {@code reply.route().warnings()}; by default such requests fail as {@link dev.aigw.api.ErrorKind#UNSUPPORTED}, so
     * that a router can ask a deployment that takes it.
     */
    @SuppressWarnings("unchecked") // see HttpOptions
    public B dropUnsupported(boolean dropUnsupported) {
        once("dropUnsupported");
        this.dropUnsupported = dropUnsupported;
        return (B) this;
    }

    /**
     * Sets the largest event of a stream; 8 MiB by default.
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
     * Sets the largest stream; 256 MiB by default.
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
