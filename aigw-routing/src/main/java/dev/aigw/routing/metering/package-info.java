/**
 * Records the tokens and the cost of every attempt.
 *
 * <p>Entry point: {@link dev.aigw.routing.metering.Meters}, which makes an in-memory ledger and turns any
 * {@link dev.aigw.api.spi.TokenMeter} into a feature of the router.
 *
 * <p>Beside it, {@link dev.aigw.routing.metering.ContextWindow} makes conversations fit a model.
 *
 * <p>Reading order: {@code Meters}, {@code MeterStage} (one record for each attempt, by the account of
 * {@code Settlement}), {@code InMemoryMeter} with its {@code LedgerCell}; {@code ContextWindow}, {@code History} (where
 * a conversation may be cut).
 */
@NullMarked
package dev.aigw.routing.metering;

import org.jspecify.annotations.NullMarked;
