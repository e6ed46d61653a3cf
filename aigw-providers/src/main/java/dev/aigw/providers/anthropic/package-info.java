/**
 * Anthropic's Messages API, whole and streamed, at Anthropic and on Vertex AI.
 *
 * <p>Entry point: {@link dev.aigw.providers.anthropic.AnthropicAdapter}. Reading order: the adapter (what is sent, and
 * what is refused), {@code Service} (the address), {@code MessagesEncoder} with {@code BlockWriter} (requests),
 * {@code MessagesDecoder} with {@code UsageTally} (replies), {@code MessagesStreamReader} (streams),
 * {@code AnthropicErrors} (failures).
 */
@NullMarked
package dev.aigw.providers.anthropic;

import org.jspecify.annotations.NullMarked;
