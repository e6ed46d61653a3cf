/**
 * OpenAI's chat completions, Responses API, embeddings, moderation, images, transcription and speech, and the many
 * servers with the same protocol.
 *
 * <p>Entry points: {@link dev.aigw.providers.openai.OpenAiAdapter} and, for other servers,
 * {@link dev.aigw.providers.openai.Dialects}. Reading order: the adapter, {@code Dialect}, {@code ChatEncoder} (request
 * to JSON), {@code ChatCodec} (JSON to answer), {@code ChatStreamReader} (events to answer), the same three for the
 * Responses API, {@code EmbeddingCodec}, {@code MediaOperations} (the other endpoints), {@code OpenAiErrors}.
 */
@NullMarked
package dev.aigw.providers.openai;

import org.jspecify.annotations.NullMarked;
