/**
 * The transport: how adapters send a request and read a reply or a stream. The only package that uses OkHttp.
 *
 * <p>Entry points: {@link dev.aigw.providers.http.HttpEndpoint} (the address and the credential of an adapter) and
 * {@link dev.aigw.providers.http.HttpTransport}, which sends. Reading order: {@link dev.aigw.providers.http.HttpCall}
 * (what to send), the transport, {@link dev.aigw.providers.http.HttpReply}, {@link dev.aigw.providers.http.HttpBytes}
 * and {@link dev.aigw.providers.http.HttpStream} (what comes back), {@code Exchange} (one attempt's socket and its
 * timeouts), {@code ReplyBodies} (whole bodies).
 *
 * <p>Its subpackages do not depend on it: {@link dev.aigw.providers.http.errors} classifies failures,
 * {@link dev.aigw.providers.http.events} splits a body into events and turns those into the events of an answer,
 * {@link dev.aigw.providers.http.credential} looks up credentials within the attempt's timeout. Internal to this
 * module.
 */
@NullMarked
package dev.aigw.providers.http;

import org.jspecify.annotations.NullMarked;
