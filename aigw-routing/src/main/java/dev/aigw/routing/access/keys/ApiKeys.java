package dev.aigw.routing.access.keys;

import dev.aigw.api.Caller;
import dev.aigw.api.internal.SetOnce;
import dev.aigw.routing.access.AuditEvent;
import dev.aigw.routing.access.AuditListener;
import dev.aigw.routing.access.AuthenticationResult;
import dev.aigw.routing.access.Authenticator;
import dev.aigw.routing.access.PresentedCredential;
import dev.aigw.routing.engine.time.Durations;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * API keys that an application gives to its own callers.
 *
 * <pre>{@code
 * ApiKeys keys = ApiKeys.builder()
 *     .store(FileKeyStore.open(Path.of("/var/lib/app/keys.json")))
 *     .serverSecret("2026", System.getenv("KEY_SECRET"))
 *     .build();
 * MintedKey minted = keys.mint(KeySpec.builder("nightly reports", "acme").scope("chat").tier("gold").build());
 * show(minted.secret());                  // the only time
 *
 * Access access = Access.builder().authenticator(keys).build();
 * }</pre>
 *
 * <p>A key is written {@code aigw_id_secret}: {@link #pattern()} finds keys in text, and a checksum at the end tells
 * them from typos and made-up ones without a look-up. The secret has 178 random bits; the store gets only its hash. A
 * key is looked up by its id, which is no secret, and its secret is compared in constant time; a key that does not
 * exist takes as much work as a wrong secret.
 *
 * <p>Changes apply at once in this JVM, and in others that share the store after at most {@link Builder#cacheTime}, one
 * second by default. The time a key was last used is written once a minute, in a thread of its own, and when this is
 * closed.
 *
 * <p>Management methods block for the store, and throw {@link KeyStoreException} if it fails. Then it may have made the
 * change or not: call again. All are audited.
 *
 * <p>Safe for use by many threads. Close it after the routers that use it: it writes the times of last use and ends its
 * thread. It does not close the store.
 */
public final class ApiKeys implements Authenticator, AutoCloseable {

    /** The most records that one {@link #list(String, String, int)} returns. */
    public static final int MOST_LISTED = 1_000;

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final int PASSES = 10;
    private static final int IDS_TRIED = 5;

    private final KeyFormat format;
    private final SecretHashes hashes;
    private final KeyRecords records;
    private final InstantSource clock;
    private final Duration overlap;
    private final @Nullable String source;

    private ApiKeys(Builder builder, KeyStore store, SecretHashes hashes) {
        this.format = new KeyFormat(builder.prefix, builder.random);
        this.hashes = hashes;
        this.records = new KeyRecords(store, builder, hashes);
        this.clock = builder.clock;
        this.overlap = builder.overlap;
        this.source = null;
    }

    private ApiKeys(ApiKeys other, String source) {
        this.format = other.format;
        this.hashes = other.hashes;
        this.records = other.records;
        this.clock = other.clock;
        this.overlap = other.overlap;
        this.source = source;
    }

    /** Starts without a store. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns these keys, managed by somebody: audit events of what is done with it have this as their source, such as
     * the name of an administrator. Closing it closes these.
     */
    public ApiKeys by(String source) {
        return new ApiKeys(this, Objects.requireNonNull(source, "source"));
    }

    // Authentication.

    /**
     * Returns whose key it is. Credentials that do not begin with the prefix are of another kind. It waits for the
     * store if the key was not used for a while.
     */
    @Override
    public AuthenticationResult authenticate(PresentedCredential credential) {
        String presented = credential.secret();
        if (presented == null || !format.isOurs(presented)) {
            return AuthenticationResult.notMine();
        }
        KeyFormat.Parsed parsed = format.parse(presented);
        if (parsed == null) {
            return AuthenticationResult.rejected(
                    "the key is not complete, or its checksum is wrong", format.claimedId(presented));
        }
        StoredKey stored;
        try {
            stored = records.find(parsed.id());
        } catch (RuntimeException e) {
            return AuthenticationResult.unavailable("the key cannot be read: " + e.getMessage(), RETRY_AFTER);
        }
        KeySecret secret = hashes.find(stored, parsed.id(), parsed.secret());
        if (stored == null) {
            return AuthenticationResult.rejected("there is no such key", parsed.id());
        }
        return secret == null ? wrongSecret(stored) : checked(stored, secret, parsed);
    }

    private AuthenticationResult wrongSecret(StoredKey stored) {
        return hashes.canCheck(stored)
                ? AuthenticationResult.rejected("the secret is wrong", stored.id())
                : AuthenticationResult.unavailable(
                        "the server secret that key " + stored.id() + " was hashed with is not configured",
                        RETRY_AFTER);
    }

    private AuthenticationResult checked(StoredKey stored, KeySecret secret, KeyFormat.Parsed parsed) {
        ApiKey key = stored.key();
        Instant now = clock.instant();
        return switch (key.state(now)) {
            case REVOKED -> AuthenticationResult.rejected("the key was revoked at " + key.revokedAt(), key.id());
            case EXPIRED -> AuthenticationResult.rejected("the key expired at " + key.expiresAt(), key.id());
            case ACTIVE -> {
                if (!secret.isValid(now)) {
                    yield AuthenticationResult.rejected(
                            "the key was rotated, and this secret ended at " + secret.validUntil(), key.id());
                }
                records.used(stored, secret, parsed.secret(), now);
                yield AuthenticationResult.accepted(key.caller());
            }
        };
    }

    // Management.

    /** Makes a key. */
    public MintedKey mint(KeySpec spec) {
        for (int i = 0; i < IDS_TRIED; i++) {
            ApiKey.Draft draft = spec.draft();
            draft.id = format.newId();
            draft.createdAt = records.now();
            ApiKey key = draft.build();
            String secret = format.newSecret();
            if (records.add(new StoredKey(key, List.of(hashes.hash(key.id(), secret)), 0))) {
                audit(AuditEvent.Type.KEY_MINTED, key, "");
                return new MintedKey(key, format.write(key.id(), secret));
            }
        }
        throw new KeyStoreException("the store says of " + IDS_TRIED + " random ids that they are taken", null);
    }

    /**
     * Gives a key a new secret. The secrets before stay valid for the {@link Builder#overlap overlap}, so that callers
     * can change over; the id, and with it what limits have counted, stays.
     *
     * @throws java.util.NoSuchElementException if there is no such key
     * @throws IllegalStateException if it was revoked or has expired, or if four secrets before are still valid
     */
    public MintedKey rotate(String id) {
        return rotate(id, overlap);
    }

    /** Does the same with an overlap for this time; zero ends all secrets before at once. */
    public MintedKey rotate(String id, Duration overlap) {
        requireOverlap(overlap);
        String secret = format.newSecret();
        StoredKey rotated = records.change(id, stored -> {
            Instant now = records.now();
            if (stored.key().state(now) != ApiKey.State.ACTIVE) {
                throw new IllegalStateException(
                        "key " + id + " is " + stored.key().state(now) + ": mint another, or set its expiry first");
            }
            List<KeySecret> secrets = KeyRecords.ending(stored.secrets(), now, now.plus(overlap));
            secrets.add(hashes.hash(id, secret));
            return stored.next(stored.key(), secrets);
        });
        audit(
                AuditEvent.Type.KEY_ROTATED,
                rotated.key(),
                "the secrets before are valid for " + Durations.text(overlap) + " at most");
        return new MintedKey(rotated.key(), format.write(id, secret));
    }

    /**
     * Ends a key for ever, at once. A key that was revoked before stays as it is.
     *
     * @return the revoked key
     * @throws java.util.NoSuchElementException if there is no such key
     */
    public ApiKey revoke(String id) {
        return revoke(id, "");
    }

    private ApiKey revoke(String id, String reason) {
        boolean[] changed = new boolean[1];
        ApiKey revoked = records.change(id, stored -> {
                    changed[0] = stored.key().revokedAt() == null;
                    if (!changed[0]) {
                        return stored;
                    }
                    ApiKey.Draft draft = stored.key().draft();
                    draft.revokedAt = records.now();
                    return stored.next(draft.build(), stored.secrets());
                })
                .key();
        if (changed[0]) {
            audit(AuditEvent.Type.KEY_REVOKED, revoked, reason);
        }
        return revoked;
    }

    /**
     * Revokes all keys of a tenant that exist now. If it throws, some may be revoked already: call again.
     *
     * @return how many it revoked
     */
    public int revokeTenant(String tenant) {
        int count = 0;
        for (int pass = 0; pass < PASSES; pass++) { // again, for keys that were minted meanwhile
            int before = count;
            for (ApiKey key : list(tenant)) {
                if (key.revokedAt() == null) {
                    revoke(key.id(), "with all keys of the tenant");
                    count++;
                }
            }
            if (count == before) {
                break;
            }
        }
        return count;
    }

    /**
     * Changes what a key may be used for, and until when:
     *
     * <pre>{@code
     * keys.update(id, change -> change.tier("gold").scopes("chat", "embed").expiresAt(null));
     * }</pre>
     *
     * <p>The function may run more than once if others change the same key.
     *
     * @return the changed key
     * @throws java.util.NoSuchElementException if there is no such key
     * @throws IllegalStateException if it was revoked
     */
    public ApiKey update(String id, Consumer<KeyChange> change) {
        String[] differences = {""};
        StoredKey updated = records.change(id, stored -> {
            if (stored.key().revokedAt() != null) {
                throw new IllegalStateException("key " + id + " is revoked: mint another");
            }
            KeyChange made = new KeyChange(stored.key());
            change.accept(made);
            ApiKey after = made.after();
            differences[0] = made.differences(after);
            return differences[0].isEmpty() ? stored : stored.next(after, stored.secrets());
        });
        if (!differences[0].isEmpty()) {
            audit(AuditEvent.Type.KEY_CHANGED, updated.key(), differences[0]);
        }
        return updated.key();
    }

    /** Removes a revoked or expired key from the store, such as an old one; nothing happens if there is no such key. */
    public void remove(String id) {
        ApiKey key = find(id);
        if (key == null) {
            return;
        }
        if (key.state(records.now()) == ApiKey.State.ACTIVE) {
            throw new IllegalStateException("key " + id + " is active: revoke it first");
        }
        records.remove(id);
        audit(AuditEvent.Type.KEY_CHANGED, key, "removed");
    }

    /** Returns a key, read from the store, or null if there is none. */
    public @Nullable ApiKey find(String id) {
        StoredKey stored = records.read(id);
        return stored == null ? null : stored.key();
    }

    /** Returns all keys of a tenant, in the order of ids, read from the store in pages as they are iterated. */
    public Iterable<ApiKey> list(String tenant) {
        Objects.requireNonNull(tenant, "tenant");
        return () -> new KeyPages(after -> list(tenant, after, KeyPages.SIZE));
    }

    /**
     * Returns a page of keys, in the order of ids.
     *
     * @param tenant whose, compared exactly, or null for all
     * @param after the id of the last key of the page before, or null for the first page
     * @param most how many at most, from 1 to {@link #MOST_LISTED}
     * @return fewer than {@code most} only if there are no more
     */
    public List<ApiKey> list(@Nullable String tenant, @Nullable String after, int most) {
        if (most < 1 || most > MOST_LISTED) {
            throw new IllegalArgumentException(most + " keys are asked for: use 1 to " + MOST_LISTED);
        }
        return records.list(tenant, after, most).stream().map(StoredKey::key).toList();
    }

    /**
     * Returns a regular expression, of the common subset of dialects, that finds keys in text: for secret scanners and
     * log filters.
     */
    public String pattern() {
        return format.pattern();
    }

    private void audit(AuditEvent.Type type, ApiKey key, String reason) {
        records.publish(() -> {
            Caller owner = key.caller();
            return AuditEvent.builder(type, clock.instant())
                    .caller(owner)
                    .source(source)
                    .reason(reason.isEmpty() ? null : reason)
                    .build();
        });
    }

    /** Writes when keys were last used, and what else waits for its minute. */
    void flush() {
        records.flush();
    }

    @Override
    public void close() {
        records.close();
    }

    @Override
    public String toString() {
        return "ApiKeys{" + records + "}";
    }

    private static void requireOverlap(Duration overlap) {
        if (overlap.isNegative()) {
            throw new IllegalArgumentException("overlap is " + overlap + ": use zero or more");
        }
    }

    /**
     * Builds {@link ApiKeys}. Setting the same thing twice throws {@link IllegalStateException}. Not safe for use by
     * several threads.
     */
    public static final class Builder {

        private static final int SHORTEST_SECRET = 32;
        private static final Duration DEFAULT_OVERLAP = Duration.ofHours(24);
        private static final Duration DEFAULT_CACHE_TIME = Duration.ofSeconds(1);
        private static final Duration DEFAULT_OUTAGE_TIME = Duration.ofSeconds(5);
        private static final int DEFAULT_MAXIMUM = 10_000;

        private final SetOnce once = new SetOnce();
        private final Map<String, byte[]> serverSecrets = new HashMap<>();
        private @Nullable String currentSecret;
        private @Nullable KeyStore store;
        private String prefix = KeyFormat.DEFAULT_PREFIX;
        private Duration overlap = DEFAULT_OVERLAP;
        private InstantSource clock = InstantSource.system();
        SecureRandom random = new SecureRandom();
        final List<AuditListener> audit = new ArrayList<>();
        Duration cacheTime = DEFAULT_CACHE_TIME;
        Duration outageTime = DEFAULT_OUTAGE_TIME;
        int maximumCached = DEFAULT_MAXIMUM;
        LongSupplier nanoTime = System::nanoTime;

        private Builder() {}

        InstantSource clock() {
            return clock;
        }

        /** Sets where keys are kept. Required. */
        public Builder store(KeyStore store) {
            once.check(0, "store");
            this.store = Objects.requireNonNull(store, "store");
            return this;
        }

        /**
         * Sets the server secret that secrets of keys are hashed with, so that who reads the store alone cannot even
         * check a guess. By default there is none, and hashes have a salt.
         *
         * <p>To replace it, add the new one as {@link #formerServerSecret} in all JVMs first, then make it the server
         * secret and the old one the former. A key that is used gets a hash with the new one within a minute; keys that
         * are never used need the old one as long as they live.
         *
         * @param id which one it is, kept beside each hash
         * @param secret at least 32 characters, random, and the same in all JVMs
         */
        public Builder serverSecret(String id, String secret) {
            once.check(1, "serverSecret");
            currentSecret = id;
            return add(id, secret);
        }

        /** Adds a server secret that keys may have been hashed with, by another JVM or before it was replaced. */
        public Builder formerServerSecret(String id, String secret) {
            return add(id, secret);
        }

        private Builder add(String id, String secret) {
            KeyTexts.word(id, "id of the server secret");
            if (secret.length() < SHORTEST_SECRET) {
                throw new IllegalArgumentException("server secret \"" + id + "\" has " + secret.length()
                        + " characters: use at least " + SHORTEST_SECRET + " random ones");
            }
            if (serverSecrets.putIfAbsent(id, secret.getBytes(StandardCharsets.UTF_8)) != null) {
                throw new IllegalStateException("server secret \"" + id + "\" is set twice: remove one of the two");
            }
            return this;
        }

        /**
         * Sets what keys begin with: 2 to 16 letters and digits of ASCII, {@code aigw} by default. Keys of another
         * prefix are not known any more if it is changed.
         *
         * @throws IllegalArgumentException for another one
         */
        public Builder prefix(String prefix) {
            once.check(2, "prefix");
            this.prefix = new KeyFormat(prefix, random).prefix();
            return this;
        }

        /**
         * Sets for how long secrets stay valid after a rotation; 24 hours by default, zero for not at all.
         *
         * @throws IllegalArgumentException if negative
         */
        public Builder overlap(Duration overlap) {
            once.check(3, "overlap");
            requireOverlap(overlap);
            this.overlap = overlap;
            return this;
        }

        /**
         * Sets for how long a copy of a record serves before the store is asked again; 1 s by default. It is also the
         * longest that another JVM accepts a key after it was revoked. Zero asks the store for each call. Stores in
         * memory and in a file need no copies.
         *
         * @throws IllegalArgumentException if negative, or longer than a minute
         */
        public Builder cacheTime(Duration time) {
            once.check(4, "cacheTime");
            if (time.isNegative() || time.compareTo(Duration.ofMinutes(1)) > 0) {
                throw new IllegalArgumentException("cacheTime is " + time + ": use zero to one minute");
            }
            cacheTime = time;
            return this;
        }

        /**
         * Sets for how long copies serve beyond {@link #cacheTime} while the store does not answer; 5 s by default,
         * which bridges a restart or a failover, and so is the longest that a JVM without its store accepts a key that
         * another has revoked. Zero accepts no key without the store; a longer time keeps callers served through longer
         * outages. Keys without a copy, and all keys afterwards, cannot be checked then, and are not accepted.
         *
         * @throws IllegalArgumentException if negative
         */
        public Builder outageTolerance(Duration time) {
            once.check(5, "outageTolerance");
            if (time.isNegative()) {
                throw new IllegalArgumentException("outageTolerance is " + time + ": use zero or more");
            }
            outageTime = time;
            return this;
        }

        /**
         * Sets of how many keys there are copies; 10,000 by default, and as many ids that the store does not have.
         *
         * @throws IllegalArgumentException unless positive
         */
        public Builder maximumCached(int keys) {
            once.check(6, "maximumCached");
            if (keys < 1) {
                throw new IllegalArgumentException("maximumCached is " + keys + ": use at least 1");
            }
            maximumCached = keys;
            return this;
        }

        /** Sets the clock of expiry, overlaps and audit events; the system's by default. */
        public Builder clock(InstantSource clock) {
            once.check(7, "clock");
            this.clock = Objects.requireNonNull(clock, "clock");
            return this;
        }

        /** Adds a listener of what is done with keys. */
        public Builder audit(AuditListener listener) {
            audit.add(Objects.requireNonNull(listener, "listener"));
            return this;
        }

        Builder nanoTime(LongSupplier nanoTime) {
            this.nanoTime = nanoTime;
            return this;
        }

        SecretHashes hashes() {
            return new SecretHashes(serverSecrets, currentSecret, random);
        }

        /**
         * Returns the keys.
         *
         * @throws IllegalStateException without a store
         */
        public ApiKeys build() {
            return build(hashes());
        }

        ApiKeys build(SecretHashes hashes) {
            KeyStore chosen = SetOnce.required(store, "store");
            return new ApiKeys(this, chosen, hashes);
        }
    }
}
