package dev.aigw.routing.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.CacheDirective;
import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.Price;
import dev.aigw.api.Route;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.audio.SpeechRequest;
import dev.aigw.api.audio.SpeechResponse;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatEventSource;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.Media;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.embedding.EmbeddingResponse;
import dev.aigw.api.predict.PredictRequest;
import dev.aigw.api.predict.PredictResponse;
import dev.aigw.api.rerank.RerankRequest;
import dev.aigw.api.rerank.RerankResponse;
import dev.aigw.api.spi.ResultCache;
import dev.aigw.routing.engine.call.Call;
import dev.aigw.routing.engine.call.CallFacts;
import dev.aigw.routing.engine.call.Hop;
import dev.aigw.routing.engine.call.StageLab;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CacheStageTest {

    private static final ChatRequest QUESTION = ChatRequest.of("assistant", "Why is the sky blue?");
    private static final ChatResponse ANSWER = ChatResponse.builder()
            .text("Rayleigh scattering")
            .usage(TokenUsage.of(7, 3))
            .build();

    private ResultCache cache = Caches.inMemory().maximumEntries(100).build();
    private final FakeClock clock = new FakeClock();
    private StageLab lab = new StageLab(clock, Caches.feature(cache));
    private final AtomicInteger sent = new AtomicInteger();

    private void use(Caches.InMemoryBuilder builder) {
        cache = builder.maximumEntries(100).build();
        lab = new StageLab(clock, Caches.feature(cache));
    }

    @Test
    void anEqualRequestIsAnsweredFromTheCache() {
        ModelReply first = chat(CallOptions.DEFAULT, ANSWER);
        Hop second = call(ChatRequest.CHAT, QUESTION, CallOptions.DEFAULT, call -> ANSWER);

        assertThat(run(second)).isEqualTo(first).isEqualTo(ANSWER);
        assertThat(sent).hasValue(1);
        assertThat(second.call().get(CallFacts.SOURCE)).isEqualTo(Route.Source.CACHE);
        assertThat(cache.stats()).isEqualTo(new ResultCache.Stats(1, 1, 1, 0, 1));
    }

    @Test
    void metadataAndUserDoNotMakeARequestAnother() {
        chat(CallOptions.DEFAULT, ANSWER);
        ChatRequest tagged =
                QUESTION.toBuilder().metadata("run", "2").userId("ada").build();

        run(call(ChatRequest.CHAT, tagged, CallOptions.DEFAULT, call -> ANSWER));

        assertThat(sent).hasValue(1);
    }

    @Test
    void anotherQuestionIsAsked() {
        chat(CallOptions.DEFAULT, ANSWER);

        run(call(ChatRequest.CHAT, ChatRequest.of("assistant", "And red?"), CallOptions.DEFAULT, call -> ANSWER));

        assertThat(sent).hasValue(2);
    }

    @Test
    void theKeyHasTheResolvedModelAndNotTheRequestedOne() {
        chat(CallOptions.DEFAULT, ANSWER);
        Hop alias = call(
                ChatRequest.CHAT, ChatRequest.of("alias", "Why is the sky blue?"), CallOptions.DEFAULT, c -> ANSWER);
        alias.call().switchTo(lab.model("assistant"));
        run(alias);
        Hop moved = call(ChatRequest.CHAT, QUESTION, CallOptions.DEFAULT, c -> ANSWER);
        moved.call().switchTo(lab.model("assistant@2"));
        run(moved);

        assertThat(sent).hasValue(2);
    }

    @Test
    void tenantsDoNotSeeEachOthersEntries() {
        chat(tenant("acme"), ANSWER);
        chat(tenant("globex"), ANSWER);
        chat(CallOptions.DEFAULT, ANSWER);
        chat(tenant("acme"), ANSWER);

        assertThat(sent).hasValue(3);
    }

    @Test
    void callersOfOtherKindsDoNotSeeEachOthersEntries() {
        List<Caller> callers = List.of(
                Caller.ANONYMOUS,
                Caller.ofTenant(""),
                Caller.builder().user("ada").build(),
                Caller.builder().user("bob").build(),
                Caller.builder().key("k-1").build());

        callers.forEach(
                caller -> chat(CallOptions.builder().caller(caller).build(), ChatResponse.of("for " + caller)));

        assertThat(sent).hasValue(callers.size());
    }

    @Test
    void usersOfATenantDoNotShareWhenSetAndWithoutAUserNothingIsStored() {
        use(Caches.inMemory().perUser());

        chat(user("acme", "ada"), ANSWER);
        chat(user("acme", "ada"), ANSWER);
        assertThat(sent).hasValue(1);
        chat(user("acme", "bob"), ANSWER);
        chat(user("globex", "ada"), ANSWER);
        assertThat(sent).hasValue(3);
        chat(tenant("acme"), ANSWER);
        chat(tenant("acme"), ANSWER);
        chat(CallOptions.DEFAULT, ANSWER);
        assertThat(sent).hasValue(6);
        assertThat(cache.stats().stores()).isEqualTo(3);
    }

    private static CallOptions user(String tenant, String user) {
        return CallOptions.builder()
                .caller(Caller.builder().tenant(tenant).user(user).build())
                .build();
    }

    @Test
    void aCallGetsNoAnswerOfADeploymentThatItExcludes() {
        List<CallOptions> options = List.of(
                CallOptions.DEFAULT,
                CallOptions.builder().region("eu").build(),
                CallOptions.builder().region("us").build(),
                CallOptions.builder().requireTags("audited").build(),
                CallOptions.builder()
                        .maxPrice(Price.usdPerMillion("1", "1"))
                        .build(),
                CallOptions.builder().maxRetention(Duration.ZERO).build());

        options.forEach(each -> chat(each, ANSWER));
        assertThat(sent).hasValue(options.size());
        options.forEach(each -> chat(each, ANSWER));
        assertThat(sent).as("each has its own").hasValue(options.size());
    }

    @Test
    void tenantsShareEntriesWhenSet() {
        use(Caches.inMemory().shared());

        chat(tenant("acme"), ANSWER);
        chat(tenant("globex"), ANSWER);

        assertThat(sent).hasValue(1);
    }

    @Test
    void aDirectiveDecidesAboutReadingAndStoring() {
        chat(with(CacheDirective.BYPASS), ANSWER);
        chat(with(CacheDirective.NO_STORE), ANSWER);
        assertThat(cache.stats().stores()).isZero();

        chat(with(CacheDirective.REFRESH), ANSWER);
        assertThat(cache.stats().stores()).isEqualTo(1);
        chat(with(CacheDirective.NO_STORE), ANSWER);
        assertThat(sent).hasValue(3);

        chat(with(CacheDirective.REFRESH), ANSWER);
        chat(with(CacheDirective.BYPASS), ANSWER);
        assertThat(sent).hasValue(5);
    }

    @Test
    void onlyEntriesYoungerThanTheMaximumAgeAreAccepted() {
        chat(CallOptions.DEFAULT, ANSWER);
        clock.pass(Duration.ofSeconds(30));

        chat(with(CacheDirective.maxAge(Duration.ofSeconds(31))), ANSWER);
        assertThat(sent).hasValue(1);
        chat(with(CacheDirective.maxAge(Duration.ofSeconds(30))), ANSWER);
        assertThat(sent).hasValue(2);
        chat(with(CacheDirective.maxAge(Duration.ofSeconds(30))), ANSWER);
        assertThat(sent).as("the older entry was replaced").hasValue(2);
    }

    @Test
    void aStoredReplyCarriesNoRoute() {
        Route route = Route.builder()
                .callId("c9")
                .requestedModel("assistant")
                .model("assistant")
                .build();
        chat(CallOptions.DEFAULT, ANSWER.withRoute(route));

        assertThat(chat(CallOptions.DEFAULT, ANSWER).route()).isEqualTo(Route.NONE);
    }

    @Test
    void aReplyOfAFallbackIsNotStoredAsThePrimarys() {
        Function<Call, ModelReply> fallback = call -> {
            call.switchTo(lab.model("assistant-small"));
            return ANSWER;
        };

        run(call(ChatRequest.CHAT, QUESTION, CallOptions.DEFAULT, fallback));
        run(call(ChatRequest.CHAT_STREAM, QUESTION, CallOptions.DEFAULT, call -> {
            call.switchTo(lab.model("assistant-small"));
            return ChatStream.replay(ANSWER);
        }));

        assertThat(cache.stats().stores()).isZero();
    }

    @Test
    void aReplySharedByAnotherCallIsNotStoredAgain() {
        run(call(ChatRequest.CHAT, QUESTION, CallOptions.DEFAULT, call -> {
            call.put(CallFacts.SOURCE, Route.Source.SHARED);
            return ANSWER;
        }));

        assertThat(cache.stats().stores()).isZero();
    }

    @Test
    void aFailureIsNotStored() {
        Hop failing = call(ChatRequest.CHAT, QUESTION, CallOptions.DEFAULT, call -> {
            throw GatewayException.of(ErrorKind.SERVER_ERROR, "no");
        });

        assertThatThrownBy(() -> run(failing)).isInstanceOf(GatewayException.class);
        assertThat(cache.stats().stores()).isZero();
    }

    @ParameterizedTest
    @EnumSource(value = FinishReason.Kind.class, mode = EnumSource.Mode.EXCLUDE, names = "STOP")
    void anAnswerThatDidNotStopByItselfIsNotStored(FinishReason.Kind kind) {
        chat(
                CallOptions.DEFAULT,
                ChatResponse.builder()
                        .text("Ray")
                        .finishReason(FinishReason.of(kind, "x"))
                        .build());

        assertThat(cache.stats().stores()).isZero();
    }

    @Test
    void anEmptyAnswerIsNotStored() {
        chat(CallOptions.DEFAULT, ChatResponse.builder().build());
        chat(CallOptions.DEFAULT, ChatResponse.of(" "));
        ChatResponse thoughts = ChatResponse.builder()
                .part(new ContentPart.Reasoning("so", null, null, null, null))
                .build();
        chat(CallOptions.DEFAULT, thoughts);
        ChatStream stream = (ChatStream)
                run(call(ChatRequest.CHAT_STREAM, QUESTION, CallOptions.DEFAULT, call -> ChatStream.replay(thoughts)));
        assertThat(stream.response().isEmpty()).isTrue();
        stream.close();

        assertThat(sent).hasValue(4);
        assertThat(cache.stats().stores()).isZero();
    }

    @Test
    void aRefusalOrAnAnswerWithAWarningIsNotStored() {
        List<ChatResponse> doubtful = List.of(
                ChatResponse.builder()
                        .part(new ContentPart.Refusal("I cannot help with that."))
                        .build(),
                ChatResponse.builder()
                        .text("Rayleigh")
                        .part(new ContentPart.Refusal("and no more"))
                        .build(),
                ANSWER.toBuilder().warning("the answer is cut").build());

        for (ChatResponse answer : doubtful) {
            chat(CallOptions.DEFAULT, answer);
            stream(ChatStream.replay(answer)).response();
        }

        assertThat(sent).hasValue(2 * doubtful.size());
        assertThat(cache.stats().stores()).isZero();
    }

    @Test
    void repliesOfOtherOperationsThatAreEmptyAreNotStored() {
        run(call(
                EmbeddingRequest.EMBED,
                EmbeddingRequest.of("m", "a"),
                CallOptions.DEFAULT,
                call -> EmbeddingResponse.builder().embedding(new float[0]).build()));
        run(call(
                RerankRequest.RERANK,
                RerankRequest.of("m", "q", List.of("d")),
                CallOptions.DEFAULT,
                call -> RerankResponse.builder().build()));
        run(call(
                PredictRequest.PREDICT,
                PredictRequest.of("m", "x"),
                CallOptions.DEFAULT,
                call -> PredictResponse.of(null)));
        run(call(
                SpeechRequest.SPEAK,
                SpeechRequest.of("m", "ash", "hello"),
                CallOptions.DEFAULT,
                call -> SpeechResponse.builder()
                        .audio(Media.ofBytes("audio/wav", new byte[0]))
                        .build()));

        assertThat(cache.stats().stores()).isZero();
    }

    @Test
    void toolCallsAreStoredOnlyWhenSet() {
        ChatResponse wish = ChatResponse.builder()
                .part(new ToolCall("t1", "weather", "{}"))
                .finishReason(FinishReason.of(FinishReason.Kind.TOOL_CALLS, "tool_calls"))
                .build();
        ChatResponse mislabelled =
                ChatResponse.builder().part(new ToolCall("t1", "weather", "{}")).build();

        chat(CallOptions.DEFAULT, wish);
        chat(CallOptions.DEFAULT, mislabelled);
        assertThat(cache.stats().stores()).isZero();

        use(Caches.inMemory().cacheToolCalls(true));
        chat(CallOptions.DEFAULT, wish);
        assertThat(cache.stats().stores()).isEqualTo(1);
    }

    @Test
    void anOperationThatIsNotCacheableGoesBy() {
        Operation<ChatRequest, ChatResponse> draw =
                Operation.builder("draw", ChatRequest.class, ChatResponse.class).build();

        run(call(draw, QUESTION, CallOptions.DEFAULT, call -> ANSWER));
        run(call(draw, QUESTION, CallOptions.DEFAULT, call -> ANSWER));

        assertThat(sent).hasValue(2);
        assertThat(cache.stats()).isEqualTo(new ResultCache.Stats(0, 0, 0, 0, 0));
    }

    @Test
    void embeddingsAreStoredToo() {
        EmbeddingRequest request = EmbeddingRequest.of("embedder", "sky");
        EmbeddingResponse vectors =
                EmbeddingResponse.builder().embedding(new float[] {1, 2}).build();

        run(call(EmbeddingRequest.EMBED, request, CallOptions.DEFAULT, call -> vectors));
        assertThat(run(call(EmbeddingRequest.EMBED, request, CallOptions.DEFAULT, call -> vectors)))
                .isEqualTo(vectors);
        assertThat(sent).hasValue(1);
    }

    @Test
    void aStoredAnswerIsPlayedAsAStream() {
        chat(CallOptions.DEFAULT, ANSWER);
        Hop streamed = call(ChatRequest.CHAT_STREAM, QUESTION, CallOptions.DEFAULT, call -> ChatStream.replay(ANSWER));

        assertThat(((ChatStream) run(streamed)).response()).isEqualTo(ANSWER);
        assertThat(sent).hasValue(1);
        assertThat(streamed.call().get(CallFacts.SOURCE)).isEqualTo(Route.Source.CACHE);
    }

    @Test
    void aStreamReadToItsEndAnswersAPlainChat() {
        ChatStream stream = stream(ChatStream.replay(ANSWER));
        assertThat(cache.stats().stores()).as("before it is read").isZero();
        stream.response();

        assertThat(chat(CallOptions.DEFAULT, ANSWER)).isEqualTo(ANSWER);
        assertThat(sent).hasValue(1);
    }

    @Test
    void aStreamClosedEarlyIsNotStored() {
        ChatStream stream = stream(ChatStream.replay(ANSWER));
        stream.next();
        stream.close();

        assertThat(cache.stats().stores()).isZero();
    }

    @Test
    void closingAStreamClosesWhatItReadsFrom() {
        Script script = new Script(List.of(new ChatEvent.TextDelta(0, "Ray")), null);

        stream(ChatStream.of(script)).close();

        assertThat(script.closed).isTrue();
    }

    @Test
    void aStreamThatBreaksIsNotStored() {
        ChatStream stream = stream(ChatStream.of(new Script(
                List.of(new ChatEvent.TextDelta(0, "Ray"), new ChatEvent.Finished(FinishReason.STOP)),
                GatewayException.of(ErrorKind.CONNECTION, "reset"))));

        assertThatThrownBy(stream::response).isInstanceOf(GatewayException.class);
        assertThat(cache.stats().stores()).isZero();
    }

    @Test
    void aStreamThatBeganAgainIsNotStored() {
        stream(ChatStream.of(new Script(
                        List.of(
                                new ChatEvent.TextDelta(0, "Ray"),
                                new ChatEvent.Restarted("broke"),
                                new ChatEvent.TextDelta(0, "Mie"),
                                new ChatEvent.Finished(FinishReason.STOP)),
                        null)))
                .response();

        assertThat(cache.stats().stores()).isZero();
    }

    @Test
    void aStreamWithoutAFinishReasonIsNotStored() {
        stream(ChatStream.of(new Script(List.of(new ChatEvent.TextDelta(0, "Ray")), null)))
                .response();

        assertThat(cache.stats().stores()).isZero();
    }

    @Test
    void aStreamLongerThanTheBoundIsDeliveredWholeButNotStored() {
        use(Caches.inMemory().maximumRecordedChars(200));
        List<ChatEvent> events = List.of(
                new ChatEvent.TextDelta(0, "x".repeat(100)),
                new ChatEvent.TextDelta(0, "y".repeat(101)),
                new ChatEvent.Finished(FinishReason.STOP));

        assertThat(stream(ChatStream.of(new Script(events, null))).response().text())
                .hasSize(201);
        assertThat(cache.stats().stores()).isZero();
    }

    @Test
    void aCacheThatFailsIsACacheThatHasNothing() {
        lab = new StageLab(clock, Caches.feature(new BrokenCache()));

        assertThat(chat(CallOptions.DEFAULT, ANSWER)).isEqualTo(ANSWER);
        assertThat(stream(ChatStream.replay(ANSWER)).response()).isEqualTo(ANSWER);
    }

    @Test
    void anEntryOfAnotherTypeThanTheOperationPromisesIsAMiss() {
        chat(CallOptions.DEFAULT, ANSWER);
        Operation<ChatRequest, EmbeddingResponse> impostor = Operation.builder(
                        "chat", ChatRequest.class, EmbeddingResponse.class)
                .cacheable(true)
                .build();
        EmbeddingResponse vectors = EmbeddingResponse.builder().build();

        assertThat(run(call(impostor, QUESTION, CallOptions.DEFAULT, call -> vectors)))
                .isEqualTo(vectors);
    }

    private ModelReply chat(CallOptions options, ModelReply answer) {
        return run(call(ChatRequest.CHAT, QUESTION, options, call -> answer));
    }

    private ChatStream stream(ChatStream answer) {
        return (ChatStream) run(call(ChatRequest.CHAT_STREAM, QUESTION, CallOptions.DEFAULT, call -> answer));
    }

    private Hop call(
            Operation<?, ?> operation, ModelRequest request, CallOptions options, Function<Call, ModelReply> rest) {
        return lab.hop(operation, request, options, call -> {
            sent.incrementAndGet();
            return rest.apply(call);
        });
    }

    private static ModelReply run(Hop hop) {
        return hop.proceed(hop.request());
    }

    private static CallOptions tenant(String tenant) {
        return CallOptions.builder().caller(Caller.ofTenant(tenant)).build();
    }

    private static CallOptions with(CacheDirective directive) {
        return CallOptions.builder().cache(directive).build();
    }

    private static final class Script implements ChatEventSource {

        private final Iterator<ChatEvent> events;
        private final GatewayException failure;
        boolean closed;

        Script(List<ChatEvent> events, GatewayException failure) {
            this.events = events.iterator();
            this.failure = failure;
        }

        @Override
        public ChatEvent next() {
            if (events.hasNext()) {
                return events.next();
            }
            if (failure != null) {
                throw failure;
            }
            return null;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private static final class BrokenCache implements ResultCache {
        @Override
        public Entry get(Key key) {
            throw new IllegalStateException("down");
        }

        @Override
        public void put(Key key, Entry entry) {
            throw new IllegalStateException("down");
        }

        @Override
        public Stats stats() {
            return new Stats(0, 0, 0, 0, 0);
        }
    }
}
