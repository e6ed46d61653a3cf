package dev.aigw.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.CacheDirective;
import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.embedding.EmbeddingResponse;
import dev.aigw.api.spi.ContextPropagation;
import dev.aigw.api.spi.Embedder;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.api.spi.RouterEvent;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.routing.cache.Caches;
import dev.aigw.routing.cache.semantic.SemanticCache;
import dev.aigw.routing.deployment.HealthCheck;
import dev.aigw.routing.feature.Environment;
import dev.aigw.routing.resilience.HedgePolicy;
import dev.aigw.routing.rollout.Shadow;
import dev.aigw.routing.route.Routes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ContextPropagationTest {

    private static final ThreadLocal<String> TENANT = new ThreadLocal<>();
    private static final ChatRequest HELLO = ChatRequest.of("m", "hello");
    private static final long SECONDS = 30;

    /** One thread, so that what a task leaves behind is found by the next. */
    private final ExecutorService worker = Executors.newSingleThreadExecutor();

    /** What each attempt saw, and where it ran. */
    private final LinkedBlockingQueue<String> seen = new LinkedBlockingQueue<>();

    private final ProviderAdapter adapter = ProviderAdapter.builder("fake")
            .chat((request, attempt) -> {
                seen.add(attempt.deployment() + " " + TENANT.get());
                return ChatResponse.of(String.valueOf(TENANT.get()));
            })
            .embed((request, attempt) -> {
                seen.add(attempt.deployment() + " " + TENANT.get());
                return EmbeddingResponse.builder()
                        .embeddings(List.of(new float[] {1}))
                        .build();
            })
            .build();

    @BeforeEach
    void callAsAcme() {
        TENANT.set("acme");
    }

    @AfterEach
    void forget() {
        TENANT.remove();
        worker.shutdownNow();
    }

    private ModelRouter.Builder builder() {
        return ModelRouter.builder()
                .provider(adapter)
                .environment(Environment.system(worker))
                .model("m", model -> model.deployment("fake/a"));
    }

    private ModelRouter.Builder propagating() {
        return builder().contextPropagation(ContextPropagation.of(TENANT));
    }

    private String nextSeen() throws InterruptedException {
        return seen.poll(SECONDS, TimeUnit.SECONDS);
    }

    private void assertWorkerIsClean() throws Exception {
        assertThat(worker.submit(TENANT::get).get(SECONDS, TimeUnit.SECONDS)).isNull();
    }

    @Test
    void asynchronousCallsRunInTheCallersContextAndLeaveNoneBehind() throws Exception {
        try (ModelRouter router = propagating().build()) {
            assertThat(router.chatAsync(HELLO).get(SECONDS, TimeUnit.SECONDS).text())
                    .isEqualTo("acme");
            assertThat(router.as(Caller.builder().user("u").build())
                            .chatAsync(HELLO)
                            .get(SECONDS, TimeUnit.SECONDS)
                            .text())
                    .isEqualTo("acme");
            assertThat(router.chatAsync(HELLO)
                            .thenApply(answer -> answer.text() + " " + TENANT.get())
                            .get(SECONDS, TimeUnit.SECONDS))
                    .startsWith("acme");
            router.embedAsync("m", List.of("x")).get(SECONDS, TimeUnit.SECONDS);
            assertThat(seen).containsExactly("fake/a acme", "fake/a acme", "fake/a acme", "fake/a acme");
            router.streamAsync(HELLO).get(SECONDS, TimeUnit.SECONDS).close();
            List<String> events = new ArrayList<>();
            router.stream(HELLO, CallOptions.DEFAULT, event -> events.add(TENANT.get()))
                    .get(SECONDS, TimeUnit.SECONDS);
            assertThat(events).isNotEmpty().containsOnly("acme");

            TENANT.remove();
            assertThat(router.chatAsync(HELLO).get(SECONDS, TimeUnit.SECONDS).text())
                    .isEqualTo("null");
            assertWorkerIsClean();
        }
    }

    @Test
    void withoutAPropagationNothingIsWrapped() throws Exception {
        try (ModelRouter router = builder().build()) {
            assertThat(router.executor()).isSameAs(worker);
            assertThat(router.contextPropagation()).isSameAs(ContextPropagation.NONE);
            assertThat(router.chatAsync(HELLO).get(SECONDS, TimeUnit.SECONDS).text())
                    .isEqualTo("null");
        }
        assertThatThrownBy(() -> propagating().contextPropagation(ContextPropagation.NONE))
                .hasMessageContaining("set twice");
    }

    @Test
    void aSubscriberIsServedInTheContextInWhichItSubscribedWhoeverRequestsMore() throws Exception {
        try (ModelRouter router = propagating().build()) {
            List<String> signals = new ArrayList<>();
            CountDownLatch complete = new CountDownLatch(1);
            CompletableFuture<Flow.Subscription> subscribed = new CompletableFuture<>();
            router.publish(HELLO).subscribe(new Flow.Subscriber<>() {
                @Override
                public void onSubscribe(Flow.Subscription subscription) {
                    subscribed.complete(subscription);
                }

                @Override
                public void onNext(ChatEvent event) {
                    signals.add(TENANT.get());
                }

                @Override
                public void onError(Throwable thrown) {
                    signals.add(thrown.toString());
                    complete.countDown();
                }

                @Override
                public void onComplete() {
                    signals.add("end " + TENANT.get());
                    complete.countDown();
                }
            });
            TENANT.set("another");
            subscribed.join().request(1);
            TENANT.remove();
            subscribed.join().request(Long.MAX_VALUE);

            assertThat(complete.await(SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(signals).contains("acme", "end acme").doesNotContain("another");
            assertWorkerIsClean();
        }
    }

    @Test
    void aSubscriptionCancelledElsewhereEndsInTheContextInWhichItBegan() throws Exception {
        LinkedBlockingQueue<String> ends = new LinkedBlockingQueue<>();
        try (ModelRouter router = propagating()
                .listener(event -> {
                    if (event instanceof RouterEvent.CallEnded) {
                        ends.add(String.valueOf(TENANT.get()));
                    }
                })
                .build()) {
            CompletableFuture<Flow.Subscription> subscribed = new CompletableFuture<>();
            CountDownLatch first = new CountDownLatch(1);
            router.publish(HELLO).subscribe(new Flow.Subscriber<>() {
                @Override
                public void onSubscribe(Flow.Subscription subscription) {
                    subscribed.complete(subscription);
                    subscription.request(1);
                }

                @Override
                public void onNext(ChatEvent event) {
                    first.countDown();
                }

                @Override
                public void onError(Throwable thrown) {}

                @Override
                public void onComplete() {}
            });
            assertThat(first.await(SECONDS, TimeUnit.SECONDS)).isTrue();
            TENANT.set("another");
            subscribed.join().cancel();

            assertThat(ends.poll(SECONDS, TimeUnit.SECONDS)).isEqualTo("acme");
            assertThat(TENANT.get()).isEqualTo("another");
        }
    }

    @Test
    void aHedgeOfABlockingCallRunsInItsContext() throws Exception {
        CountDownLatch hedged = new CountDownLatch(1);
        AtomicInteger calls = new AtomicInteger();
        ProviderAdapter slowThenFast = ProviderAdapter.builder("race")
                .chat((request, attempt) -> {
                    if (calls.incrementAndGet() == 1) {
                        try {
                            assertThat(hedged.await(SECONDS, TimeUnit.SECONDS)).isTrue();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                        return ChatResponse.of("slow");
                    }
                    String tenant = String.valueOf(TENANT.get());
                    hedged.countDown();
                    seen.add(tenant);
                    return ChatResponse.of(tenant);
                })
                .build();
        try (ModelRouter router = ModelRouter.builder()
                .provider(slowThenFast)
                .contextPropagation(ContextPropagation.of(TENANT))
                .hedge(HedgePolicy.after(Duration.ofMillis(1)))
                .model("m", model -> model.deployment("race/a").deployment("race/b"))
                .build()) {
            router.chat(HELLO);
            assertThat(nextSeen()).isEqualTo("acme");
        }
    }

    @Test
    void aShadowRunsInTheContextOfTheCallThatItCopies() throws Exception {
        try (ModelRouter router = propagating()
                .model("next", model -> model.deployment("fake/next"))
                .model(
                        "shadowed",
                        model -> model.deployment("fake/old")
                                .shadow(Shadow.builder("next").share(1).build()))
                .build()) {
            router.chat("shadowed", "hello");
            assertThat(List.of(nextSeen(), nextSeen())).containsExactlyInAnyOrder("fake/old acme", "fake/next acme");
        }
    }

    @Test
    void aStaleReplyIsRefreshedInTheContextOfTheCallThatGotIt() throws Exception {
        VirtualEnvironment environment = new VirtualEnvironment(1);
        try (ModelRouter router = ModelRouter.builder()
                .provider(adapter)
                .environment(environment)
                .contextPropagation(ContextPropagation.of(TENANT))
                .model("m", model -> model.deployment("fake/a"))
                .cache(Caches.inMemory()
                        .maximumEntries(10)
                        .timeToLive(Duration.ofMinutes(10))
                        .keepStale(Duration.ofDays(1))
                        .build())
                .build()) {
            environment.simulate(() -> {
                TENANT.set("first");
                router.chat(HELLO);
                environment.advance(Duration.ofMinutes(11));
                TENANT.set("second");
                router.chat(
                        HELLO,
                        CallOptions.builder()
                                .cache(CacheDirective.DEFAULT.staleWhileRevalidate(Duration.ofHours(1)))
                                .build());
                TENANT.remove();
                environment.advance(Duration.ofSeconds(1));
            });
        }
        assertThat(seen).containsExactly("fake/a first", "fake/a second");
    }

    @Test
    void theEndOfAForgottenStreamIsReportedInTheContextOfItsCall() {
        VirtualEnvironment environment = new VirtualEnvironment(1);
        List<String> ends = new ArrayList<>();
        FakeProvider fake = FakeProvider.builder("fake")
                .waiter(environment::await)
                .streamThenStall(new ChatEvent.TextDelta(0, "a"))
                .build();
        try (ModelRouter router = ModelRouter.builder()
                .provider(fake)
                .environment(environment)
                .contextPropagation(ContextPropagation.of(TENANT))
                .model("m", model -> model.deployment("fake/a"))
                .listener(event -> {
                    if (event instanceof RouterEvent.CallEnded) {
                        ends.add(TENANT.get());
                    }
                })
                .build()) {
            environment.simulate(() -> {
                TENANT.set("first");
                router.stream(HELLO, CallOptions.DEFAULT);
                environment.advance(Duration.ofMinutes(5));
                TENANT.set("second");
                router.stream(HELLO, CallOptions.DEFAULT);
                TENANT.remove();
                environment.advance(Duration.ofMinutes(30));
            });
        }
        assertThat(ends).containsExactly("first", "second");
    }

    @Test
    void aSemanticRouteAsksItsEmbedderInTheContextOfTheCall() throws Exception {
        LinkedBlockingQueue<String> embedded = new LinkedBlockingQueue<>();
        Embedder embedder = texts -> {
            embedded.add(texts.get(0) + " " + TENANT.get());
            return texts.stream().map(text -> new float[] {1, 0}).toList();
        };
        try (ModelRouter router = propagating()
                .model(
                        "chosen",
                        model -> model.route(Routes.semantic(embedder)
                                .route("m", "an example")
                                .threshold(0.5)
                                .otherwise("m")))
                .build()) {
            router.chat("chosen", "a question");
        }
        assertThat(List.of(embedded.poll(SECONDS, TimeUnit.SECONDS), embedded.poll(SECONDS, TimeUnit.SECONDS)))
                .as("the examples belong to no call")
                .containsExactlyInAnyOrder("an example null", "a question acme");
    }

    @Test
    void aSemanticCacheAsksItsEmbedderInTheContextOfTheCall() throws Exception {
        LinkedBlockingQueue<String> embedded = new LinkedBlockingQueue<>();
        SemanticCache cache = SemanticCache.builder()
                .embedder(texts -> {
                    embedded.add(texts.get(0) + " " + TENANT.get());
                    return List.of(new float[] {1, 0});
                })
                .threshold(0.5)
                .build();
        try (ModelRouter router = propagating().feature(cache).build()) {
            router.chat("m", "a question of words");
        }
        assertThat(embedded.poll(SECONDS, TimeUnit.SECONDS)).isEqualTo("a question of words acme");
    }

    @Test
    void healthChecksHaveNoCallersContext() throws Exception {
        LinkedBlockingQueue<String> checks = new LinkedBlockingQueue<>();
        try (ModelRouter ignored = propagating()
                .model(
                        "checked",
                        model -> model.deployment(
                                "fake/c",
                                deployment -> deployment.healthCheck(HealthCheck.every(Duration.ofMillis(5))
                                        .function((checked, attempt) -> checks.add(String.valueOf(TENANT.get())))
                                        .build())))
                .build()) {
            assertThat(checks.poll(SECONDS, TimeUnit.SECONDS)).isEqualTo("null");
        }
    }

    @Test
    void aPropagationThatThrowsFailsNoCall() throws Exception {
        List<ContextPropagation> broken = List.of(
                () -> {
                    throw new IllegalStateException("capture");
                },
                () -> () -> {
                    throw new IllegalStateException("restore");
                },
                () -> () -> () -> {
                    throw new IllegalStateException("close");
                });
        for (ContextPropagation propagation : broken) {
            ExecutorService own = Executors.newSingleThreadExecutor();
            try (ModelRouter router = ModelRouter.builder()
                    .provider(adapter)
                    .environment(Environment.system(own))
                    .model("m", model -> model.deployment("fake/a"))
                    .contextPropagation(propagation)
                    .build()) {
                assertThat(router.chatAsync(HELLO)
                                .get(SECONDS, TimeUnit.SECONDS)
                                .text())
                        .isEqualTo("null");
                assertThat(router.chatAsync(HELLO)
                                .get(SECONDS, TimeUnit.SECONDS)
                                .text())
                        .isEqualTo("null");
            } finally {
                own.shutdownNow();
            }
        }
    }

    @Test
    void twoPropagationsAreRestoredInOrderAndResetInReverse() {
        List<String> steps = new ArrayList<>();
        ContextPropagation both = recording("a", steps).andThen(recording("b", steps));

        both.capture().restore().close();

        assertThat(steps).containsExactly("capture a", "capture b", "restore a", "restore b", "reset b", "reset a");
    }

    @Test
    void whatWasRestoredIsResetIfTheNextOneThrows() {
        List<String> steps = new ArrayList<>();
        ContextPropagation both = recording("a", steps).andThen(() -> () -> {
            throw new IllegalStateException("restore");
        });

        assertThatThrownBy(() -> both.capture().restore()).hasMessage("restore");
        assertThat(steps).containsExactly("capture a", "restore a", "reset a");

        steps.clear();
        ContextPropagation late = recording("a", steps)
                .andThen(() -> () -> () -> {
                    throw new IllegalStateException("reset");
                });
        assertThatThrownBy(() -> late.capture().restore().close()).hasMessage("reset");
        assertThat(steps).containsExactly("capture a", "restore a", "reset a");
    }

    private static ContextPropagation recording(String name, List<String> steps) {
        return () -> {
            steps.add("capture " + name);
            return () -> {
                steps.add("restore " + name);
                return () -> steps.add("reset " + name);
            };
        };
    }
}
