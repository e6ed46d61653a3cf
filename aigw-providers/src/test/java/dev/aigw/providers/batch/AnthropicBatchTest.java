package dev.aigw.providers.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.batch.BatchPart;
import dev.aigw.providers.anthropic.AnthropicAdapter;
import org.junit.jupiter.api.Test;

class AnthropicBatchTest extends BatchContract<FakeAnthropic> {

    AnthropicBatchTest() {
        super(new FakeAnthropic());
    }

    @Override
    String resultsPath(BatchPart part) {
        return "messages/batches/" + part.id() + "/results";
    }

    @Test
    void vertexAndOtherMakersServersTakeNone() {
        try (AnthropicAdapter vertex = AnthropicAdapter.vertex("p", "eu")
                        .accessToken(() -> "t")
                        .build();
                AnthropicAdapter other = AnthropicAdapter.builder()
                        .unsignedThinking(true)
                        .apiKey("k")
                        .build()) {
            assertThat(vertex.batches()).isNull();
            assertThat(other.batches()).isNull();
        }
    }
}
