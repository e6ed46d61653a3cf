package dev.aigw.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.HealthState;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.api.spi.RouterEvent;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.providers.fake.Fault;
import dev.aigw.providers.fake.FaultServer;
import dev.aigw.providers.fake.SeenRequest;
import dev.aigw.providers.openai.OpenAiAdapter;
import dev.aigw.routing.RouterHarness.Way;
import dev.aigw.routing.balance.RoutingStrategies;
import dev.aigw.routing.deployment.HealthCheck;
import dev.aigw.routing.resilience.RetryPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HealthCheckTest {

    private static final Duration INTERVAL = Duration.ofSeconds(10);

    private final VirtualEnvironment environment = new VirtualEnvironment(13);
    private final FakeProvider fake = FakeProvider.builder("fake")
            .waiter(environment::await)
            .model("a", script -> script.reply("a"))
            .model("b", script -> script.reply("b"))
            .build();

    /** What the check of deployment a does next; null is well. */
    private @Nullable ErrorKind sick;

    private final List<Long> checkedAt = new ArrayList<>();

    private HealthCheck.Builder check() {
        return HealthCheck.every(INTERVAL).jitter(0).function((adapter, attempt) -> {
            checkedAt.add(environment.nanoTime());
            if (sick != null) {
                throw GatewayException.of(sick, "sick");
            }
        });
    }

    private ModelRouter.Builder builder(ProviderAdapter provider) {
        return ModelRouter.builder()
                .environment(environment)
                .provider(provider)
                .retry(RetryPolicy.builder().maxBreakerWait(INTERVAL).build());
    }

    private ModelRouter router(HealthCheck check) {
        return builder(fake)
                .model(
                        "m",
                        model -> model.deployment("fake/a", deployment -> deployment.healthCheck(check))
                                .deployment("fake/b")
                                .strategy(RoutingStrategies.ordered()))
                .build();
    }

    private static RouterSnapshot.DeploymentState state(ModelRouter router) {
        return router.snapshot().models().get(0).deployments().get(0);
    }

    private void pass(int intervals) {
        environment.advance(INTERVAL.multipliedBy(intervals));
    }

    @ParameterizedTest
    @EnumSource
    void aDeploymentThatFailsItsChecksIsEjectedUntilOneSucceeds(Way way) {
        List<String> reported = new ArrayList<>();
        HealthCheck check = check().unhealthyAfter(3).build();
        try (ModelRouter router = builder(fake)
                .model(
                        "m",
                        model -> model.deployment("fake/a", deployment -> deployment.healthCheck(check))
                                .deployment("fake/b")
                                .strategy(RoutingStrategies.ordered()))
                .listener(event -> {
                    if (event instanceof RouterEvent.HealthChanged changed) {
                        reported.add(changed.deployment() + " " + changed.state() + " " + changed.kind());
                    }
                })
                .build()) {
            assertThat(state(router).health()).isEqualTo(HealthState.UNKNOWN);
            assertThat(way.chat(router, "m").text()).isEqualTo("a");
            pass(1);
            assertThat(state(router).health()).isEqualTo(HealthState.HEALTHY);

            sick = ErrorKind.OVERLOADED;
            pass(2);
            assertThat(state(router).health()).isEqualTo(HealthState.HEALTHY);
            assertThat(way.chat(router, "m").text()).isEqualTo("a");
            pass(1);
            assertThat(state(router).health()).isEqualTo(HealthState.UNHEALTHY);
            assertThat(state(router).cooldownReason()).isEqualTo(ErrorKind.OVERLOADED);
            assertThat(way.chat(router, "m").text()).isEqualTo("b");
            assertThat(router.explain(ChatRequest.of("m", "x"))
                            .steps()
                            .get(0)
                            .candidates()
                            .get(0)
                            .dropReason())
                    .startsWith("its health checks fail with OVERLOADED, and the next is due in ");
            pass(5);
            assertThat(reported).containsExactly("fake/a UNHEALTHY OVERLOADED");

            sick = null;
            pass(1);
            assertThat(state(router).health()).isEqualTo(HealthState.HEALTHY);
            assertThat(state(router).cooldown()).isZero();
            assertThat(way.chat(router, "m").text()).isEqualTo("a");
        }
    }

    @Test
    void checksComeAtRandomWithinTheJitterAndNeverTwoAtOnce() {
        AtomicInteger underWay = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<Long> gaps = new ArrayList<>();
        long[] last = new long[1];
        HealthCheck check = HealthCheck.every(INTERVAL)
                .jitter(0.5)
                .timeout(Duration.ofMinutes(5))
                .function((adapter, attempt) -> {
                    most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
                    if (last[0] != 0) {
                        gaps.add(environment.nanoTime() - last[0]);
                    }
                    environment.await(Duration.ofSeconds(25).toNanos(), attempt.cancellation());
                    last[0] = environment.nanoTime();
                    underWay.decrementAndGet();
                })
                .build();
        environment.simulate(() -> {
            try (ModelRouter router = router(check)) {
                environment.advance(Duration.ofHours(1));
                assertThat(state(router).health()).isEqualTo(HealthState.HEALTHY);
            }
        });
        assertThat(most).hasValue(1);
        assertThat(gaps).hasSizeGreaterThan(80);
        assertThat(gaps)
                .allSatisfy(gap ->
                        assertThat(Duration.ofNanos(gap)).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(15)));
        Set<Long> distinct = new HashSet<>(gaps);
        assertThat(distinct).hasSizeGreaterThan(50);
    }

    @Test
    void aCheckThatTakesTooLongFailsAtItsLimitAndIsNotRepeatedBeforeItReturns() {
        AtomicInteger begun = new AtomicInteger();
        HealthCheck check = HealthCheck.every(INTERVAL)
                .jitter(0)
                .timeout(Duration.ofSeconds(2))
                .unhealthyAfter(1)
                .function((adapter, attempt) -> {
                    begun.incrementAndGet();
                    environment.await(Duration.ofMinutes(1).toNanos(), new dev.aigw.api.Cancellation()); // deaf
                })
                .build();
        environment.simulate(() -> {
            try (ModelRouter router = router(check)) {
                environment.advance(INTERVAL.plusSeconds(3));
                assertThat(begun).hasValue(1);
                assertThat(state(router).health()).isEqualTo(HealthState.UNHEALTHY);
                assertThat(state(router).cooldownReason()).isEqualTo(ErrorKind.TIMEOUT);
                environment.advance(Duration.ofSeconds(40));
                assertThat(begun).hasValue(1);
                environment.advance(Duration.ofSeconds(30));
                assertThat(begun).hasValue(2);
            }
        });
    }

    @Test
    void checksEndWhenTheDeploymentGoesOrTheRouterCloses() {
        HealthCheck check = check().unhealthyAfter(1).build();
        ModelRouter router = router(check);
        sick = ErrorKind.CONNECTION;
        pass(2);
        assertThat(state(router).health()).isEqualTo(HealthState.UNHEALTHY);
        int before = checkedAt.size();

        router.update(table -> table.replaceModel(
                "m",
                model -> model.deployment(
                                "fake/a",
                                deployment -> deployment.healthCheck(check).weight(2))
                        .deployment("fake/b")
                        .strategy(RoutingStrategies.ordered())));
        assertThat(state(router).health()).as("goes on").isEqualTo(HealthState.UNHEALTHY);
        pass(2);
        assertThat(checkedAt).hasSize(before + 2);

        router.update(table -> table.replaceModel("m", model -> model.deployment("fake/a")));
        assertThat(state(router).health()).isEqualTo(HealthState.UNKNOWN);
        assertThat(router.chat("m", "x").text()).isEqualTo("a");
        pass(5);
        assertThat(checkedAt).hasSize(before + 2);
        assertThat(environment.scheduled()).isZero();

        router.update(table -> table.replaceModel(
                "m", model -> model.deployment("fake/a", deployment -> deployment.healthCheck(check))));
        pass(2);
        assertThat(checkedAt.size()).isGreaterThan(before + 2);
        router.close();
        int atClose = checkedAt.size();
        pass(5);
        assertThat(checkedAt).hasSize(atClose);
        assertThat(environment.scheduled()).isZero();
    }

    @Test
    void closingStopsACheckUnderWay() {
        List<Boolean> stopped = new ArrayList<>();
        HealthCheck check = HealthCheck.every(INTERVAL)
                .timeout(Duration.ofMinutes(5))
                .function((adapter, attempt) -> {
                    environment.await(Duration.ofMinutes(4).toNanos(), attempt.cancellation());
                    stopped.add(attempt.cancellation().isCancelled());
                })
                .build();
        environment.simulate(() -> {
            try (ModelRouter router = router(check)) {
                environment.advance(INTERVAL);
                assertThat(state(router).health()).isEqualTo(HealthState.UNKNOWN);
            }
        });
        assertThat(stopped).containsExactly(true);
        assertThat(environment.scheduled()).isZero();
    }

    @Test
    void neverAreMoreThanTheShareEjected() {
        sick = ErrorKind.CONNECTION;
        HealthCheck check = check().unhealthyAfter(1).build();
        try (ModelRouter router = builder(fake)
                .model(
                        "m",
                        model -> model.deployment("fake/a", deployment -> deployment.healthCheck(check))
                                .deployment("fake/b", deployment -> deployment.healthCheck(check)))
                .build()) {
            pass(4);
            List<RouterSnapshot.DeploymentState> states =
                    router.snapshot().models().get(0).deployments();
            assertThat(states)
                    .extracting(RouterSnapshot.DeploymentState::health)
                    .containsOnly(HealthState.UNHEALTHY);
            assertThat(states).filteredOn(state -> !state.cooldown().isZero()).hasSize(1);
            assertThat(router.chat("m", "x").text()).isNotNull();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCallWaitsForTheOnlyDeploymentToComeBack(Way way) {
        sick = ErrorKind.CONNECTION;
        try (ModelRouter router = builder(fake)
                .model(
                        "m",
                        model -> model.deployment(
                                "fake/a",
                                deployment -> deployment.healthCheck(
                                        check().unhealthyAfter(1).build())))
                .build()) {
            pass(2);
            assertThat(state(router).cooldown()).isPositive();
            sick = null;
            assertThat(way.chat(router, "m").text()).isEqualTo("a");
            assertThat(fake.attempts()).hasSize(1);
        }
    }

    @Test
    void severalSuccessesMayBeNeeded() {
        sick = ErrorKind.CONNECTION;
        try (ModelRouter router =
                router(check().unhealthyAfter(1).healthyAfter(2).build())) {
            pass(2);
            sick = null;
            pass(1);
            assertThat(state(router).health()).isEqualTo(HealthState.UNHEALTHY);
            sick = ErrorKind.CONNECTION;
            pass(1);
            sick = null;
            pass(1);
            assertThat(state(router).health()).isEqualTo(HealthState.UNHEALTHY);
            pass(1);
            assertThat(state(router).health()).isEqualTo(HealthState.HEALTHY);
        }
    }

    @Test
    void aRefusalForRateSaysNothingAndACheckThatCannotBeMadeEnds() {
        sick = ErrorKind.RATE_LIMITED;
        try (ModelRouter router = router(check().unhealthyAfter(1).build())) {
            pass(3);
            assertThat(checkedAt).hasSizeGreaterThan(2);
            assertThat(state(router).health()).isEqualTo(HealthState.UNKNOWN);
            sick = ErrorKind.UNSUPPORTED;
            pass(3);
            assertThat(state(router).health()).isEqualTo(HealthState.UNKNOWN);
            assertThat(environment.scheduled()).isZero();
        }
        sick = ErrorKind.CONNECTION;
        try (ModelRouter router = router(check().unhealthyAfter(1).build())) {
            pass(2);
            assertThat(state(router).cooldown()).isPositive();
            sick = ErrorKind.UNSUPPORTED;
            pass(1);
            assertThat(state(router).cooldown())
                    .as("nothing would readmit it any more")
                    .isZero();
        }
        // an adapter without HTTP says that it cannot get a path
        try (ModelRouter router = router(
                HealthCheck.every(INTERVAL).path("/health").unhealthyAfter(1).build())) {
            pass(3);
            assertThat(router.chat("m", "x").text()).isEqualTo("a");
            assertThat(environment.scheduled()).isZero();
        }
    }

    @Test
    void aTinyCallChecksToo() {
        try (ModelRouter router = router(HealthCheck.every(INTERVAL).chat().build())) {
            pass(2);
            assertThat(state(router).health()).isEqualTo(HealthState.HEALTHY);
            assertThat(fake.attempts("a"))
                    .isNotEmpty()
                    .allSatisfy(seen -> assertThat(((ChatRequest) seen.request()).maxOutputTokens())
                            .isEqualTo(1));
            assertThat(state(router).succeeded())
                    .as("no call of the application")
                    .isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aServerIsCheckedOverItsSocket(Way way) throws Exception {
        AtomicBoolean well = new AtomicBoolean();
        CompletableFuture<ErrorKind> ejected = new CompletableFuture<>();
        try (FaultServer server = FaultServer.builder()
                        .plan(request -> !request.path().equals("/health")
                                ? Fault.none()
                                : well.get() ? Fault.reply(200, "text/plain", "fine") : Fault.status(503))
                        .start();
                ModelRouter router = ModelRouter.builder()
                        .provider(OpenAiAdapter.builder()
                                .name("vllm")
                                .baseUrl(server.baseUrl())
                                .build())
                        .model(
                                "m",
                                model -> model.deployment(
                                        "vllm/llama",
                                        deployment -> deployment.healthCheck(HealthCheck.every(Duration.ofMillis(5))
                                                .path("/health")
                                                .unhealthyAfter(2)
                                                .build())))
                        .listener(event -> {
                            if (event instanceof RouterEvent.HealthChanged changed && changed.kind() != null) {
                                ejected.complete(changed.kind());
                            }
                        })
                        .build()) {
            assertThat(ejected.get(60, TimeUnit.SECONDS)).isEqualTo(ErrorKind.OVERLOADED);
            assertThat(state(router).health()).isEqualTo(HealthState.UNHEALTHY);
            assertThat(server.requests())
                    .extracting(SeenRequest::path)
                    .as("no call of a chat, and /health at the root, not below /v1")
                    .containsOnly("/health");
            well.set(true);
            assertThat(way.chat(router, "m").text()).isEqualTo("ok"); // waits until a check frees the deployment
            assertThat(state(router).health()).isEqualTo(HealthState.HEALTHY);
        }
    }

    @Test
    void badSetUpsSayWhatToChange() {
        assertThatThrownBy(() -> HealthCheck.every(INTERVAL).build()).hasMessageContaining("path(\"/health\")");
        assertThatThrownBy(() -> HealthCheck.every(Duration.ZERO).chat().build())
                .hasMessageContaining("positive interval");
        assertThatThrownBy(() -> HealthCheck.every(INTERVAL).chat().path("/x")).hasMessageContaining("twice");
        assertThatThrownBy(() -> HealthCheck.every(INTERVAL).chat().jitter(2).build())
                .hasMessageContaining("share from 0 to 1");
        assertThatThrownBy(() ->
                        HealthCheck.every(INTERVAL).chat().unhealthyAfter(0).build())
                .hasMessageContaining("unhealthyAfter(0)");
        assertThatThrownBy(() -> builder(fake)
                        .model(
                                "m",
                                model -> model.deployment(
                                        "fake/a", deployment -> deployment.healthCheck(check().build())))
                        .model(
                                "n",
                                model -> model.deployment(
                                        "fake/a", deployment -> deployment.healthCheck(check().build())))
                        .build())
                .hasMessageContaining("two health checks");
        assertThatThrownBy(() -> builder(fake)
                        .model(
                                "any/*",
                                model -> model.deployment(
                                        "fake/*", deployment -> deployment.healthCheck(check().build())))
                        .build())
                .hasMessageContaining("has a health check");
    }
}
