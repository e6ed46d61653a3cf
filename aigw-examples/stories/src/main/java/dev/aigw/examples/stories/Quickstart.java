package dev.aigw.examples.stories;

import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.providers.anthropic.AnthropicAdapter;
import dev.aigw.providers.openai.OpenAiAdapter;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.balance.RoutingStrategies;
import dev.aigw.routing.cache.Caches;
import dev.aigw.routing.metering.Meters;
import dev.aigw.routing.resilience.RetryPolicy;
import java.time.Duration;

/** The README's code. It needs the keys of two vendors in the environment. */
public final class Quickstart {

    private Quickstart() {}

    /** Asks plain and streamed. */
    public static void main(String[] args) {
        try (ModelRouter router = ModelRouter.builder()
                .provider(OpenAiAdapter.builder()
                        .apiKey(System.getenv("OPENAI_API_KEY"))
                        .build())
                .provider(AnthropicAdapter.builder()
                        .apiKey(System.getenv("ANTHROPIC_API_KEY"))
                        .build())
                .model(
                        "assistant",
                        model -> model.deployment("openai/gpt-6.1-terra", deployment -> deployment.weight(9))
                                .deployment("anthropic/claude-haiku-5-5", deployment -> deployment.weight(1))
                                .strategy(RoutingStrategies.weighted())
                                .fallback("assistant-small"))
                .model("assistant-small", model -> model.deployment("openai/gpt-6-luna"))
                .retry(RetryPolicy.builder().maxAttempts(3).build())
                .cache(Caches.inMemory()
                        .maximumEntries(10_000)
                        .timeToLive(Duration.ofMinutes(10))
                        .build())
                .meter(Meters.inMemory())
                .build()) {

            ChatResponse answer = router.chat("assistant", "Why is the sky blue?");
            System.out.println(answer.text());

            try (ChatStream stream = router.stream(ChatRequest.of("assistant", "Tell me more"))) {
                for (ChatEvent event : stream) {
                    if (event instanceof ChatEvent.TextDelta delta) System.out.print(delta.text());
                }
                System.out.println(stream.response().usage());
            }
        }
    }
}
