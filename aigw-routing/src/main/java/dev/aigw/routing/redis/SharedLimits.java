package dev.aigw.routing.redis;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.internal.SetOnce;
import dev.aigw.routing.engine.time.Durations;
import dev.aigw.routing.feature.Environment;
import dev.aigw.routing.limit.Allowance;
import dev.aigw.routing.limit.AllowanceSpec;
import dev.aigw.routing.limit.AllowanceStore;
import dev.aigw.routing.limit.Window;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.WeakHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps limits and budgets in Redis, so that all JVMs of a fleet share them.
 *
 * <pre>{@code
 * SharedRedis redis = SharedRedis.builder().uri("redis://cache.internal:6379").build();
 * Limits limits = Limits.builder()
 *     .limit("budget", limit -> limit
 *         .cost(Cost.usd(new BigDecimal("50"))).per(Window.calendar(Window.Unit.MONTH)).by(Dimension.TENANT))
 *     .shared(SharedLimits.builder(redis).outage(Outage.local(0.1)).build())
 *     .build();
 * }</pre>
 *
 * <p>Limits with the same name and prefix are one limit in all JVMs. Each JVM applies its own configured maximum, so a
 * change may be rolled out one JVM at a time. Windows use Redis' clock.
 *
 * <p>Calendar windows and concurrency limits are exact sums: what an attempt may use is reserved atomically and settled
 * to what it used. So with any number of JVMs, a budget is exceeded by no more than what attempts use beyond their own
 * reservations. Amounts are decimal, exact to twelve places. A reservation lasts for the {@link Builder#lease lease}
 * and is renewed while its attempt runs; if its JVM dies, it is returned within that time, and what is settled later
 * still counts. Rolling windows are token buckets with the arithmetic of local ones. What a dead JVM took refills like
 * anything else.
 *
 * <p><b>At a high rate a call asks Redis no more.</b> If a key gets 20 calls or more in the time {@link Builder#ahead}
 * in one JVM, 1 s by default, that JVM takes what about a second's calls need at once, and settles them in one report:
 * about two messages a second for each limit and key, whatever the rate. It takes ahead only while twenty times as much
 * remains, so nothing is taken ahead of a small limit, or of one that is nearly spent. What was not used is returned
 * after that time, when the connection is closed, and before this JVM refuses a call.
 *
 * <p>What that changes:
 *
 * <ul>
 *   <li>A calendar limit still admits no more than it has, since all is taken before it is used. If a JVM dies, what it
 *       had taken ahead is returned within the lease, also the part that it had used: up to a second of its calls.
 *   <li>A rolling limit may admit in any period what it admits in a period that is longer by that time, at most a
 *       fiftieth: so it is exceeded by no more than 2 %.
 *   <li>Near its end, a limit may refuse a call while other JVMs hold what they will return within that time.
 *   <li>What is taken ahead counts as reserved.
 *   <li>Limits that are {@linkplain dev.aigw.routing.limit.LimitBuilder#strict() strict}, and all limits with
 *       {@code ahead(Duration.ZERO)}, ask for each call. So do limits of concurrency.
 * </ul>
 *
 * <p>Otherwise a call waits for one answer of Redis, or two at the start of a window, each within the connection's
 * {@linkplain SharedRedisBuilder#timeout timeout}; settling never waits. During an {@link Outage} no call waits. When
 * Redis is back, each JVM reports what it has settled and what it has under way. That is idempotent, and restores the
 * sums of live JVMs even if Redis lost everything. For rolling windows it reports what has not refilled. What a call
 * took in an answer that was lost is undone, whether Redis executed it or not, and a report that is sent again counts
 * once, for up to ten minutes after it was sent.
 *
 * <p>A value in Redis that is no value of this class counts as none and is replaced. Who may write to Redis can change
 * what is left of a limit.
 *
 * <p>Safe for use by many threads. Only its connection needs to be closed.
 */
public final class SharedLimits implements AllowanceStore {

    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final Outage OUTAGE = Outage.local(0.1);
    private static final Duration AHEAD = Duration.ofSeconds(1);
    private static final int PARTS_OF_A_WINDOW = 50;
    private static final int RENEWALS_IN_A_LEASE = 3;

    private final SharedRedis redis;
    private final Outage outage;
    private final Duration lease;
    private final Duration ahead;
    private final String owner = UUID.randomUUID().toString();
    private final AtomicLong owners = new AtomicLong();

    /** The allowances in use; {@link #keep} adds those that have something to report. */
    private final Set<Reporting> known = Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    private final Set<Reporting> busy = ConcurrentHashMap.newKeySet();

    private SharedLimits(Builder builder) {
        this.redis = builder.redis;
        this.outage = builder.outage == null ? OUTAGE : builder.outage;
        this.lease = builder.lease == null ? LEASE : builder.lease;
        this.ahead = builder.ahead == null ? AHEAD : builder.ahead;
        redis.onBack(() -> snapshot().forEach(Reporting::back));
        redis.every(lease.dividedBy(RENEWALS_IN_A_LEASE), () -> snapshot().forEach(this::tick));
        redis.onClose(
                () -> CompletableFuture.allOf(busy.stream().map(Reporting::end).toArray(CompletableFuture<?>[]::new)));
    }

    /** An allowance that reports to Redis. */
    interface Reporting {

        /** Reports everything that Redis may have lost; never blocks. */
        void back();

        /** Reports what is due to Redis; never blocks. Returns whether there may be more to report. */
        boolean tick();

        /** Returns what was taken ahead, and reports everything; never blocks. */
        CompletableFuture<Void> end();
    }

    /** Returns limits with the defaults of {@link #builder}. */
    public static SharedLimits of(SharedRedis redis) {
        return builder(redis).build();
    }

    /** Starts shared limits. */
    public static Builder builder(SharedRedis redis) {
        return new Builder(redis);
    }

    @Override
    public Allowance allowance(AllowanceSpec spec, Environment environment) {
        Window window = spec.window();
        if (window == null || window.period() == null) {
            SharedSum sum = new SharedSum(this, spec, nextOwner());
            known.add(sum);
            return sum;
        }
        return bucket(spec, environment, () -> "");
    }

    /** Returns a bucket by this clock of microseconds; by that of Redis where it says nothing. */
    SharedBucket bucket(AllowanceSpec spec, Environment environment, Supplier<String> micros) {
        SharedBucket bucket = new SharedBucket(this, spec, nextOwner(), environment, micros);
        known.add(bucket);
        return bucket;
    }

    private String nextOwner() {
        return owner + "." + owners.incrementAndGet();
    }

    private List<Reporting> snapshot() {
        synchronized (known) {
            return List.copyOf(known);
        }
    }

    private void tick(Reporting allowance) {
        if (!allowance.tick()) {
            busy.remove(allowance);
        }
    }

    /** Keeps an allowance in memory until it has nothing to report. */
    void keep(Reporting allowance) {
        busy.add(allowance);
    }

    SharedRedis redis() {
        return redis;
    }

    Outage outage() {
        return outage;
    }

    Duration lease() {
        return lease;
    }

    /** Returns how long what is taken ahead of such an allowance may be used; zero if each call asks Redis. */
    long aheadNanos(AllowanceSpec spec, Duration window) {
        return spec.strict()
                ? 0
                : Math.min(ahead.toNanos(), window.dividedBy(PARTS_OF_A_WINDOW).toNanos());
    }

    /** Returns the tag of a limit's key: names and values, encoded so that different ones have different tags. */
    static String tag(AllowanceSpec spec) {
        StringBuilder tag = new StringBuilder(encode(spec.limit()));
        spec.key().forEach(value -> tag.append(':').append(encode(value)));
        return tag.toString();
    }

    /** Returns a text of characters that Redis does not treat specially. */
    private static String encode(String value) {
        int lone = loneSurrogate(value);
        return lone < 0
                ? URLEncoder.encode(value, StandardCharsets.UTF_8)
                : encode(value.substring(0, lone))
                        + "%u" // UTF-8 has no form for it
                        + Integer.toHexString(value.charAt(lone))
                        + encode(value.substring(lone + 1));
    }

    private static int loneSurrogate(String value) {
        for (int i = 0; i < value.length(); i++) {
            char unit = value.charAt(i);
            if (Character.isHighSurrogate(unit)
                    && i + 1 < value.length()
                    && Character.isLowSurrogate(value.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(unit)) {
                return i;
            }
        }
        return -1;
    }

    /** Returns what a caller should know who is refused by this JVM alone. */
    static String note(Throwable cause) {
        return "the shared store does not answer, and this JVM uses only its part: " + cause.getMessage();
    }

    /** Returns the failure of a call that cannot be counted and is not admitted uncounted. */
    static GatewayException closed(AllowanceSpec spec, Throwable cause) {
        return GatewayException.builder(
                        ErrorKind.LIMIT_EXCEEDED,
                        "limit \"" + spec.limit() + "\" refuses all calls while the shared store does not answer: "
                                + cause.getMessage())
                .cause(cause)
                .build();
    }

    @Override
    public String toString() {
        return "SharedLimits{" + redis + ", outage=" + outage + ", lease=" + lease + "}";
    }

    /** Builds {@link SharedLimits}. Each property may be set once. Not safe for use by several threads. */
    public static final class Builder {

        private final SetOnce once = new SetOnce();
        private final SharedRedis redis;
        private @Nullable Outage outage;
        private @Nullable Duration lease;
        private @Nullable Duration ahead;

        private Builder(SharedRedis redis) {
            this.redis = Objects.requireNonNull(redis, "redis");
        }

        /** Sets what happens while Redis is not reachable; {@code Outage.local(0.1)} by default. */
        public Builder outage(Outage outage) {
            once.check(0, "outage");
            this.outage = Objects.requireNonNull(outage, "outage");
            return this;
        }

        /**
         * Sets how long a reservation outlives its JVM; 30 s by default, at least 1 s. It is renewed three times in
         * that time, so that calls may take as long as they need.
         */
        public Builder lease(Duration lease) {
            once.check(1, "lease");
            if (lease.compareTo(Duration.ofSeconds(1)) < 0) {
                throw new IllegalArgumentException("the lease is " + Durations.text(lease) + "; use a second or more");
            }
            this.lease = lease;
            return this;
        }

        /**
         * Sets for how long at most a JVM uses what it has taken ahead, and so how often it asks Redis at a high rate:
         * 1 s by default, up to 1 min, and never more than a fiftieth of a window. A longer time needs fewer messages;
         * a rolling limit may be exceeded by what refills in this time. With zero each call asks Redis, and rolling
         * limits are exact.
         *
         * <pre>{@code
         * SharedLimits.builder(redis).ahead(Duration.ofMillis(200)).build()
         * }</pre>
         */
        public Builder ahead(Duration ahead) {
            once.check(2, "ahead");
            if (ahead.isNegative() || ahead.compareTo(Duration.ofMinutes(1)) > 0) {
                throw new IllegalArgumentException(
                        "ahead is " + Durations.text(ahead) + "; use a time from zero to a minute");
            }
            this.ahead = ahead;
            return this;
        }

        /** Returns the limits. */
        public SharedLimits build() {
            return new SharedLimits(this);
        }
    }
}
