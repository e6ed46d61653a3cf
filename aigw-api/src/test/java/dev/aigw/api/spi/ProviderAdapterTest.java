package dev.aigw.api.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aigw.api.Cancellation;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Timeouts;
import dev.aigw.api.audio.SpeechRequest;
import dev.aigw.api.audio.SpeechResponse;
import dev.aigw.api.audio.TranscriptionRequest;
import dev.aigw.api.audio.TranscriptionResponse;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatEventSource;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.chat.Media;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.image.ImageRequest;
import dev.aigw.api.image.ImageResponse;
import dev.aigw.api.moderation.ModerationRequest;
import dev.aigw.api.moderation.ModerationResponse;
import dev.aigw.api.rerank.RerankRequest;
import dev.aigw.api.rerank.RerankResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ProviderAdapterTest {

    private static final ChatRequest HI = ChatRequest.of("assistant", "hi");
    private static final AttemptContext ATTEMPT = AttemptContext.builder("m").build();

    private static ChatResponse echo(ChatRequest request, AttemptContext attempt) {
        return ChatResponse.of(attempt.model() + ":" + request.lastUserText());
    }

    @Test
    void aFunctionIsAnAdapter() {
        ProviderAdapter adapter = ProviderAdapter.builder("legacy")
                .chat(ProviderAdapterTest::echo)
                .build();

        assertThat(adapter.name()).isEqualTo("legacy");
        assertThat(adapter.call(ChatRequest.CHAT, HI, ATTEMPT).text()).isEqualTo("m:hi");
    }

    @Test
    void aStreamIsDerivedFromAChatAsOneDelta() {
        ProviderAdapter adapter = ProviderAdapter.builder("legacy")
                .chat(ProviderAdapterTest::echo)
                .build();
        assertThat(adapter.supports(ChatRequest.CHAT_STREAM)).isTrue();

        List<ChatEvent> deltas = new ArrayList<>();
        try (ChatStream stream = adapter.call(ChatRequest.CHAT_STREAM, HI, ATTEMPT)) {
            stream.forEach(event -> {
                if (event.isContent()) {
                    deltas.add(event);
                }
            });
            assertThat(stream.response()).isEqualTo(ChatResponse.of("m:hi"));
        }

        assertThat(deltas).containsExactly(new ChatEvent.TextDelta(0, "m:hi"));
    }

    @Test
    void aChatIsDerivedFromAStreamWhichIsClosed() {
        AtomicInteger closed = new AtomicInteger();
        ProviderAdapter adapter = ProviderAdapter.builder("streamer")
                .chatStream((request, attempt) -> ChatStream.of(
                        counting(ChatStream.replay(echo(request, attempt)).source(), closed)))
                .build();

        assertThat(adapter.call(ChatRequest.CHAT, HI, ATTEMPT)).isEqualTo(ChatResponse.of("m:hi"));
        assertThat(closed).hasValue(1);
    }

    private static ChatEventSource counting(ChatEventSource source, AtomicInteger closed) {
        return new ChatEventSource() {
            @Override
            public @Nullable ChatEvent next() {
                return source.next();
            }

            @Override
            public void close() {
                closed.incrementAndGet();
            }
        };
    }

    @Test
    void nothingIsDerivedWhereNothingIsMissing() {
        ProviderAdapter both = ProviderAdapter.builder("both")
                .chat(ProviderAdapterTest::echo)
                .chatStream((request, attempt) -> ChatStream.replay(ChatResponse.of("native")))
                .build();

        assertThat(ProviderAdapter.deriving(both)).isSameAs(both);
        assertThat(both.call(ChatRequest.CHAT_STREAM, HI, ATTEMPT).response().text())
                .isEqualTo("native");
    }

    @Test
    void everyOperationCanBeServedByAFunction() {
        Media media = Media.ofUrl("https://example.com/a");
        ProviderAdapter adapter = ProviderAdapter.builder("legacy")
                .rerank((request, attempt) ->
                        RerankResponse.builder().id(request.query()).build())
                .moderate((request, attempt) ->
                        ModerationResponse.builder().id(request.texts().get(0)).build())
                .generateImage((request, attempt) ->
                        ImageResponse.builder().model(request.prompt()).build())
                .transcribe((request, attempt) -> TranscriptionResponse.builder()
                        .text(String.valueOf(request.audio().url()))
                        .build())
                .speak((request, attempt) -> SpeechResponse.builder()
                        .model(request.text())
                        .audio(media)
                        .build())
                .build();

        assertThat(adapter.call(RerankRequest.RERANK, RerankRequest.of("m", "q", List.of("d")), ATTEMPT)
                        .id())
                .isEqualTo("q");
        assertThat(adapter.call(ModerationRequest.MODERATE, ModerationRequest.of("m", "t"), ATTEMPT)
                        .id())
                .isEqualTo("t");
        assertThat(adapter.call(ImageRequest.GENERATE_IMAGE, ImageRequest.of("m", "p"), ATTEMPT)
                        .model())
                .isEqualTo("p");
        assertThat(adapter.call(TranscriptionRequest.TRANSCRIBE, TranscriptionRequest.of("m", media), ATTEMPT)
                        .text())
                .isEqualTo("https://example.com/a");
        assertThat(adapter.call(SpeechRequest.SPEAK, SpeechRequest.of("m", "v", "s"), ATTEMPT)
                        .model())
                .isEqualTo("s");
        assertThat(adapter.supports(ChatRequest.CHAT)).isFalse();
    }

    @Test
    void anOperationThatIsNotServedIsUnsupported() {
        ProviderAdapter adapter = ProviderAdapter.builder("legacy")
                .chat(ProviderAdapterTest::echo)
                .build();

        assertThat(adapter.supports(EmbeddingRequest.EMBED)).isFalse();
        assertFails(
                ErrorKind.UNSUPPORTED,
                () -> adapter.call(EmbeddingRequest.EMBED, EmbeddingRequest.of("e", "x"), ATTEMPT));
    }

    @Test
    void failuresOfFunctionsAreTranslated() {
        GatewayException known = GatewayException.of(ErrorKind.OVERLOADED, "busy");
        assertThatThrownBy(() -> callFailing(known)).isSameAs(known);
        assertFails(ErrorKind.CONNECTION, () -> callFailing(new IOException("reset")));
        assertFails(ErrorKind.CONNECTION, () -> callFailing(new UncheckedIOException(new IOException("reset"))));
        assertFails(ErrorKind.TIMEOUT, () -> callFailing(new TimeoutException()));
        assertFails(ErrorKind.SERVER_ERROR, () -> callFailing(new Exception("checked")));
        assertThatThrownBy(() -> callFailing(new IllegalArgumentException("bug")))
                .isInstanceOf(IllegalArgumentException.class);

        assertFails(ErrorKind.CANCELLED, () -> callFailing(new InterruptedException()));
        assertThat(Thread.interrupted()).isTrue();
    }

    private static void callFailing(Exception failure) {
        ProviderAdapter.builder("legacy")
                .chat((request, attempt) -> {
                    throw failure;
                })
                .build()
                .call(ChatRequest.CHAT, HI, ATTEMPT);
    }

    private static GatewayException assertFails(ErrorKind kind, Runnable call) {
        GatewayException thrown = catchThrowableOfType(GatewayException.class, call::run);
        assertThat(thrown).isNotNull();
        assertThat(thrown.kind()).isEqualTo(kind);
        return thrown;
    }

    @Test
    void anAsynchronousFunctionIsWaitedFor() {
        ProviderAdapter adapter = ProviderAdapter.builder("async")
                .chatAsync((request, attempt) -> CompletableFuture.supplyAsync(() -> echo(request, attempt)))
                .build();

        assertThat(adapter.call(ChatRequest.CHAT, HI, ATTEMPT).text()).isEqualTo("m:hi");
        assertThat(adapter.call(ChatRequest.CHAT_STREAM, HI, ATTEMPT).response().text())
                .isEqualTo("m:hi");
    }

    @Test
    void theFailureOfAStageIsUnwrapped() {
        GatewayException known = GatewayException.of(ErrorKind.OVERLOADED, "busy");
        ProviderAdapter adapter = ProviderAdapter.builder("async")
                .chatAsync((request, attempt) ->
                        CompletableFuture.<ChatResponse>failedFuture(known).thenApply(reply -> reply))
                .build();

        assertThatThrownBy(() -> adapter.call(ChatRequest.CHAT, HI, ATTEMPT)).isSameAs(known);
    }

    @Test
    void cancellingTheAttemptCancelsTheStage() {
        CompletableFuture<ChatResponse> stage = new CompletableFuture<>();
        Cancellation cancellation = new Cancellation();
        ProviderAdapter adapter = ProviderAdapter.builder("async")
                .chatAsync((request, attempt) -> {
                    new Thread(cancellation::cancel).start();
                    return stage;
                })
                .build();

        assertFails(
                ErrorKind.CANCELLED,
                () -> adapter.call(
                        ChatRequest.CHAT,
                        HI,
                        AttemptContext.builder("m").cancellation(cancellation).build()));
        assertThatThrownBy(() -> stage.get(1, java.util.concurrent.TimeUnit.MINUTES))
                .isInstanceOf(java.util.concurrent.CancellationException.class);
    }

    @Test
    void anInterruptionCancelsTheStageAndStaysVisible() {
        CompletableFuture<ChatResponse> stage = new CompletableFuture<>();
        ProviderAdapter adapter = ProviderAdapter.builder("async")
                .chatAsync((request, attempt) -> stage)
                .build();

        Thread.currentThread().interrupt();
        assertFails(ErrorKind.CANCELLED, () -> adapter.call(ChatRequest.CHAT, HI, ATTEMPT));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(stage).isCancelled();
    }

    @Test
    void aStageThatTakesTooLongTimesOut() {
        List<CompletableFuture<ChatResponse>> stages = new ArrayList<>();
        ProviderAdapter adapter = ProviderAdapter.builder("async")
                .chatAsync((request, attempt) -> {
                    stages.add(new CompletableFuture<>());
                    return stages.get(stages.size() - 1);
                })
                .build();

        assertFails(
                ErrorKind.TIMEOUT, () -> callWithin(adapter, Timeouts.builder().attempt(Duration.ofMillis(1))));
        assertFails(
                ErrorKind.DEADLINE, () -> callWithin(adapter, Timeouts.builder().total(Duration.ofMillis(1))));

        assertThat(stages).hasSize(2).allSatisfy(stage -> assertThat(stage).isCancelled());
    }

    private static void callWithin(ProviderAdapter adapter, Timeouts.Builder timeouts) {
        adapter.call(
                ChatRequest.CHAT,
                HI,
                AttemptContext.builder("m").timeouts(timeouts.build()).build());
    }

    @Test
    void aStreamThatComesTooLateIsClosed() {
        AtomicInteger closed = new AtomicInteger();
        UncancellableStage<ChatStream> stage = new UncancellableStage<>();
        Cancellation cancellation = new Cancellation();
        ProviderAdapter adapter = ProviderAdapter.builder("async")
                .operationAsync(ChatRequest.CHAT_STREAM, (request, attempt) -> {
                    cancellation.cancel();
                    return stage;
                })
                .build();
        assertFails(
                ErrorKind.CANCELLED,
                () -> adapter.call(
                        ChatRequest.CHAT_STREAM,
                        HI,
                        AttemptContext.builder("m").cancellation(cancellation).build()));

        stage.complete(ChatStream.of(
                counting(ChatStream.replay(ChatResponse.of("late")).source(), closed)));

        assertThat(closed).hasValue(1);
    }

    private static final class UncancellableStage<T> extends CompletableFuture<T> {
        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            return false;
        }
    }

    @Test
    void nullIsNoReply() {
        ProviderAdapter sync = ProviderAdapter.builder("legacy")
                .chat((request, attempt) -> null)
                .build();
        ProviderAdapter async = ProviderAdapter.builder("legacy")
                .chatAsync((request, attempt) -> null)
                .build();

        assertFails(ErrorKind.MALFORMED_RESPONSE, () -> sync.call(ChatRequest.CHAT, HI, ATTEMPT));
        assertFails(ErrorKind.MALFORMED_RESPONSE, () -> async.call(ChatRequest.CHAT, HI, ATTEMPT));
    }

    @Test
    void aBuilderRefusesWhatMakesNoSense() {
        assertThatThrownBy(() -> ProviderAdapter.builder("a/b")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ProviderAdapter.builder("a").build()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> ProviderAdapter.builder("a")
                        .chat(ProviderAdapterTest::echo)
                        .chat(ProviderAdapterTest::echo))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("chat");
    }

    @Test
    void closingTheAdapterRunsItsAction() {
        AtomicInteger closed = new AtomicInteger();
        ProviderAdapter.builder("a")
                .chat(ProviderAdapterTest::echo)
                .onClose(closed::incrementAndGet)
                .build()
                .close();

        assertThat(closed).hasValue(1);
    }
}
