package dev.aigw.routing.deployment;

import dev.aigw.routing.engine.time.Durations;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * How many attempts a deployment may have under way at once, and how many calls may wait for it. Immutable.
 *
 * <pre>{@code
 * model.deployment("vllm/llama-3", deployment -> deployment
 *     .concurrency(ConcurrencyLimit.fixed(8).queue(50, Duration.ofSeconds(2))));
 * }</pre>
 *
 * <p>A deployment at its limit is skipped while a sibling has a free permit. A call waits only when all deployments
 * that could serve it are at their limits. It joins the queues of all of them, ahead of calls of lower
 * {@linkplain dev.aigw.api.CallOptions.Priority priority} and behind earlier calls of the same priority, and waits no
 * longer than its deadline. When the queues are full, a call of higher priority displaces the last call of the lowest
 * priority; any other call is refused at once. A call that is refused, displaced, or has waited too long fails with
 * {@link dev.aigw.api.ErrorKind#LIMIT_EXCEEDED}, and the fallback models are tried. A hedge never waits.
 *
 * <p>The limit belongs to the deployment: models that share a deployment share its limit. A stream keeps its permit
 * until it ends.
 */
public final class ConcurrencyLimit {

    private static final int DEFAULT_WAITING = 100;
    private static final Duration DEFAULT_LONGEST = Duration.ofSeconds(5);

    /** A limit that never changes. */
    private record Fixed(int limit) implements LimitRule, Supplier<LimitRule> {
        @Override
        public LimitRule get() {
            return this;
        }

        @Override
        public void onAttempt(long startNanos, long latencyNanos, int inFlight, boolean dropped) {}
    }

    private final Supplier<? extends LimitRule> rule;
    private final int waiting;
    private final Duration longest;

    private ConcurrencyLimit(Supplier<? extends LimitRule> rule, int waiting, Duration longest) {
        this.rule = rule;
        this.waiting = waiting;
        this.longest = longest;
    }

    /**
     * Returns a fixed limit, with a queue of 100 calls that wait up to 5 seconds.
     *
     * @param attempts how many attempts may be under way at once
     * @throws IllegalArgumentException if {@code attempts} is not positive
     */
    public static ConcurrencyLimit fixed(int attempts) {
        if (attempts < 1) {
            throw new IllegalArgumentException("the concurrency limit is " + attempts
                    + ": use a positive number, or remove the deployment to send it nothing");
        }
        return new ConcurrencyLimit(new Fixed(attempts), DEFAULT_WAITING, DEFAULT_LONGEST);
    }

    /**
     * Returns a limit that {@code rule} adapts, with a queue of 100 calls that wait up to 5 seconds. The supplier makes
     * one rule for each deployment; {@code dev.aigw.routing.resilience.adaptive} has well-known ones.
     */
    public static ConcurrencyLimit adaptive(Supplier<? extends LimitRule> rule) {
        return new ConcurrencyLimit(Objects.requireNonNull(rule, "rule"), DEFAULT_WAITING, DEFAULT_LONGEST);
    }

    /**
     * Returns this limit with a queue of another size.
     *
     * @param calls how many calls may wait for the deployment; 0 for none, so that calls fail at once
     * @param longest the longest a call waits
     * @throws IllegalArgumentException if either is negative
     */
    public ConcurrencyLimit queue(int calls, Duration longest) {
        if (calls < 0 || longest.isNegative()) {
            throw new IllegalArgumentException("the queue takes " + calls + " calls that wait up to "
                    + Durations.text(longest) + ": use zero or more of both, zero calls for no queue");
        }
        return new ConcurrencyLimit(rule, calls, longest);
    }

    /** Returns the supplier of each deployment's rule. */
    public Supplier<? extends LimitRule> rule() {
        return rule;
    }

    /** Returns how many calls may wait for the deployment. */
    public int waiting() {
        return waiting;
    }

    /** Returns how long a call may wait, in nanoseconds. */
    public long longestNanos() {
        return longest.compareTo(Duration.ofDays(36_500)) > 0 ? Long.MAX_VALUE / 2 : longest.toNanos();
    }

    /**
     * Two limits are equal if they limit in the same way; two adaptive limits do if they share the supplier of the
     * rule.
     */
    @Override
    public boolean equals(Object other) {
        return other instanceof ConcurrencyLimit that
                && rule.equals(that.rule)
                && waiting == that.waiting
                && longest.equals(that.longest);
    }

    @Override
    public int hashCode() {
        return Objects.hash(rule, waiting, longest);
    }

    @Override
    public String toString() {
        return "ConcurrencyLimit{" + (rule instanceof Fixed fixed ? String.valueOf(fixed.limit) : "adaptive")
                + ", queue=" + waiting + " up to " + Durations.text(longest) + "}";
    }
}
