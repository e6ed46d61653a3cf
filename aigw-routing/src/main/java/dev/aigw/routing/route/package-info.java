/**
 * Chooses which model answers a call, before a deployment of it is chosen.
 *
 * <p>Entry point: {@link dev.aigw.routing.route.Routes}. Reading order: {@code RouteStage}, {@code Rules} with
 * {@link dev.aigw.routing.route.Condition}, {@code ByComplexity} with {@link dev.aigw.routing.route.Complexity},
 * {@code ByBudget}, {@code Semantic}, {@code Sticky}, {@code Cascade} with
 * {@link dev.aigw.routing.route.Acceptance}, {@link dev.aigw.routing.route.Bandit}.
 */
@NullMarked
package dev.aigw.routing.route;

import org.jspecify.annotations.NullMarked;
