/**
 * Providers for tests: scripted replies, delays and faults.
 *
 * <p>Entry points: {@link dev.aigw.providers.fake.FakeProvider}, an adapter without network access, and
 * {@link dev.aigw.providers.fake.FaultServer}, a server on this machine for testing a real adapter. Reading order: the
 * provider and its builder, {@link dev.aigw.providers.fake.Script} (what it answers),
 * {@link dev.aigw.providers.fake.SeenAttempt} (what it received), {@link dev.aigw.providers.fake.Waiter} (how it waits,
 * so that a test may run on virtual time); then the server, {@link dev.aigw.providers.fake.Fault} (what it does to a
 * request) and {@link dev.aigw.providers.fake.SeenRequest} (what it saw).
 */
@NullMarked
package dev.aigw.providers.fake;

import org.jspecify.annotations.NullMarked;
