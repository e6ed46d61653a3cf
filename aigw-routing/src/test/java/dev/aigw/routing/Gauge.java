package dev.aigw.routing;

import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.ProviderAdapter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** A provider that takes its time and notes how many attempts each deployment had at once. */
final class Gauge {

    private final VirtualEnvironment environment;
    private final Supplier<Duration> time;
    private final Map<String, Integer> now = new HashMap<>();
    private final Map<String, Integer> most = new HashMap<>();
    private final List<String> served = new ArrayList<>();

    Gauge(VirtualEnvironment environment, Supplier<Duration> time) {
        this.environment = environment;
        this.time = time;
    }

    ProviderAdapter provider() {
        return ProviderAdapter.builder("fake")
                .chat((request, attempt) -> answer(request.lastUserText(), attempt))
                .build();
    }

    private ChatResponse answer(String text, AttemptContext attempt) {
        String deployment = attempt.deployment();
        served.add(text);
        most.merge(deployment, now.merge(deployment, 1, Integer::sum), Math::max);
        try {
            environment.await(Math.min(time.get().toNanos(), attempt.remainingNanos()), attempt.cancellation());
            attempt.cancellation().throwIfCancelled();
            return ChatResponse.of(deployment);
        } finally {
            now.merge(deployment, -1, Integer::sum);
        }
    }

    /** Returns the texts that arrived, in order. */
    List<String> served() {
        return served;
    }

    /** Returns the most attempts that a deployment had at once. */
    int most(String deployment) {
        return most.getOrDefault(deployment, 0);
    }
}
