/**
 * Checking what goes to models and what comes back. Entry point: {@link dev.aigw.api.guard.Guard}, which applications
 * may implement; a router runs the guards that it was built with.
 *
 * <p>Reading order: {@code Guard}, {@code Inspection} with its {@code GuardedPart}s, {@code GuardVerdict} with its
 * {@code GuardFinding}s, {@code StreamChecking}.
 */
@NullMarked
package dev.aigw.api.guard;

import org.jspecify.annotations.NullMarked;
