/**
 * Google's Gemini models: chats, whole and streamed, and embeddings, on the Gemini API (AI Studio) and on Vertex AI.
 *
 * <p>Entry point: {@link dev.aigw.providers.gemini.GeminiAdapter}. Reading order: the adapter (what is sent),
 * {@code Service} (the address), {@code ContentEncoder} with {@code GenerationConfig} and {@code ContentWriter}
 * (requests), {@code ReplyDecoder} with {@code Citations}, {@code StreamedArguments} and {@code Usage} (replies, whole
 * or in pieces), {@code EmbeddingCodec}, {@code GeminiErrors} (failures).
 */
@NullMarked
package dev.aigw.providers.gemini;

import org.jspecify.annotations.NullMarked;
