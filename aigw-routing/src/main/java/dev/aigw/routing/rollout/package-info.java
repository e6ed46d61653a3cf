/**
 * New models for a share of the calls: canaries that go on or back by themselves, experiments that compare, and shadows
 * that answer copies of calls.
 *
 * <p>Doors: {@link dev.aigw.routing.rollout.Canary} and {@link dev.aigw.routing.rollout.Experiment}, both given to a
 * model by {@code route(...)}, and {@link dev.aigw.routing.rollout.Shadow}, given to it by {@code shadow(...)}. Reading
 * order: {@code Assignment}, {@code Canary} with {@code BettingTest}, {@code Experiment} with {@code ExperimentReport};
 * {@code Shadow}, {@code ShadowStage} and {@code ShadowRun}.
 */
@NullMarked
package dev.aigw.routing.rollout;

import org.jspecify.annotations.NullMarked;
