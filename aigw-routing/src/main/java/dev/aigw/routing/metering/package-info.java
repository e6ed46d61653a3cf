/**
 * Records the tokens and the cost of every attempt.
 *
 * <p>Entry point: {@link dev.aigw.routing.metering.Meters}, which makes an in-memory ledger and turns any
 * {@link dev.aigw.api.spi.TokenMeter} into a feature of the router.
 *
 * <p>Reading order: {@code Meters}, {@code MeterStage} (one record for each attempt, by the account of
 * {@code Settlement}), {@code InMemoryMeter} with its {@code LedgerCell}.
 */
@NullMarked
package dev.aigw.routing.metering;

import org.jspecify.annotations.NullMarked;
