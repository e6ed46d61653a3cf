/**
 * New models for a share of the calls: canaries that go on or back by themselves, and experiments that compare.
 *
 * <p>Doors: {@link dev.aigw.routing.rollout.Canary} and {@link dev.aigw.routing.rollout.Experiment}, both given to a
 * model by {@code route(...)}. Reading order: {@code Assignment}, {@code Canary} with {@code BettingTest},
 * {@code Experiment} with {@code ExperimentReport}.
 */
@NullMarked
package dev.aigw.routing.rollout;

import org.jspecify.annotations.NullMarked;
