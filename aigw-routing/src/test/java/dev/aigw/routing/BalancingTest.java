package dev.aigw.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.spi.End;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.api.spi.RateLimit;
import dev.aigw.api.spi.RoutingStrategy;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.routing.balance.RoutingStrategies;
import dev.aigw.routing.limit.Dimension;
import dev.aigw.routing.limit.Limits;
import dev.aigw.routing.limit.Window;
import dev.aigw.routing.resilience.RetryPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Strategies as a router uses them. */
class BalancingTest extends RouterHarness {

    BalancingTest() {
        super(7);
    }

    private ModelRouter router(ProviderAdapter fake, RoutingStrategy strategy) {
        return ModelRouter.builder()
                .environment(environment)
                .provider(fake)
                .model(
                        "m",
                        model -> model.deployment("fake/a", deployment -> deployment.tier(2))
                                .deployment("fake/b")
                                .deployment("fake/c")
                                .strategy(strategy))
                .build();
    }

    @Test
    void aHigherTierStandsByUntilTheLowerOnesAreGone() {
        FakeProvider fake = fake().model("a", script -> script.reply("a"))
                .model("b", script -> script.fail(ErrorKind.OVERLOADED))
                .model("c", script -> script.fail(ErrorKind.OVERLOADED))
                .build();
        try (ModelRouter router = router(fake, RoutingStrategies.tiers(RoutingStrategies.roundRobin()))) {
            assertThat(router.chat("m", "hi").text()).isEqualTo("a");

            assertThat(fake.attempts("a")).hasSize(1);
            assertThat(fake.attempts("b")).hasSize(1);
            assertThat(fake.attempts("c")).hasSize(1);
        }
    }

    @Test
    void peakEwmaLearnsFromCallsAndStreamsWhoIsQuick() {
        FakeProvider fake = fake().model(
                        "a", script -> script.delay(Duration.ofMillis(400)).reply("a"))
                .model("b", script -> script.delay(Duration.ofMillis(20)).reply("b"))
                .model("c", script -> script.delay(Duration.ofMillis(400)).reply("c"))
                .build();
        try (ModelRouter router = router(fake, RoutingStrategies.peakEwma(Duration.ofHours(1)))) {
            for (int i = 0; i < 30; i++) {
                router.chat("m", "hi");
                try (ChatStream stream = router.stream(ChatRequest.of("m", "hi"))) {
                    stream.response();
                }
            }
            int before = fake.attempts("b").size();
            for (int i = 0; i < 60; i++) {
                router.chat("m", "hi");
            }
            // b is one of the two drawn in two thirds of the draws, and then it is taken
            assertThat(fake.attempts("b").size() - before).isGreaterThan(30);
        }
    }

    @Test
    void affinityKeepsASessionAtItsDeployment() {
        FakeProvider fake = fake().reply("ok").build();
        try (ModelRouter router = router(fake, RoutingStrategies.affinity())) {
            Set<String> all = new HashSet<>();
            for (int session = 0; session < 20; session++) {
                CallOptions options =
                        CallOptions.builder().sessionKey("s" + session).build();
                Set<String> served = new HashSet<>();
                for (int i = 0; i < 5; i++) {
                    served.add(router.chat(ChatRequest.of("m", "question " + i), options)
                            .route()
                            .deployment());
                }
                assertThat(served).hasSize(1);
                all.addAll(served);
            }
            assertThat(all).hasSize(3);
        }
    }

    @Test
    void headroomPrefersTheMostRateLimitLeftAndRecoversInTime() {
        List<String> asked = new ArrayList<>();
        ProviderAdapter adapter = ProviderAdapter.builder("fake")
                .chat((request, attempt) -> {
                    asked.add(attempt.model());
                    attempt.headroom(attempt.model().equals("b") ? 0.1 : 0.6, Duration.ofSeconds(60));
                    return ChatResponse.of("ok");
                })
                .build();
        try (ModelRouter router = router(adapter, RoutingStrategies.headroom())) {
            for (int i = 0; i < 3; i++) {
                router.chat("m", "hi"); // a deployment without a report counts as full
            }
            assertThat(asked).containsExactlyInAnyOrder("a", "b", "c");
            for (int i = 0; i < 20; i++) {
                router.chat("m", "hi");
            }
            assertThat(asked).containsOnlyOnce("b");

            environment.advance(Duration.ofSeconds(61));
            for (int i = 0; i < 3; i++) {
                router.chat("m", "hi");
            }
            assertThat(asked.subList(23, 26)).containsExactlyInAnyOrder("a", "b", "c");
        }
    }

    @Test
    void aStrategyThatThrowsFailsTheCallWithItsName() {
        FakeProvider fake = fake().reply("ok").build();
        RoutingStrategy broken = RoutingStrategies.least("mine", deployment -> {
            throw new IllegalStateException("no idea");
        });
        try (ModelRouter router = router(fake, broken)) {
            assertThatThrownBy(() -> router.chat("m", "hi"))
                    .isInstanceOf(GatewayException.class)
                    .hasMessageContaining("this is a bug in the routing strategy mine: it threw")
                    .hasMessageContaining("no idea");
            assertThat(fake.attempts()).isEmpty();
        }
    }

