/**
 * Building blocks for adapters, also for yours: splitting requests that are too large for one call, and handling parts
 * of a request that the vendor cannot take or that another vendor made.
 *
 * <p>{@link dev.aigw.providers.kit.HttpOptions} and {@link dev.aigw.providers.kit.ChatOptions} are the base of this
 * module's builders of HTTP adapters. {@link dev.aigw.providers.kit.EmbeddingBatches} splits a request into several
 * calls, and {@link dev.aigw.providers.kit.DividedAttempt} divides the attempt's time among them.
 * {@link dev.aigw.providers.kit.Unsupported} refuses or drops what the vendor does not take, and
 * {@link dev.aigw.providers.kit.LearnedRefusals} learns it from vendors. When a conversation moves from one vendor to
 * another, {@link dev.aigw.providers.kit.Provenance} says which vendor made a signature or a raw part,
 * {@link dev.aigw.providers.kit.ToolIds} adapts ids of tool calls, and {@link dev.aigw.providers.kit.Turns} joins
 * messages into turns. {@link dev.aigw.providers.kit.CachePlacement} chooses where a prompt is marked for the vendor's
 * cache. {@link dev.aigw.providers.kit.RerankCodec} is the common protocol for reranking.
 */
@NullMarked
package dev.aigw.providers.kit;

import org.jspecify.annotations.NullMarked;
