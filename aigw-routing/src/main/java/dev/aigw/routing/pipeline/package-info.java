/**
 * The chain that every call runs through, and what features need to take part in it.
 *
 * <p>Doors: {@link dev.aigw.routing.pipeline.Feature} (a room that installs stages and listeners) and
 * {@link dev.aigw.routing.pipeline.Environment} (time, chance, threads). Reading order: those two, then
 * {@code Pipeline}, {@code Call}, {@code Scope} (which settles everything exactly once) and {@code Attempt}.
 */
@NullMarked
package dev.aigw.routing.pipeline;

import org.jspecify.annotations.NullMarked;
