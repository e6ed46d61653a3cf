/**
 * Answers equal requests from stored replies, and joins identical calls under way.
 *
 * <p>Entry point: {@link dev.aigw.routing.cache.Caches}, which makes an in-memory cache and turns any
 * {@link dev.aigw.api.spi.ResultCache} into a feature of the router.
 *
 * <p>Reading order: {@code Caches}, the engine's {@code CacheKeys} (what makes two calls equal), {@code CacheStage},
 * {@code RecordingSource} (how a stream is stored), {@code SingleFlightStage} with its {@code Flight}, and
 * {@code InMemoryCache}, the only class that uses Caffeine. Which replies may be stored, and what an entry weighs, is in the
 * engine: {@code CompleteReply} and {@code HeapSize}.
 */
@NullMarked
package dev.aigw.routing.cache;

import org.jspecify.annotations.NullMarked;
