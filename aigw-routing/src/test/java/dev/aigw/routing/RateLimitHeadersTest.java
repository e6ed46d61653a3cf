package dev.aigw.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.Route;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.providers.fake.Fault;
import dev.aigw.providers.fake.FaultServer;
import dev.aigw.providers.openai.OpenAiAdapter;
import dev.aigw.routing.balance.RoutingStrategies;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What providers say of their rate limits in the headers of replies over real sockets decides who is asked next. */
class RateLimitHeadersTest {

    private final VirtualEnvironment environment = new VirtualEnvironment(7);
    private volatile Fault first = Fault.none();
    private FaultServer a;
    private FaultServer b;
    private ModelRouter router;

    @BeforeEach
    void start() {
        a = FaultServer.builder().plan(request -> first).start();
        b = FaultServer.start();
        router = ModelRouter.builder()
                .environment(environment)
                .provider(OpenAiAdapter.builder().name("a").baseUrl(a.baseUrl()).build())
                .provider(OpenAiAdapter.builder().name("b").baseUrl(b.baseUrl()).build())
                .model("m", model -> model.deployment("a/x").deployment("b/x").strategy(RoutingStrategies.ordered()))
                .model("alone", model -> model.deployment("a/x"))
                .build();
    }

    @AfterEach
    void stop() {
        router.close();
        a.close();
        b.close();
    }

    private String ask() {
        return router.chat("m", "hi").route().deployment();
    }

    private static Fault openAi(int limit, int remaining, String reset) {
        return Fault.none()
                .header("x-ratelimit-limit-requests", Integer.toString(limit))
                .header("x-ratelimit-remaining-requests", Integer.toString(remaining))
                .header("x-ratelimit-reset-requests", reset);
    }

    private static Fault anthropic(int limit, int remaining, Duration reset) {
        return Fault.none()
                .header("anthropic-ratelimit-requests-limit", "50")
                .header("anthropic-ratelimit-requests-remaining", "49")
                .header("anthropic-ratelimit-input-tokens-limit", Integer.toString(limit))
                .header("anthropic-ratelimit-input-tokens-remaining", Integer.toString(remaining))
                .header(
                        "anthropic-ratelimit-input-tokens-reset",
                        Instant.now().plus(reset).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"openai", "anthropic"})
    void aDeploymentWithNothingLeftIsPassedOverBeforeItRefusesUntilItsReset(String style) {
        first = style.equals("openai") ? openAi(60, 0, "1m0s") : anthropic(40_000, 0, Duration.ofMinutes(1));
        assertThat(ask()).isEqualTo("a/x");
        assertThat(ask()).isEqualTo("b/x");
        assertThat(router.explain(ChatRequest.of("m", "hi")).toString())
                .contains("a/x", "its provider reports an exhausted rate limit");

        environment.advance(Duration.ofSeconds(55));
        assertThat(ask()).isEqualTo("b/x");

        first = openAi(60, 59, "1s");
        environment.advance(Duration.ofSeconds(6));
        assertThat(ask()).isEqualTo("a/x");
        assertThat(ask()).isEqualTo("a/x");
        assertThat(a.requests()).hasSize(3);
    }

    @Test
    void theHeadersOfAStreamCountBeforeItsEnd() {
        first = openAi(60, 0, "1m0s");
        try (ChatStream stream = router.stream(ChatRequest.of("m", "hi"))) {
            assertThat(ask()).isEqualTo("b/x");
            assertThat(stream.response().text()).isNotEmpty();
        }
    }

    @Test
    void whatIsSentSinceIsCountedBySelf() {
        first = openAi(60, 1, "1m0s");
        assertThat(ask()).isEqualTo("a/x"); // one is left
        first = Fault.none(); // and no reply says anything more
        assertThat(ask()).isEqualTo("a/x");
        assertThat(ask()).isEqualTo("b/x");
        assertThat(router.snapshot().models().stream()
                        .filter(model -> model.name().equals("m"))
                        .flatMap(model -> model.deployments().stream())
                        .map(RouterSnapshot.DeploymentState::headroom))
                .containsExactly(0.0, 1.0);
        environment.advance(Duration.ofSeconds(2));
        assertThat(ask()).isEqualTo("a/x"); // one has come back
    }

    @Test
    void withNoOtherToServeItIsAskedAllTheSame() {
        first = openAi(60, 0, "1m0s");
        for (int i = 0; i < 3; i++) {
            assertThat(router.chat("alone", "hi").route().deployment()).isEqualTo("a/x");
        }
        assertThat(router.explain(ChatRequest.of("alone", "hi")).toString()).doesNotContain("exhausted");
    }

    @Test
    void itIsStillTheNextWhenTheOtherFails() {
        first = openAi(60, 0, "1m0s");
        assertThat(ask()).isEqualTo("a/x");
        b.close();
        Route route = router.chat("m", "hi").route();
        assertThat(route.deployment()).isEqualTo("a/x");
        assertThat(route.attempts()).extracting(Route.Attempt::deployment).isEqualTo(List.of("b/x", "a/x"));
    }
}
