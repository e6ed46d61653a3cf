package dev.aigw.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aigw.api.CallOptions;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.routing.feature.Environment;
import dev.aigw.routing.resilience.HedgePolicy;
import dev.aigw.routing.tools.Tool;
import dev.aigw.routing.tools.ToolLoop;
import dev.aigw.routing.tools.ToolRun;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The bounds of async calls, which hold on every version of Java once they are set. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class AsyncCallsTest {

    private final CountDownLatch answers = new CountDownLatch(1);
    private final AtomicInteger asked = new AtomicInteger();
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

    /** An adapter whose model {@code slow} answers when the latch opens, and whose others answer at once. */
    private final ProviderAdapter adapter = ProviderAdapter.builder("fake")
            .chat((request, attempt) -> {
                asked.incrementAndGet();
                threads.add(Thread.currentThread());
                if (request.model().endsWith("slow")) {
                    await(answers);
                }
                return ChatResponse.of("ok");
            })
            .build();

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(50, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private ModelRouter.Builder router() {
        return ModelRouter.builder().provider(adapter);
    }

    @AfterEach
    void answerAll() {
        answers.countDown();
    }

    @Test
    void callsBeyondThreadsAndQueueAreRefusedAndAskNobody() {
        try (ModelRouter router = router().asyncCalls(3).asyncQueue(5).build()) {
            List<CompletableFuture<ChatResponse>> calls = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                calls.add(router.chatAsync("fake/slow", "hello"));
            }
            List<CompletableFuture<ChatResponse>> refused =
                    calls.stream().filter(CompletableFuture::isDone).toList();
            assertThat(refused).hasSize(20 - 3 - 5);
            for (CompletableFuture<ChatResponse> each : refused) {
                assertThat(failure(each).kind()).isEqualTo(ErrorKind.LIMIT_EXCEEDED);
                assertThat(failure(each).getCause()).hasMessageContaining("asyncCalls or asyncQueue");
            }
            calls.removeIf(CompletableFuture::isDone);
            answers.countDown();
            assertThat(calls).allSatisfy(each -> assertThat(each.join().text()).isEqualTo("ok"));
            assertThat(asked).hasValue(8);
            assertThat(threads).hasSizeLessThanOrEqualTo(3);
            assertThat(router.chatAsync("fake/quick", "again").join().text()).isEqualTo("ok");
        }
    }

    private static GatewayException failure(CompletableFuture<?> call) {
        return (GatewayException)
                catchThrowableOfType(CompletionException.class, call::join).getCause();
    }

    @Test
    void byDefaultAFloodOfCallsTakesABoundedNumberOfThreadsBeforeJava21() {
        try (ModelRouter router = router().build()) {
            List<CompletableFuture<ChatResponse>> calls = new ArrayList<>();
            for (int i = 0; i < 3_000; i++) {
                calls.add(router.chatAsync("fake/slow", "hello"));
            }
            long refused = calls.stream().filter(CompletableFuture::isDone).count();
            boolean bounded = Runtime.version().feature() < 21;
            int taken = Environment.USUAL_ASYNC_CALLS + Environment.USUAL_ASYNC_QUEUE;
            assertThat(refused).isEqualTo(bounded ? 3_000 - taken : 0);
            answers.countDown();
            CompletableFuture.allOf(calls.toArray(CompletableFuture<?>[]::new))
                    .exceptionally(any -> null)
                    .join();
            assertThat(threads).hasSizeLessThanOrEqualTo(bounded ? Environment.USUAL_ASYNC_CALLS : 3_000);
        }
    }

    @Test
    void aCallThatWaitsForAnotherOneInACallbackIsNotStuckBehindItself() {
        try (ModelRouter router = router().asyncCalls(2).asyncQueue(100).build()) {
            List<CompletableFuture<String>> calls = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                calls.add(router.chatAsync("fake/quick", "hello")
                        .thenApply(first ->
                                router.chatAsync("fake/quick", "more").join().text()));
            }
            assertThat(calls).allSatisfy(each -> assertThat(each.join()).isEqualTo("ok"));
        }
    }

    @Test
    void toolsOfLoopsThatOccupyAllThreadsRun() {
        ProviderAdapter calling = ProviderAdapter.builder("fake")
                .chat((request, attempt) -> request.messages().size() > 1
                        ? ChatResponse.of("done")
                        : ChatResponse.builder()
                                .part(new ToolCall("1", "look", "{}"))
                                .build())
                .build();
        try (ModelRouter router = ModelRouter.builder()
                .provider(calling)
                .asyncCalls(2)
                .asyncQueue(100)
                .build()) {
            Tool look = Tool.of("look", "Looks.", () -> "seen");
            ToolLoop loop = ToolLoop.builder(router).tools(look).build();
            List<CompletableFuture<ToolRun>> runs = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                runs.add(loop.runAsync(ChatRequest.of("fake/m", "look")));
            }
            assertThat(runs).allSatisfy(each -> assertThat(each.join().text()).isEqualTo("done"));
        }
    }

    @Test
    void aHedgeGetsAThreadWhileCallsWait() {
        CountDownLatch hedged = new CountDownLatch(1);
        ProviderAdapter twice = ProviderAdapter.builder("fake")
                .chat((request, attempt) -> {
                    if (asked.incrementAndGet() == 1) {
                        await(hedged); // as slow as its hedge is late
                    } else {
                        hedged.countDown();
                    }
                    return ChatResponse.of("ok");
                })
                .build();
        try (ModelRouter router = ModelRouter.builder()
                .provider(twice)
                .model("m", model -> model.deployment("fake/a").deployment("fake/b"))
                .hedge(HedgePolicy.after(Duration.ofMillis(1)))
                .asyncCalls(1)
                .asyncQueue(10)
                .build()) {
            CompletableFuture<ChatResponse> first = router.chatAsync("m", "hello");
            CompletableFuture<ChatResponse> second = router.chatAsync("m", "waits");
            assertThat(first.join().text()).isEqualTo("ok");
            assertThat(second.join().text()).isEqualTo("ok");
        }
    }

    @Test
    void aCancelledCallThatWaitsAsksNobody() {
        try (ModelRouter router = router().asyncCalls(1).asyncQueue(10).build()) {
            CompletableFuture<ChatResponse> running = router.chatAsync("fake/slow", "hello");
            CompletableFuture<ChatResponse> waiting = router.chatAsync("fake/quick", "hello");
            waiting.cancel(true);
            answers.countDown();
            running.join();
            assertThat(router.chatAsync("fake/quick", "last").join().text()).isEqualTo("ok");
            assertThat(asked).as("the first and the last").hasValue(2);
        }
    }

    @Test
    void theTimeInTheQueueCountsForTheCallsTimeout() {
        try (ModelRouter router = router().asyncCalls(1).asyncQueue(10).build()) {
            CompletableFuture<ChatResponse> running = router.chatAsync("fake/slow", "hello");
            CompletableFuture<ChatResponse> waiting = router.chatAsync(
                    ChatRequest.of("fake/quick", "hello"),
                    CallOptions.builder().timeout(Duration.ofNanos(1)).build());
            answers.countDown();
            running.join();
            assertThat(failure(waiting).kind()).isEqualTo(ErrorKind.DEADLINE);
            assertThat(asked).hasValue(1);
        }
    }

    @Test
    void boundsAreOfTheRoutersOwnThreads() {
        assertThatThrownBy(() -> router().asyncCalls(0)).hasMessageContaining("use 1 or more");
        assertThatThrownBy(() -> router().asyncQueue(-1)).hasMessageContaining("use 0 or more");
        assertThatThrownBy(() -> Environment.system(1, -1)).hasMessageContaining("asyncQueue is -1");
        try (Environment own = Environment.system()) {
            assertThatThrownBy(() -> router().asyncCalls(5).environment(own).build())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("Environment.system(calls, queue)");
        }
    }
}
