package dev.aigw.routing.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.CacheDirective;
import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Route;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.spi.End;
import dev.aigw.api.spi.ModelSelector;
import dev.aigw.api.spi.Phase;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.VirtualEnvironment;
import dev.aigw.routing.cache.Caches;
import dev.aigw.routing.cache.semantic.SemanticCache;
import dev.aigw.routing.engine.pool.Query;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The cache behind the choice of a model. */
class RoutedCacheTest {

    private final VirtualEnvironment environment = new VirtualEnvironment(9);
    private final List<String> asked = new ArrayList<>();
    private final List<String> reported = new ArrayList<>();

    private ModelRouter.Builder router(ModelSelector selector) {
        ProviderAdapter adapter = ProviderAdapter.builder("fake")
                .chat((request, attempt) -> {
                    asked.add(attempt.model());
                    if (attempt.model().equals("broken")) {
                        throw GatewayException.of(ErrorKind.NOT_FOUND, "gone");
                    }
                    return ChatResponse.of(attempt.model() + " says " + asked.size());
                })
                .build();
        return ModelRouter.builder()
                .environment(environment)
                .provider(adapter)
                .cache(Caches.inMemory()
                        .maximumEntries(100)
                        .keepStale(Duration.ofHours(1))
                        .build())
                .model("small", model -> model.deployment("fake/small"))
                .model("large", model -> model.deployment("fake/large"))
                .model("broken", model -> model.deployment("fake/broken").fallback("large"))
                .model("m", model -> model.deployment("fake/own").route(selector));
    }

    /** A selector that records what it is notified of. */
    private ModelSelector recording(ModelSelector selector) {
        return new ModelSelector() {
            @Override
            public @Nullable Selection select(Query query) {
                return selector.select(query);
            }

            @Override
            public void ended(Query query, @Nullable Selection selection, End end) {
                reported.add(end.outcome()
                        + (end.failure() == null ? "" : " " + end.failure().kind()));
            }
        };
    }

    private static CallOptions tier(String tier) {
        return CallOptions.builder()
                .caller(Caller.builder().tenant("t").tier(tier).build())
                .build();
    }

    private static ChatRequest ask(String model) {
        return ChatRequest.of(model, "why?");
    }

    @Test
    void theReplyOfTheModelChosenIsKeptForThatModel() {
        ModelSelector rules =
                recording(Routes.rules().when(Condition.tier("free"), "small").otherwise("large"));
        try (ModelRouter router = router(rules).build()) {
            assertThat(router.chat(ask("m"), tier("free")).text()).isEqualTo("small says 1");
            assertThat(router.chat(ask("m"), tier("paid")).text()).isEqualTo("large says 2");
            ChatResponse again = router.chat(ask("m"), tier("free"));
            assertThat(again.text()).isEqualTo("small says 1");
            assertThat(again.route().source()).isEqualTo(Route.Source.CACHE);
            assertThat(again.route().model()).isEqualTo("small");
            assertThat(router.chat(ask("m"), tier("paid")).text()).isEqualTo("large says 2");
            try (ChatStream stream = router.stream(ask("m"), tier("paid"))) {
                assertThat(stream.response().text()).isEqualTo("large says 2");
            }
            assertThat(router.chat(ask("small"), tier("any")).text())
                    .as("asked for by its own name")
                    .isEqualTo("small says 1");
            assertThat(reported).as("of the two calls that reached a model").containsExactly("SUCCESS", "SUCCESS");
        }
    }

    @Test
    void aStreamOfTheModelChosenIsKeptToo() {
        try (ModelRouter router = router(Routes.rules().otherwise("small")).build()) {
            try (ChatStream stream = router.stream(ask("m"))) {
                assertThat(stream.response().text()).isEqualTo("small says 1");
            }
            assertThat(router.chat(ask("m")).text()).isEqualTo("small says 1");
        }
    }

    @Test
    void aCascadeKeepsEachStepForItsModelAndNeverTakesAStoredAnswerUntested() {
        ModelSelector cascade = Routes.cascade()
                .first("small", (question, answer) -> !answer.text().startsWith("small"))
                .last("large");
        try (ModelRouter router = router(cascade).build()) {
            assertThat(router.chat(ask("small")).text()).isEqualTo("small says 1");
            ChatResponse first = router.chat(ask("m"));
            assertThat(first.text()).isEqualTo("large says 2");
            assertThat(first.route().source())
                    .as("the small one's answer was stored, this one was not")
                    .isEqualTo(Route.Source.MODEL);
            ChatResponse second = router.chat(ask("m"));
            assertThat(second.text()).isEqualTo("large says 2");
            assertThat(second.route().source()).isEqualTo(Route.Source.CACHE);
            assertThat(asked).containsExactly("small", "large");
        }
    }

    @Test
    void theReplyOfAFallbackIsNotKeptForTheModelChosenAndTheChoiceHasFailed() {
        try (ModelRouter router =
                router(recording(Routes.rules().otherwise("broken"))).build()) {
            assertThat(router.chat(ask("m")).text()).isEqualTo("large says 2");
            assertThat(router.chat(ask("m")).text())
                    .as("the broken one cools down meanwhile")
                    .isEqualTo("large says 3");
            assertThat(reported).containsExactly("FAILED NOT_FOUND", "FAILED");
        }
    }

