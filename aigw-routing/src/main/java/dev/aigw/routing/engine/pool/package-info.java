/**
 * The deployments of a model at run time: which can serve a call, which is chosen, and the statistics of each. Not
 * exported.
 *
 * <p>Entry point: {@link dev.aigw.routing.engine.pool.Pool}. Read it, then
 * {@link dev.aigw.routing.engine.pool.LiveDeployment}, {@link dev.aigw.routing.engine.pool.Requirements} and
 * {@link dev.aigw.routing.engine.pool.Breaker}; {@link dev.aigw.routing.engine.pool.WarmPrompts} knows what the
 * deployments' prompt caches have. {@link dev.aigw.routing.engine.pool.Homes} says where a conversation's reasoning can
 * be read. {@link dev.aigw.routing.engine.pool.Assignment} assigns callers to the sides of a split.
 */
@NullMarked
package dev.aigw.routing.engine.pool;

import org.jspecify.annotations.NullMarked;
