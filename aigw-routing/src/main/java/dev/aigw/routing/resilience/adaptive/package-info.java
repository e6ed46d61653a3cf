/**
 * Adaptive concurrency limits, by the algorithms of Netflix's {@code concurrency-limits} library, which an application
 * adds to use this package.
 *
 * <p>Entry point: {@link dev.aigw.routing.resilience.adaptive.AdaptiveLimits}, which uses {@code NetflixRule}.
 */
@NullMarked
package dev.aigw.routing.resilience.adaptive;

import org.jspecify.annotations.NullMarked;
