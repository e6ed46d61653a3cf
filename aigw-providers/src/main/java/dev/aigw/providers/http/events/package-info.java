/**
 * How a body that arrives in pieces becomes events, and those become an answer's.
 *
 * <p>Entry points: {@link dev.aigw.providers.http.events.Framing} names the ways to cut a body, and
 * {@link dev.aigw.providers.http.events.ChatEventReader} is what the stream readers of all vendors extend. Reading
 * order: {@link dev.aigw.providers.http.events.EventReader} with {@code SseReader} (server-sent events) and
 * {@code LineReader} (one object a line), {@link dev.aigw.providers.http.events.EventStream} (events of an open
 * connection), {@code ChatEventReader}. Internal to this module.
 */
@NullMarked
package dev.aigw.providers.http.events;

import org.jspecify.annotations.NullMarked;
