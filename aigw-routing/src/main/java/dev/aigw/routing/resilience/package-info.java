/**
 * What happens when an attempt fails: who is blamed, who is asked next, and after what wait.
 *
 * <p>Door: {@link dev.aigw.routing.resilience.Resilience}, with {@link dev.aigw.routing.resilience.RetryPolicy} and
 * {@link dev.aigw.routing.resilience.BreakerPolicy}. Reading order: {@code FailureRule} (the table),
 * {@code RetryStage}, {@code FallbackStage}, {@code HealthStage}.
 */
@NullMarked
package dev.aigw.routing.resilience;

import org.jspecify.annotations.NullMarked;
