package dev.aigw.routing.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aigw.api.CacheDirective;
import dev.aigw.api.CallOptions;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Route;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.spi.ModelSelector;
import dev.aigw.api.spi.RouterEvent;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.VirtualEnvironment;
import dev.aigw.routing.deployment.LastResort;
import dev.aigw.routing.resilience.RetryPolicy;
import dev.aigw.routing.route.Acceptance;
import dev.aigw.routing.route.Routes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class StaleRepliesTest {

    private static final CallOptions ON_ERROR = options(CacheDirective.DEFAULT.staleIfError(Duration.ofHours(1)));
    private static final CallOptions REVALIDATE =
            options(CacheDirective.DEFAULT.staleWhileRevalidate(Duration.ofHours(1)));
    private static final ChatRequest QUESTION = ChatRequest.of("m", "hello");

    private final VirtualEnvironment environment = new VirtualEnvironment(5);
    private final List<String> ended = new ArrayList<>();

    private static CallOptions options(CacheDirective directive) {
        return CallOptions.builder().cache(directive).build();
    }

    private ModelRouter router(FakeProvider fake) {
        return router(fake, builder -> builder);
    }

    private ModelRouter router(FakeProvider fake, UnaryOperator<ModelRouter.Builder> more) {
        return more.apply(ModelRouter.builder()
                        .environment(environment)
                        .provider(fake)
                        .model("m", model -> model.deployment("fake/a"))
                        .cache(Caches.inMemory()
                                .maximumEntries(10)
                                .timeToLive(Duration.ofMinutes(10))
                                .keepStale(Duration.ofDays(1))
                                .build())
                        .listener(event -> {
                            if (event instanceof RouterEvent.CallEnded over) {
                                ended.add(over.call().id());
                            }
                        }))
                .build();
    }

    private FakeProvider.Builder fake() {
        return FakeProvider.builder("fake").waiter(environment::await);
    }

    @Test
    void whenNoModelAnswersAStoredReplyDoesUpToItsAge() {
        FakeProvider fake = fake().reply("first").fail(ErrorKind.SERVER_ERROR).build();
        try (ModelRouter router = router(fake)) {
            router.chat(QUESTION);
            environment.advance(Duration.ofMinutes(11));
            ChatResponse stale = router.chat(QUESTION, ON_ERROR);
            assertThat(stale.text()).isEqualTo("first");
            assertThat(stale.route().degraded()).isTrue();
            assertThat(stale.route().warnings().toString()).contains("SERVER_ERROR");
            try (ChatStream stream = router.stream(QUESTION, ON_ERROR)) {
                assertThat(stream.response().text()).isEqualTo("first");
            }
            assertThatThrownBy(() -> router.chat(QUESTION))
                    .as("a call that did not ask for it")
                    .isInstanceOf(GatewayException.class);
            environment.advance(Duration.ofHours(1));
            assertThatThrownBy(() -> router.chat(QUESTION, ON_ERROR)).isInstanceOf(GatewayException.class);
        }
    }

    @Test
    void aStoredReplyOfThePrimaryIsNotTakenForItsFallbacks() {
        FakeProvider fake = fake().model("a", script -> script.reply("first").fail(ErrorKind.SERVER_ERROR))
                .model("b", script -> script.fail(ErrorKind.OVERLOADED))
                .build();
        try (ModelRouter router = router(
                fake,
                builder -> builder.model(
                                "main", model -> model.deployment("fake/a").fallback("spare"))
                        .model("spare", model -> model.deployment("fake/b")))) {
            ChatRequest question = ChatRequest.of("main", "hello");
            router.chat(question);
            environment.advance(Duration.ofMinutes(11));
            ChatResponse stale = router.chat(question, ON_ERROR);
            assertThat(stale.text()).isEqualTo("first");
            assertThat(stale.route().model()).isEqualTo("main");
        }
    }

    /** A cascade of a small and a large model, whose last resort is a stale reply. */
    private ModelRouter cascade(FakeProvider fake, Acceptance acceptance) {
        return router(
                fake,
                builder -> builder.retry(RetryPolicy.none())
                        .model("small", model -> model.deployment("fake/small"))
                        .model("large", model -> model.deployment("fake/large"))
                        .model("plain", model -> model.route(cascade(acceptance)))
                        .model(
                                "last",
                                model -> model.route(cascade(acceptance))
                                        .lastResort(LastResort.staleCache(Duration.ofHours(1)))));
    }

    private static ModelSelector cascade(Acceptance acceptance) {
        return Routes.cascade().first("small", acceptance).last("large");
    }

    @Test
    void aCascadeAsksItsLastModelBeforeAStaleReplyAnswersForAnEarlierOne() {
        FakeProvider fake = fake().model(
                        "small", script -> script.reply("small").fail(ErrorKind.SERVER_ERROR))
                .model("large", script -> script.reply("large"))
                .build();
        try (ModelRouter router = cascade(fake, Acceptance.finished())) {
            ChatRequest question = ChatRequest.of("plain", "hello");
            assertThat(router.chat(question, ON_ERROR).text()).isEqualTo("small");
            environment.advance(Duration.ofMinutes(11));
            ChatResponse fresh = router.chat(question, ON_ERROR);
            assertThat(fresh.text()).isEqualTo("large");
            assertThat(fresh.route().degraded()).isFalse();
        }
    }

    @Test
    void whenNoModelOfACascadeAnswersTheStaleReplyOfAnyOfThemDoes() {
        FakeProvider fake = fake().model(
                        "small", script -> script.reply("small").fail(ErrorKind.SERVER_ERROR))
                .model("large", script -> script.fail(ErrorKind.SERVER_ERROR))
                .build();
        try (ModelRouter router = cascade(fake, Acceptance.finished())) {
            router.chat(ChatRequest.of("plain", "hello"));
            environment.advance(Duration.ofMinutes(11));
            ChatResponse onError = router.chat(ChatRequest.of("plain", "hello"), ON_ERROR);
            assertThat(onError.text()).isEqualTo("small");
            assertThat(onError.route().degraded()).isTrue();
            assertThat(onError.route().model()).isEqualTo("small");
            assertThat(router.chat(ChatRequest.of("last", "hello")).text()).isEqualTo("small");
        }
    }

    @Test
    void anAnswerThatAStepRejectedDoesNotComeBackAsAStaleOne() {
        FakeProvider fake = fake().model("small", script -> script.reply("small"))
                .model("large", script -> script.fail(ErrorKind.SERVER_ERROR))
                .build();
        try (ModelRouter router = cascade(fake, (question, answer) -> false)) {
            assertThatThrownBy(() -> router.chat(ChatRequest.of("last", "hello"), ON_ERROR))
                    .isInstanceOf(GatewayException.class);
        }
    }

    @Test
    void aFailureThatTheRequestBroughtUponItselfIsNotPastedOver() {
        FakeProvider fake =
                fake().reply("first").fail(ErrorKind.CONTENT_FILTERED).build();
        try (ModelRouter router = router(fake)) {
            router.chat(QUESTION);
            environment.advance(Duration.ofMinutes(11));
            assertThat(catchThrowableOfType(GatewayException.class, () -> router.chat(QUESTION, ON_ERROR))
                            .kind())
                    .isEqualTo(ErrorKind.CONTENT_FILTERED);
        }
    }

    @Test
    void aStaleReplyAnswersAtOnceAndACallOfItsOwnBringsAFreshOne() {
        FakeProvider fake = fake().reply("first").reply("second").build();
        try (ModelRouter router = router(fake)) {
            router.chat(QUESTION);
            environment.advance(Duration.ofMinutes(11));
            ChatResponse stale = router.chat(QUESTION, REVALIDATE);
            assertThat(stale.text()).isEqualTo("first");
            assertThat(stale.route().source()).isEqualTo(Route.Source.CACHE);
            assertThat(stale.route().attempts()).isEmpty();
            assertThat(stale.route().warnings()).hasSize(1);
            ChatResponse fresh = router.chat(QUESTION, REVALIDATE);
            assertThat(fresh.text()).isEqualTo("second");
            assertThat(fresh.route().warnings()).isEmpty();
            assertThat(fake.attempts()).hasSize(2);
            assertThat(ended)
                    .as("each call, and the one in the background")
                    .hasSize(4)
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void aStreamIsRevalidatedByAStreamReadToItsEnd() {
        FakeProvider fake = fake().reply("first").reply("second").build();
        try (ModelRouter router = router(fake)) {
            router.chat(QUESTION);
            environment.advance(Duration.ofMinutes(11));
            try (ChatStream stream = router.stream(QUESTION, REVALIDATE)) {
                assertThat(stream.response().text()).isEqualTo("first");
            }
            assertThat(fake.openStreams()).isZero();
            assertThat(router.chat(QUESTION).text()).isEqualTo("second");
        }
    }

    @Test
    void aRefreshThatFailsLeavesTheStaleReply() {
        FakeProvider fake = fake().reply("first")
                .fail(ErrorKind.INVALID_REQUEST)
                .reply("third")
                .build();
        try (ModelRouter router = router(fake)) {
            router.chat(QUESTION);
            environment.advance(Duration.ofMinutes(11));
            assertThat(router.chat(QUESTION, REVALIDATE).text()).isEqualTo("first");
            assertThat(router.chat(QUESTION, REVALIDATE).text()).isEqualTo("first");
            assertThat(router.chat(QUESTION, REVALIDATE).text()).isEqualTo("third");
        }
    }

    @Test
    void whatContradictsItselfIsRefused() {
        assertThatThrownBy(() -> CacheDirective.BYPASS.staleIfError(Duration.ofHours(1)))
                .hasMessageContaining("begin with DEFAULT");
        assertThatThrownBy(() -> CacheDirective.REFRESH.staleWhileRevalidate(Duration.ofHours(1)))
                .hasMessageContaining("begin with DEFAULT");
        assertThatThrownBy(() -> CacheDirective.DEFAULT.staleIfError(Duration.ofHours(-1)))
                .hasMessageContaining("negative");
    }
}
