/**
 * Providers for tests: scripted replies, delays and faults.
 *
 * <p>Doors: {@link dev.aigw.providers.fake.FakeProvider}, an adapter without a network, and
 * {@link dev.aigw.providers.fake.FaultServer}, a server on this machine for a real adapter to talk to. Reading order:
 * the provider and its builder, {@link dev.aigw.providers.fake.Script} (what it answers),
 * {@link dev.aigw.providers.fake.SeenAttempt} (what it was asked), {@link dev.aigw.providers.fake.Waiter} (how it
 * waits, so that a test may run on virtual time); then the server, {@link dev.aigw.providers.fake.Fault} (what it does
 * to a request) and {@link dev.aigw.providers.fake.SeenRequest} (what it saw).
 */
@NullMarked
package dev.aigw.providers.fake;

import org.jspecify.annotations.NullMarked;
