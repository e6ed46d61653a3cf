/**
 * Holds callers to limits, quotas and budgets: requests, tokens, money and calls under way.
 *
 * <p>Entry point: {@link dev.aigw.routing.limit.Limits}. Reading order: {@code Limits} and {@code LimitBuilder} (what a
 * user says), {@code Window} and {@code Dimension} (for how long, and for whom), {@code Allowance} with its three kinds
 * (what is left of one limit for one key), {@code AllowanceStore} (who keeps them where several JVMs share them),
 * {@code LimitCounter} (all keys of a limit), {@code Reservation} (all that one call or attempt has taken, settled
 * once), {@code LimitStage} and {@code ReserveStage}.
 */
@NullMarked
package dev.aigw.routing.limit;

import org.jspecify.annotations.NullMarked;
