/**
 * Durations in messages and in arithmetic. Not exported.
 *
 * <p>Entry point: {@link dev.aigw.routing.engine.time.Durations}. Every package may use it, so it uses none.
 */
@NullMarked
package dev.aigw.routing.engine.time;

import org.jspecify.annotations.NullMarked;
