/**
 * Splits requests that are larger than a vendor takes at once. Door: {@link dev.aigw.providers.batch.EmbeddingBatches},
 * also for adapters of your own.
 */
@NullMarked
package dev.aigw.providers.batch;

import org.jspecify.annotations.NullMarked;
