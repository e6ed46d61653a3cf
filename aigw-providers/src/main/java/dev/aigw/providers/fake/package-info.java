/**
 * A provider for tests: scripted replies, delays and faults, no network.
 *
 * <p>Door: {@link dev.aigw.providers.fake.FakeProvider}. Reading order: the provider and its builder,
 * {@link dev.aigw.providers.fake.Script} (what it answers), {@link dev.aigw.providers.fake.SeenAttempt} (what it was
 * asked), {@link dev.aigw.providers.fake.Waiter} (how it waits, so that a test may run on virtual time).
 */
@NullMarked
package dev.aigw.providers.fake;

import org.jspecify.annotations.NullMarked;
