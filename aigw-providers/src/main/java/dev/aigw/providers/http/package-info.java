/**
 * The transport, and the one place that knows OkHttp: how adapters send a request and read a reply or a stream.
 *
 * <p>Entry points: {@link dev.aigw.providers.http.HttpEndpoint} (where an adapter sends to, and as whom) and
 * {@link dev.aigw.providers.http.HttpTransport}, which sends. Reading order: {@link dev.aigw.providers.http.HttpCall}
 * (what to send), the transport, {@link dev.aigw.providers.http.HttpReply}, {@link dev.aigw.providers.http.HttpBytes}
 * and {@link dev.aigw.providers.http.HttpStream} (what comes back), {@code Exchange} (one attempt's socket and its time
 * limits), {@code ReplyBodies} (whole bodies).
 *
 * <p>Below it, and knowing nothing of it: {@link dev.aigw.providers.http.errors} says what went wrong,
 * {@link dev.aigw.providers.http.events} cuts a body into events and an answer's events out of those,
 * {@link dev.aigw.providers.http.credential} gets credentials in time. Internal to this module.
 */
@NullMarked
package dev.aigw.providers.http;

import org.jspecify.annotations.NullMarked;
