package dev.aigw.providers.http;

import dev.aigw.api.AllowedHosts;
import dev.aigw.api.Credential;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.JsonMapper;
import dev.aigw.api.ModelReply;
import dev.aigw.api.Operation;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.providers.http.errors.ErrorReader;
import dev.aigw.providers.http.errors.Secrets;
import java.net.Proxy;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * Where an adapter sends its calls: its name, base URL, headers, credential and transport. The base URL and credential
 * of an attempt override those of the adapter. Safe for use by many threads.
 */
public final class HttpEndpoint implements AutoCloseable {

    private static final int MAX_BASE_URLS = 1024;

    private final String name;
    private final BaseUrl baseUrl;
    private final Map<String, BaseUrl> others = new ConcurrentHashMap<>();
    private final Map<String, String> headers;
    private final @Nullable Credential credential;
    private final HttpCall.@Nullable Signer signer;
    private final String credentialHeader;
    private final String credentialPrefix;
    private final HttpTransport transport;
    private final AllowedHosts keyHosts;
    private final @Nullable String secretHeader;
    private final @Nullable JsonMapper mapper;

    private HttpEndpoint(Builder builder, BaseUrl baseUrl, HttpTransport transport) {
        this.name = builder.name;
        this.baseUrl = baseUrl;
        this.headers = new LinkedHashMap<>(builder.defaultHeaders);
        this.headers.putAll(builder.headers);
        this.credential = builder.credential;
        this.signer = builder.signer;
        this.credentialHeader = builder.credentialHeader;
        this.credentialPrefix = builder.credentialPrefix;
        this.transport = transport;
        this.keyHosts = builder.allowedHosts;
        this.secretHeader = secretHeader(headers);
        this.mapper = builder.jsonMapper;
    }

    /** Starts an endpoint of an adapter with the default name {@code name}. */
    public static Builder builder(String name) {
        return new Builder(name);
    }

    /** Returns the adapter's name. */
    public String name() {
        return name;
    }

    /** Returns the transport. */
    public HttpTransport transport() {
        return transport;
    }

    /** Returns the mapper that reads replies and writes payloads as an application's types. */
    public JsonMapper jsonMapper() {
        return mapper == null ? JsonMapper.installed() : mapper;
    }

    /** Returns what a call of an operation returns: the reply, read by the adapter's mapper. */
    public <R extends ModelReply> R reply(Operation<?, R> operation, ModelReply reply) {
        return operation.replyType().cast(mapped(reply));
    }

    /** Returns a reply that is read by the adapter's mapper. */
    public ModelReply mapped(ModelReply reply) {
        return mapper == null ? reply : reply.withMapper(mapper);
    }

    /**
     * Starts a call with the headers and the credential.
     *
     * @param path what follows the base URL, with a slash at its beginning
     */
    public HttpCall call(String method, String path, AttemptContext attempt) {
        return callTo(method, url(path, attempt), attempt);
    }

    private static @Nullable String secretHeader(Map<String, String> headers) {
        for (Map.Entry<String, String> header : headers.entrySet()) {
            String name = header.getKey();
            if (Secrets.isSecretHeader(name.toLowerCase(Locale.ROOT))
                    || !Secrets.NONE.mask(header.getValue()).equals(header.getValue())) {
                return "the header \"" + name + "\"";
            }
        }
        return null;
    }

    /** Starts a call to a full URL with the headers and the credential. */
    public HttpCall callTo(String method, String url, AttemptContext attempt) {
        return prepared(HttpCall.of(method, url), attempt);
    }

    /**
     * Sends a GET of a path of the service; see {@link dev.aigw.api.spi.ProviderAdapter#probe}.
     *
     * @throws GatewayException if the status is not 2xx, or there is no answer
     */
    public void probe(String path, AttemptContext attempt) {
        String url;
        try {
            url = base(attempt).resolve(path);
        } catch (IllegalArgumentException e) {
            throw refusal(ErrorKind.INVALID_REQUEST, String.valueOf(e.getMessage()), attempt);
        }
        transport.fetch(prepared(HttpCall.of("GET", url), attempt), attempt);
    }

    private HttpCall prepared(HttpCall call, AttemptContext attempt) {
        headers.forEach(call::header);
        call.carrier(secretHeader);
        if (attempt.idempotencyKey() != null) {
            call.header("Idempotency-Key", attempt.idempotencyKey());
        }
        checkPlace(attempt);
        Credential used = attempt.credential() != null ? attempt.credential() : credential;
        if (used == null) {
            return signer == null ? call : call.signer(signer);
        }
        return call.credential(credentialHeader, credentialPrefix, used);
    }

