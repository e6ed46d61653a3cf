/**
 * Splits a body into events, and turns those into the events of an answer.
 *
 * <p>Entry points: {@link dev.aigw.providers.http.events.Framing} names the ways to split a body, and
 * {@link dev.aigw.providers.http.events.ChatEventReader} is the base of all vendors' stream readers. Reading order:
 * {@link dev.aigw.providers.http.events.EventReader} with {@code SseReader} (server-sent events) and
 * {@code ValueReader} (JSON objects), {@link dev.aigw.providers.http.events.EventStream} (events of an open
 * connection), {@code ChatEventReader}. Internal to this module.
 */
@NullMarked
package dev.aigw.providers.http.events;

import org.jspecify.annotations.NullMarked;
