/**
 * Assertions about fakes, in AssertJ's style, for tests of applications. Needs AssertJ among the test dependencies.
 *
 * <p>Entry point: {@link dev.aigw.providers.fake.assertj.FakeAssertions}, whose {@code assertThat} takes a
 * {@link dev.aigw.providers.fake.FakeProvider}, a {@link dev.aigw.providers.fake.FaultServer}, a
 * {@link dev.aigw.api.chat.ChatRequest} or a {@link dev.aigw.api.spi.UsageLedger}. Its messages show what was asked
 * instead.
 */
@NullMarked
package dev.aigw.providers.fake.assertj;

import org.jspecify.annotations.NullMarked;
