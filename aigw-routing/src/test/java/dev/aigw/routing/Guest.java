package dev.aigw.routing;

import dev.aigw.api.Credential;
import dev.aigw.api.Timeouts;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.providers.openai.OpenAiAdapter;
import dev.aigw.routing.cache.Caches;
import dev.aigw.routing.limit.Limits;
import dev.aigw.routing.limit.Window;
import dev.aigw.routing.metering.Meters;
import dev.aigw.routing.observe.AsyncListener;
import dev.aigw.routing.observe.Observers;
import dev.aigw.routing.resilience.HedgePolicy;
import dev.aigw.routing.resilience.RetryPolicy;
import java.time.Duration;
import java.util.function.Consumer;

/** An application that a server loads, runs and drops: takes the base URL of a provider, and uses most of a router. */
public final class Guest implements Consumer<String> {

    /** What is read from JSON. */
    public record Weather(String city) {}

    /** For the server. */
    public Guest() {}

    @Override
    public void accept(String baseUrl) {
        try (AsyncListener listener = AsyncListener.of(event -> {}, 100);
                ModelRouter router = router(baseUrl, listener)) {
            say(router.chat("assistant", "one").text());
            say(router.chatAsync("assistant", "two").join().text());
            say(router.chat("assistant", "as JSON").as(Weather.class).city());
            try (ChatStream stream = router.stream(ChatRequest.of("assistant", "three"))) {
                for (ChatEvent event : stream) {
                    say(event.toString());
                }
            }
        }
    }

    private static void say(String text) {
        if (text.isEmpty()) {
            throw new IllegalStateException("no answer");
        }
    }

    private static ModelRouter router(String baseUrl, AsyncListener listener) {
        return ModelRouter.builder()
                .provider(OpenAiAdapter.builder()
                        .credential(Credential.of("vault", () -> "secret"))
                        .baseUrl(baseUrl)
                        .build())
                .model("assistant", model -> model.deployment("openai/gpt-6.1-terra"))
                .retry(RetryPolicy.builder().maxAttempts(3).build())
                .hedge(HedgePolicy.after(Duration.ofSeconds(5)))
                .timeouts(Timeouts.builder()
                        .attempt(Duration.ofSeconds(20))
                        .firstEvent(Duration.ofSeconds(20))
                        .total(Duration.ofSeconds(30))
                        .build())
                .cache(Caches.inMemory()
                        .maximumEntries(10)
                        .timeToLive(Duration.ofMinutes(1))
                        .build())
                .limits(Limits.builder()
                        .limit("calls", limit -> limit.requests(100).per(Window.rolling(Duration.ofMinutes(1))))
                        .build())
                .meter(Meters.inMemory())
                .listener(listener)
                .listener(Observers.slf4j())
                .build();
    }
}
