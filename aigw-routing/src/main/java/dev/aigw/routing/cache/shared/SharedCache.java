package dev.aigw.routing.cache.shared;

import dev.aigw.api.JsonMapper;
import dev.aigw.api.internal.SetOnce;
import dev.aigw.api.spi.CacheStore;
import dev.aigw.api.spi.ResultCache;
import dev.aigw.api.spi.SecretKeys;
import dev.aigw.routing.cache.Caches;
import dev.aigw.routing.engine.time.Durations;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A result cache that several JVMs share: a small cache in this JVM's heap in front of a {@link CacheStore} such as
 * Redis.
 *
 * <pre>{@code
 * ModelRouter.builder()
 *     .cache(SharedCache.builder(redis.cacheStore()).timeToLive(Duration.ofHours(1)).build())
 * }</pre>
 *
 * <p>Keys are {@linkplain KeyDigest digests} of scope, model and effective request, values are {@linkplain ReplyCodec
 * versioned, checked bytes}, so JVMs of different versions may share one store. What cannot be encoded (replies and
 * requests of custom operations, objects other than plain JSON values and records) stays in the heap of this JVM. For
 * settings such as {@code cacheToolCalls}, pass it to {@link Caches#customize(ResultCache) Caches.customize}.
 *
 * <p>Values are in the clear, and trusted, unless {@linkplain Builder#encryptedBy encrypted} or
 * {@linkplain Builder#signedBy signed}: without, who can read the store reads answers, and who can write to it can make
 * the router give any.
 *
 * <p>The store never fails a call and never makes one wait longer than the store's own timeout: a failure, a damaged
 * entry, a forged one or one of another version is a miss, logged when it begins and not for each call. If another JVM
 * replaces an entry, this JVM's heap serves the old one until the heap's time to live ends.
 */
public final class SharedCache {

    private static final Logger log = LoggerFactory.getLogger(SharedCache.class);

    private SharedCache() {}

    /** Starts a cache in front of {@code store}. */
    public static Builder builder(CacheStore store) {
        return new Builder(Objects.requireNonNull(store, "store"));
    }

    /**
     * Builds a shared cache. Setting the same thing twice throws {@link IllegalStateException}. Not safe for use by
     * several threads; what it builds is.
     */
    public static final class Builder {

        private final SetOnce once = new SetOnce();
        private static final Duration TIME_TO_LIVE = Duration.ofMinutes(10);
        private static final Duration LONGEST = Duration.ofDays(36_500);
        private static final Duration NEAR_TIME_TO_LIVE = Duration.ofMinutes(1);
        private static final long NEAR_BYTES = 64 << 20;

        private final CacheStore store;
        private @Nullable Duration timeToLive;
        private @Nullable Duration keepStale;
        private @Nullable ResultCache near;
        private @Nullable Integer compressAbove;
        private @Nullable JsonMapper mapper;
        private @Nullable Clock clock;
        private @Nullable SecretKeys encryption;
        private @Nullable SecretKeys signature;

        private Builder(CacheStore store) {
            this.store = store;
        }

        /** Sets how long a reply is served after it was stored, at most a hundred years; 10 minutes by default. */
        public Builder timeToLive(Duration timeToLive) {
            once.check(0, "timeToLive");
            this.timeToLive = Objects.requireNonNull(timeToLive, "timeToLive");
            return this;
        }

        /**
         * Sets how long a reply is kept after its time to live, at most a hundred years, for calls and models that
         * accept a stale one; not at all by default.
         *
         * @see Caches.InMemoryBuilder#keepStale
         */
        public Builder keepStale(Duration afterTimeToLive) {
            once.check(1, "keepStale");
            keepStale = Objects.requireNonNull(afterTimeToLive, "keepStale");
            return this;
        }

        /**
         * Sets the cache in this JVM's heap; by default one of 64 MiB that serves an entry for a minute. It never
         * serves an entry older than {@link #timeToLive}.
         *
         * <pre>{@code
         * .near(Caches.inMemory().maximumWeightBytes(64 << 20).timeToLive(Duration.ofSeconds(30)).build())
         * }</pre>
         */
        public Builder near(ResultCache cache) {
            once.check(2, "near");
            near = Objects.requireNonNull(cache, "near");
            return this;
        }

        /** Sets the size in bytes above which a reply is compressed; 1,024 by default. */
        public Builder compressAbove(int bytes) {
            once.check(3, "compressAbove");
            compressAbove = bytes;
            return this;
        }

        /**
         * Sets the mapper that reads a stored answer as an application's type; {@link JsonMapper#installed()} by
         * default.
         *
         * @see dev.aigw.api.chat.ChatResponse#as
         */
        public Builder mapper(JsonMapper mapper) {
            once.check(4, "mapper");
            this.mapper = Objects.requireNonNull(mapper, "mapper");
            return this;
        }

        /** Sets the clock that entries age by, for tests; the system clock by default. */
        public Builder clock(Clock clock) {
            once.check(5, "clock");
            this.clock = Objects.requireNonNull(clock, "clock");
            return this;
        }

        /**
         * Encrypts values in the store by AES-256-GCM, so that who reads the store learns neither answers nor forges
         * any; off by default. A value opens only under the key and for the scope that it was stored for. One that is
         * not encrypted, of an unknown key, forged, damaged or moved is a miss, and is logged now and then.
         *
         * <pre>{@code
         * .encryptedBy(SecretKeys.of(SecretKeys.Key.of("2027-01", secret)))
         * }</pre>
         *
         * <p>In the clear stay the key's id, the size of a value (of compressed text, unless {@link #compressAbove
         * compressAbove(Integer.MAX_VALUE)}), and its name, a digest by which a guess at the whole request can be
         * checked.
         */
        public Builder encryptedBy(SecretKeys keys) {
            once.check(6, "encryptedBy");
            this.encryption = Objects.requireNonNull(keys, "keys");
            return this;
        }

        /**
         * Signs values in the store by HMAC-SHA-256, so that who writes to the store cannot forge an answer, though
         * read them all; off by default. Otherwise as {@link #encryptedBy}, which forbids forging too.
         */
        public Builder signedBy(SecretKeys keys) {
            once.check(7, "signedBy");
            this.signature = Objects.requireNonNull(keys, "keys");
            return this;
        }

        private Seal seal() {
            if (encryption != null && signature != null) {
                throw new IllegalStateException(
                        "the shared cache is encrypted and signed: set encryptedBy alone, which" + " does both");
            }
            return encryption != null
                    ? Seal.encrypted(encryption)
                    : signature != null ? Seal.signed(signature) : Seal.NONE;
        }

        private static Duration atMost(Duration time) {
            return time.compareTo(LONGEST) > 0 ? LONGEST : time;
        }

        /**
         * Returns the cache.
         *
         * @throws IllegalStateException if a time is not positive, {@code compressAbove} negative, or both
         *     {@code encryptedBy} and {@code signedBy} are set
         */
        public ResultCache build() {
            Duration age = timeToLive == null ? TIME_TO_LIVE : timeToLive;
            if (age.isNegative() || age.isZero()) {
                throw new IllegalStateException(
                        "timeToLive is " + Durations.text(age) + ": set a positive time, or build no cache");
            }
            Duration stale = keepStale == null ? Duration.ZERO : keepStale;
            if (stale.isNegative()) {
                throw new IllegalStateException(
                        "keepStale is " + Durations.text(stale) + ": set a positive time, or leave it out");
            }
            if (compressAbove != null && compressAbove < 0) {
                throw new IllegalStateException("compressAbove is " + compressAbove + ": set 0 or more");
            }
            ReplyCodec codec = ReplyCodec.standard();
            codec = mapper == null ? codec : codec.mapper(mapper);
            codec = compressAbove == null ? codec : codec.compressAbove(compressAbove);
            ResultCache heap = near != null
                    ? near
                    : Caches.inMemory()
                            .maximumWeightBytes(NEAR_BYTES)
                            .timeToLive(NEAR_TIME_TO_LIVE)
                            .keepStale(stale)
                            .build();
            Clock time = clock == null ? Clock.systemUTC() : clock;
            return new TwoTiers(heap, store, codec, seal(), atMost(age), atMost(stale), time, new Complaints(log));
        }
    }
}
