package dev.aigw.routing.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.Cost;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Price;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.VirtualEnvironment;
import dev.aigw.routing.resilience.BreakerPolicy;
import dev.aigw.routing.resilience.RetryPolicy;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/** What takes a canary back beside failures and slowness: costs, scores, and failures that a fallback covers up. */
class CanaryGuardsTest {

    /** A canary that is equal may be taken back in one of twenty runs; three standard deviations of a hundred. */
    private static final int RUNS = 100;

    private static final int MOST_TAKEN_BACK = 11;

    private static final Cost CENT = Cost.usd(new BigDecimal("0.01"));

    private final List<Canary.State> reported = new ArrayList<>();

    /** What a version is like. */
    private record Version(int tokens, double score) {}

    private static final Version OLD = new Version(300, 0.8);

    private ModelRouter router(Canary canary, Random random, Version version, boolean broken) {
        ProviderAdapter adapter = ProviderAdapter.builder("fake")
                .chat((request, attempt) -> {
                    boolean isNew = attempt.model().equals("new");
                    if (broken && isNew) {
                        throw GatewayException.of(ErrorKind.NOT_FOUND, "gone");
                    }
                    return ChatResponse.builder()
                            .text(attempt.model())
                            .usage(TokenUsage.of(100, random.nextInt(2 * (isNew ? version : OLD).tokens)))
                            .build();
                })
                .build();
        Price price = Price.usdPerMillion("1", "10");
        return ModelRouter.builder()
                .environment(new VirtualEnvironment(3))
                .provider(adapter)
                .retry(RetryPolicy.builder().maxAttempts(2).build())
                .breaker(BreakerPolicy.builder().failureThreshold(1_000, 1_000).build())
                .model(
                        "m",
                        model -> model.deployment("fake/old", at -> at.price(price))
                                .route(canary))
                .model(
                        "v2",
                        model -> model.deployment("fake/new", at -> at.price(price))
                                .fallback("old"))
                .model("old", model -> model.deployment("fake/old"))
                .build();
    }

    /** Calls and scores until the canary is decided; returns how many calls the new version had. */
    private static int drive(ModelRouter router, Canary canary, Random random, Version version, int most) {
        int served = 0;
        for (int i = 0; i < most && canary.state().phase() == Canary.Phase.RUNNING; i++) {
            CallOptions options = CallOptions.builder()
                    .caller(Caller.builder().tenant("t").user("u" + i).build())
                    .build();
            ChatResponse reply = ask(router, options, i % 3 == 0);
            boolean isNew = reply.text().equals("new");
            served += isNew ? 1 : 0;
            if (random.nextInt(2) == 0) {
                double mean = (isNew ? version : OLD).score;
                router.feedback(reply.route().callId(), random.nextDouble() < mean ? 1 : 0);
            }
        }
        return served;
    }

    private static ChatResponse ask(ModelRouter router, CallOptions options, boolean streamed) {
        ChatRequest request = ChatRequest.of("m", "hi");
        if (!streamed) {
            return router.chat(request, options);
        }
        try (ChatStream stream = router.stream(request, options)) {
            return stream.response();
        }
    }

    private Canary.Builder canary() {
        return Canary.builder("v2").stages(20, 50).minimumCalls(1_000_000).listener(reported::add);
    }

    private int run(Canary canary, Version version, int seed, int most) {
        Random random = new Random(seed);
        try (ModelRouter router = router(canary, random, version, false)) {
            return drive(router, canary, random, version, most);
        }
    }

    private int takenBack(ToDoubleFunction<Canary> outcome) {
        int takenBack = 0;
        for (int seed = 0; seed < RUNS; seed++) {
            Canary canary = canary().cost(CENT, 1).score(0).build();
            run(canary, OLD, seed, 500);
            takenBack += outcome.applyAsDouble(canary) > 0 ? 1 : 0;
        }
        return takenBack;
    }

