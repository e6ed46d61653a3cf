/**
 * Ollama's own protocol: chats, whole and streamed, and embeddings.
 *
 * <p>Entry point: {@link dev.aigw.providers.ollama.OllamaAdapter}. Reading order: the adapter, {@code ChatEncoder}
 * (request to JSON) and its {@code MessageWriter}, {@code ChatDecoder} (JSON to answer), {@code OllamaStreamReader}
 * (lines to answer), {@code EmbedCodec}.
 */
@NullMarked
package dev.aigw.providers.ollama;

import org.jspecify.annotations.NullMarked;