    /** Chooses the first, and throws where it is set to. */
    private record Faulty(String where) implements RoutingStrategy {
        @Override
        public Picker bind(List<? extends Deployment> deployments) {
            at("bind");
            return new Picker() {
                @Override
                public int pick(Candidates candidates) {
                    return where.equals("choose another") ? 7 : 0;
                }

                @Override
                public double score(Candidates candidates, int index) {
                    at("score");
                    return 0;
                }

                @Override
                public void began(int index) {
                    at("began");
                }

                @Override
                public void ended(int index, End end, long nanoTime) {
                    at("ended");
                }
            };
        }

        private void at(String place) {
            if (where.equals(place)) {
                throw new IllegalStateException("no idea");
            }
        }

        @Override
        public String toString() {
            return "faulty";
        }
    }

    @Test
    void aStrategyThatThrowsWhenItIsBoundFailsTheBuildWithTheModelsName() {
        FakeProvider fake = fake().build();
        assertThatThrownBy(() -> router(fake, new Faulty("bind")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("model \"m\": its strategy faulty cannot be bound to its deployments")
                .hasMessageContaining("no idea");
    }

    @Test
    void aStrategyThatThrowsInADryRunIsNamed() {
        FakeProvider fake = fake().build();
        try (ModelRouter router = router(fake, new Faulty("score"))) {
            assertThatThrownBy(() -> router.explain(ChatRequest.of("m", "hi")))
                    .isInstanceOf(GatewayException.class)
                    .hasMessageContaining("this is a bug in the routing strategy faulty: it threw")
                    .hasMessageContaining("no idea");
        }
    }

    @Test
    void aStrategyThatThrowsWhenAnAttemptBeginsKeepsNoLease() {
        FakeProvider fake = fake().reply("ok").build();
        try (ModelRouter router = router(fake, new Faulty("began"))) {
            assertThatThrownBy(() -> router.chat("m", "hi"))
                    .isInstanceOf(GatewayException.class)
                    .hasMessageContaining("this is a bug in the routing strategy faulty: it threw");
            assertThat(fake.attempts()).isEmpty();
            assertThat(router.snapshot().models().get(0).deployments())
                    .allSatisfy(state -> assertThat(state.inFlight()).isZero());
        }
    }

    @Test
    void aStrategyThatThrowsWhenAnAttemptHasEndedHarmsNoCall() {
        FakeProvider fake = fake().reply("ok").build();
        try (ModelRouter router = router(fake, new Faulty("ended"))) {
            assertThat(router.chat("m", "hi").text()).isEqualTo("ok");
            assertThat(router.snapshot().models().get(0).deployments())
                    .allSatisfy(state -> assertThat(state.inFlight()).isZero());
        }
    }

    @Test
    void aStrategyThatChoosesWhatIsNotThereIsNamed() {
        FakeProvider fake = fake().reply("ok").build();
        try (ModelRouter router = router(fake, new Faulty("choose another"))) {
            assertThatThrownBy(() -> router.chat("m", "hi"))
                    .hasStackTraceContaining("this is a bug in the routing strategy faulty: it chose deployment 7 of 3")
                    .hasStackTraceContaining("return an index for which isEligible is true, or -1");
        }
    }

    @Test
    void whatALimitRefusedBeforeItWasSentUsesUpNoHeadroom() {
        List<String> asked = new ArrayList<>();
        ProviderAdapter adapter = ProviderAdapter.builder("p")
                .chat((request, attempt) -> {
                    asked.add(attempt.deployment());
                    if (asked.size() == 1) {
                        attempt.rateLimits(
                                List.of(new RateLimit(RateLimit.Unit.REQUESTS, 100, 5, Duration.ofHours(1))));
                    }
                    return ChatResponse.of("hi");
                })
                .build();
        Limits limits = Limits.builder()
                .limit(
                        "short",
                        limit -> limit.tokens(50)
                                .per(Window.calendar(Window.Unit.DAY))
                                .where(Dimension.TENANT, "poor"))
                .build();
        CallOptions poor = CallOptions.builder().caller(Caller.ofTenant("poor")).build();
        try (ModelRouter router = ModelRouter.builder()
                .provider(adapter)
                .retry(RetryPolicy.none())
                .limits(limits)
                .model("m", model -> model.deployment("p/a").deployment("p/b").strategy(RoutingStrategies.ordered()))
                .build()) {
            router.chat("m", "q");
            for (int i = 0; i < 10; i++) {
                assertThatThrownBy(() -> router.chat(ChatRequest.of("m", "word ".repeat(500)), poor))
                        .hasMessageContaining("limit \"short\"");
            }
            assertThat(router.chat("m", "q").route().deployment()).isEqualTo("p/a");
            assertThat(asked).hasSize(2);
        }
    }
}
