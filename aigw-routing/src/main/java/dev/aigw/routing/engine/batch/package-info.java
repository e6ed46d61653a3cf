/**
 * Batches through a router: the {@link dev.aigw.api.batch.BatchClient} behind {@code router.batches()}. A submission is
 * an ordinary call, so it passes the stages and gets a deployment like one; whatever follows goes to that deployment
 * directly. Read {@link dev.aigw.routing.engine.batch.Batches} first, then {@code RoutedResults}, which meters, and
 * {@code BatchWait}, which polls.
 */
@NullMarked
package dev.aigw.routing.engine.batch;

import org.jspecify.annotations.NullMarked;
