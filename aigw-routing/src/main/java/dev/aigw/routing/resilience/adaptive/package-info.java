/**
 * Concurrency limits that adapt, by the rules of Netflix's {@code concurrency-limits} library, which an application
 * adds to use this package.
 *
 * <p>Door: {@link dev.aigw.routing.resilience.adaptive.AdaptiveLimits}. Reading order: it, then {@code NetflixRule}.
 */
@NullMarked
package dev.aigw.routing.resilience.adaptive;

import org.jspecify.annotations.NullMarked;
