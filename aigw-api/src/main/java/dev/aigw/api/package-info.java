/**
 * The types that all of aigw shares: operations, options, callers, usage, cost and errors.
 *
 * <p>Entry points: {@link dev.aigw.api.Operation} (a typed kind of call), {@link dev.aigw.api.CallOptions} (settings of
 * one call) and {@link dev.aigw.api.GatewayException} (the one exception). Read them in that order, then the package of
 * the operation you use, for example {@link dev.aigw.api.chat}.
 *
 * <p>Values here are immutable and safe for use by many threads. An absent value is {@code null}, marked by
 * {@code @Nullable}.
 */
@NullMarked
package dev.aigw.api;

import org.jspecify.annotations.NullMarked;
