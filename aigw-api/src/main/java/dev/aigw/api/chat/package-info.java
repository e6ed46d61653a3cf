/**
 * Chat: the request and reply of a conversation with a model, and the stream of events that makes up a reply.
 *
 * <p>Entry points: {@link dev.aigw.api.chat.ChatRequest}, {@link dev.aigw.api.chat.ChatResponse} and
 * {@link dev.aigw.api.chat.ChatStream}. Reading order: {@link dev.aigw.api.chat.Message} and
 * {@link dev.aigw.api.chat.ContentPart} (the content of a conversation), the request, the response, then
 * {@link dev.aigw.api.chat.ChatEvent} and the stream.
 *
 * <p>JSON is plain Java here: {@code Map}, {@code List}, {@code String}, {@code Number}, {@code Boolean} and null.
 */
@NullMarked
package dev.aigw.api.chat;

import org.jspecify.annotations.NullMarked;
