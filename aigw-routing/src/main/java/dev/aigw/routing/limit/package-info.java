/**
 * Enforces limits, quotas and budgets of requests, tokens, money and calls under way.
 *
 * <p>Entry point: {@link dev.aigw.routing.limit.Limits}. Reading order: {@code Limits} and {@code LimitBuilder} (the
 * configuration), {@code Window} and {@code Dimension} (over which time, and by what), {@code Allowance} with its three
 * kinds (what is left of one limit for one key), {@code AllowanceStore} (stores them where several JVMs share them),
 * {@code LimitCounter} with {@code AllowanceKeys} (all keys of a limit), {@code Demand} (what an attempt will use),
 * {@code Gate} (takes from all limits of one level, or from none), {@code Reservation} (everything that one call or
 * attempt has taken, settled once), {@code LimitStage} and {@code ReserveStage}.
 */
@NullMarked
package dev.aigw.routing.limit;

import org.jspecify.annotations.NullMarked;
