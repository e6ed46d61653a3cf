/**
 * The contract that every HTTP adapter passes, as a JUnit 5 test to extend; also for adapters of your own.
 *
 * <p>Door: {@link dev.aigw.providers.contract.ProviderContractTest}; its subclass says what the vendor sends by a
 * {@link dev.aigw.providers.contract.WireFixtures}. Needs JUnit 5, AssertJ and MockWebServer ({@code mockwebserver3})
 * among the test dependencies.
 */
@NullMarked
package dev.aigw.providers.contract;

import org.jspecify.annotations.NullMarked;
