/**
 * What happens when an attempt fails, is slow or breaks off: which deployment or model is tried next, and after which
 * wait.
 *
 * <p>Entry point: {@link dev.aigw.routing.resilience.Resilience}, with {@link dev.aigw.routing.resilience.RetryPolicy},
 * {@link dev.aigw.routing.resilience.BreakerPolicy}, {@link dev.aigw.routing.resilience.HedgePolicy},
 * {@link dev.aigw.api.StreamRecovery} and {@link dev.aigw.routing.deployment.LastResort}.
 *
 * <p>Reading order, from the outside in: {@code FailureRule} (the table), {@code LastResortStage},
 * {@code RecoveryStage} with {@code RecoveringSource}, {@code FallbackStage}, {@code RetryStage}, {@code HedgeStage}
 * with {@code HedgeRace}, and within an attempt {@code ContinuationStage}. {@code HealthChecks} with its
 * {@code HealthWatch}es runs apart from the calls.
 */
@NullMarked
package dev.aigw.routing.resilience;

import org.jspecify.annotations.NullMarked;
