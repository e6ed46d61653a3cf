package dev.aigw.routing.engine.call;

import java.time.Duration;

/**
 * How long a call may wait for deployments, and how much of its time one attempt may take. Immutable.
 *
 * @param cooldownNanos in sum, for reset times and cooldowns
 * @param breakerNanos in sum, for breakers, their probes and health checks
 * @param deadlineShare the largest share of the remaining time that one attempt may take while another deployment or
 *     model could serve
 */
public record WaitBounds(long cooldownNanos, long breakerNanos, double deadlineShare) {

    /** No wait at all. */
    public static final WaitBounds NONE = new WaitBounds(0, 0, 1);

    /** Returns these bounds, from durations. */
    public static WaitBounds of(Duration cooldown, Duration breaker, double deadlineShare) {
        return new WaitBounds(cooldown.toNanos(), breaker.toNanos(), deadlineShare);
    }
}
