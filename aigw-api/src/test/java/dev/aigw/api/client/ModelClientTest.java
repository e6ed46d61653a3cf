package dev.aigw.api.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Cancellation;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
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
import dev.aigw.api.image.ImageRequest;
import dev.aigw.api.image.ImageResponse;
import dev.aigw.api.moderation.ModerationRequest;
import dev.aigw.api.moderation.ModerationResponse;
import dev.aigw.api.predict.PredictResponse;
import dev.aigw.api.rerank.RerankRequest;
import dev.aigw.api.rerank.RerankResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ModelClientTest {

    private static final ChatRequest HI = ChatRequest.of("assistant", "hi");
    private final ExecutorService executor = Executors.newCachedThreadPool();

    @AfterEach
    void noThreadIsLeft() throws Exception {
        executor.shutdown();
        assertThat(executor.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    @Test
    void theShortFormsComeDownToTheOneCall() throws Exception {
        AtomicReference<CallOptions> options = new AtomicReference<>();
        FunctionClient client = new FunctionClient(executor, (request, given) -> {
            options.set(given);
            return ChatResponse.of(((ChatRequest) request).lastUserText());
        });

        assertThat(client.chat("assistant", "hi").text()).isEqualTo("hi");
        assertThat(options).hasValue(CallOptions.DEFAULT);
        assertThat(client.chatAsync(HI).get(10, TimeUnit.SECONDS).text()).isEqualTo("hi");
        assertThat(client.chatAsync("assistant", "hi").get(10, TimeUnit.SECONDS).text())
                .isEqualTo("hi");
    }

    @Test
    void aPredictionIsReadAsTheTypeWanted() throws Exception {
        FunctionClient client = new FunctionClient(executor, (request, options) -> PredictResponse.of("yes"));

        assertThat(client.predict("m", 1, String.class)).isEqualTo("yes");
        assertThat(client.predictAsync("m", 1, String.class).get(10, TimeUnit.SECONDS))
                .isEqualTo("yes");
    }

    @Test
    void everyOperationHasAShortFormAndAnAsynchronousTwin() throws Exception {
        Media media = Media.ofBytes("audio/wav", new byte[] {1});
        Map<Class<?>, ModelReply> replies = Map.of(
                RerankRequest.class, RerankResponse.builder().id("1").build(),
                ModerationRequest.class, ModerationResponse.builder().id("2").build(),
                ImageRequest.class, ImageResponse.builder().model("3").build(),
                TranscriptionRequest.class,
                        TranscriptionResponse.builder().text("4").build(),
                SpeechRequest.class, SpeechResponse.builder().audio(media).build());
        FunctionClient client = new FunctionClient(executor, (request, options) -> replies.get(request.getClass()));

        List<ModelReply> blocking = List.of(
                client.rerank("m", "q", List.of("d")),
                client.moderate("m", "text"),
                client.generateImage("m", "a fox"),
                client.transcribe("m", media),
                client.speak("m", "alloy", "hello"));
        List<CompletableFuture<? extends ModelReply>> futures = List.of(
                client.rerankAsync("m", "q", List.of("d")),
                client.moderateAsync("m", "text"),
                client.generateImageAsync("m", "a fox"),
                client.transcribeAsync("m", media),
                client.speakAsync("m", "alloy", "hello"));

        assertThat(blocking).containsExactlyInAnyOrderElementsOf(replies.values());
        for (int i = 0; i < blocking.size(); i++) {
            assertThat(futures.get(i).get(10, TimeUnit.SECONDS)).isSameAs(blocking.get(i));
        }
    }

    @Test
    void aFailureReachesTheFutureAsItIs() {
        GatewayException failure = GatewayException.of(ErrorKind.OVERLOADED, "busy");
        FunctionClient client = new FunctionClient(executor, (request, options) -> {
            throw failure;
        });

        assertThat(client.chatAsync(HI))
                .failsWithin(Duration.ofSeconds(10))
                .withThrowableOfType(ExecutionException.class)
                .withCause(failure);
    }

    @Test
    void cancellingTheFutureTripsTheCallButNotTheCallersSwitch() {
        CountDownLatch called = new CountDownLatch(1);
        CountDownLatch tripped = new CountDownLatch(1);
        Cancellation callers = new Cancellation();
        CompletableFuture<ChatResponse> future = waiting(called, tripped)
                .chatAsync(HI, CallOptions.builder().cancellation(callers).build());
        await(called);

        assertThat(future.cancel(true)).isTrue();

        await(tripped);
        assertThat(callers.isCancelled()).isFalse();
    }

    @Test
    void cancellingADerivedFutureTripsTheCallAndCancelsItsOrigin() {
        CountDownLatch called = new CountDownLatch(1);
        CountDownLatch tripped = new CountDownLatch(1);
        CompletableFuture<ChatResponse> future = waiting(called, tripped).chatAsync(HI);
        CompletableFuture<Integer> derived =
                future.thenApply(ChatResponse::text).thenApply(String::length);
        await(called);

        derived.cancel(true);

        await(tripped);
        assertThat(derived).isCancelled();
        assertThat(future).isCancelled();
    }

    @Test
    void aFutureThatIsCompletedFromOutsideTripsTheCall() {
        List<Consumer<CompletableFuture<ChatResponse>>> ways = List.of(
                future -> future.orTimeout(1, TimeUnit.MILLISECONDS),
                future -> future.thenApply(ChatResponse::text).orTimeout(1, TimeUnit.MILLISECONDS),
                future -> future.completeOnTimeout(ChatResponse.of("late"), 1, TimeUnit.MILLISECONDS),
                future -> future.completeExceptionally(new IllegalStateException("enough")),
                future -> future.complete(ChatResponse.of("instead")));
        for (Consumer<CompletableFuture<ChatResponse>> way : ways) {
            CountDownLatch called = new CountDownLatch(1);
            CountDownLatch tripped = new CountDownLatch(1);
            CompletableFuture<ChatResponse> future = waiting(called, tripped).chatAsync(HI);
            await(called);

            way.accept(future);

            await(tripped);
            assertThat(future).isDone();
        }
    }

    @Test
    void aTimeoutThatComesAfterTheResultTripsNothing() throws Exception {
        AtomicReference<Cancellation> cancellation = new AtomicReference<>();
        FunctionClient client = new FunctionClient(Runnable::run, (request, options) -> {
            cancellation.set(options.cancellation());
            return ChatResponse.of("x");
        });
        CompletableFuture<ChatResponse> future = client.chatAsync(HI);

        assertThat(future.completeExceptionally(new TimeoutException())).isFalse();
        assertThat(future.complete(ChatResponse.of("y"))).isFalse();

        assertThat(future.get().text()).isEqualTo("x");
        assertThat(cancellation.get().isCancelled()).isFalse();
    }

    @Test
    void theCallersSwitchTripsTheCall() {
        CountDownLatch called = new CountDownLatch(1);
        CountDownLatch tripped = new CountDownLatch(1);
        Cancellation callers = new Cancellation();
        CompletableFuture<ChatResponse> future = waiting(called, tripped)
                .chatAsync(HI, CallOptions.builder().cancellation(callers).build());
        await(called);

        callers.cancel();

        await(tripped);
        assertThat(future).failsWithin(Duration.ofSeconds(10));
    }

    private FunctionClient waiting(CountDownLatch called, CountDownLatch tripped) {
        return new FunctionClient(executor, (request, options) -> {
            options.cancellation().onCancel(tripped::countDown);
            called.countDown();
            await(tripped);
            throw GatewayException.of(ErrorKind.CANCELLED, "cancelled");
        });
    }

    @Test
    void aCallCancelledBeforeItRanIsNeverMade() {
        List<Runnable> queue = new ArrayList<>();
        AtomicInteger calls = new AtomicInteger();
        FunctionClient client = new FunctionClient(queue::add, (request, options) -> {
            calls.incrementAndGet();
            return ChatResponse.of("x");
        });
        client.chatAsync(HI).cancel(true);

        queue.forEach(Runnable::run);

        assertThat(queue).hasSize(1);
        assertThat(calls).hasValue(0);
    }

    @Test
    void aStreamThatComesAfterTheCancelIsClosed() {
        CountingSource source = new CountingSource();
        List<Runnable> queue = new ArrayList<>();
        AtomicReference<CompletableFuture<ChatStream>> future = new AtomicReference<>();
        FunctionClient client = new FunctionClient(queue::add, (request, options) -> {
            future.get().thenApply(stream -> stream).cancel(true);
            return ChatStream.of(source);
        });
        future.set(client.streamAsync(HI));

        queue.forEach(Runnable::run);

        assertThat(source.closed).hasValue(1);
        assertThat(future.get()).isCancelled();
    }

    @Test
    void theCallersSwitchStaysTiedToAStreamUntilItIsClosed() throws Exception {
        Cancellation callers = new Cancellation();
        CountDownLatch tripped = new CountDownLatch(1);
        AtomicReference<Cancellation> child = new AtomicReference<>();
        FunctionClient client = new FunctionClient(executor, (request, options) -> {
            child.set(options.cancellation());
            options.cancellation().onCancel(tripped::countDown);
            return ChatStream.of(new CountingSource());
        });
        CallOptions options = CallOptions.builder().cancellation(callers).build();

        ChatStream first = client.streamAsync(HI, options).get(10, TimeUnit.SECONDS);
        Cancellation ofFirst = child.get();
        ChatStream second = client.streamAsync(HI, options).get(10, TimeUnit.SECONDS);
        second.close();
        Cancellation ofSecond = child.get();
        callers.cancel();

        assertThat(ofFirst.isCancelled()).isTrue();
        assertThat(ofSecond.isCancelled()).isFalse();
        await(tripped);
        first.close();
    }

    @Test
    void anExecutorThatRefusesFailsTheFuture() {
        FunctionClient client = new FunctionClient(
                task -> {
                    throw new RejectedExecutionException("full");
                },
                (request, options) -> ChatResponse.of("x"));

        assertThat(client.chatAsync(HI))
                .failsWithin(Duration.ZERO)
                .withThrowableOfType(ExecutionException.class)
                .havingCause()
                .isInstanceOfSatisfying(
                        GatewayException.class,
                        thrown -> assertThat(thrown.kind()).isEqualTo(ErrorKind.LIMIT_EXCEEDED));
    }

    @Test
    void aListenerGetsEveryEventAndTheFutureTheResponse() throws Exception {
        FunctionClient client =
                new FunctionClient(executor, (request, options) -> ChatStream.replay(ChatResponse.of("hello")));
        List<ChatEvent> events = new ArrayList<>();

        ChatResponse response =
                client.stream(HI, CallOptions.DEFAULT, events::add).get(10, TimeUnit.SECONDS);

        assertThat(response).isEqualTo(ChatResponse.of("hello"));
        assertThat(events).contains(new ChatEvent.TextDelta(0, "hello"));
    }

    @Test
    void aListenerThatThrowsEndsTheStream() {
        CountingSource source = new CountingSource();
        FunctionClient client = new FunctionClient(executor, (request, options) -> ChatStream.of(source));
        IllegalStateException failure = new IllegalStateException("enough");

        assertThat(client.stream(HI, CallOptions.DEFAULT, event -> {
                    throw failure;
                }))
                .failsWithin(Duration.ofSeconds(10))
                .withThrowableOfType(ExecutionException.class)
                .withCause(failure);
        assertThat(source.closed).hasValue(1);
    }

    @Test
    void aRequestThatCannotBeBuiltIsRefusedAtOnce() {
        FunctionClient client = new FunctionClient(executor, (request, options) -> ChatResponse.of("x"));

        assertThatThrownBy(() -> client.chatAsync("", "hi")).isInstanceOf(GatewayException.class);
    }

    /** Never ends. */
    static final class CountingSource implements ChatEventSource {
        final AtomicInteger closed = new AtomicInteger();
        final AtomicInteger reads = new AtomicInteger();

        @Override
        public @Nullable ChatEvent next() {
            reads.incrementAndGet();
            return new ChatEvent.TextDelta(0, "x");
        }

        @Override
        public void close() {
            closed.incrementAndGet();
        }
    }
}
