/**
 * Mistral's platform: chats, whole and streamed, and embeddings, in Mistral's dialect of OpenAI's protocol.
 *
 * <p>Entry point: {@link dev.aigw.providers.mistral.Mistral}.
 */
@NullMarked
package dev.aigw.providers.mistral;

import org.jspecify.annotations.NullMarked;