    /** Refuses to take what the adapter was given for its own server to that of a deployment's base URL. */
    private void checkPlace(AttemptContext attempt) {
        if (attempt.baseUrl() == null) {
            return;
        }
        String own = attempt.credential() == null && (credential != null || signer != null)
                ? credential != null ? "the credential" : "the signature"
                : secretHeader;
        BaseUrl base = base(attempt);
        if (own == null || base.isSamePlace(baseUrl)) {
            return;
        }
        if (!keyHosts.isLimited() || base.refusal(keyHosts) != null) {
            throw refusal(
                    ErrorKind.INVALID_REQUEST,
                    own + " of the adapter \"" + name + "\" is for " + baseUrl.place()
                            + ", and the base URL of the deployment leads to " + base.place()
                            + ": give the deployment a credential of its own, or name the host by"
                            + " allowedHosts(AllowedHosts.only(...)) on the adapter's builder",
                    attempt);
        }
    }

    /**
     * Returns the URL of a call.
     *
     * @param path what follows the base URL, with a slash at its beginning
     * @throws GatewayException if the attempt has a base URL of its own that is not one
     */
    public String url(String path, AttemptContext attempt) {
        return base(attempt).at(path);
    }

    /**
     * Returns whether calls go to a host that is {@code domain} or below it.
     *
     * @param attempt the attempt, which may have a base URL of its own; null for the adapter's
     * @throws GatewayException if the attempt's base URL is not one
     */
    public boolean isAt(String domain, @Nullable AttemptContext attempt) {
        String host = (attempt == null ? baseUrl : base(attempt)).host();
        int below = host.length() - domain.length();
        return host.endsWith(domain) && (below == 0 || host.charAt(below - 1) == '.');
    }

    /** Returns the host of the adapter's base URL. */
    public String host() {
        return baseUrl.host();
    }

    private BaseUrl base(AttemptContext attempt) {
        String other = attempt.baseUrl();
        if (other == null) {
            return baseUrl;
        }
        BaseUrl known = others.get(other);
        if (known == null) {
            try {
                known = BaseUrl.of(other);
            } catch (IllegalArgumentException e) {
                throw refusal(ErrorKind.INVALID_REQUEST, String.valueOf(e.getMessage()), attempt);
            }
            if (others.size() >= MAX_BASE_URLS) {
                others.clear();
            }
            others.put(other, known);
        }
        return known;
    }

    /** Returns a failure that happened before anything was sent. */
    public GatewayException refusal(ErrorKind kind, String message, AttemptContext attempt) {
        return GatewayException.builder(kind, message)
                .provider(name)
                .deployment(attempt.deployment())
                .build();
    }

    /** Closes the transport. */
    @Override
    public void close() {
        transport.close();
    }

    /** Returns name and base URL. */
    @Override
    public String toString() {
        return name + ", " + baseUrl;
    }

    /**
     * Builds an {@link HttpEndpoint}, for {@code HttpOptions}, which refuses to set a property twice. Not safe for use
     * by several threads.
     */
    public static final class Builder {

        private String name;
        private @Nullable String baseUrl;
        private final Map<String, String> defaultHeaders = new LinkedHashMap<>(2);
        private final Map<String, String> headers = new LinkedHashMap<>();
        private @Nullable Credential credential;
        private HttpCall.@Nullable Signer signer;
        private String credentialHeader = "Authorization";
        private String credentialPrefix = "Bearer ";
        private boolean allowInsecure;
        private AllowedHosts allowedHosts = AllowedHosts.any();
        private @Nullable OkHttpClient httpClient;
        private @Nullable Proxy proxy;
        private @Nullable Integer wireLogChars;
        private @Nullable Long maxBodyBytes;
        private @Nullable Integer maxEventBytes;
        private @Nullable Long maxStreamBytes;
        private @Nullable Integer maxJsonValues;
        private Collection<String> readFields = List.of();
        private @Nullable JsonMapper jsonMapper;

        private Builder(String name) {
            this.name = name;
        }

        /**
         * Sets the adapter's name.
         *
         * @throws IllegalArgumentException if it is blank or contains a {@code /}
         */
        public void name(String name) {
            if (name.isBlank() || name.indexOf('/') >= 0) {
                throw new IllegalArgumentException(
                        "adapter name \"" + name + "\": use a word without /, which separates it from the model");
            }
            this.name = name;
        }

        /** Sets the base URL. */
        public void baseUrl(String baseUrl) {
            this.baseUrl = baseUrl;
        }