    @Test
    void aVersionThatCostsTwiceAsMuchIsTakenBack() {
        Canary canary = canary().cost(CENT, 1.2).build();
        int served = run(canary, new Version(2 * OLD.tokens, OLD.score), 1, 20_000);

        assertThat(canary.state().phase()).isEqualTo(Canary.Phase.ROLLED_BACK);
        assertThat(canary.state().reason()).matches("it costs more: 0\\.006\\d+ USD a call, against 0\\.003\\d+ USD");
        assertThat(served).isBetween(5, 400);
        assertThat(reported).containsExactly(canary.state());
    }

    @Test
    void aVersionThatUsersLikeLessIsTakenBackAfterAFewScores() {
        Canary canary = canary().score(0.05).build();
        int served = run(canary, new Version(OLD.tokens, 0.1), 2, 20_000);

        assertThat(canary.state().phase()).isEqualTo(Canary.Phase.ROLLED_BACK);
        assertThat(canary.state().reason()).startsWith("its answers score lower: 0.");
        assertThat(served).as("half of which were scored").isBetween(5, 100);
        assertThat(reported).containsExactly(canary.state());
    }

    @Test
    void anEqualVersionIsSeldomTakenBack() {
        assertThat(takenBack(canary -> canary.state().phase() == Canary.Phase.ROLLED_BACK ? 1 : 0))
                .as("of %s, by either of two tests", RUNS)
                .isLessThanOrEqualTo(2 * MOST_TAKEN_BACK);
        assertThat(takenBack(canary -> canary.state().reason().contains("costs more") ? 1 : 0))
                .isLessThanOrEqualTo(MOST_TAKEN_BACK);
        assertThat(takenBack(canary -> canary.state().reason().contains("score lower") ? 1 : 0))
                .isLessThanOrEqualTo(MOST_TAKEN_BACK);
    }

    @Test
    void whatIsNotWatchedIsNotWeighed() {
        Canary canary = canary().build();
        run(canary, new Version(4 * OLD.tokens, 0), 3, 500);
        assertThat(canary.state().phase()).isEqualTo(Canary.Phase.RUNNING);
    }

    @Test
    void aCostInAnotherCurrencyDoesNotCount() {
        Canary canary = canary().cost(Cost.of(new BigDecimal("0.01"), "EUR"), 1).build();
        run(canary, new Version(4 * OLD.tokens, 1), 3, 500);
        assertThat(canary.state().phase()).isEqualTo(Canary.Phase.RUNNING);
    }

    @Test
    void aVersionWhoseFailuresItsFallbackCoversUpIsTakenBack() {
        Canary canary = canary().build();
        Random random = new Random(4);
        try (ModelRouter router = router(canary, random, OLD, true)) {
            drive(router, canary, random, OLD, 1_000);
        }
        assertThat(canary.state().phase()).isEqualTo(Canary.Phase.ROLLED_BACK);
        assertThat(canary.state().reason()).contains("fails more often");
    }

    @Test
    void scoresThatComeAfterItIsDecidedChangeNothing() {
        Canary canary = canary().score(0).build();
        Random random = new Random(5);
        try (ModelRouter router = router(canary, random, OLD, false)) {
            List<String> calls = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                ChatResponse reply = router.chat(
                        ChatRequest.of("m", "hi"),
                        CallOptions.builder()
                                .caller(Caller.builder().user("u" + i).build())
                                .build());
                calls.add((reply.text().equals("new") ? "0 " : "1 ")
                        + reply.route().callId());
            }
            canary.promote();
            for (String call : calls) {
                router.feedback(call.substring(2), call.startsWith("1") ? 1 : 0);
            }
            assertThat(canary.state().phase()).isEqualTo(Canary.Phase.PROMOTED);
        }
    }

    @Test
    void badInputFailsWithItsFix() {
        assertThatThrownBy(() -> canary().cost(Cost.UNKNOWN, 1.1).build()).hasMessageContaining("known cap above zero");
        assertThatThrownBy(() -> canary().cost(CENT, 0.5).build()).hasMessageContaining("factor of 1 or more");
        assertThatThrownBy(() -> canary().score(1).build()).hasMessageContaining("such as 0.05");
        assertThatThrownBy(() -> canary().score(0).memory(Duration.ZERO).build())
                .hasMessageContaining("positive");
    }
}
