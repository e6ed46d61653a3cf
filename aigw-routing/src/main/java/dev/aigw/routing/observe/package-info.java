/**
 * Reports the events of a router to operators.
 *
 * <p>Entry points: {@link dev.aigw.routing.observe.Observers}, whose listeners go to the router's builder, and
 * {@link dev.aigw.routing.observe.AsyncListener}, which gives a slow listener its own thread. Reading order:
 * {@code Observers}, {@code Slf4jListener}, {@code AsyncListener}.
 */
@NullMarked
package dev.aigw.routing.observe;

import org.jspecify.annotations.NullMarked;
