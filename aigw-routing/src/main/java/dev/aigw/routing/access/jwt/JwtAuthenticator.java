package dev.aigw.routing.access.jwt;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.aigw.api.Caller;
import dev.aigw.api.Credential;
import dev.aigw.api.internal.SetOnce;
import dev.aigw.routing.access.AuthenticationResult;
import dev.aigw.routing.access.Authenticator;
import dev.aigw.routing.access.PresentedCredential;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Lets callers in by JSON Web Tokens of one issuer. Needs {@code com.nimbusds:nimbus-jose-jwt}.
 *
 * <pre>{@code
 * JwtAuthenticator tokens = JwtAuthenticator.builder()
 *     .issuer("https://login.acme.com")
 *     .audience("model-gateway")
 *     .caller(ClaimMapping.builder().tenant("org_id").roles("roles").build())
 *     .build();
 * Access access = Access.builder().authenticator(tokens) // …
 * }</pre>
 *
 * <p>A token is accepted if a key of the issuer has signed it, with an algorithm that is allowed for that key; if its
 * issuer is exactly this one, its audience is one of ours, and it has not expired; and if its claims name a caller. A
 * token of another issuer, an encrypted one and what is no JWT are left to the next authenticator, so one authenticator
 * for each issuer can be added.
 *
 * <p>The keys are found by the issuer's metadata, unless their address or they themselves are given. They are cached,
 * fetched again in the background, and survive an outage of the issuer for a time. A token is verified once, and then
 * found by a keyed digest until it expires or the issuer drops its key.
 *
 * <p>Safe for use by many threads. It blocks while the keys are fetched, for a bounded time and only if it has none
 * that verify the token. There is nothing to close.
 */
public final class JwtAuthenticator implements Authenticator {

    private final String issuer;
    private final KeySource keys;
    private final HeaderRules headers;
    private final TokenRules rules;
    private final Function<? super TokenClaims, ? extends @Nullable Caller> mapper;
    private final InstantSource clock;
    private final long cacheMillis;
    private final TokenDigest digests = new TokenDigest();
    private final Cache<ByteBuffer, Verified> verified;

    /** A token that was accepted, until when, and the key whose retirement ends it. */
    private record Verified(AuthenticationResult result, TrustedKey key, long untilMillis) {}

    private JwtAuthenticator(Builder builder, String issuer, KeySource keys) {
        this.issuer = issuer;
        this.keys = keys;
        this.headers = new HeaderRules(builder.chosenAlgorithms(), builder.types, builder.accessTokensOnly);
        this.rules = TokenRules.jwt(
                builder.audiences,
                builder.clockSkew,
                builder.maxLifetime,
                builder.idTokens,
                builder.boundTokens,
                builder.required);
        this.mapper = builder.mapper;
        this.clock = builder.clock;
        this.cacheMillis = builder.cacheFor.toMillis();
        this.verified = Caffeine.newBuilder()
                .maximumSize(builder.maximumCached)
                .executor(Runnable::run)
                .build();
    }

