/**
 * The words every part of aigw shares: operations, options, callers, usage, cost and errors.
 *
 * <p>Doors: {@link dev.aigw.api.Operation} (a typed kind of call), {@link dev.aigw.api.CallOptions} (what a caller may
 * say about one call) and {@link dev.aigw.api.GatewayException} (the one exception). Read them in that order, then the
 * package of the operation you use, for example {@link dev.aigw.api.chat}.
 *
 * <p>Values here are immutable and safe for use by many threads. An absent value is {@code null} and marked so.
 */
@NullMarked
package dev.aigw.api;

import org.jspecify.annotations.NullMarked;
