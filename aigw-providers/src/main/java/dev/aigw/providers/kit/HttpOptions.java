package dev.aigw.providers.kit;

import dev.aigw.api.AllowedHosts;
import dev.aigw.api.Credential;
import dev.aigw.api.JsonMapper;
import dev.aigw.providers.http.HttpEndpoint;
import dev.aigw.providers.http.errors.ErrorReader;
import java.net.Proxy;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * The base of the builders of all HTTP adapters: name, base URL, credential, headers, client, maximum sizes and mapper.
 * Setting the same property twice throws {@link IllegalStateException}. Not safe for use by several threads.
 *
 * <p>Only adapters of this module can extend it: the endpoint that it builds is internal.
 *
 * @param <B> the builder itself
 */
public abstract class HttpOptions<B extends HttpOptions<B>> {

    private final HttpEndpoint.Builder http;
    private final Set<String> set = new HashSet<>();

    /** Starts with the adapter's default name. */
    protected HttpOptions(String defaultName) {
        this.http = HttpEndpoint.builder(defaultName);
    }

    @SuppressWarnings("unchecked") // the type parameter of a builder is the builder itself
    private B self() {
        return (B) this;
    }

    /**
     * Marks a property as set.
     *
     * @throws IllegalStateException if it is set already
     */
    protected final void once(String property) {
        if (!set.add(property)) {
            throw new IllegalStateException(property + " is set twice: remove one of the two");
        }
    }

    /** Returns whether a property is set. */
    protected final boolean isSet(String property) {
        return set.contains(property);
    }

    /** Returns the builder of the endpoint, for properties that only some adapters have. */
    protected final HttpEndpoint.Builder http() {
        return http;
    }

    /**
     * Returns the endpoint.
     *
     * @param defaultBaseUrl the base URL where none was set, or null if one is required
     * @throws IllegalStateException if the base URL is missing
     * @throws IllegalArgumentException if the base URL is not one, or a maximum size is not positive
     */
    protected final HttpEndpoint endpoint(@Nullable String defaultBaseUrl, ErrorReader errors) {
        return http.build(defaultBaseUrl, errors);
    }

    /**
     * Sets the name that deployments refer to; the method that started the builder says its default.
     *
     * @throws IllegalArgumentException if it is blank or contains a {@code /}
     */
    public B name(String name) {
        once("name");
        http.name(name);
        return self();
    }

    /**
     * Sets the base URL of the server; the method that started the builder says its default, if there is one.
     *
     * <p>Blanks around it and slashes at its end don't count. A query stays behind the path of each call, as in
     * {@code https://gateway.example.org/openai?api-version=1}. The adapter's {@code build()} throws
     * {@link IllegalArgumentException} if the URL has no scheme, is not well-formed, or holds a fragment, a user name
     * or a password.
     */
    public B baseUrl(String baseUrl) {
        once("baseUrl");
        http.baseUrl(Objects.requireNonNull(baseUrl, "baseUrl"));
        return self();
    }

    /**
     * Sets the credential, which is read for each attempt; none by default. A deployment's credential overrides it.
     *
     * @throws IllegalStateException if a credential is set already, in any form
     */
    public B credential(Credential credential) {
        once("the credential");
        http.credential(Objects.requireNonNull(credential, "credential"));
        return self();
    }

    /**
     * Signs each call instead of sending a credential. A deployment's credential overrides it. The adapter does not
     * close the signer.
     *
     * @throws IllegalStateException if a credential or signer is set already
     * @see RequestSigner
     */
    public B signer(RequestSigner signer) {
        once("the credential");
        http.signer(Objects.requireNonNull(signer, "signer")::sign);
        return self();
    }

    /**
     * Adds a header to every call. One whose name or value is that of a secret ({@code X-Api-Key}, a bearer token) is
     * kept like the credential: it is masked, not sent over plain HTTP to another machine, and to no other host than
     * that of the base URL unless {@link #allowedHosts} names it.
     */
    public B header(String name, String value) {
        once("the header " + Objects.requireNonNull(name, "name"));
        http.header(name, Objects.requireNonNull(value, "value"));
        return self();
    }