    /** Starts without an issuer. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public AuthenticationResult authenticate(PresentedCredential credential) {
        String token = credential.secret();
        if (token == null || !CompactToken.mayBe(token)) {
            return AuthenticationResult.notMine();
        }
        ByteBuffer digest = digests.of(token);
        Verified known = verified.getIfPresent(digest);
        if (known == null) {
            return read(token, digest);
        }
        if (keys.current() == null) {
            return noKeys();
        }
        if (known.key.isRetired() || clock.millis() >= known.untilMillis) {
            verified.invalidate(digest);
            return read(token, digest);
        }
        return known.result;
    }

    private AuthenticationResult read(String token, ByteBuffer digest) {
        try {
            CompactToken read = CompactToken.read(token);
            return read == null || !issuer.equals(read.claims().value("iss"))
                    ? AuthenticationResult.notMine()
                    : verify(read, digest);
        } catch (Refused e) {
            return AuthenticationResult.rejected(String.valueOf(e.getMessage()));
        }
    }

    private AuthenticationResult verify(CompactToken token, ByteBuffer digest) {
        String algorithm = headers.check(token);
        String keyId = HeaderRules.keyId(token);
        long now = clock.millis();
        long until = rules.check(token.claims(), now);
        KeySet known = keys.current();
        if (known == null) {
            return noKeys();
        }
        TrustedKey key = known.signer(token, algorithm, keyId);
        if (key == null) {
            KeySet newer = keys.after(known);
            if (newer == null && !known.knows(algorithm, keyId)) {
                return AuthenticationResult.unavailable(
                        "the issuer's keys don't have the token's, and can't be fetched now", keys.retryAfter());
            }
            key = newer == null ? null : newer.signer(token, algorithm, keyId);
            if (key == null) {
                boolean hasKey = (newer == null ? known : newer).knows(algorithm, keyId);
                return AuthenticationResult.rejected(
                        hasKey ? "the signature is wrong" : "the issuer has no key of this id and algorithm");
            }
        }
        return accept(token.claims(), digest, key, Math.min(until, now + cacheMillis));
    }

    private AuthenticationResult accept(TokenClaims claims, ByteBuffer digest, TrustedKey key, long untilMillis) {
        Caller caller;
        try {
            caller = mapper.apply(claims);
        } catch (IllegalArgumentException e) {
            return AuthenticationResult.rejected("the claims name no caller: " + e.getMessage());
        }
        if (caller == null) {
            return AuthenticationResult.rejected("the claims name no caller");
        }
        AuthenticationResult result = AuthenticationResult.accepted(caller);
        verified.put(digest, new Verified(result, key, untilMillis));
        return result;
    }

    private AuthenticationResult noKeys() {
        return AuthenticationResult.unavailable("there are no keys of the issuer", keys.retryAfter());
    }

    @Override
    public String toString() {
        return "JwtAuthenticator{" + issuer + "}";
    }

    /**
     * Builds a {@link JwtAuthenticator}. Setting the same thing twice throws {@link IllegalStateException}. Not safe
     * for use by several threads.
     */
    public static final class Builder {

        /** Real sets have a few kilobytes. */
        private static final int MOST_BYTES = 512 * 1024;

        private final SetOnce once = new SetOnce();
        private final Map<String, Set<String>> required = new HashMap<>();
        private final Set<String> types = new HashSet<>(Set.of("jwt", "at+jwt"));
        private @Nullable String issuer;
        private @Nullable URI address;
        private @Nullable Path file;
        private @Nullable String document;
        private @Nullable Credential secret;
        private @Nullable Set<String> audiences;
        private @Nullable Set<String> algorithms;
        private @Nullable HttpClient client;
        private boolean accessTokensOnly;
        private boolean idTokens;
        private boolean boundTokens;
        private boolean allowHttp;
        private Duration clockSkew = Duration.ofSeconds(30);
        private Duration maxLifetime = Duration.ofHours(24);
        private Duration refreshEvery = Duration.ofMinutes(5);
        private Duration refreshInterval = Duration.ofSeconds(30);
        private Duration keepKeysFor = Duration.ofHours(1);
        private Duration timeout = Duration.ofSeconds(5);
        private Duration cacheFor = Duration.ofDays(1);
        private int maximumCached = 10_000;
        private Function<? super TokenClaims, ? extends @Nullable Caller> mapper = ClaimMapping.standard();
        private InstantSource clock = InstantSource.system();

        private Builder() {}

        /**
         * Sets the issuer, exactly as its tokens name it in {@code iss}: case and a slash at the end count. Required.
         */
        public Builder issuer(String issuer) {
            once.check(0, "issuer");
            this.issuer = Objects.requireNonNull(issuer, "issuer");
            return this;
        }

        /**
         * Sets the address of the issuer's JWK Set. By default it is found: by
         * {@code <issuer>/.well-known/openid-configuration}, else by the issuer's OAuth metadata (RFC 8414).
         */
        public Builder jwks(URI address) {
            once.check(1, "jwks");
            this.address = Objects.requireNonNull(address, "address");
            return this;
        }

