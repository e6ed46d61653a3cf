package dev.aigw.examples.stories;

import dev.aigw.api.CacheDirective;
import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.Cancellation;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Price;
import dev.aigw.api.Route;
import dev.aigw.api.StreamRecovery;
import dev.aigw.api.Timeouts;
import dev.aigw.api.batch.BatchHandle;
import dev.aigw.api.batch.BatchPolling;
import dev.aigw.api.batch.BatchRequest;
import dev.aigw.api.batch.BatchResult;
import dev.aigw.api.batch.BatchResults;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ResponseFormat;
import dev.aigw.api.client.ModelClient;
import dev.aigw.api.embedding.EmbeddingResponse;
import dev.aigw.api.spi.Phase;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.api.spi.RouterEvent;
import dev.aigw.api.spi.RouterListener;
import dev.aigw.api.spi.RoutingStrategy;
import dev.aigw.api.spi.UsageLedger;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.providers.kit.WireLog;
import dev.aigw.providers.openai.Dialects;
import dev.aigw.providers.openai.OpenAiAdapter;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.balance.RoutingStrategies;
import dev.aigw.routing.observe.Observers;
import dev.aigw.routing.resilience.BreakerPolicy;
import dev.aigw.routing.resilience.HedgePolicy;
import dev.aigw.routing.resilience.RetryPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.Consumer;

/** The README's other code samples, here so that they compile, and run if they need no key. */
final class Recipes {

    /** What the model thinks of a text. */
    record Verdict(String mood, double confidence) {}

    private Recipes() {}

    static ModelRouter models(String openAiKey, String keyA, String keyB) {
        return ModelRouter.builder()
                .provider(OpenAiAdapter.builder().apiKey(openAiKey).build())
                .provider(OpenAiAdapter.builder(Dialects.OLLAMA).name("ollama").build())
                .model(
                        "assistant",
                        model -> model.deployment(
                                        "openai/gpt-6.1-terra",
                                        deployment -> deployment
                                                .keys(keyA, keyB)
                                                .weight(3)
                                                .price(Price.usdPerMillion("1", "5"))
                                                .contextWindow(1_050_000))
                                .deployment(
                                        "ollama/llama3.2",
                                        deployment ->
                                                deployment.region("office").tag("private"))
                                .strategy(RoutingStrategies.leastInFlight())
                                .timeouts(Timeouts.builder()
                                        .firstEvent(Duration.ofSeconds(20))
                                        .build()))
                .alias("default", "assistant")
                .build();
    }

    static ModelRouter patience(ProviderAdapter provider) {
        return ModelRouter.builder()
                .provider(provider)
                .retry(RetryPolicy.builder()
                        .maxAttempts(4)
                        .backoff(Duration.ofMillis(100), Duration.ofSeconds(2))
                        .maxRetryAfter(Duration.ofSeconds(3))
                        .budget(50, 0.1)
                        .build())
                .breaker(BreakerPolicy.builder()
                        .failureThreshold(5, 10)
                        .delay(Duration.ofSeconds(10))
                        .maxEjectedShare(0.5)
                        .build())
                .hedge(HedgePolicy.builder().percentile(0.95).budget(0.05).build())
                .streamRecovery(StreamRecovery.RESUME_OR_RESTART)
                .timeouts(Timeouts.builder()
                        .connect(Duration.ofSeconds(2))
                        .attempt(Duration.ofSeconds(30))
                        .firstEvent(Duration.ofSeconds(10))
                        .idle(Duration.ofSeconds(20))
                        .total(Duration.ofMinutes(2))
                        .build())
                .build();
    }

    static ChatResponse options(ModelRouter router, String text) {
        CallOptions options = CallOptions.builder()
                .caller(Caller.ofTenant("acme"))
                .timeout(Duration.ofSeconds(20))
                .cache(CacheDirective.REFRESH)
                .tag("feature", "summary")
                .build();
        ChatResponse answer = router.chat(ChatRequest.of("assistant", text), options);
        ModelClient acme = router.as(Caller.ofTenant("acme"));
        ChatResponse another = acme.chat("assistant", text);
        return answer.text().length() > another.text().length() ? answer : another;
    }

    static Verdict structured(ModelRouter router, String text) {
        Verdict verdict = router.chat(ChatRequest.builder("assistant")
                        .system("Judge the text. Answer in JSON: {\"mood\": string, \"confidence\": number}")
                        .user(text)
                        .responseFormat(ResponseFormat.JSON)
                        .build())
                .as(Verdict.class);
        return verdict;
    }

    static float[] others(ModelRouter router) {
        EmbeddingResponse meanings = router.embed("openai/text-embedding-3-small", "first text", "second text");
        float[] vector = meanings.vector(0);
        return vector;
    }

