/**
 * Rollouts of new models: canaries, experiments, blue-green switches, and shadows, which get copies of calls.
 *
 * <p>Entry points: {@link dev.aigw.routing.rollout.Canary} and {@link dev.aigw.routing.rollout.Experiment}, both given
 * to a model by {@code route(...)}; {@link dev.aigw.routing.rollout.BlueGreen}, given to the router by
 * {@code alias(...)}; and {@link dev.aigw.routing.rollout.Shadow}, given to a model by {@code shadow(...)};
 * {@link dev.aigw.routing.rollout.Rollouts} is the feature that makes a shadow's copies. Reading order: {@code Canary}
 * with {@code CanaryGuards}, {@code BettingTest} and {@code PairedTest}; {@code Experiment} with
 * {@code ExperimentReport}; {@code BlueGreen}; {@code Shadow}, {@code ShadowStage} and {@code ShadowRun}.
 */
@NullMarked
package dev.aigw.routing.rollout;

import org.jspecify.annotations.NullMarked;
