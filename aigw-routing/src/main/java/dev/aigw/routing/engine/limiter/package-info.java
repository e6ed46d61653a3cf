/**
 * Concurrency limits of deployments and the queue of calls that wait for one. Not exported.
 *
 * <p>Entry point: {@link dev.aigw.routing.engine.limiter.Limiter}; a call that waits is a
 * {@link dev.aigw.routing.engine.limiter.QueuedCall}.
 */
@NullMarked
package dev.aigw.routing.engine.limiter;

import org.jspecify.annotations.NullMarked;