    static void submitBatch(ModelRouter router, Map<String, String> documents, Path file) throws IOException {
        BatchRequest.Builder batch = BatchRequest.builder("assistant");
        documents.forEach((id, text) -> batch.chat(id, ChatRequest.of("assistant", "Summarize: " + text)));
        Files.writeString(file, router.batches().submit(batch.build()).text());
    }

    static void readBatch(ModelRouter router, Path file) throws IOException {
        BatchHandle handle = BatchHandle.parse(Files.readString(file));
        router.batches().await(handle, BatchPolling.DEFAULT);
        try (BatchResults results = router.batches().results(handle)) {
            for (BatchResult result : results) {
                System.out.println(
                        result.id() + ": " + (result.succeeded() ? result.chat().text() : result.failure()));
            }
            Files.writeString(file, results.handle().text());
        }
    }

    static void cancel(ModelRouter router) {
        CompletableFuture<ChatResponse> future = router.chatAsync("assistant", "Write a long story");
        future.cancel(true);

        Cancellation cancellation = new Cancellation();
        CallOptions options = CallOptions.builder().cancellation(cancellation).build();
        cancellation.cancel();
        try {
            router.chat(ChatRequest.of("assistant", "Write a long story"), options);
        } catch (GatewayException e) {
            assert e.kind() == ErrorKind.CANCELLED;
        }
    }

    static CompletableFuture<Void> streams(ModelRouter router, ChatRequest request, Consumer<ChatEvent> print) {
        CompletableFuture<ChatResponse> whole =
                router.stream(request, CallOptions.DEFAULT, event -> print.accept(event));
        Flow.Publisher<ChatEvent> events = router.publish(request);
        return whole.thenRun(() -> events.subscribe(new Ignore()));
    }

    static String failures(ModelRouter router, Consumer<Route.Attempt> log) {
        try {
            return router.chat("assistant", "Why is the sky blue?").text();
        } catch (GatewayException e) {
            e.route().attempts().forEach(attempt -> log.accept(attempt));
            if (e.kind() == ErrorKind.RATE_LIMITED) {
                return "Busy; try again in " + e.retryAfter();
            }
            throw e;
        }
    }

    static UsageLedger look(ModelRouter router, ChatRequest request) {
        System.out.println(router.explain(request));
        System.out.println(router.chat(request).route());
        System.out.println(router.snapshot().models());
        UsageLedger usage = router.snapshot().usage();
        System.out.println(usage.byModel().get("assistant"));
        router.update(table -> table.replaceModel("assistant", model -> model.deployment("openai/gpt-6.2-sol"))
                .alias("default", "assistant"));
        return usage;
    }

    static ModelRouter ownParts(ProviderAdapter provider, Consumer<String> log) {
        RoutingStrategy privateFirst = deployments -> candidates -> {
            int best = -1;
            for (int i = 0; i < candidates.size(); i++) {
                if (candidates.isEligible(i)
                        && (best < 0 || candidates.get(i).tags().contains("private"))) {
                    best = i;
                }
            }
            return best;
        };
        RouterListener watch = event -> {
            if (event instanceof RouterEvent.CallEnded ended) {
                log.accept(ended.call().requestedModel() + " " + ended.end().outcome() + " by "
                        + ended.route().deployment());
            }
        };
        return ModelRouter.builder()
                .provider(provider)
                .strategy(privateFirst)
                .listener(watch)
                .listener(Observers.slf4j())
                .stage(Phase.TRANSFORM, chain -> {
                    ChatRequest request = (ChatRequest) chain.request();
                    return chain.proceed(request.toBuilder().temperature(0.2).build());
                })
                .build();
    }

    static ProviderAdapter wire() {
        return OpenAiAdapter.builder()
                .apiKeyFromEnvironment()
                .wireLog(WireLog.bodies().maxChars(16_000))
                .build();
    }

    static List<String> test() {
        FakeProvider fake = FakeProvider.builder("fake")
                .model("big", script -> script.fail(ErrorKind.OVERLOADED))
                .reply("from another model")
                .build();
        try (ModelRouter router = ModelRouter.builder()
                .provider(fake)
                .model("assistant", model -> model.deployment("fake/big").fallback("small"))
                .model("small", model -> model.deployment("fake/small"))
                .build()) {
            ChatResponse answer = router.chat("assistant", "hello");
            assert answer.route().fellBack();
            assert fake.attempts("small").size() == 1;
            return List.of(answer.text(), answer.route().model());
        }
    }

    /** Requests nothing. */
    private static final class Ignore implements Flow.Subscriber<ChatEvent> {
        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.cancel();
        }

        @Override
        public void onNext(ChatEvent event) {}

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onComplete() {}
    }
}
