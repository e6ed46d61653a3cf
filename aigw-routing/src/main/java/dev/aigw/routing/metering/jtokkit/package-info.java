/**
 * Counts tokens with JTokkit. Add {@code com.knuddels:jtokkit} to use it; nothing else needs it.
 *
 * <p>Entry point: {@link dev.aigw.routing.metering.jtokkit.JTokkitCounter}.
 */
@NullMarked
package dev.aigw.routing.metering.jtokkit;

import org.jspecify.annotations.NullMarked;
