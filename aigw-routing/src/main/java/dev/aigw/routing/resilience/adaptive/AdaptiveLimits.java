package dev.aigw.routing.resilience.adaptive;

import com.netflix.concurrency.limits.Limit;
import com.netflix.concurrency.limits.limit.AIMDLimit;
import com.netflix.concurrency.limits.limit.Gradient2Limit;
import com.netflix.concurrency.limits.limit.VegasLimit;
import dev.aigw.routing.deployment.ConcurrencyLimit;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Concurrency limits that adapt to what a deployment bears, by the rules of Netflix's {@code concurrency-limits}
 * library ({@code com.netflix.concurrency-limits:concurrency-limits-core}, to be added by the application).
 *
 * <pre>{@code
 * model.deployment("vllm/llama-3", deployment -> deployment
 *     .concurrency(AdaptiveLimits.gradient(2, 8, 64).queue(50, Duration.ofSeconds(2))));
 * }</pre>
 *
 * <p>A rule learns from replies how long they took, of streams up to the first content, and from drops: attempts that
 * were overloaded, limited in their rate, or not answered in time. Of a drop, a rule that goes by latency learns a
 * latency of at least three times the average, since a refusal is quick and must not look like a fast reply. Gradient
 * and Vegas compare latencies with each other, so they suit deployments whose calls are alike: only streams, or only
 * short answers. AIMD goes by drops and suits any.
 */
public final class AdaptiveLimits {

    private AdaptiveLimits() {}

    /**
     * Returns a limit by {@link Gradient2Limit}: it grows while latency stays at its long-term average and shrinks as
     * latency rises above one and a half times that.
     *
     * @param minimum the least it may become; positive
     * @param initial what it begins with
     * @param maximum the most it may become
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
     * Returns a limit by {@link AIMDLimit}: it grows by one while it is in use, and shrinks to nine tenths at each drop
     * and at each reply that took longer than {@code slow}.
     *
     * @param minimum the least it may become; positive
     * @param initial what it begins with
     * @param maximum the most it may become
     * @param slow from when a reply counts as a drop; positive
     * @throws IllegalArgumentException unless 1 &lt;= minimum &lt;= initial &lt;= maximum
     */
    public static ConcurrencyLimit aimd(int minimum, int initial, int maximum, Duration slow) {
        check(minimum, initial, maximum);
        if (slow.isNegative() || slow.isZero()) {
            throw new IllegalArgumentException("slow is " + slow + ": use a positive duration");
        }
        return of(() -> AIMDLimit.newBuilder()
                .minLimit(minimum)
                .initialLimit(initial)
                .maxLimit(maximum)
                .timeout(slow.toNanos(), TimeUnit.NANOSECONDS)
                .build());
    }

    /**
     * Returns a limit by {@link VegasLimit}, after TCP Vegas: it estimates from the least latency seen how many
     * attempts queue inside the deployment, and keeps those few.
     *
     * @param initial what it begins with; positive
     * @param maximum the most it may become
     * @throws IllegalArgumentException unless 1 &lt;= initial &lt;= maximum
     */
    public static ConcurrencyLimit vegas(int initial, int maximum) {
        check(1, initial, maximum);
        return of(() -> VegasLimit.newBuilder()
                .initialLimit(initial)
                .maxConcurrency(maximum)
                .build());
    }

    /** Returns a limit by a rule of the library set up by you; each deployment gets one of its own. */
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
