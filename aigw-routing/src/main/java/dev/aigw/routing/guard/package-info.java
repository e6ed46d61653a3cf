/**
 * Guards on what goes to models and on what comes back. Entry point: {@code Guards}; see {@link dev.aigw.api.guard} for
 * a guard of your own.
 */
@NullMarked
package dev.aigw.routing.guard;

import org.jspecify.annotations.NullMarked;
