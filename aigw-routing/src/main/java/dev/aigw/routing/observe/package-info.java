/**
 * Reports what happens in a router to those who run the application.
 *
 * <p>Entry points: {@link dev.aigw.routing.observe.Observers}, whose listeners go to the router's builder, and
 * {@link dev.aigw.routing.observe.AsyncListener}, which gives a slow listener a thread of its own. Reading order:
 * {@code Observers}, {@code Slf4jListener}, {@code LogLine}, {@code AsyncListener}.
 */
@NullMarked
package dev.aigw.routing.observe;

import org.jspecify.annotations.NullMarked;
