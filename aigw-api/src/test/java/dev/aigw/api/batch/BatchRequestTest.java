package dev.aigw.api.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.batch.BatchStatus.State;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.embedding.EmbeddingRequest;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class BatchRequestTest {

    private static final ChatRequest CHAT = ChatRequest.of("m", "hello");

    @Test
    void whatNoVendorTakesIsRefusedWithTheFix() {
        BatchRequest.Builder batch = BatchRequest.builder("m").chat("a", CHAT);

        assertThatThrownBy(() -> batch.chat("a", CHAT)).hasMessageContaining("added twice");
        assertThatThrownBy(() -> batch.chat(" ", CHAT)).hasMessageContaining("blank");
        assertThatThrownBy(() -> batch.chat("a\nb", CHAT)).hasMessageContaining("control character");
        assertThatThrownBy(() -> batch.chat("b", ChatRequest.of("other", "hello")))
                .hasMessageContaining("one batch for each model");
        assertThatThrownBy(() -> batch.embedding("b", EmbeddingRequest.of("m", "text")))
                .hasMessageContaining("as two batches");
        assertThatThrownBy(() -> BatchRequest.builder("m").build()).isInstanceOf(IllegalStateException.class);
        assertThat(batch.build().items()).hasSize(1);
    }

    @Test
    void theOperationIsThatOfTheItems() {
        assertThat(BatchRequest.builder("m").chat("a", CHAT).build().operation())
                .isEqualTo(BatchRequest.CHATS);
        assertThat(BatchRequest.builder("m")
                        .embedding("a", EmbeddingRequest.of("m", "text"))
                        .build()
                        .operation())
                .isEqualTo(BatchRequest.EMBEDDINGS);
    }

    @Test
    void severalPartsAreAsFarAsTheLeastFarAndEndAsTheWorst() {
        BatchStatus running = BatchStatus.builder(State.RUNNING).counts(5, 1, 1).build();
        BatchStatus done = BatchStatus.builder(State.COMPLETED)
                .counts(5, 4, 1)
                .expires(Instant.EPOCH)
                .build();
        BatchStatus failed = BatchStatus.builder(State.FAILED)
                .counts(5, 0, 0)
                .failure(GatewayException.of(ErrorKind.INVALID_REQUEST, "why"))
                .build();

        assertThat(done.plus(running).state()).isEqualTo(State.RUNNING);
        assertThat(running.plus(failed).hasEnded()).isFalse();
        assertThat(done.plus(failed).state()).isEqualTo(State.FAILED);
        assertThat(failed.plus(done).failure()).isNotNull();
        BatchStatus both = running.plus(done);
        assertThat(both.total()).isEqualTo(10);
        assertThat(both.succeeded()).isEqualTo(5);
        assertThat(both.failed()).isEqualTo(2);
        assertThat(both.expires()).isEqualTo(Instant.EPOCH);
    }
}
