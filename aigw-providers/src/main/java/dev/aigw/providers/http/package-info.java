/**
 * The one place that knows OkHttp: how adapters send a request, read a reply or a stream of events, and how what goes
 * wrong becomes a {@link dev.aigw.api.GatewayException}.
 *
 * <p>Doors: {@link dev.aigw.providers.http.HttpEndpoint} (where an adapter sends to, and as whom) and
 * {@link dev.aigw.providers.http.HttpTransport}, which sends. Reading order: {@link dev.aigw.providers.http.HttpCall}
 * (what to send), the transport, {@link dev.aigw.providers.http.HttpReply}, {@link dev.aigw.providers.http.HttpBytes}
 * and {@link dev.aigw.providers.http.HttpStream} (what comes back), {@link dev.aigw.providers.http.ChatEventReader} (a
 * stream of JSON objects as an answer's events), {@link dev.aigw.providers.http.ErrorReader} (what an adapter tells
 * about its vendor's errors; {@link dev.aigw.providers.http.JsonErrors} reads the common shapes). Behind them:
 * {@code SseReader} splits bytes into events ({@link dev.aigw.providers.http.Framing} names other ways to),
 * {@code ReplyBodies} reads whole ones, {@code ResetHeaders} says when to come back, {@code Secrets} masks what must
 * not show, {@link dev.aigw.providers.http.Lookup} gets credentials in time. Internal to this module.
 */
@NullMarked
package dev.aigw.providers.http;

import org.jspecify.annotations.NullMarked;
