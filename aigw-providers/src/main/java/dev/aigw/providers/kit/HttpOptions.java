package dev.aigw.providers.kit;

import dev.aigw.api.Credential;
import dev.aigw.providers.http.HttpEndpoint;
import dev.aigw.providers.http.errors.ErrorReader;
import java.net.Proxy;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * What the builders of all adapters that speak HTTP share: name, place, credential, headers, client and bounds. Setting
 * the same property twice throws {@link IllegalStateException}. Not safe for use by several threads.
 *
 * <p>Only adapters of this module extend it: the endpoint that it makes is internal.
 *
 * @param <B> the builder itself
 */
public abstract class HttpOptions<B extends HttpOptions<B>> {

    private final HttpEndpoint.Builder http;
    private final Set<String> set = new HashSet<>();

    /** Starts with the name that the adapter has unless {@link #name} says otherwise. */
    protected HttpOptions(String defaultName) {
        this.http = HttpEndpoint.builder(defaultName);
    }

    @SuppressWarnings("unchecked") // the type parameter of a builder is that builder
    private B self() {
        return (B) this;
    }

    /**
     * Notes that a property is set.
     *
     * @throws IllegalStateException if it was before
     */
    protected final void once(String property) {
        if (!set.add(property)) {
            throw new IllegalStateException(property + " is set twice: remove one of the two");
        }
    }

    /** Returns whether a property was set. */
    protected final boolean isSet(String property) {
        return set.contains(property);
    }

    /** Returns the endpoint in the making, for what only some adapters set. */
    protected final HttpEndpoint.Builder http() {
        return http;
    }

    /**
     * Returns where the adapter sends.
     *
     * @param defaultBaseUrl the base URL where none was set, or null when there must be one
     * @throws IllegalStateException if the base URL is missing
     */
    protected final HttpEndpoint endpoint(@Nullable String defaultBaseUrl, ErrorReader errors) {
        return http.build(defaultBaseUrl, errors);
    }

    /**
     * Sets the name that deployments refer to; by default the one that the method which started the builder says.
     *
     * @throws IllegalArgumentException if it is blank or holds a {@code /}
     */
    public B name(String name) {
        once("name");
        http.name(name);
        return self();
    }

    /** Sets where the server is; by default where the method which started the builder says, if it does. */
    public B baseUrl(String baseUrl) {
        once("baseUrl");
        http.baseUrl(Objects.requireNonNull(baseUrl, "baseUrl"));
        return self();
    }

    /**
     * Sets the credential, which is read anew for each attempt; none by default. A deployment's own comes first.
     *
     * @throws IllegalStateException if a credential was set before, in whatever form
     */
    public B credential(Credential credential) {
        once("the credential");
        http.credential(Objects.requireNonNull(credential, "credential"));
        return self();
    }

    /** Adds a header to every call. */
    public B header(String name, String value) {
        once("the header " + Objects.requireNonNull(name, "name"));
        http.header(name, Objects.requireNonNull(value, "value"));
        return self();
    }

    /** Sets whether the credential may travel over plain HTTP to another machine; false by default. */
    public B allowInsecure(boolean allowInsecure) {
        once("allowInsecure");
        http.allowInsecure(allowInsecure);
        return self();
    }

    /**
     * Sets the client whose connections, proxy and TLS settings to share; its timeouts, redirects and retries are not
     * used. The adapter never closes it. By default the adapter makes its own.
     */
    public B httpClient(OkHttpClient httpClient) {
        once("httpClient");
        http.httpClient(Objects.requireNonNull(httpClient, "httpClient"));
        return self();
    }

    /** Sets the proxy; by default what the client or the JVM says. */
    public B proxy(Proxy proxy) {
        once("proxy");
        http.proxy(Objects.requireNonNull(proxy, "proxy"));
        return self();
    }

    /**
     * Sets the largest reply; 64 MiB by default.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public B maxBodyBytes(long maxBodyBytes) {
        once("maxBodyBytes");
        http.maxBodyBytes(maxBodyBytes);
        return self();
    }
}
