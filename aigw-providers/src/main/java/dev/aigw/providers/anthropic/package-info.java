/**
 * Anthropic's Messages API, whole and streamed, at Anthropic and on Vertex AI.
 *
 * <p>Door: {@link dev.aigw.providers.anthropic.AnthropicAdapter}. Reading order: the adapter (what is sent how, and
 * what is refused), {@code Service} (where to), {@code MessagesEncoder} with {@code BlockWriter} (requests),
 * {@code MessagesDecoder} with {@code UsageTally} (replies), {@code MessagesStreamReader} (streams),
 * {@code AnthropicErrors} (failures).
 */
@NullMarked
package dev.aigw.providers.anthropic;

import org.jspecify.annotations.NullMarked;