        /** Sets a file with the issuer's JWK Set. It is read by {@link #build()}, and never again. */
        public Builder jwks(Path file) {
            once.check(1, "jwks");
            this.file = Objects.requireNonNull(file, "file");
            return this;
        }

        /** Sets the issuer's keys themselves, as the JSON text of a JWK Set. */
        public Builder jwks(String json) {
            once.check(1, "jwks");
            document = Objects.requireNonNull(json, "json");
            return this;
        }

        /**
         * Sets a secret that is shared with the issuer: its UTF-8 bytes, at least 32. Then only HS256, HS384 and HS512
         * are allowed, as far as the secret is long enough for them, and there are no public keys. Whoever can verify a
         * token by a secret can also make one: prefer keys.
         */
        public Builder hmacSecret(Credential secret) {
            once.check(19, "hmacSecret");
            this.secret = Objects.requireNonNull(secret, "secret");
            return this;
        }

        /** Sets the names of this application, of which a token must have one in {@code aud}. */
        public Builder audience(String... names) {
            once.check(2, "audience");
            audiences = Set.of(names);
            return this;
        }

        /**
         * Accepts tokens for any audience. Then each token of the issuer opens this application, also one that was
         * issued for another and stolen there: set {@link #require} for what tells yours apart.
         */
        public Builder anyAudience() {
            once.check(2, "audience");
            audiences = null;
            return this;
        }

        /**
         * Sets the algorithms that are allowed. By default all of RS256, RS384, RS512, PS256, PS384, PS512, ES256,
         * ES384, ES512 and EdDSA (Ed25519); with {@link #hmacSecret}, HS256, HS384 and HS512 instead.
         *
         * @throws IllegalArgumentException if one is not known, {@code none} among them
         */
        public Builder algorithms(String... names) {
            once.check(3, "algorithms");
            for (String name : names) {
                if (!Algorithms.ASYMMETRIC.contains(name) && !Algorithms.SYMMETRIC.contains(name)) {
                    throw new IllegalArgumentException("there is no algorithm \"" + name + "\" here: use some of "
                            + String.join(
                                    ", ",
                                    Algorithms.ASYMMETRIC.stream().sorted().toList()));
                }
            }
            algorithms = Set.of(names);
            return this;
        }

        /**
         * Sets by how much the clocks of issuer and application may differ; 30 s by default, at most 5 min.
         *
         * @throws IllegalArgumentException if negative or longer
         */
        public Builder clockSkew(Duration skew) {
            once.check(4, "clockSkew");
            clockSkew = Durations.within(skew, Duration.ZERO, Duration.ofMinutes(5), "clockSkew");
            return this;
        }

        /**
         * Sets how long a token may live, from {@code iat} or now until {@code exp}; 24 h by default. A token cannot be
         * taken back, so prefer short ones.
         *
         * @throws IllegalArgumentException if not positive
         */
        public Builder maxLifetime(Duration lifetime) {
            once.check(5, "maxLifetime");
            maxLifetime = Durations.within(lifetime, Duration.ofMillis(1), Duration.ofDays(3_650), "maxLifetime");
            return this;
        }

        /**
         * Accepts only tokens whose {@code typ} is {@code at+jwt} (RFC 9068). By default it may also be {@code JWT} or
         * missing. Other types, such as {@code logout+jwt}, are rejected.
         */
        public Builder accessTokensOnly() {
            once.check(6, "accessTokensOnly");
            accessTokensOnly = true;
            types.remove("jwt");
            return this;
        }

        /**
         * Accepts ID tokens too, which are made for the client that the user signed in with. By default a token is
         * rejected that has {@code at_hash} or {@code c_hash}, or that Keycloak or Cognito mark as an ID or refresh
         * token; other ID tokens are told apart by their audience only.
         */
        public Builder allowIdTokens() {
            once.check(7, "allowIdTokens");
            idTokens = true;
            return this;
        }

