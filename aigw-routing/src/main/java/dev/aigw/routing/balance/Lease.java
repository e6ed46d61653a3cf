package dev.aigw.routing.balance;

import dev.aigw.routing.target.Target;

/**
 * A deployment taken for one attempt.
 *
 * @param target the deployment
 * @param ticket its breaker's ticket
 */
record Lease(Target target, long ticket) {}
