package dev.aigw.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.CacheDirective;
import dev.aigw.api.CallOptions;
import dev.aigw.api.Cancellation;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Outcome;
import dev.aigw.api.Route;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.embedding.EmbeddingResponse;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.api.spi.RouterEvent;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.routing.cache.Caches;
import dev.aigw.routing.deployment.LastResort;
import dev.aigw.routing.metering.Meters;
import dev.aigw.routing.resilience.RetryPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LastResortTest extends RouterHarness {

    private static final LastResort SORRY = LastResort.text("sorry");

    LastResortTest() {
        super(11);
    }

    @Override
    protected ModelRouter.Builder builder(ProviderAdapter... adapters) {
        return super.builder(adapters)
                .retry(RetryPolicy.builder().maxAttempts(2).build());
    }

    private ModelRouter router(ProviderAdapter provider, LastResort lastResort) {
        return builder(provider)
                .model("m", model -> model.deployment("fake/a").lastResort(lastResort))
                .build();
    }

    @ParameterizedTest
    @EnumSource
    void aFixedReplyAnswersWhenAllModelsHaveFailed(Way way) {
        FakeProvider fake = fake().model("a", script -> script.fail(ErrorKind.SERVER_ERROR))
                .model("b", script -> script.fail(ErrorKind.TIMEOUT).reply("back"))
                .build();
        List<String> notified = new ArrayList<>();
        try (ModelRouter router = builder(fake)
                .model("m", model -> model.deployment("fake/a").fallback("n").lastResort(SORRY))
                .model("n", model -> model.deployment("fake/b"))
                .cache(Caches.inMemory().maximumEntries(10).build())
                .meter(Meters.inMemory())
                .listener(event -> {
                    if (event instanceof RouterEvent.CallEnded ended) {
                        notified.add(ended.end().outcome() + " " + ended.route().source() + " "
                                + ended.route().model());
                    }
                })
                .build()) {
            ChatResponse reply = way.chat(router, "m");
            assertThat(reply.text()).isEqualTo("sorry");
            assertThat(reply.route().degraded()).isTrue();
            assertThat(reply.route().source()).isEqualTo(Route.Source.DEGRADED);
            assertThat(reply.route().model()).isEqualTo("m");
            assertThat(reply.route().deployment()).isNull();
            assertThat(reply.route().attempts())
                    .extracting(Route.Attempt::errorKind)
                    .containsExactly(ErrorKind.SERVER_ERROR, ErrorKind.TIMEOUT);
            assertThat(reply.route().warnings())
                    .singleElement()
                    .asString()
                    .contains("last resort of model \"m\"")
                    .contains("TIMEOUT");
            assertThat(router.snapshot().usage().total().attempts()).isEqualTo(2);
            assertThat(router.snapshot().usage().total().failed()).isEqualTo(2);
            assertThat(router.snapshot().usage().total().usage().outputTokens()).isZero();

            ChatResponse next = way.chat(router, "m");
            assertThat(next.text()).as("a degraded reply is not stored").isEqualTo("back");
            assertThat(next.route().degraded()).isFalse();
        }
        assertThat(notified).containsExactly(Outcome.SUCCESS + " DEGRADED m", Outcome.SUCCESS + " MODEL n");
        assertThat(fake.openStreams()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void aStaleEntryAnswersWhileItIsKept(Way way) {
        FakeProvider fake =
                fake().reply("fresh").fail(ErrorKind.QUOTA_EXHAUSTED).build();
        try (ModelRouter router = builder(fake)
                .model("m", model -> model.deployment("fake/a").lastResort(LastResort.staleCache(Duration.ofHours(6))))
                .cache(Caches.inMemory()
                        .maximumEntries(10)
                        .timeToLive(Duration.ofMinutes(10))
                        .keepStale(Duration.ofHours(12))
                        .build())
                .build()) {
            assertThat(way.chat(router, "m").route().source()).isEqualTo(Route.Source.MODEL);
            assertThat(way.chat(router, "m").route().source()).isEqualTo(Route.Source.CACHE);
            environment.advance(Duration.ofHours(1));
            for (int i = 0; i < 2; i++) {
                ChatResponse stale = way.chat(router, "m");
                assertThat(stale.text()).isEqualTo("fresh");
                assertThat(stale.route().source()).isEqualTo(Route.Source.DEGRADED);
            }
            environment.advance(Duration.ofHours(6));
            assertThat(failure(() -> way.chat(router, "m")).kind()).isEqualTo(ErrorKind.QUOTA_EXHAUSTED);
            assertThat(router.snapshot().cache().hits()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aStaleEntryIsNotServedWhileTheModelAnswers(Way way) {
        FakeProvider fake = fake().reply("old").reply("new").build();
        try (ModelRouter router = builder(fake)
                .model("m", model -> model.deployment("fake/a").lastResort(LastResort.staleCache(Duration.ofDays(1))))
                .cache(Caches.inMemory()
                        .maximumEntries(10)
                        .timeToLive(Duration.ofMinutes(10))
                        .keepStale(Duration.ofDays(1))
                        .build())
                .build()) {
            assertThat(way.chat(router, "m").text()).isEqualTo("old");
            environment.advance(Duration.ofMinutes(10));
            assertThat(way.chat(router, "m").text()).isEqualTo("new");
            assertThat(way.chat(router, "m").text()).isEqualTo("new");
            assertThat(fake.attempts()).hasSize(2);
        }
    }

    @Test
    void aCallThatWantsNothingOldGetsNothingOld() {
        FakeProvider fake = fake().reply("old").fail(ErrorKind.OVERLOADED).build();
        try (ModelRouter router = builder(fake)
                .model("m", model -> model.deployment("fake/a").lastResort(LastResort.staleCache(Duration.ofDays(1))))
                .cache(Caches.inMemory()
                        .maximumEntries(10)
                        .keepStale(Duration.ofDays(1))
                        .build())
                .build()) {
            router.chat("m", "x");
            environment.advance(Duration.ofHours(1));
            for (CacheDirective wish : List.of(
                    CacheDirective.BYPASS, CacheDirective.REFRESH, CacheDirective.maxAge(Duration.ofMinutes(30)))) {
                CallOptions options = CallOptions.builder().cache(wish).build();
                assertThat(failure(() -> router.chat(ChatRequest.of("m", "x"), options)))
                        .as(wish.toString())
                        .isNotNull();
            }
            CallOptions lenient = CallOptions.builder()
                    .cache(CacheDirective.maxAge(Duration.ofHours(2)))
                    .build();
            assertThat(router.chat(ChatRequest.of("m", "x"), lenient).route().degraded())
                    .isTrue();
        }
    }

    @Test
    void aStaleEntryNeedsACacheThatKeepsIt() {
        LastResort stale = LastResort.staleCache(Duration.ofDays(1));
        FakeProvider fake = fake().reply("old").fail(ErrorKind.OVERLOADED).build();
        try (ModelRouter router = builder(fake)
                .model("m", model -> model.deployment("fake/a").lastResort(stale))
                .cache(Caches.inMemory().maximumEntries(10).build())
                .build()) {
            router.chat("m", "x");
            environment.advance(Duration.ofHours(1));
            assertThat(failure(() -> router.chat("m", "x")).kind()).isEqualTo(ErrorKind.OVERLOADED);
        }
        FakeProvider uncached = fake().fail(ErrorKind.OVERLOADED).build();
        try (ModelRouter router = router(uncached, stale.or(SORRY))) {
            assertThat(router.chat("m", "x").text()).isEqualTo("sorry");
        }
    }

    @ParameterizedTest
    @EnumSource
    void itAnswersForFailuresThatAllowAFallbackAndForNoOther(ErrorKind kind) {
        Set<ErrorKind> returned = Set.of(
                ErrorKind.CONTENT_FILTERED,
                ErrorKind.INVALID_REQUEST,
                ErrorKind.UNCONFIRMED,
                ErrorKind.CANCELLED,
                ErrorKind.UNAUTHENTICATED,
                ErrorKind.DENIED,
                ErrorKind.GUARD_REJECTED,
                ErrorKind.INTERNAL,
                ErrorKind.UNKNOWN_MODEL,
                ErrorKind.NO_ROUTE,
                ErrorKind.ROUTER_CLOSED);
        for (Way way : Way.values()) {
            FakeProvider fake = fake().fail(kind).build();
            try (ModelRouter router = router(fake, SORRY)) {
                if (returned.contains(kind)) {
                    assertThat(failure(() -> way.chat(router, "m")).kind()).isEqualTo(kind);
                } else {
                    assertThat(way.chat(router, "m").text()).isEqualTo("sorry");
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsAtHandAnswersWhenTimeIsUpButNoFunctionIsCalled(Way way) {
        FakeProvider fake = fake().hang().build();
        List<String> asked = new ArrayList<>();
        LastResort function = LastResort.function((call, request, failure) -> {
            asked.add("function");
            return ChatResponse.of("computed");
        });
        try (ModelRouter router = builder(fake)
                .model(
                        "m",
                        model -> model.deployment("fake/a")
                                .timeouts(dev.aigw.api.Timeouts.total(Duration.ofSeconds(3)))
                                .lastResort(function.or(SORRY)))
                .build()) {
            long start = environment.nanoTime();
            assertThat(way.chat(router, "m").text()).isEqualTo("sorry");
            assertThat(environment.nanoTime() - start)
                    .isEqualTo(Duration.ofSeconds(3).toNanos());
        }
        assertThat(asked).isEmpty();
    }

    @Test
    void noLastResortAnswersACallThatIsCancelled() {
        Cancellation cancellation = new Cancellation();
        ProviderAdapter provider = ProviderAdapter.builder("fake")
                .chat((request, attempt) -> {
                    cancellation.cancel();
                    throw GatewayException.of(ErrorKind.CONNECTION, "the socket was closed");
                })
                .build();
        try (ModelRouter router = router(provider, SORRY)) {
            CallOptions options =
                    CallOptions.builder().cancellation(cancellation).build();
            assertThat(failure(() -> router.chat(ChatRequest.of("m", "x"), options)))
                    .isNotNull();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFunctionSeesTheFailureAndMayDecline(Way way) {
        FakeProvider fake = fake().fail(ErrorKind.CONNECTION)
                .fail(ErrorKind.CONNECTION)
                .fail(ErrorKind.AUTHENTICATION)
                .build();
        LastResort function = LastResort.function((call, request, failure) -> failure.kind() == ErrorKind.CONNECTION
                ? ChatResponse.of(
                        call.model() + " " + failure.deployment() + " " + ((ChatRequest) request).lastUserText())
                : null);
        try (ModelRouter router = router(fake, function)) {
            assertThat(way.chat(router, "m").text()).isEqualTo("m fake/a hello");
            assertThat(failure(() -> way.chat(router, "m")).kind()).isEqualTo(ErrorKind.AUTHENTICATION);
        }
    }

    @Test
    void whatAFunctionThrowsIsAddedToTheFailure() {
        FakeProvider fake = fake().fail(ErrorKind.AUTHENTICATION).build();
        LastResort broken = LastResort.function((call, request, failure) -> {
            throw new IllegalStateException("broken too");
        });
        try (ModelRouter router = router(fake, broken)) {
            GatewayException e = failure(() -> router.chat("m", "x"));
            assertThat(e.kind()).isEqualTo(ErrorKind.AUTHENTICATION);
            assertThat(e.getSuppressed()).anySatisfy(cause -> assertThat(cause).hasMessage("broken too"));
        }
        try (ModelRouter router = router(fake, broken.or(SORRY))) {
            assertThat(router.chat("m", "x").text()).isEqualTo("sorry");
        }
    }

    @Test
    void joinedCallsAreEachDegraded() {
        FakeProvider fake = fake().delay(Duration.ofSeconds(1))
                .fail(ErrorKind.AUTHENTICATION)
                .build();
        try (ModelRouter router = builder(fake)
                .model("m", model -> model.deployment("fake/a").lastResort(SORRY))
                .cache(Caches.inMemory().maximumEntries(10).build())
                .build()) {
            environment.simulate(() -> {
                List<CompletableFuture<ChatResponse>> all = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    all.add(router.chatAsync("m", "x"));
                }
                assertThat(all)
                        .allSatisfy(call -> assertThat(
                                        environment.join(call).route().source())
                                .isEqualTo(Route.Source.DEGRADED));
            });
            assertThat(fake.attempts()).hasSize(1);
        }
    }

    @Test
    void aStreamThatBreaksAfterItsFirstContentIsNotReplaced() {
        FakeProvider fake = fake().streamThenFail(ErrorKind.CONNECTION, new ChatEvent.TextDelta(0, "half"))
                .build();
        try (ModelRouter router = router(fake, SORRY);
                ChatStream stream = router.stream(ChatRequest.of("m", "x"))) {
            assertThat(failure(stream::response).kind()).isEqualTo(ErrorKind.STREAM_INTERRUPTED);
        }
    }

    @Test
    void aReplyOfAnotherOperationIsNoAnswer() {
        FakeProvider fake = fake().fail(ErrorKind.OVERLOADED).build();
        EmbeddingRequest texts = EmbeddingRequest.of("m", "x");
        try (ModelRouter router = router(fake, SORRY)) {
            assertThat(failure(() -> router.embed(texts)).kind()).isEqualTo(ErrorKind.OVERLOADED);
        }
        EmbeddingResponse zero = fake().build().call(EmbeddingRequest.EMBED, texts, attempt());
        try (ModelRouter router = router(fake, SORRY.or(LastResort.reply(zero)))) {
            assertThat(router.embed(texts).vector(0)).isEqualTo(zero.vector(0));
            assertThat(router.embed(texts).route().degraded()).isTrue();
            assertThat(router.chat("m", "x").text()).isEqualTo("sorry");
        }
    }

    private static dev.aigw.api.spi.AttemptContext attempt() {
        return dev.aigw.api.spi.AttemptContext.builder("x").build();
    }

    @Test
    void badSetUpsSayWhatToChange() {
        assertThatThrownBy(() -> LastResort.staleCache(Duration.ZERO)).hasMessageContaining("positive");
        assertThatThrownBy(() -> LastResort.reply(ChatStream.replay(ChatResponse.of("x"))))
                .hasMessageContaining("give a ChatResponse");
        assertThatThrownBy(() -> builder(fake().build())
                        .model(
                                "m",
                                model -> model.deployment("fake/a")
                                        .lastResort(SORRY)
                                        .lastResort(SORRY)))
                .hasMessageContaining("lastResort");
        assertThatThrownBy(() -> Caches.inMemory()
                        .maximumEntries(1)
                        .keepStale(Duration.ofSeconds(-1))
                        .build())
                .hasMessageContaining("keepStale");
    }
}
