package dev.aigw.routing.access.jwt;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.aigw.api.Caller;
import dev.aigw.api.Credential;
import dev.aigw.api.GatewayException;
import dev.aigw.api.internal.SetOnce;
import dev.aigw.routing.access.AuthenticationResult;
import dev.aigw.routing.access.Authenticator;
import dev.aigw.routing.access.PresentedCredential;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets callers in by opaque tokens, of which their issuer says whose they are: OAuth 2.0 Token Introspection (RFC
 * 7662).
 *
 * <pre>{@code
 * IntrospectionAuthenticator tokens = IntrospectionAuthenticator.builder()
 *     .endpoint(URI.create("https://login.acme.com/oauth2/introspect"))
 *     .client("model-gateway", Credential.environment("GATEWAY_CLIENT_SECRET"))
 *     .audience("model-gateway")
 *     .build();
 * }</pre>
 *
 * <p>Answers are cached: a token that is valid for a minute, so it is accepted that long after the issuer has revoked
 * it; one that is not for ten seconds. Calls with the same token that come together are one request, and at most 64
 * requests run at once. While the issuer does not answer, tokens that are not cached cannot be checked; after three
 * failures in a row it is asked again after 1 s, 2 s, 4 s and so on, up to 30 s.
 *
 * <p>What an authenticator before this one has not taken is sent to the issuer, if it looks like a token: add this one
 * last, or say by {@link Builder#tokens} which tokens are this issuer's.
 *
 * <p>Safe for use by many threads. It blocks while the issuer is asked, for a bounded time. There is nothing to close.
 */
public final class IntrospectionAuthenticator implements Authenticator {

    private static final Logger log = LoggerFactory.getLogger(IntrospectionAuthenticator.class);

    private static final int MOST_REQUESTS = 64;
    private static final int MOST_BYTES = 64 * 1024;

    /** One token that upsets the issuer must not keep others from being checked. */
    private static final int TOLERATED = 2;

    private static final Duration MOST_BACKOFF = Duration.ofSeconds(30);

    private final URI endpoint;
    private final String clientId;
    private final Credential clientSecret;
    private final @Nullable String issuer;
    private final TokenRules rules;
    private final Predicate<String> tokens;
    private final Function<? super TokenClaims, ? extends @Nullable Caller> mapper;
    private final Fetcher fetcher;
    private final Backoff backoff;
    private final InstantSource clock;
    private final long waitMillis;
    private final long cacheMillis;
    private final long rejectionMillis;
    private final TokenDigest digests = new TokenDigest();
    private final Cache<ByteBuffer, Answer> answers;
    private final Map<ByteBuffer, CompletableFuture<AuthenticationResult>> asked = new ConcurrentHashMap<>();
    private final Semaphore requests = new Semaphore(MOST_REQUESTS);

    private record Answer(AuthenticationResult result, long untilMillis) {}

    private IntrospectionAuthenticator(Builder builder, URI endpoint, String clientId, Credential clientSecret) {
        this.endpoint = endpoint;
        this.clientId = clientId;
        this.clientSecret = clientSecret;
        this.issuer = builder.issuer;
        this.rules =
                TokenRules.introspected(builder.audiences, builder.clockSkew, builder.boundTokens, builder.required);
        this.tokens = builder.tokens;
        this.mapper = builder.mapper;
        this.fetcher = new Fetcher(builder.client, builder.timeout, MOST_BYTES);
        this.clock = builder.clock;
        this.backoff = new Backoff(clock, Duration.ZERO, MOST_BACKOFF, TOLERATED);
        this.waitMillis = 2 * builder.timeout.toMillis() + 1_000;
        this.cacheMillis = builder.cacheFor.toMillis();
        this.rejectionMillis = builder.cacheRejectedFor.toMillis();
        this.answers = Caffeine.newBuilder()
                .maximumSize(builder.maximumCached)
                .executor(Runnable::run)
                .build();
    }

    /** Starts without an endpoint. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public AuthenticationResult authenticate(PresentedCredential credential) {
        String token = credential.secret();
        if (token == null || !tokens.test(token)) {
            return AuthenticationResult.notMine();
        }
        ByteBuffer digest = digests.of(token);
        Answer known = answers.getIfPresent(digest);
        if (known != null && clock.millis() < known.untilMillis) {
            return known.result;
        }
        CompletableFuture<AuthenticationResult> mine = new CompletableFuture<>();
        CompletableFuture<AuthenticationResult> running = asked.putIfAbsent(digest, mine);
        if (running != null) {
            return joined(running);
        }
        AuthenticationResult result = unavailable("the issuer was not asked");
        try {
            result = ask(token, digest);
        } finally {
            asked.remove(digest, mine);
            mine.complete(result);
        }
        return result;
    }

    private AuthenticationResult joined(CompletableFuture<AuthenticationResult> running) {
        try {
            return running.get(waitMillis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return unavailable("interrupted");
        } catch (TimeoutException e) {
            return unavailable("the issuer has not answered");
        } catch (ExecutionException e) {
            throw new IllegalStateException("a request ends with a result", e);
        }
    }

    private AuthenticationResult ask(String token, ByteBuffer digest) {
        if (!requests.tryAcquire()) {
            return unavailable("too many tokens are being checked");
        }
        try {
            if (!backoff.mayAsk()) {
                return unavailable("the issuer does not answer");
            }
            byte[] body = fetcher.post(
                    endpoint, "token=" + encoded(token) + "&token_type_hint=access_token", authorization());
            Map<String, @Nullable Object> answer = StrictJson.object(body);
            if (answer == null || !(answer.get("active") instanceof Boolean)) {
                throw new FetchException(
                        "the answer is not readable, or does not say whether the token is active", null);
            }
            backoff.succeeded();
            return remembered(new TokenClaims(answer), digest);
        } catch (FetchException e) {
            if (!e.isOfRequest()) {
                backoff.failed();
            }
            log.warn("{} cannot be asked about tokens: {}", endpoint.getHost(), e.getMessage());
            return unavailable("the issuer cannot be asked: " + e.getMessage());
        } catch (GatewayException e) {
            backoff.failed();
            log.warn("the secret for {} cannot be read", endpoint.getHost(), e);
            return unavailable("the secret of the client cannot be read");
        } finally {
            requests.release();
        }
    }

    private AuthenticationResult remembered(TokenClaims claims, ByteBuffer digest) {
        long now = clock.millis();
        AuthenticationResult result;
        long until = now + rejectionMillis;
        try {
            if (!Boolean.TRUE.equals(claims.value("active"))) {
                throw new Refused("the issuer says that the token is not active");
            }
            Object from = claims.value("iss");
            if (issuer != null && from != null && !issuer.equals(from)) {
                throw new Refused("the token is of another issuer");
            }
            long expiry = rules.check(claims, now);
            Caller caller = mapper.apply(claims);
            if (caller == null) {
                throw new Refused("the answer names no caller");
            }
            result = AuthenticationResult.accepted(caller);
            until = Math.min(expiry, now + cacheMillis);
        } catch (IllegalArgumentException e) { // what the mapper throws, too
            result = AuthenticationResult.rejected(String.valueOf(e.getMessage()));
        }
        answers.put(digest, new Answer(result, until));
        return result;
    }

    private AuthenticationResult unavailable(String reason) {
        return AuthenticationResult.unavailable(reason, backoff.retryAfter());
    }

    /** The id and the secret are encoded before they are joined (RFC 6749, 2.3.1). */
    private String authorization() {
        String both = encoded(clientId) + ":" + encoded(clientSecret.secret());
        return "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "IntrospectionAuthenticator{" + endpoint.getHost() + "}";
    }

    /**
     * Builds an {@link IntrospectionAuthenticator}. Setting the same thing twice throws {@link IllegalStateException}.
     * Not safe for use by several threads.
     */
    public static final class Builder {

        private static final int MOST_TOKEN_CHARS = 4_096;

        private final SetOnce once = new SetOnce();
        private final Map<String, Set<String>> required = new HashMap<>();
        private @Nullable URI endpoint;
        private @Nullable String clientId;
        private @Nullable Credential clientSecret;
        private @Nullable String issuer;
        private @Nullable Set<String> audiences;
        private @Nullable HttpClient client;
        private boolean allowHttp;
        private boolean boundTokens;
        private Duration clockSkew = Duration.ofSeconds(30);
        private Duration cacheFor = Duration.ofSeconds(60);
        private Duration cacheRejectedFor = Duration.ofSeconds(10);
        private Duration timeout = Duration.ofSeconds(5);
        private int maximumCached = 10_000;
        private Predicate<String> tokens = Builder::isOpaque;
        private Function<? super TokenClaims, ? extends @Nullable Caller> mapper = ClaimMapping.standard();
        private InstantSource clock = InstantSource.system();

        private Builder() {}

        /** Sets the address that is asked. Required. */
        public Builder endpoint(URI address) {
            once.check(0, "endpoint");
            endpoint = Objects.requireNonNull(address, "address");
            return this;
        }

        /** Sets the client that asks, which is registered with the issuer, by HTTP Basic authentication. Required. */
        public Builder client(String id, Credential secret) {
            once.check(1, "client");
            clientId = Objects.requireNonNull(id, "id");
            clientSecret = Objects.requireNonNull(secret, "secret");
            return this;
        }

        /** Sets the issuer that an answer must name exactly, if it names one; any by default. */
        public Builder issuer(String issuer) {
            once.check(2, "issuer");
            this.issuer = Objects.requireNonNull(issuer, "issuer");
            return this;
        }

        /** Sets the names of this application, of which an answer must have one in {@code aud}. */
        public Builder audience(String... names) {
            once.check(3, "audience");
            audiences = Set.of(names);
            return this;
        }

        /**
         * Accepts tokens for any audience, as with issuers that don't name it. Set {@link #require} for what tells
         * yours apart.
         */
        public Builder anyAudience() {
            once.check(3, "audience");
            audiences = null;
            return this;
        }

        /**
         * Requires a claim, with one of some values if any are given: {@code require("client_id", "web", "batch")}.
         *
         * @throws IllegalStateException if the claim is required already
         */
        public Builder require(String claim, String... values) {
            if (required.putIfAbsent(claim, Set.of(values)) != null) {
                throw new IllegalStateException("the required claim " + claim + " is set twice: remove one of the two");
            }
            return this;
        }

        /**
         * Sets how an answer becomes a caller; {@link ClaimMapping#standard()} by default. The token is rejected if the
         * function returns null, or throws {@link IllegalArgumentException}, whose message is for the audit log.
         */
        public Builder caller(Function<? super TokenClaims, ? extends @Nullable Caller> mapper) {
            once.check(4, "caller");
            this.mapper = Objects.requireNonNull(mapper, "mapper");
            return this;
        }

        /**
         * Sets which credentials are sent to the issuer; by default what a header may hold as a token (RFC 6750), up to
         * 4,096 characters, but no signed JWT. Others are left to the next authenticator.
         */
        public Builder tokens(Predicate<String> tokens) {
            once.check(5, "tokens");
            this.tokens = Objects.requireNonNull(tokens, "tokens");
            return this;
        }

        /**
         * Sets for how long an accepted token is accepted without asking again, unless it expires before; 60 s by
         * default.
         *
         * @throws IllegalArgumentException if negative or longer than an hour
         */
        public Builder cacheFor(Duration time) {
            once.check(6, "cacheFor");
            cacheFor = Durations.within(time, Duration.ZERO, Duration.ofHours(1), "cacheFor");
            return this;
        }

        /**
         * Sets for how long a rejected token is rejected without asking again; 10 s by default.
         *
         * @throws IllegalArgumentException if negative or longer than an hour
         */
        public Builder cacheRejectedFor(Duration time) {
            once.check(7, "cacheRejectedFor");
            cacheRejectedFor = Durations.within(time, Duration.ZERO, Duration.ofHours(1), "cacheRejectedFor");
            return this;
        }

        /**
         * Sets how many answers are remembered; 10,000 by default, 0 for none.
         *
         * @throws IllegalArgumentException if negative
         */
        public Builder maximumCached(int answers) {
            once.check(8, "maximumCached");
            if (answers < 0) {
                throw new IllegalArgumentException("maximumCached is " + answers + ": use zero or more");
            }
            maximumCached = answers;
            return this;
        }

        /**
         * Sets how long a request may take, until the last byte; 5 s by default.
         *
         * @throws IllegalArgumentException if not positive
         */
        public Builder timeout(Duration timeout) {
            once.check(9, "timeout");
            this.timeout = Durations.within(timeout, Duration.ofMillis(1), Duration.ofMinutes(1), "timeout");
            return this;
        }

        /**
         * Sets by how much the clocks of issuer and application may differ; 30 s by default, at most 5 min.
         *
         * @throws IllegalArgumentException if negative or longer
         */
        public Builder clockSkew(Duration skew) {
            once.check(10, "clockSkew");
            clockSkew = Durations.within(skew, Duration.ZERO, Duration.ofMinutes(5), "clockSkew");
            return this;
        }

        /**
         * Accepts an endpoint that begins with {@code http}: tokens and the secret can then be read on their way. By
         * default only this machine's may.
         */
        public Builder allowHttp() {
            once.check(11, "allowHttp");
            allowHttp = true;
            return this;
        }

        /**
         * Accepts tokens that are bound to a key or certificate of the client ({@code cnf}), because the application
         * has checked the proof.
         */
        public Builder allowBoundTokens() {
            once.check(12, "allowBoundTokens");
            boundTokens = true;
            return this;
        }

        /**
         * Sets the HTTP client, for a proxy or your own certificates; one with the JDK's defaults otherwise. You close
         * it.
         *
         * @throws IllegalArgumentException if it follows redirects
         */
        public Builder httpClient(HttpClient client) {
            once.check(13, "httpClient");
            this.client = Fetcher.checked(client);
            return this;
        }

        /** Sets the clock; the system's by default. */
        public Builder clock(InstantSource clock) {
            once.check(14, "clock");
            this.clock = Objects.requireNonNull(clock, "clock");
            return this;
        }

        /** Returns whether a credential is a token by its characters (RFC 6750, 2.1), and no signed JWT. */
        private static boolean isOpaque(String token) {
            if (token.isEmpty() || token.length() > MOST_TOKEN_CHARS) {
                return false;
            }
            int dots = 0;
            for (int i = 0; i < token.length(); i++) {
                char c = token.charAt(i);
                if (!CompactToken.isLetterOrDigit(c) && "-._~+/=".indexOf(c) < 0) {
                    return false;
                }
                dots += c == '.' ? 1 : 0;
            }
            return dots != 2 || !token.startsWith("ey");
        }

        /**
         * Returns the authenticator. Nothing is sent until the first token comes.
         *
         * @throws IllegalStateException if endpoint or client is missing, or neither audience nor anyAudience is set
         * @throws IllegalArgumentException if the endpoint is not https, or audience names none
         */
        public IntrospectionAuthenticator build() {
            URI address = Fetcher.checked(SetOnce.required(endpoint, "endpoint"), "endpoint", allowHttp);
            if (!once.isSet(3)) {
                throw new IllegalStateException(
                        "audience is not set: set the name that the issuer has for this application, or anyAudience()");
            }
            if (audiences != null && audiences.isEmpty()) {
                throw new IllegalArgumentException("audience names none: name one, or use anyAudience()");
            }
            return new IntrospectionAuthenticator(
                    this, address, SetOnce.required(clientId, "client"), SetOnce.required(clientSecret, "client"));
        }
    }
}
