/**
 * The contract test that every HTTP adapter passes, as a JUnit 5 test to extend; also for your own adapters.
 *
 * <p>Entry point: {@link dev.aigw.providers.contract.ProviderContractTest}. A subclass provides the vendor's replies as
 * {@link dev.aigw.providers.contract.WireFixtures}, and optionally a {@link dev.aigw.providers.contract.RequestReader}
 * that reads requests; the features of requests are {@link dev.aigw.providers.contract.ChatFeature}s. Needs JUnit 5,
 * AssertJ and MockWebServer ({@code mockwebserver3}) among the test dependencies.
 *
 * <p>To change it, read {@code RequestChecks}, then {@code FeatureSamples} (a request for each feature),
 * {@code RandomChats} (mixtures of them) and {@code ChatFacts} (when two requests mean the same).
 */
@NullMarked
package dev.aigw.providers.contract;

import org.jspecify.annotations.NullMarked;