        /**
         * Accepts tokens that are bound to a key or certificate of the client ({@code cnf}: DPoP, mutual TLS), because
         * the application has checked the proof. By default they are rejected: a stolen one would be as good as any.
         */
        public Builder allowBoundTokens() {
            once.check(8, "allowBoundTokens");
            boundTokens = true;
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
         * Sets how the claims of a verified token become a caller; {@link ClaimMapping#standard()} by default. The
         * token is rejected if the function returns null, or throws {@link IllegalArgumentException}, whose message is
         * for the audit log. It is asked once for a token that is cached.
         */
        public Builder caller(Function<? super TokenClaims, ? extends @Nullable Caller> mapper) {
            once.check(9, "caller");
            this.mapper = Objects.requireNonNull(mapper, "mapper");
            return this;
        }

        /**
         * Sets at which age keys are fetched again; 5 min by default. Calls go on with the old ones meanwhile, up to
         * twice that age.
         *
         * @throws IllegalArgumentException if shorter than a second
         */
        public Builder refreshEvery(Duration age) {
            once.check(10, "refreshEvery");
            refreshEvery = Durations.within(age, Duration.ofSeconds(1), Duration.ofDays(1), "refreshEvery");
            return this;
        }

        /**
         * Sets the least time between two fetches; 30 s by default. A token whose key is not known, as after a
         * rotation, has the keys fetched, but not more often than this. After a failed fetch the next may begin sooner:
         * after 1 s, 2 s, 4 s and so on, up to this.
         *
         * @throws IllegalArgumentException if shorter than a second
         */
        public Builder refreshInterval(Duration interval) {
            once.check(11, "refreshInterval");
            refreshInterval = Durations.within(interval, Duration.ofSeconds(1), Duration.ofDays(1), "refreshInterval");
            return this;
        }

        /**
         * Sets for how long keys may be used while they cannot be fetched, counted from the last fetch that succeeded;
         * 1 h by default. Then nobody is let in until the issuer answers.
         *
         * @throws IllegalArgumentException if shorter than a second; {@link #build()} if shorter than refreshEvery
         */
        public Builder keepKeysFor(Duration time) {
            once.check(12, "keepKeysFor");
            keepKeysFor = Durations.within(time, Duration.ofSeconds(1), Duration.ofDays(365), "keepKeysFor");
            return this;
        }

        /**
         * Sets how long a request to the issuer may take, until the last byte; 5 s by default.
         *
         * @throws IllegalArgumentException if not positive
         */
        public Builder timeout(Duration timeout) {
            once.check(13, "timeout");
            this.timeout = Durations.within(timeout, Duration.ofMillis(1), Duration.ofMinutes(1), "timeout");
            return this;
        }

        /**
         * Accepts addresses of the issuer that begin with {@code http}. Whoever can change an answer on its way can
         * then make tokens. By default only this machine's may: {@code localhost}, {@code 127.0.0.1}, {@code [::1]}.
         */
        public Builder allowHttp() {
            once.check(14, "allowHttp");
            allowHttp = true;
            return this;
        }

        /**
         * Sets the HTTP client, for a proxy or your own certificates; one with the JDK's defaults otherwise. You close
         * it.
         *
         * @throws IllegalArgumentException if it follows redirects
         */
        public Builder httpClient(HttpClient client) {
            once.check(15, "httpClient");
            this.client = Fetcher.checked(client);
            return this;
        }

        /**
         * Sets how many verified tokens are remembered; 10,000 by default, 0 for none.
         *
         * @throws IllegalArgumentException if negative
         */
        public Builder maximumCached(int tokens) {
            once.check(16, "maximumCached");
            if (tokens < 0) {
                throw new IllegalArgumentException("maximumCached is " + tokens + ": use zero or more");
            }
            maximumCached = tokens;
            return this;
        }

        /**
         * Sets for how long a verified token is remembered at most, so that {@link #caller} is asked again; by default
         * until it expires.
         *
         * @throws IllegalArgumentException if not positive
         */
        public Builder cacheFor(Duration time) {
            once.check(17, "cacheFor");
            cacheFor = Durations.within(time, Duration.ofMillis(1), Duration.ofDays(3_650), "cacheFor");
            return this;
        }

        /** Sets the clock; the system's by default. */
        public Builder clock(InstantSource clock) {
            once.check(18, "clock");
            this.clock = Objects.requireNonNull(clock, "clock");
            return this;
        }

        private Set<String> chosenAlgorithms() {
            if (algorithms != null) {
                return algorithms;
            }
            return secret == null ? Algorithms.ASYMMETRIC : Algorithms.SYMMETRIC;
        }

        /**
         * Returns the authenticator. Nothing is fetched until the first token comes.
         *
         * @throws IllegalStateException if the issuer is missing, or neither audience nor anyAudience is set, or the
         *     library is missing
         * @throws IllegalArgumentException if there are both keys and a secret, or algorithms for the other of them; if
         *     an address is not https; if given keys or the secret cannot be used; if keepKeysFor is shorter than
         *     refreshEvery
         * @throws UncheckedIOException if the file of keys cannot be read
         */
        public JwtAuthenticator build() {
            String from = SetOnce.required(issuer, "issuer");
            requireNimbus();
            if (!once.isSet(2)) {
                throw new IllegalStateException(
                        "audience is not set: set the name that the issuer has for this application, or anyAudience()");
            }
            if (secret != null && once.isSet(1)) {
                throw new IllegalArgumentException(
                        "both jwks and hmacSecret are set: a public key must never be taken for a secret");
            }
            if (audiences != null && audiences.isEmpty()) {
                throw new IllegalArgumentException("audience names none: name one, or use anyAudience()");
            }
            Set<String> known = secret == null ? Algorithms.ASYMMETRIC : Algorithms.SYMMETRIC;
            if (chosenAlgorithms().isEmpty() || !known.containsAll(chosenAlgorithms())) {
                throw new IllegalArgumentException(
                        secret == null
                                ? "algorithms has one for secrets, or none: a public key must never be taken for a secret"
                                : "algorithms has one for keys, or none: with hmacSecret use HS256, HS384 or HS512");
            }
            return new JwtAuthenticator(this, from, source(from));
        }

        private KeySource source(String from) {
            if (secret != null) {
                return secret(secret);
            }
            if (document != null) {
                return fixed(document.getBytes(StandardCharsets.UTF_8));
            }
            if (file != null) {
                return fixed(bytes(file));
            }
            if (keepKeysFor.compareTo(refreshEvery) < 0) {
                throw new IllegalArgumentException("keepKeysFor is shorter than refreshEvery: use a longer time");
            }
            URI checked = Fetcher.checked(
                    address == null ? URI.create(from) : address, address == null ? "issuer" : "jwks", allowHttp);
            Fetcher fetcher = new Fetcher(client, timeout, MOST_BYTES);
            return new RemoteKeys(
                    address == null ? null : checked,
                    address == null ? new Discovery(from, allowHttp, fetcher) : null,
                    fetcher,
                    new KeyTimes(refreshEvery, refreshInterval, keepKeysFor, timeout, clock));
        }

        /** Keys are read later, perhaps in a thread of its own: what is missing must show now. */
        private static void requireNimbus() {
            try {
                JwkParser.checkLibrary();
            } catch (NoClassDefFoundError e) {
                throw new IllegalStateException("JWTs need com.nimbusds:nimbus-jose-jwt: add it to the application", e);
            }
        }

        private static KeySource fixed(byte[] json) {
            JwkParser.Parsed parsed = JwkParser.parse(json);
            if (parsed.keys().size() == 0) {
                throw new IllegalArgumentException("jwks has no key that can be used: " + parsed.ignored());
            }
            return new FixedKeys(parsed.keys());
        }

        private static byte[] bytes(Path file) {
            try {
                return Files.readAllBytes(file);
            } catch (IOException e) {
                throw new UncheckedIOException("the file of keys cannot be read: " + file, e);
            }
        }

        private KeySource secret(Credential credential) {
            SecretKeys source = new SecretKeys(credential, chosenAlgorithms());
            if (source.current().size() == 0) {
                throw new IllegalArgumentException(
                        "hmacSecret is too short for its algorithms: HS256 needs 32 bytes, HS384 48, HS512 64");
            }
            return source;
        }
    }
}
