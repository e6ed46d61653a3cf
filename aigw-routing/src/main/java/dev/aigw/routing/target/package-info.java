/**
 * Deployments and their live statistics: what is in flight, how fast it answers, whether it is left alone for now.
 *
 * <p>Doors: {@link dev.aigw.routing.target.Target} (a deployment as it lives) and {@link dev.aigw.routing.target.Pool}
 * (the deployments of one model and the choice among them). Reading order: {@code Deployment} (the definition),
 * {@code Hold} with {@code HoldScope} and {@code HoldListener}, {@code Breaker}, {@code HealthCheck} with
 * {@code Health}, {@code ConcurrencyLimit} with {@code Limiter} and {@code Waiter}, {@code Target}, {@code Visit},
 * {@code Pool}, {@code LastResort}, {@code Model}.
 */
@NullMarked
package dev.aigw.routing.target;

import org.jspecify.annotations.NullMarked;
