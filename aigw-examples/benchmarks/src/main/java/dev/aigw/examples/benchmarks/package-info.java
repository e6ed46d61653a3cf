/**
 * The overhead of aigw: JMH benchmarks of the pipeline around an in-memory adapter, of the choice among deployments and
 * of the result cache.
 *
 * <p>The module's README has the command and measured figures.
 */
@NullMarked
package dev.aigw.examples.benchmarks;

import org.jspecify.annotations.NullMarked;
