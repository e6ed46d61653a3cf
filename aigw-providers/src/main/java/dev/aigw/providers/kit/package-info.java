/**
 * What every adapter needs, and yours can use: requests larger than a vendor takes at once, and what to do about parts
 * of a request that it cannot take or that another vendor made.
 *
 * <p>{@link dev.aigw.providers.kit.HttpOptions} and {@link dev.aigw.providers.kit.ChatOptions} are what the builders of
 * this module's adapters over HTTP have in common. {@link dev.aigw.providers.kit.EmbeddingBatches} splits a request
 * over several calls, among which {@link dev.aigw.providers.kit.DividedAttempt} divides the attempt's time.
 * {@link dev.aigw.providers.kit.Unsupported} refuses or leaves out. When a conversation moves from one vendor to
 * another, {@link dev.aigw.providers.kit.Provenance} says whose a signature or a raw part is,
 * {@link dev.aigw.providers.kit.ToolIds} fits ids of tool calls, and {@link dev.aigw.providers.kit.Turns} joins
 * messages into turns. {@link dev.aigw.providers.kit.RerankCodec} is the one shape in which documents are ranked.
 */
@NullMarked
package dev.aigw.providers.kit;

import org.jspecify.annotations.NullMarked;
