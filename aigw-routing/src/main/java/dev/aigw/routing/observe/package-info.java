/**
 * Tells what happens to calls to those who run the application.
 *
 * <p>Door: {@link dev.aigw.routing.observe.Observers}, whose listeners go to the router's builder. Reading order:
 * {@code Observers}, {@code Slf4jListener}, {@code LogLine}.
 */
@NullMarked
package dev.aigw.routing.observe;

import org.jspecify.annotations.NullMarked;
