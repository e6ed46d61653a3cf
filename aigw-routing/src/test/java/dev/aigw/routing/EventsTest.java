package dev.aigw.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.BreakerState;
import dev.aigw.api.CooldownScope;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.spi.RouterEvent;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.routing.balance.RoutingStrategies;
import dev.aigw.routing.resilience.BreakerPolicy;
import dev.aigw.routing.resilience.HedgePolicy;
import dev.aigw.routing.resilience.RetryPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What listeners are notified of, in order. */
class EventsTest extends RouterHarness {

    private final List<RouterEvent> events = new ArrayList<>();

    EventsTest() {
        super(11);
    }

    private ModelRouter.Builder notified(FakeProvider fake) {
        return builder(fake).listener(events::add);
    }

    private List<String> names() {
        return events.stream().map(event -> event.getClass().getSimpleName()).toList();
    }

    private <E extends RouterEvent> List<E> all(Class<E> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    @ParameterizedTest
    @EnumSource
    void aCallThatIsRetriedAndFallsBackSaysSoInOrder(Way way) {
        FakeProvider fake = fake().model("a", script -> script.fail(ErrorKind.SERVER_ERROR))
                .model("b", script -> script.fail(ErrorKind.NOT_FOUND))
                .model("c", script -> script.reply("ok"))
                .build();
        try (ModelRouter router = notified(fake)
                .model(
                        "m",
                        model -> model.deployment("fake/a")
                                .deployment("fake/b")
                                .strategy(RoutingStrategies.ordered())
                                .fallback("s"))
                .model("s", model -> model.deployment("fake/c"))
                .retry(RetryPolicy.builder().maxAttempts(3).build())
                .build()) {
            way.chat(router, "m");
            settled(router, fake);
        }
        assertThat(names())
                .containsExactly(
                        "CallStarted",
                        "AttemptStarted",
                        "AttemptEnded",
                        "Retried",
                        "AttemptStarted",
                        "AttemptEnded",
                        "CooldownStarted",
                        "FellBack",
                        "AttemptStarted",
                        "AttemptEnded",
                        "CallEnded");
        RouterEvent.FellBack fell = all(RouterEvent.FellBack.class).get(0);
        assertThat(fell.from()).isEqualTo("m");
        assertThat(fell.to()).isEqualTo("s");
        assertThat(fell.failure().kind()).isEqualTo(ErrorKind.NOT_FOUND);
        assertThat(all(RouterEvent.CooldownStarted.class).get(0).scope()).isEqualTo(CooldownScope.DEPLOYMENT);
    }

    @Test
    void aCooldownIsOverWhenItsTimeIsUpOrItIsLifted() {
        FakeProvider fake = fake().fail(GatewayException.builder(ErrorKind.RATE_LIMITED, "slow down")
                        .retryAfter(Duration.ofSeconds(30))
                        .build())
                .build();
        try (ModelRouter router =
                notified(fake).model("m", model -> model.deployment("fake/a")).build()) {
            assertThat(failure(() -> router.chat("m", "hello")).kind()).isEqualTo(ErrorKind.RATE_LIMITED);
            assertThat(all(RouterEvent.CooldownStarted.class))
                    .containsExactly(new RouterEvent.CooldownStarted(
                            "fake/a", CooldownScope.DEPLOYMENT, ErrorKind.RATE_LIMITED, Duration.ofSeconds(30)));
            environment.advance(Duration.ofSeconds(29));
            assertThat(all(RouterEvent.CooldownEnded.class)).isEmpty();
            environment.advance(Duration.ofSeconds(2));
            assertThat(all(RouterEvent.CooldownEnded.class))
                    .containsExactly(new RouterEvent.CooldownEnded("fake/a", CooldownScope.DEPLOYMENT));

            assertThat(failure(() -> router.chat("m", "hello")).kind()).isEqualTo(ErrorKind.RATE_LIMITED);
            router.release("fake/a");
            assertThat(all(RouterEvent.CooldownEnded.class)).hasSize(2);
            environment.advance(Duration.ofMinutes(1));
            assertThat(all(RouterEvent.CooldownEnded.class)).as("once").hasSize(2);
        }
    }

    @Test
    void aBreakerThatOpensProbesAndClosesSaysSo() {
        FakeProvider fake = fake().fail(ErrorKind.SERVER_ERROR).reply("ok").build();
        try (ModelRouter router = notified(fake)
                .model("m", model -> model.deployment("fake/a"))
                .retry(RetryPolicy.none())
                .breaker(BreakerPolicy.builder()
                        .failureThreshold(1, 1)
                        .delay(Duration.ofSeconds(10))
                        .build())
                .build()) {
            assertThat(failure(() -> router.chat("m", "hello")).kind()).isEqualTo(ErrorKind.SERVER_ERROR);
            environment.advance(Duration.ofSeconds(11));
            router.chat("m", "hello");
        }
        assertThat(all(RouterEvent.BreakerChanged.class))
                .containsExactly(
                        new RouterEvent.BreakerChanged(
                                "fake/a",
                                BreakerState.CLOSED,
                                BreakerState.OPEN,
                                ErrorKind.SERVER_ERROR,
                                Duration.ofSeconds(10)),
                        new RouterEvent.BreakerChanged(
                                "fake/a",
                                BreakerState.OPEN,
                                BreakerState.HALF_OPEN,
                                ErrorKind.SERVER_ERROR,
                                Duration.ZERO),
                        new RouterEvent.BreakerChanged(
                                "fake/a", BreakerState.HALF_OPEN, BreakerState.CLOSED, null, Duration.ZERO));
    }

    @Test
    void aHedgeAndARecoverySaySo() {
        FakeProvider fake = fake().model("a", script -> script.hang())
                .model(
                        "b",
                        script -> script.streamThenFail(ErrorKind.CONNECTION, new ChatEvent.TextDelta(0, "Once"))
                                .chunks("Once", " upon"))
                .build();
        environment.simulate(() -> {
            try (ModelRouter router = notified(fake)
                    .model(
                            "m",
                            model -> model.deployment("fake/a")
                                    .deployment("fake/b")
                                    .strategy(RoutingStrategies.ordered()))
                    .hedge(HedgePolicy.after(Duration.ofSeconds(1)))
                    .build()) {
                try (ChatStream stream = router.stream(ChatRequest.of("m", "hello"))) {
                    assertThat(stream.response().text()).isEqualTo("Once upon");
                }
                settled(router, fake);
            }
        });
        assertThat(all(RouterEvent.Hedged.class)).isNotEmpty();
        assertThat(all(RouterEvent.StreamRecovered.class)).singleElement().satisfies(recovered -> {
            assertThat(recovered.resumed()).isTrue();
            assertThat(recovered.failure().kind()).isEqualTo(ErrorKind.STREAM_INTERRUPTED);
        });
    }

    @Test
    void aListenerThatThrowsStopsNothing() {
        FakeProvider fake = fake().reply("ok").build();
        try (ModelRouter router = builder(fake)
                .listener(event -> {
                    throw new IllegalStateException("no");
                })
                .listener(events::add)
                .model("m", model -> model.deployment("fake/a"))
                .build()) {
            assertThat(router.chat("m", "hello").text()).isEqualTo("ok");
        }
        assertThat(names()).containsExactly("CallStarted", "AttemptStarted", "AttemptEnded", "CallEnded");
    }
}
