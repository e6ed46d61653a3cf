/**
 * The contract that every HTTP adapter passes, as a JUnit 5 test to extend; also for adapters of your own.
 *
 * <p>Entry point: {@link dev.aigw.providers.contract.ProviderContractTest}. Its subclass says by a
 * {@link dev.aigw.providers.contract.WireFixtures} what the vendor sends, and may say by a
 * {@link dev.aigw.providers.contract.RequestReader} how requests to it look; what requests may hold is a
 * {@link dev.aigw.providers.contract.ChatFeature}. Needs JUnit 5, AssertJ and MockWebServer ({@code mockwebserver3})
 * among the test dependencies.
 *
 * <p>To change it, read {@code RequestChecks}, then {@code FeatureSamples} (a request for each feature),
 * {@code RandomChats} (mixtures of them) and {@code ChatFacts} (when two requests say the same).
 */
@NullMarked
package dev.aigw.providers.contract;

import org.jspecify.annotations.NullMarked;
