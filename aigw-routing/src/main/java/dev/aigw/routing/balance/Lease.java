package dev.aigw.routing.balance;

import dev.aigw.routing.engine.pool.LiveDeployment;

/**
 * A deployment taken for one attempt.
 *
 * @param index its index in its pool
 * @param target the deployment
 * @param ticket its breaker's ticket
 */
record Lease(int index, LiveDeployment target, long ticket) {}
