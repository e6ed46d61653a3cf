package dev.aigw.routing.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.api.spi.RouterEvent;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.VirtualEnvironment;
import dev.aigw.routing.resilience.RetryPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BanditTest {

    private final VirtualEnvironment environment = new VirtualEnvironment(17);
    private final Random random = new Random(23);
    private final List<Double> notified = new ArrayList<>();

    private ModelRouter router(Bandit bandit) {
        ProviderAdapter adapter = ProviderAdapter.builder("fake")
                .chat((request, attempt) -> {
                    if (attempt.model().equals("broken")) {
                        throw GatewayException.of(ErrorKind.NOT_FOUND, "gone");
                    }
                    return ChatResponse.of(attempt.model());
                })
                .build();
        return ModelRouter.builder()
                .environment(environment)
                .provider(adapter)
                .retry(RetryPolicy.none())
                .listener(event -> {
                    if (event instanceof RouterEvent.FeedbackGiven given) {
                        notified.add(given.score());
                    }
                })
                .model("good", model -> model.deployment("fake/good"))
                .model("poor", model -> model.deployment("fake/poor"))
                .model("broken", model -> model.deployment("fake/broken"))
                .model("m", model -> model.route(bandit))
                .build();
    }

    /** Calls and scores at random; returns how many of the last calls went to the model called good. */
    private int play(ModelRouter router, int calls, Map<String, Double> quality) {
        int good = 0;
        for (int i = 0; i < calls; i++) {
            ChatResponse reply = router.chat(ChatRequest.of("m", "hi"));
            double score = random.nextDouble() < quality.get(reply.text()) ? 1 : 0;
            router.feedback(reply.route().callId(), score);
            good += i >= calls / 2 && reply.text().equals("good") ? 1 : 0;
        }
        return good;
    }

    @Test
    void theBetterModelGetsMostCallsAndTheRegretStaysSmall() {
        Bandit bandit = Bandit.builder().arm("good").arm("poor").build();
        try (ModelRouter router = router(bandit)) {
            int good = play(router, 1_000, Map.of("good", 0.8, "poor", 0.5));
            assertThat(good).as("of the last 500 calls").isGreaterThan(450);
            assertThat(notified).hasSize(1_000);
            assertThat(bandit.arms().get(0).meanScore()).isBetween(0.75, 0.85);
            long wasted = bandit.arms().get(1).scored();
            assertThat(wasted * 0.3)
                    .as("regret; half the calls to each would be 150")
                    .isLessThan(30);
            assertThat(router.explain(ChatRequest.of("m", "hi"))
                            .selections()
                            .get(0)
                            .reason())
                    .startsWith("bandit, propensity ");
        }
    }

    @Test
    void anExpensiveModelMustBeBetterByItsCost() {
        Bandit bandit =
                Bandit.builder().arm("good", 1).arm("poor", 0.1).costWeight(0.5).build();
        try (ModelRouter router = router(bandit)) {
            int expensive = play(router, 1_000, Map.of("good", 0.8, "poor", 0.7));
            assertThat(expensive).isLessThan(50);
        }
    }

    @Test
    void aFailedCallCountsAgainstItsModel() {
        Bandit bandit = Bandit.builder().arm("good").arm("broken").build();
        try (ModelRouter router = router(bandit)) {
            int failed = 0;
            for (int i = 0; i < 200; i++) {
                try {
                    router.feedback(
                            router.chat(ChatRequest.of("m", "hi")).route().callId(), 1);
                } catch (GatewayException e) {
                    failed++;
                }
            }
            assertThat(failed).isBetween(1, 20);
        }
    }

    @Test
    void aCallIsScoredOnceAndByItsOwnScoreOnly() {
        Bandit bandit = Bandit.builder().arm("good").arm("poor").build();
        try (ModelRouter router = router(bandit)) {
            String call = router.chat(ChatRequest.of("m", "hi")).route().callId();
            router.feedback(call, 1);
            router.feedback(call, 1);
            router.feedback("unknown", 0);
            assertThat(bandit.arms().stream().mapToLong(Bandit.Arm::scored).sum())
                    .isEqualTo(1);
            assertThatThrownBy(() -> router.feedback(call, 2)).hasMessageContaining("0 for useless");
        }
    }

    @Test
    void badInputFailsWithItsFix() {
        assertThatThrownBy(() -> Bandit.builder().arm("a").build()).hasMessageContaining("two models");
        assertThatThrownBy(() -> Bandit.builder().arm("a", 3)).hasMessageContaining("from 0 to 1");
        assertThatThrownBy(() -> Bandit.builder().arm("a").arm("a")).hasMessageContaining("twice");
    }
}
