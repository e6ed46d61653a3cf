package dev.aigw.providers.oauth;

import dev.aigw.api.Credential;
import dev.aigw.api.internal.DaemonThreads;
import dev.aigw.api.internal.SetOnce;
import dev.aigw.providers.http.HttpTransport;
import dev.aigw.providers.http.Urls;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Access tokens by the client credentials grant of OAuth 2 (RFC 6749, section 4.4), as a credential for any adapter or
 * deployment.
 *
 * <pre>{@code
 * ClientCredentials login = ClientCredentials.builder()
 *     .tokenUrl("https://login.example.com/oauth2/token")
 *     .clientId("reviews").clientSecret(Credential.file(Path.of("/var/run/secrets/client")))
 *     .scope("models.predict")
 *     .build();
 * JsonHttpAdapter.builder().baseUrl("https://reviews.internal").credential(login.credential()).build();
 * }</pre>
 *
 * <p>The first call fetches a token. It is renewed in the background before it expires, one request at a time. If that
 * fails, a warning is logged, calls continue with the current token while it is valid, and the next try follows after
 * 10 seconds. Without a valid token a call waits for one, and fails if the token endpoint fails: with
 * {@link dev.aigw.api.ErrorKind#AUTHENTICATION} if it refuses the client.
 *
 * <p>Safe for use by many threads. Close it when no adapter needs it any more. Neither secret nor token ever shows.
 */
public final class ClientCredentials implements AutoCloseable {

    private final HttpTransport transport;
    private final String tokenUrl;
    private final Credential credential;

    private ClientCredentials(Builder builder, String tokenUrl, String clientId, Credential clientSecret) {
        this.transport = HttpTransport.builder("oauth", TokenRequest::error)
                .allowInsecure(builder.allowInsecure)
                .build();
        this.tokenUrl = tokenUrl;
        TokenRequest request = new TokenRequest(
                transport,
                tokenUrl,
                clientId,
                clientSecret,
                builder.inBody,
                new LinkedHashMap<>(builder.parameters),
                builder.timeout,
                builder.refreshAhead,
                builder.lifetime,
                builder.clock);
        this.credential = Credential.of(
                "oauth:" + clientId + "@" + Urls.shown(tokenUrl),
                new TokenCache(request, builder.clock, builder.executor));
    }

    /** Starts building; token URL, client id and client secret are required. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns the credential, whose secret is always a valid token. */
    public Credential credential() {
        return credential;
    }

    /** Closes the connections to the token endpoint. */
    @Override
    public void close() {
        transport.close();
    }

    /** Returns the token endpoint. */
    @Override
    public String toString() {
        return "ClientCredentials{" + Urls.shown(tokenUrl) + "}";
    }

    /**
     * Builds {@link ClientCredentials}. Setting the same thing twice throws {@link IllegalStateException}. Not safe for
     * use by several threads.
     */
    public static final class Builder {

        private final SetOnce once = new SetOnce();
        private @Nullable String tokenUrl;
        private @Nullable String clientId;
        private @Nullable Credential clientSecret;
        private final Map<String, String> parameters = new LinkedHashMap<>();
        private boolean inBody;
        private boolean allowInsecure;
        private Duration timeout = Duration.ofSeconds(10);
        private Duration refreshAhead = Duration.ofMinutes(5);
        private Duration lifetime = Duration.ofMinutes(5);
        private Clock clock = Clock.systemUTC();
        private Executor executor = Builder::inThread;

        private Builder() {}

        private static void inThread(Runnable refresh) {
            DaemonThreads.create("aigw-token", refresh).start();
        }

        /** Sets the token endpoint. */
        public Builder tokenUrl(String tokenUrl) {
            once.check(0, "tokenUrl");
            this.tokenUrl = Objects.requireNonNull(tokenUrl, "tokenUrl");
            return this;
        }

        /** Sets the client's id. */
        public Builder clientId(String clientId) {
            once.check(1, "clientId");
            this.clientId = Objects.requireNonNull(clientId, "clientId");
            return this;
        }

        /** Sets the client's secret, which is read for each token, so it can rotate too. */
        public Builder clientSecret(Credential clientSecret) {
            once.check(2, "clientSecret");
            this.clientSecret = Objects.requireNonNull(clientSecret, "clientSecret");
            return this;
        }

        /** Sets the scopes, separated by spaces; none by default. */
        public Builder scope(String scope) {
            return parameter("scope", scope);
        }

        /**
         * Adds a parameter to the request, such as {@code audience} or {@code resource}.
         *
         * @throws IllegalStateException if it is set already
         */
        public Builder parameter(String name, String value) {
            if (parameters.putIfAbsent(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"))
                    != null) {
                throw new IllegalStateException("the parameter " + name + " is set twice: remove one of the two");
            }
            return this;
        }

        /**
         * Sets whether id and secret are sent in the body; false by default, for HTTP Basic authentication, which every
         * server must support.
         */
        public Builder clientSecretInBody(boolean inBody) {
            once.check(3, "clientSecretInBody");
            this.inBody = inBody;
            return this;
        }

        /** Sets whether secret and token may be sent over plain HTTP to another machine; false by default. */
        public Builder allowInsecure(boolean allowInsecure) {
            once.check(4, "allowInsecure");
            this.allowInsecure = allowInsecure;
            return this;
        }

        /** Sets the timeout of a request for a token; 10 seconds by default. */
        public Builder timeout(Duration timeout) {
            once.check(5, "timeout");
            this.timeout = positive("timeout", timeout);
            return this;
        }

        /**
         * Sets how long before its expiry a token is renewed; 5 minutes by default, but never more than half of the
         * token's lifetime.
         */
        public Builder refreshAhead(Duration refreshAhead) {
            once.check(6, "refreshAhead");
            this.refreshAhead = positive("refreshAhead", refreshAhead);
            return this;
        }

        /** Sets the lifetime of a token whose answer has no {@code expires_in}; 5 minutes by default. */
        public Builder lifetime(Duration lifetime) {
            once.check(7, "lifetime");
            this.lifetime = positive("lifetime", lifetime);
            return this;
        }

        /** Sets the clock; the system's clock by default. */
        public Builder clock(Clock clock) {
            once.check(8, "clock");
            this.clock = Objects.requireNonNull(clock, "clock");
            return this;
        }

        /**
         * Sets the executor of requests for tokens; by default each runs in a new daemon thread, since they are rare.
         */
        public Builder executor(Executor executor) {
            once.check(9, "executor");
            this.executor = Objects.requireNonNull(executor, "executor");
            return this;
        }

        private static Duration positive(String name, Duration duration) {
            if (duration.isZero() || duration.isNegative()) {
                throw new IllegalArgumentException(name + " is zero or negative: use a positive duration");
            }
            return duration;
        }

        /**
         * Returns the client credentials; nothing is fetched before the first call.
         *
         * @throws IllegalStateException if token URL, client id or client secret is missing
         */
        public ClientCredentials build() {
            if (tokenUrl == null || clientId == null || clientSecret == null) {
                throw new IllegalStateException(
                        "set tokenUrl, clientId and clientSecret: a request for a token needs all three");
            }
            return new ClientCredentials(this, tokenUrl, clientId, clientSecret);
        }
    }
}