    @Test
    void aStaleReplyIsRefreshedByTheModelThatGaveIt() {
        List<String> choices = new ArrayList<>(List.of("small", "small", "large"));
        ModelSelector inTurn = query -> new ModelSelector.Selection(choices.remove(0), "its turn");
        CallOptions lenient = CallOptions.builder()
                .cache(CacheDirective.DEFAULT.staleWhileRevalidate(Duration.ofHours(1)))
                .build();
        try (ModelRouter router = router(inTurn).build()) {
            router.chat(ask("m"));
            environment.advance(Duration.ofMinutes(20));
            assertThat(router.chat(ask("m"), lenient).text()).isEqualTo("small says 1");
            assertThat(asked).containsExactly("small", "small");
            assertThat(router.chat(ask("small")).text()).isEqualTo("small says 2");
        }
    }

    @Test
    void aStageThatForbidsTheModelChosenStandsBeforeTheCache() {
        ModelSelector rules = Routes.rules().otherwise("large");
        try (ModelRouter router = router(rules)
                .stage(Phase.ROUTE, chain -> {
                    if (chain.call().model().equals("large")
                            && !"paid".equals(chain.call().options().caller().tier())) {
                        throw GatewayException.of(ErrorKind.DENIED, "large is for those who pay");
                    }
                    return chain.proceed(chain.request());
                })
                .build()) {
            assertThat(router.chat(ask("m"), tier("paid")).text()).isEqualTo("large says 1");
            assertThatThrownBy(() -> router.chat(ask("m"), tier("free"))).hasMessageContaining("for those who pay");
        }
    }

    @Test
    void theSemanticCacheKeepsWhatTheModelChosenAnswered() {
        SemanticCache semantic = SemanticCache.builder()
                .embedder(
                        texts -> texts.stream().map(text -> new float[] {1, 1}).toList())
                .threshold(0.9)
                .build();
        ModelSelector rules =
                Routes.rules().when(Condition.tier("free"), "small").otherwise("large");
        try (ModelRouter router = router(rules).feature(semantic).build()) {
            router.chat(ChatRequest.of("m", "why is the sky blue?"), tier("free"));
            assertThat(router.chat(ChatRequest.of("m", "the sky is blue why?"), tier("free"))
                            .text())
                    .isEqualTo("small says 1");
            assertThat(router.chat(ChatRequest.of("m", "the sky is blue why?"), tier("paid"))
                            .text())
                    .isEqualTo("large says 2");
        }
    }

    private static ChatResponse answer(String text) {
        return ChatResponse.of(text).toBuilder().usage(TokenUsage.of(10, 5)).build();
    }

    @Test
    void aStoredAnswerThatAStepRejectsUsesNothing() {
        List<String> down = new ArrayList<>(List.of("large"));
        ProviderAdapter adapter = ProviderAdapter.builder("fake")
                .chat((request, attempt) -> {
                    if (down.contains(attempt.model())) {
                        throw GatewayException.of(ErrorKind.INVALID_REQUEST, "down");
                    }
                    asked.add(attempt.model());
                    return answer(attempt.model());
                })
                .build();
        try (ModelRouter router = ModelRouter.builder()
                .environment(environment)
                .provider(adapter)
                .cache(Caches.inMemory().maximumEntries(10).build())
                .model("small", model -> model.deployment("fake/small"))
                .model("large", model -> model.deployment("fake/large"))
                .model(
                        "m",
                        model -> model.route(Routes.cascade()
                                .first("small", (question, answer) -> false)
                                .last("large")))
                .build()) {
            assertThatThrownBy(() -> router.chat(ask("m"))).hasMessageContaining("down");
            down.clear();
            assertThat(router.chat(ask("m")).usage()).isEqualTo(TokenUsage.of(10, 5));
            assertThat(asked).containsExactly("small", "large");
        }
    }

    @Test
    void aCascadeThatPaidForAStepIsReportedThoughItsLastAnswerWasStored() {
        ModelSelector outer = recording(query -> new ModelSelector.Selection("cascade", "always"));
        ModelSelector cascade =
                Routes.cascade().first("small", (question, answer) -> false).last("large");
        CallOptions unread =
                CallOptions.builder().cache(CacheDirective.NO_STORE).build();
        try (ModelRouter router =
                router(outer).model("cascade", model -> model.route(cascade)).build()) {
            router.chat(ask("large"));
            ChatResponse response = router.chat(ask("m"), unread);
            assertThat(response.route().source()).isEqualTo(Route.Source.CACHE);
            assertThat(asked).containsExactly("large", "small");
            assertThat(reported).containsExactly("SUCCESS");
            router.chat(ask("small"));
            router.chat(ask("m"));
            assertThat(reported).as("of a call that sent nothing").hasSize(1);
        }
    }
}
