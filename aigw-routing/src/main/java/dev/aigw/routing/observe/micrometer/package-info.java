/**
 * Micrometer's view of calls. Needs {@code io.micrometer:context-propagation}.
 *
 * <p>Entry point: {@link dev.aigw.routing.observe.micrometer.MicrometerContext}, which carries every context that is
 * registered with Micrometer, such as the current observation or trace, to the threads that work for a call.
 */
@NullMarked
package dev.aigw.routing.observe.micrometer;

import org.jspecify.annotations.NullMarked;
