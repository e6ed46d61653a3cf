/**
 * Splits requests that are larger than a vendor takes at once. Door: {@link dev.aigw.providers.batch.EmbeddingBatches},
 * also for adapters of your own; {@link dev.aigw.providers.batch.DividedAttempt} is what its calls share.
 */
@NullMarked
package dev.aigw.providers.batch;

import org.jspecify.annotations.NullMarked;
