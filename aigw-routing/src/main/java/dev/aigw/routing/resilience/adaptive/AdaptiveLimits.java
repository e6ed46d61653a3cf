package dev.aigw.routing.resilience.adaptive;

import com.netflix.concurrency.limits.Limit;
import com.netflix.concurrency.limits.limit.AIMDLimit;
import com.netflix.concurrency.limits.limit.Gradient2Limit;
import com.netflix.concurrency.limits.limit.VegasLimit;
import dev.aigw.routing.deployment.ConcurrencyLimit;
import dev.aigw.routing.engine.time.Durations;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Concurrency limits that adapt to a deployment's capacity, by the algorithms of Netflix's {@code concurrency-limits}
 * library ({@code com.netflix.concurrency-limits:concurrency-limits-core}, to be added by the application).
 *
 * <pre>{@code
 * model.deployment("vllm/llama-3", deployment -> deployment
 *     .concurrency(AdaptiveLimits.gradient(2, 8, 64).queue(50, Duration.ofSeconds(2))));
 * }</pre>
 *
 * <p>A rule gets the latency of replies (of streams, to the first content) and drops: attempts that were overloaded,
 * rate-limited, or not answered in time. For a drop, a latency-based rule gets a latency of at least three times the
 * average, since a refusal is fast and must not look like a fast reply. Gradient and Vegas compare latencies, so they
 * suit deployments with similar calls: only streams, or only short answers. AIMD uses drops and suits any deployment.
 */
public final class AdaptiveLimits {

    private AdaptiveLimits() {}

    /**
     * Returns a limit by {@link Gradient2Limit}: it grows while latency stays at its long-term average and shrinks as
     * latency rises above one and a half times that.
     *
     * @param minimum the lowest limit; positive
     * @param initial the initial limit
     * @param maximum the highest limit
     * @throws IllegalArgumentException unless 1 &lt;= minimum &lt;= initial &lt;= maximum
     */
    public static ConcurrencyLimit gradient(int minimum, int initial, int maximum) {
        check(minimum, initial, maximum);
        return of(() -> Gradient2Limit.newBuilder()
                .minLimit(minimum)
                .initialLimit(initial)
                .maxConcurrency(maximum)
                .build());
    }

    /**
     * Returns a limit by {@link AIMDLimit}: it grows by one while it is used, and shrinks to nine tenths after each
     * drop and after each reply slower than {@code slow}.
     *
     * @param minimum the lowest limit; positive
     * @param initial the initial limit
     * @param maximum the highest limit
     * @param slow the latency above which a reply counts as a drop; positive
     * @throws IllegalArgumentException unless 1 &lt;= minimum &lt;= initial &lt;= maximum
     */
    public static ConcurrencyLimit aimd(int minimum, int initial, int maximum, Duration slow) {
        check(minimum, initial, maximum);
        if (slow.isNegative() || slow.isZero()) {
            throw new IllegalArgumentException("slow is " + Durations.text(slow) + ": use a positive duration");
        }
        return of(() -> AIMDLimit.newBuilder()
                .minLimit(minimum)
                .initialLimit(initial)
                .maxLimit(maximum)
                .timeout(slow.toNanos(), TimeUnit.NANOSECONDS)
                .build());
    }

    /**
     * Returns a limit by {@link VegasLimit}, after TCP Vegas: it estimates from the lowest latency how many attempts
     * queue inside the deployment, and keeps that number low.
     *
     * @param initial the initial limit; positive
     * @param maximum the highest limit
     * @throws IllegalArgumentException unless 1 &lt;= initial &lt;= maximum
     */
    public static ConcurrencyLimit vegas(int initial, int maximum) {
        check(1, initial, maximum);
        return of(() -> VegasLimit.newBuilder()
                .initialLimit(initial)
                .maxConcurrency(maximum)
                .build());
    }

    /** Returns a limit by a custom limit of the library; the supplier makes one for each deployment. */
    public static ConcurrencyLimit of(Supplier<? extends Limit> limit) {
        Objects.requireNonNull(limit, "limit");
        return ConcurrencyLimit.adaptive(() -> new NetflixRule(limit.get()));
    }

    private static void check(int minimum, int initial, int maximum) {
        if (minimum < 1 || initial < minimum || maximum < initial) {
            throw new IllegalArgumentException("the limit begins with " + initial + " and stays from " + minimum
                    + " to " + maximum + ": use 1 <= minimum <= initial <= maximum");
        }
    }
}
