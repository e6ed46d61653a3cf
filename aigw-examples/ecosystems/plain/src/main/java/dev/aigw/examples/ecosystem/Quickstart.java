package dev.aigw.examples.ecosystem;

import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.chat.ResponseFormat;
import dev.aigw.providers.anthropic.AnthropicAdapter;
import dev.aigw.providers.openai.OpenAiAdapter;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.balance.RoutingStrategies;
import dev.aigw.routing.cache.Caches;
import dev.aigw.routing.limit.Limits;
import dev.aigw.routing.limit.Window;
import dev.aigw.routing.metering.Meters;
import dev.aigw.routing.resilience.RetryPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** What the README shows first, against a local server: an answer, a stream, a record, and another vendor. */
public final class Quickstart {

    /** What is asked for as JSON. */
    public record Weather(String city, int degrees) {}

    private Quickstart() {}

    /** Runs it and returns what it would print. */
    public static List<String> run(String baseUrl) {
        List<String> said = new ArrayList<>();
        try (ModelRouter router = router(baseUrl)) {
            ChatResponse answer = router.chat("assistant", "Why is the sky blue?");
            said.add(answer.text());

            StringBuilder streamed = new StringBuilder();
            try (ChatStream stream = router.stream(ChatRequest.of("assistant", "Tell me more"))) {
                for (ChatEvent event : stream) {
                    if (event instanceof ChatEvent.TextDelta delta) {
                        streamed.append(delta.text());
                    }
                }
                said.add(streamed.toString());
                said.add(stream.response().finishReason().raw());
            }

            ChatRequest question = ChatRequest.builder()
                    .model("assistant")
                    .user("What is the weather?")
                    .responseFormat(ResponseFormat.schema(Weather.class))
                    .build();
            said.add(router.chat(question).as(Weather.class).toString());

            said.add(router.chat("other", "Who are you?").text());
            said.add(new TreeSet<>(router.snapshot().usage().byModel().keySet()).toString());
        }
        return said;
    }

    private static ModelRouter router(String baseUrl) {
        return ModelRouter.builder()
                .provider(
                        OpenAiAdapter.builder().apiKey("none").baseUrl(baseUrl).build())
                .provider(AnthropicAdapter.builder()
                        .apiKey("none")
                        .baseUrl(baseUrl)
                        .build())
                .model(
                        "assistant",
                        model -> model.deployment("openai/gpt-6.1-terra")
                                .strategy(RoutingStrategies.weighted())
                                .fallback("other"))
                .model("other", model -> model.deployment("anthropic/claude-haiku-5-5"))
                .retry(RetryPolicy.builder().maxAttempts(3).build())
                .cache(Caches.inMemory()
                        .maximumEntries(10_000)
                        .timeToLive(Duration.ofMinutes(10))
                        .build())
                .limits(Limits.builder()
                        .limit("calls", limit -> limit.requests(100).per(Window.rolling(Duration.ofMinutes(1))))
                        .build())
                .meter(Meters.inMemory())
                .build();
    }
}
