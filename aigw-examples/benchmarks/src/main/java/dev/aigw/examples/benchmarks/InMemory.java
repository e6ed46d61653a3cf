package dev.aigw.examples.benchmarks;

import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.spi.ProviderAdapter;

/** An adapter that answers at once from memory, so that only the router is measured. */
final class InMemory {

    private static final ChatResponse REPLY = ChatResponse.builder()
            .text("The sky is blue because air scatters short waves more.")
            .usage(TokenUsage.of(12, 11))
            .build();

    private InMemory() {}

    static ProviderAdapter adapter() {
        return ProviderAdapter.builder("memory")
                .chat((request, attempt) -> REPLY)
                .build();
    }
}
