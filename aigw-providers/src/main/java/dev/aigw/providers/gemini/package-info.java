/**
 * Google's Gemini models: chats, whole and streamed, and embeddings, on the Gemini API (AI Studio) and on Vertex AI.
 *
 * <p>Door: {@link dev.aigw.providers.gemini.GeminiAdapter}. Reading order: the adapter (what is sent how),
 * {@code Service} (where to), {@code ContentEncoder} with {@code GenerationConfig} and {@code ContentWriter}
 * (requests), {@code ReplyDecoder} with {@code Citations}, {@code StreamedArguments} and {@code Usage} (replies, whole
 * ones and pieces of streams alike), {@code EmbeddingCodec}, {@code GeminiErrors} (failures).
 */
@NullMarked
package dev.aigw.providers.gemini;

import org.jspecify.annotations.NullMarked;
