package dev.aigw.api.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.GatewayException;
import dev.aigw.api.TokenUsage;
import org.junit.jupiter.api.Test;

class EmbeddingTest {

    @Test
    void vectorsAreCopiedInAndOut() {
        float[] vector = {1, 2};
        EmbeddingResponse response = EmbeddingResponse.builder()
                .embedding(vector)
                .usage(TokenUsage.of(1, 0))
                .build();

        vector[0] = 9;
        response.vector(0)[0] = 9;
        response.embeddings().get(0)[0] = 9;

        assertThat(response.vector(0)).containsExactly(1, 2);
        assertThat(response.size()).isEqualTo(1);
        assertThat(response)
                .isEqualTo(response.toBuilder().build())
                .hasSameHashCodeAs(response.toBuilder().build());
    }

    @Test
    void theUserIsNoPartOfTheCacheIdentity() {
        EmbeddingRequest request = EmbeddingRequest.of("embeddings", "a", "b");
        EmbeddingRequest other = request.toBuilder().model("x").user("u").build();

        assertThat(other).isNotEqualTo(request);
        assertThat(other.cacheIdentity()).isEqualTo(request.cacheIdentity());
        assertThat(request.toBuilder().dimensions(3).build().cacheIdentity()).isNotEqualTo(request.cacheIdentity());
    }

    @Test
    void aRequestWithoutInputsIsRefused() {
        assertThatThrownBy(() -> EmbeddingRequest.of("embeddings"))
                .isInstanceOf(GatewayException.class)
                .hasMessageContaining("input");
        assertThatThrownBy(() -> EmbeddingRequest.builder("e").model("f")).isInstanceOf(IllegalStateException.class);
    }
}
