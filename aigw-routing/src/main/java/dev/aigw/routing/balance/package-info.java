/**
 * The strategies that choose which deployment of a model serves an attempt.
 *
 * <p>Entry point: {@link dev.aigw.routing.balance.RoutingStrategies}, the built-in strategies. A custom one is a
 * lambda, see {@link dev.aigw.api.spi.RoutingStrategy}.
 *
 * <p>Reading order: {@code RoutingStrategies}; {@code WeightedStrategy} with its {@code AliasTable},
 * {@code RoundRobinStrategy} with its {@code FairSchedule}, {@code LeastStrategy}, {@code PeakEwmaStrategy} with its
 * {@code LatencyCells}, {@code AffinityStrategy} with its {@code HashRing}; {@code TiersStrategy} and
 * {@code LowestCostStrategy} over {@code Groups}.
 */
@NullMarked
package dev.aigw.routing.balance;

import org.jspecify.annotations.NullMarked;
