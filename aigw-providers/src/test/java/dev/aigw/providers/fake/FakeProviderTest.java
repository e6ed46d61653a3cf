package dev.aigw.providers.fake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.data.Offset.offset;

import dev.aigw.api.Cancellation;
import dev.aigw.api.Credential;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Timeouts;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.audio.SpeechRequest;
import dev.aigw.api.audio.SpeechResponse;
import dev.aigw.api.audio.TranscriptionRequest;
import dev.aigw.api.audio.TranscriptionResponse;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.Media;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.embedding.EmbeddingResponse;
import dev.aigw.api.image.ImageRequest;
import dev.aigw.api.image.ImageResponse;
import dev.aigw.api.inference.InferenceRequest;
import dev.aigw.api.inference.InferenceResponse;
import dev.aigw.api.inference.Tensor;
import dev.aigw.api.moderation.ModerationRequest;
import dev.aigw.api.moderation.ModerationResponse;
import dev.aigw.api.predict.PredictRequest;
import dev.aigw.api.predict.PredictResponse;
import dev.aigw.api.rerank.RerankRequest;
import dev.aigw.api.rerank.RerankResponse;
import dev.aigw.api.spi.AttemptContext;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class FakeProviderTest {

    private static final ChatRequest HELLO = ChatRequest.of("any", "hello there");

    private final AtomicLong clockNanos = new AtomicLong();
    private final Waiter virtual = (nanos, cancellation) -> clockNanos.addAndGet(nanos);

    private static AttemptContext attempt() {
        return AttemptContext.builder("m").build();
    }

    private static ChatResponse chat(FakeProvider fake) {
        return fake.call(ChatRequest.CHAT, HELLO, attempt());
    }

    private static ErrorKind failure(FakeProvider fake, AttemptContext attempt) {
        return catchThrowableOfType(GatewayException.class, () -> fake.call(ChatRequest.CHAT, HELLO, attempt))
                .kind();
    }

    @Test
    void stepsArePlayedInOrderAndTheLastRepeats() {
        FakeProvider fake = FakeProvider.builder("fake")
                .reply("one")
                .fail(ErrorKind.OVERLOADED)
                .reply("rest")
                .build();

        assertThat(chat(fake).text()).isEqualTo("one");
        assertThat(failure(fake, attempt())).isEqualTo(ErrorKind.OVERLOADED);
        assertThat(chat(fake).text()).isEqualTo("rest");
        assertThat(chat(fake).text()).isEqualTo("rest");
    }

    @Test
    void anEmptyScriptAnswersOk() {
        assertThat(chat(FakeProvider.builder("fake").build()).text()).isEqualTo("ok");
    }

    @Test
    void eachModelMayHaveItsOwnScript() {
        FakeProvider fake = FakeProvider.builder("fake")
                .model("big", script -> script.fail(ErrorKind.RATE_LIMITED).reply("big"))
                .reply("other")
                .build();

        assertThat(chat(fake).text()).isEqualTo("other");
        AttemptContext big = AttemptContext.builder("big").build();
        assertThat(failure(fake, big)).isEqualTo(ErrorKind.RATE_LIMITED);
        assertThat(fake.call(ChatRequest.CHAT, HELLO, big).text()).isEqualTo("big");
        assertThat(fake.attempts("big")).hasSize(2);
    }

    @Test
    void failuresAreCopiesThatNameTheProviderAndKeepTheirFacts() {
        GatewayException scripted = GatewayException.builder(ErrorKind.RATE_LIMITED, "slow down")
                .status(429)
                .retryAfter(Duration.ofSeconds(3))
                .build();
        FakeProvider fake = FakeProvider.builder("fake").fail(scripted).build();

        GatewayException first = catchThrowableOfType(GatewayException.class, () -> chat(fake));
        GatewayException second = catchThrowableOfType(GatewayException.class, () -> chat(fake));

        assertThat(first).isNotSameAs(second).isNotSameAs(scripted).hasMessage("slow down");
        assertThat(first.provider()).isEqualTo("fake");
        assertThat(first.deployment()).isEqualTo("m");
        assertThat(first.status()).isEqualTo(429);
        assertThat(first.retryAfter()).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void echoAnswersWithTheLastUserTextAndCountsWordsAsTokens() {
        FakeProvider fake = FakeProvider.builder("fake").echo().build();

        ChatResponse answer = chat(fake);

        assertThat(answer.text()).isEqualTo("hello there");
        assertThat(answer.usage()).isEqualTo(TokenUsage.of(2, 2));
        assertThat(fake.servedTokens()).isEqualTo(TokenUsage.of(2, 2));
    }

    @Test
    void everyAttemptIsRecordedEvenOneThatFails() {
        FakeProvider fake =
                FakeProvider.builder("fake").fail(ErrorKind.SERVER_ERROR).build();
        Credential credential = Credential.of("key-2", () -> "secret");

        failure(fake, AttemptContext.builder("m").credential(credential).build());

        assertThat(fake.attempts()).containsExactly(new SeenAttempt("m", ChatRequest.CHAT, HELLO, "m", "key-2", 1));
        assertThat(fake.attempts().toString()).doesNotContain("secret");
    }

    @Test
    void aReplyIsStreamedWhenAStreamIsAskedFor() {
        FakeProvider fake = FakeProvider.builder("fake").reply("streamed text").build();

        try (ChatStream stream = fake.call(ChatRequest.CHAT_STREAM, HELLO, attempt())) {
            assertThat(fake.openStreams()).isEqualTo(1);
            assertThat(stream.response().text()).isEqualTo("streamed text");
        }

        assertThat(fake.openStreams()).isZero();
        assertThat(fake.servedTokens()).isEqualTo(TokenUsage.of(2, 2));
    }

    @Test
    void aStreamIsAssembledWhenAChatIsAskedFor() {
        FakeProvider fake = FakeProvider.builder("fake").chunks("a", "b", "c").build();

        ChatResponse answer = chat(fake);

        assertThat(answer.text()).isEqualTo("abc");
        assertThat(answer.finishReason()).isEqualTo(FinishReason.STOP);
        assertThat(answer.usage().outputTokens()).isEqualTo(3);
    }

    @Test
    void scriptedEventsArriveAsTheyAre() {
        ChatEvent[] events = {
            new ChatEvent.Started("id-1", "model-1"),
            new ChatEvent.ToolCallStarted(0, "call-1", "weather"),
            new ChatEvent.ToolArgumentsDelta(0, "{}"),
            new ChatEvent.Finished(FinishReason.of(FinishReason.Kind.TOOL_CALLS, "tool_calls"))
        };
        FakeProvider fake = FakeProvider.builder("fake").stream(events).build();

        try (ChatStream stream = fake.call(ChatRequest.CHAT_STREAM, HELLO, attempt())) {
            assertThat(stream).containsExactly(events);
            assertThat(stream.response().toolCalls()).containsExactly(new ToolCall("call-1", "weather", "{}"));
        }
    }

    @Test
    void aStreamMayFailAfterSomeEvents() {
        FakeProvider fake = FakeProvider.builder("fake")
                .streamThenFail(ErrorKind.CONNECTION, new ChatEvent.TextDelta(0, "half"))
                .build();

        try (ChatStream stream = fake.call(ChatRequest.CHAT_STREAM, HELLO, attempt())) {
            GatewayException broken = catchThrowableOfType(GatewayException.class, stream::response);
            assertThat(broken.kind()).isEqualTo(ErrorKind.CONNECTION);
            assertThat(broken.partial())
                    .isInstanceOfSatisfying(
                            ChatResponse.class,
                            partial -> assertThat(partial.text()).isEqualTo("half"));
        }
        assertThat(fake.openStreams()).isZero();
    }

    @Test
    void delaysAndPacesPassOnTheGivenWaiter() {
        FakeProvider fake = FakeProvider.builder("fake")
                .waiter(virtual)
                .delay(Duration.ofSeconds(2))
                .reply("late")
                .pace(Duration.ofMillis(100))
                .stream(new ChatEvent.TextDelta(0, "x"), new ChatEvent.Finished(FinishReason.STOP))
                .build();

        chat(fake);
        assertThat(clockNanos.getAndSet(0)).isEqualTo(Duration.ofSeconds(2).toNanos());
        fake.call(ChatRequest.CHAT_STREAM, HELLO, attempt()).response();
        assertThat(clockNanos).hasValue(Duration.ofMillis(300).toNanos());
    }

    @Test
    void aStepLongerThanTheAttemptTimeoutTimesOutAtTheTimeout() {
        FakeProvider fake = FakeProvider.builder("fake")
                .waiter(virtual)
                .delay(Duration.ofSeconds(9))
                .reply("too late")
                .hang()
                .build();
        AttemptContext limited = AttemptContext.builder("m")
                .timeouts(Timeouts.builder().attempt(Duration.ofSeconds(5)).build())
                .build();

        assertThat(failure(fake, limited)).isEqualTo(ErrorKind.TIMEOUT);
        assertThat(clockNanos.getAndSet(0)).isEqualTo(Duration.ofSeconds(5).toNanos());
        assertThat(failure(fake, limited)).isEqualTo(ErrorKind.TIMEOUT);
        assertThat(clockNanos).hasValue(Duration.ofSeconds(5).toNanos());
    }

    @Test
    void theDeadlineBeatsTheTimeouts() {
        FakeProvider fake = FakeProvider.builder("fake").waiter(virtual).hang().build();
        AttemptContext limited = AttemptContext.builder("m")
                .timeouts(Timeouts.builder()
                        .attempt(Duration.ofSeconds(5))
                        .total(Duration.ofSeconds(1))
                        .build())
                .build();

        assertThat(failure(fake, limited)).isEqualTo(ErrorKind.DEADLINE);
    }

    @Test
    void aStalledStreamTripsFirstEventOrIdle() {
        AttemptContext limited = AttemptContext.builder("m")
                .timeouts(Timeouts.builder()
                        .firstEvent(Duration.ofSeconds(3))
                        .idle(Duration.ofSeconds(1))
                        .build())
                .build();
        FakeProvider fake = FakeProvider.builder("fake")
                .waiter(virtual)
                .streamThenStall()
                .streamThenStall(new ChatEvent.TextDelta(0, "x"))
                .build();

        for (long seconds : new long[] {3, 1}) {
            clockNanos.set(0);
            try (ChatStream stream = fake.call(ChatRequest.CHAT_STREAM, HELLO, limited)) {
                GatewayException silent = catchThrowableOfType(GatewayException.class, stream::response);
                assertThat(silent.kind()).isEqualTo(ErrorKind.TIMEOUT);
            }
            assertThat(clockNanos).hasValue(Duration.ofSeconds(seconds).toNanos());
        }
    }

    @Test
    void aHangingAttemptEndsWhenCancelled() throws Exception {
        CountDownLatch waiting = new CountDownLatch(1);
        FakeProvider fake = FakeProvider.builder("fake")
                .waiter((nanos, cancellation) -> {
                    waiting.countDown();
                    Waiter.REAL_TIME.await(nanos, cancellation);
                })
                .hang()
                .build();
        Cancellation cancellation = new Cancellation();
        AttemptContext attempt =
                AttemptContext.builder("m").cancellation(cancellation).build();
        CompletableFuture<ErrorKind> kind = CompletableFuture.supplyAsync(() -> failure(fake, attempt));

        assertThat(waiting.await(10, TimeUnit.SECONDS)).isTrue();
        cancellation.cancel();

        assertThat(kind.get(10, TimeUnit.SECONDS)).isEqualTo(ErrorKind.CANCELLED);
    }

    @Test
    void closingAStalledStreamEndsItsReader() throws Exception {
        CountDownLatch waiting = new CountDownLatch(1);
        FakeProvider fake = FakeProvider.builder("fake")
                .waiter((nanos, cancellation) -> {
                    waiting.countDown();
                    Waiter.REAL_TIME.await(nanos, cancellation);
                })
                .streamThenStall()
                .build();
        ChatStream stream = fake.call(ChatRequest.CHAT_STREAM, HELLO, attempt());
        CompletableFuture<ErrorKind> kind = CompletableFuture.supplyAsync(
                () -> catchThrowableOfType(GatewayException.class, stream::next).kind());

        assertThat(waiting.await(10, TimeUnit.SECONDS)).isTrue();
        stream.close();

        assertThat(kind.get(10, TimeUnit.SECONDS)).isEqualTo(ErrorKind.CANCELLED);
        assertThat(fake.openStreams()).isZero();
    }

    @Test
    void embeddingsAreUnitVectorsEqualForEqualTexts() {
        FakeProvider fake = FakeProvider.builder("fake").build();

        EmbeddingResponse answer =
                fake.call(EmbeddingRequest.EMBED, EmbeddingRequest.of("any", "a cat", "a dog", "a cat"), attempt());

        assertThat(answer.size()).isEqualTo(3);
        assertThat(answer.vector(0)).hasSize(8).isEqualTo(answer.vector(2)).isNotEqualTo(answer.vector(1));
        double squares = 0;
        for (float value : answer.vector(0)) {
            squares += value * value;
        }
        assertThat(squares).isCloseTo(1, offset(1e-5));
        assertThat(answer.usage().inputTokens()).isEqualTo(6);
    }

    @Test
    void documentsThatShareMoreWordsWithTheQueryRankFirst() {
        FakeProvider fake = FakeProvider.builder("fake").build();
        RerankRequest request = RerankRequest.builder("any")
                .query("capital of France")
                .documents(List.of("bread", "The capital of France is Paris.", "A capital idea"))
                .topN(2)
                .build();

        RerankResponse answer = fake.call(RerankRequest.RERANK, request, attempt());

        assertThat(answer.results())
                .containsExactly(new RerankResponse.Result(1, 1), new RerankResponse.Result(2, 1 / 3.0));
        assertThat(answer.usage().inputTokens()).isEqualTo(13);
    }

    @Test
    void everyOperationOfMediaAndModerationHasAnAnswer() {
        FakeProvider fake = FakeProvider.builder("fake").build();
        ImageRequest twoFoxes =
                ImageRequest.builder("any").prompt("a fox").count(2).build();
        Media sound = Media.ofBytes("audio/wav", new byte[7]);

        ModerationResponse verdicts =
                fake.call(ModerationRequest.MODERATE, ModerationRequest.of("any", "a", "b"), attempt());
        ImageResponse images = fake.call(ImageRequest.GENERATE_IMAGE, twoFoxes, attempt());
        TranscriptionResponse transcript =
                fake.call(TranscriptionRequest.TRANSCRIBE, TranscriptionRequest.of("any", sound), attempt());
        SpeechResponse said =
                fake.call(SpeechRequest.SPEAK, SpeechRequest.of("any", "alloy", "hello there"), attempt());

        assertThat(verdicts.results()).hasSize(2);
        assertThat(verdicts.flagged()).isFalse();
        assertThat(images.images()).hasSize(2);
        assertThat(images.images().get(0).media().bytes()).startsWith(0x89, 'P', 'N', 'G');
        assertThat(transcript.text()).isEqualTo("7 bytes");
        assertThat(said.audio().bytes()).hasSize(44 + 1600).startsWith('R', 'I', 'F', 'F');
        assertThat(fake.servedTokens()).isEqualTo(TokenUsage.of(2 + 2 + 2, 2));
    }

    @Test
    void inferAndPredictAnswerWithTheirFunctionsAndFailByTheScript() {
        Tensor tensor = Tensor.ofFloats("y", new float[] {1}, 1);
        FakeProvider fake = FakeProvider.builder("fake")
                .fail(ErrorKind.SERVER_ERROR)
                .reply("x")
                .infer(request -> InferenceResponse.builder().output(tensor).build())
                .predict(request -> PredictResponse.of(Map.of("label", "good")))
                .build();
        InferenceRequest infer = InferenceRequest.of("any", Tensor.ofFloats("x", new float[] {1}, 1));

        assertThatThrownBy(() -> fake.call(InferenceRequest.INFER, infer, attempt()))
                .isInstanceOf(GatewayException.class);
        assertThat(fake.call(InferenceRequest.INFER, infer, attempt()).outputs())
                .containsExactly(tensor);
        assertThat(fake.call(PredictRequest.PREDICT, PredictRequest.of("any", Map.of()), attempt())
                        .json())
                .isEqualTo(Map.of("label", "good"));
    }

    @Test
    void anOperationWithoutAFunctionIsUnsupportedAndSaysHowToAddOne() {
        FakeProvider fake = FakeProvider.builder("fake").build();

        assertThat(fake.supports(PredictRequest.PREDICT)).isFalse();
        assertThatThrownBy(() -> fake.call(PredictRequest.PREDICT, PredictRequest.of("any", Map.of()), attempt()))
                .hasMessageContaining("predict(...)")
                .extracting(thrown -> ((GatewayException) thrown).kind())
                .isEqualTo(ErrorKind.UNSUPPORTED);
    }

    @Test
    void manyThreadsShareOneScriptWithoutLosingAStep() throws Exception {
        var builder = FakeProvider.builder("fake");
        for (int i = 0; i < 400; i++) {
            builder.reply("reply " + i);
        }
        FakeProvider fake = builder.build();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<String>> answers = IntStream.range(0, 400)
                    .mapToObj(i -> threads.submit(() -> chat(fake).text()))
                    .toList();
            Set<String> distinct = new HashSet<>();
            for (Future<String> answer : answers) {
                distinct.add(answer.get());
            }
            assertThat(distinct).hasSize(400);
            assertThat(fake.attempts()).hasSize(400);
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void mistakesInTheScriptAreNamed() {
        assertThatThrownBy(() -> FakeProvider.builder("a/b")).hasMessageContaining("without '/'");
        assertThatThrownBy(() -> FakeProvider.builder("f").waiter(virtual).waiter(virtual))
                .hasMessageContaining("twice");
        assertThatThrownBy(() -> FakeProvider.builder("f").model("m", s -> {}).model("m", s -> {}))
                .hasMessageContaining("twice");
        assertThatThrownBy(() ->
                        FakeProvider.builder("f").delay(Duration.ofSeconds(1)).build())
                .hasMessageContaining("put it before");
        assertThatThrownBy(() -> FakeProvider.builder("f").pace(Duration.ofSeconds(-1)))
                .hasMessageContaining("negative");
    }
}