        /** Adds a header to every call. */
        public void header(String name, String value) {
            headers.put(name, value);
        }

        /** Adds a default header to every call, unless one of this name is set. */
        public void defaultHeader(String name, String value) {
            defaultHeaders.put(name, value);
        }

        /** Sets the credential. */
        public void credential(Credential credential) {
            this.credential = credential;
        }

        /** Sets what signs calls for which no credential is set. */
        public void signer(HttpCall.Signer signer) {
            this.signer = signer;
        }

        /** Sets the header that carries the credential, and the text before the secret in it. */
        public void credentialHeader(String name, String prefix) {
            this.credentialHeader = name;
            this.credentialPrefix = prefix;
        }

        /** Sends the credential as {@code Authorization: Bearer …}, regardless of the header set for it. */
        public void bearer() {
            credentialHeader = "Authorization";
            credentialPrefix = "Bearer ";
        }

        /** Sets whether the credential may travel over plain HTTP to another machine. */
        public void allowInsecure(boolean allowInsecure) {
            this.allowInsecure = allowInsecure;
        }

        /** Sets the hosts that calls may go to, beside that of the base URL. */
        public void allowedHosts(AllowedHosts allowedHosts) {
            this.allowedHosts = allowedHosts;
        }

        /** Sets the client to derive from. */
        public void httpClient(OkHttpClient httpClient) {
            this.httpClient = httpClient;
        }

        /** Sets the proxy. */
        public void proxy(Proxy proxy) {
            this.proxy = proxy;
        }

        /** Logs requests and replies, with so many characters of their bodies. */
        public void wireLog(int bodyChars) {
            this.wireLogChars = bodyChars;
        }

        /** Sets the largest reply. */
        public void maxBodyBytes(long maxBodyBytes) {
            this.maxBodyBytes = maxBodyBytes;
        }

        /** Sets the largest event of a stream. */
        public void maxEventBytes(int maxEventBytes) {
            this.maxEventBytes = maxEventBytes;
        }

        /** Sets the largest stream. */
        public void maxStreamBytes(long maxStreamBytes) {
            this.maxStreamBytes = maxStreamBytes;
        }

        /** Sets names of fields that a chat's reader wants, of those that none reads otherwise. */
        public void readFields(Collection<String> readFields) {
            this.readFields = readFields;
        }

        /** Sets the mapper that reads replies as an application's types. */
        public void jsonMapper(JsonMapper jsonMapper) {
            this.jsonMapper = jsonMapper;
        }

        /** Sets the largest number of JSON values in a reply or event. */
        public void maxJsonValues(int maxJsonValues) {
            this.maxJsonValues = maxJsonValues;
        }

        /**
         * Returns the endpoint.
         *
         * @param defaultBaseUrl the base URL where none was set, or null if one is required
         * @throws IllegalStateException if the base URL is missing
         * @throws IllegalArgumentException if the base URL is not one, or a maximum size is not positive
         */
        public HttpEndpoint build(@Nullable String defaultBaseUrl, ErrorReader errors) {
            String url = baseUrl != null ? baseUrl : defaultBaseUrl;
            if (url == null) {
                throw new IllegalStateException("adapter \"" + name
                        + "\" has no base URL: set one, such as baseUrl(\"http://localhost:8080\")");
            }
            BaseUrl base;
            try {
                base = BaseUrl.of(url);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("adapter \"" + name + "\": " + e.getMessage(), e);
            }
            AllowedHosts allowed = allowedHosts.and(base.host());
            String refusal = base.refusal(allowed);
            if (refusal != null) {
                throw new IllegalArgumentException("adapter \"" + name + "\": " + refusal);
            }
            HttpTransport.Builder transport = HttpTransport.builder(name, errors)
                    .client(httpClient)
                    .proxy(proxy)
                    .readFields(readFields)
                    .allowInsecure(allowInsecure)
                    .allowedHosts(allowed)
                    .usualBaseUrl(defaultBaseUrl);
            if (wireLogChars != null) {
                transport.wireLog(WireLogger.of(name, wireLogChars));
            }
            if (maxBodyBytes != null) {
                transport.maxBodyBytes(maxBodyBytes);
            }
            if (maxEventBytes != null) {
                transport.maxEventBytes(maxEventBytes);
            }
            if (maxStreamBytes != null) {
                transport.maxStreamBytes(maxStreamBytes);
            }
            if (maxJsonValues != null) {
                transport.maxJsonValues(maxJsonValues);
            }
            return new HttpEndpoint(this, base, transport.build());
        }
    }
}