    /**
     * Sets the hosts that calls of this adapter may go to, beside that of its base URL, and with them its credential;
     * by default any host may be the base URL of a deployment or instance, but the adapter's own credential, signature
     * and secret headers go to no other host or scheme than those of the adapter's base URL.
     *
     * <pre>{@code
     * OpenAiAdapter.builder().baseUrl("https://llama.models.svc:8000/v1").apiKey(key)
     *     .allowedHosts(AllowedHosts.only("*.models.svc", "10.20.0.0/16").httpsOnly())
     * }</pre>
     *
     * <p>With {@link AllowedHosts#httpsOnly()} the adapter refuses plain HTTP, with a credential or without; its
     * {@code build()} then throws {@link IllegalArgumentException} if its own base URL is one. A router has such hosts
     * for all its adapters.
     *
     * @throws IllegalStateException if they are set already
     */
    public B allowedHosts(AllowedHosts allowedHosts) {
        once("allowedHosts");
        http.allowedHosts(Objects.requireNonNull(allowedHosts, "allowedHosts"));
        return self();
    }

    /**
     * Sets whether the credential, and secrets in headers or the base URL, may be sent over plain HTTP to another
     * machine; false by default.
     */
    public B allowInsecure(boolean allowInsecure) {
        once("allowInsecure");
        http.allowInsecure(allowInsecure);
        return self();
    }

    /**
     * Sets the client whose connections, proxy and TLS settings to share. Its interceptors, event listener, DNS, socket
     * factory, certificate pinner and authenticators are used, too: a body is sent again when the server or a proxy
     * asks for a login by 401 or 407. Its timeouts, redirects and retries are not used, and the adapter never closes
     * it. By default the adapter creates its own.
     */
    public B httpClient(OkHttpClient httpClient) {
        once("httpClient");
        http.httpClient(Objects.requireNonNull(httpClient, "httpClient"));
        return self();
    }

    /** Sets the proxy; by default that of the client or the JVM. */
    public B proxy(Proxy proxy) {
        once("proxy");
        http.proxy(Objects.requireNonNull(proxy, "proxy"));
        return self();
    }

    /**
     * Logs requests and replies, with secrets masked, to the logger {@code dev.aigw.wire.<name of the adapter>} at
     * DEBUG; by default nothing is logged.
     */
    public B wireLog(WireLog wireLog) {
        once("wireLog");
        http.wireLog(Objects.requireNonNull(wireLog, "wireLog").maxChars());
        return self();
    }

    /**
     * Sets the maximum size of a reply, after decompression; 64 MiB by default. A larger one is a failure of kind
     * {@link dev.aigw.api.ErrorKind#MALFORMED_RESPONSE}.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public B maxBodyBytes(long maxBodyBytes) {
        once("maxBodyBytes");
        http.maxBodyBytes(maxBodyBytes);
        return self();
    }

    /**
     * Sets the maximum number of JSON values in a reply, or in one event of a stream: objects, lists, strings, numbers
     * and the like; 500,000 by default. Each takes up to 200 bytes of memory, so that a body of few bytes can become
     * many. Of numbers in a list, as vectors and tensors have them, eight count as one, and a string counts as one
     * however long it is. A reply with more is a failure of kind {@link dev.aigw.api.ErrorKind#MALFORMED_RESPONSE}.
     *
     * <pre>{@code
     * OpenAiAdapter.builder().maxJsonValues(2_000_000) // log probabilities of twenty tokens for each of 20,000
     * }</pre>
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public B maxJsonValues(int maxJsonValues) {
        once("maxJsonValues");
        http.maxJsonValues(maxJsonValues);
        return self();
    }

    /**
     * Sets the mapper that reads replies as an application's types, and writes the payloads of predictions;
     * {@link JsonMapper#installed()} by default. Make the schemas with the same mapper.
     *
     * <pre>{@code
     * JsonMapper mapper = JacksonMapper.of(objectMapper);
     * OpenAiAdapter.builder().jsonMapper(mapper) // …
     * ResponseFormat.schema(Verdict.class, mapper)
     * }</pre>
     *
     * @see dev.aigw.api.chat.ChatResponse#as(Class)
     * @see dev.aigw.providers.schema.JacksonMapper#of
     */
    public B jsonMapper(JsonMapper jsonMapper) {
        once("jsonMapper");
        http.jsonMapper(Objects.requireNonNull(jsonMapper, "jsonMapper"));
        return self();
    }
}
