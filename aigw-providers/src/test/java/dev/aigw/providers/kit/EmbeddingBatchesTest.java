package dev.aigw.providers.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aigw.api.Cancellation;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Timeouts;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.embedding.EmbeddingResponse;
import dev.aigw.api.spi.AttemptContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class EmbeddingBatchesTest {

    private final List<EmbeddingRequest> sent = new ArrayList<>();
    private final List<AttemptContext> attempts = new ArrayList<>();

    /** Returns the first letter of each text as its vector, and one token per text. */
    private EmbeddingResponse upstream(EmbeddingRequest request, AttemptContext attempt) {
        sent.add(request);
        attempts.add(attempt);
        EmbeddingResponse.Builder reply = EmbeddingResponse.builder().model("e-" + sent.size());
        for (String text : request.inputs()) {
            reply.embedding(new float[] {text.charAt(0)});
        }
        return reply.usage(TokenUsage.builder().input(request.inputs().size()).build())
                .build();
    }

    private EmbeddingResponse call(EmbeddingBatches batches, EmbeddingRequest request, AttemptContext attempt) {
        return batches.call(request, attempt, this::upstream);
    }

    private static AttemptContext attempt() {
        return AttemptContext.builder("m").build();
    }

    @Test
    void aRequestWithinTheLimitGoesAsItIs() {
        EmbeddingRequest request = EmbeddingRequest.of("m", "a", "b");
        AttemptContext attempt = attempt();

        EmbeddingResponse reply = call(EmbeddingBatches.of(2).maxBytes(2), request, attempt);

        assertThat(reply.size()).isEqualTo(2);
        assertThat(sent).hasSize(1).first().isSameAs(request);
        assertThat(attempts).containsExactly(attempt);
    }

    @Test
    void aLargerOneIsSplitAndPutTogetherInOrderWithItsUsageSummed() {
        EmbeddingRequest request = EmbeddingRequest.builder("m")
                .inputs(List.of("a", "b", "c", "d", "e"))
                .dimensions(1)
                .user("u")
                .extra("x", 1)
                .build();

        EmbeddingResponse reply = call(EmbeddingBatches.of(2), request, attempt());

        assertThat(sent)
                .extracting(EmbeddingRequest::inputs)
                .containsExactly(List.of("a", "b"), List.of("c", "d"), List.of("e"));
        assertThat(sent.get(2))
                .isEqualTo(request.toBuilder().inputs(List.of("e")).build());
        assertThat(reply.embeddings()).containsExactly(new float[][] {{'a'}, {'b'}, {'c'}, {'d'}, {'e'}});
        assertThat(reply.usage().inputTokens()).isEqualTo(5);
        assertThat(reply.model()).isEqualTo("e-1");
    }

    @Test
    void bytesAreCountedAsTheyTravelAndATextThatIsTooLargeGoesAlone() {
        call(
                EmbeddingBatches.of(100).maxBytes(5),
                EmbeddingRequest.of("m", "ab", "€", "ü", "𝄞", "abcdefgh", "x"),
                attempt());

        assertThat(sent)
                .extracting(EmbeddingRequest::inputs)
                .containsExactly(List.of("ab", "€"), List.of("ü"), List.of("𝄞"), List.of("abcdefgh"), List.of("x"));
    }

    @Test
    void eachCallHasItsOwnIdempotencyKeyAndAllShareTheCancellation() {
        Cancellation cancellation = new Cancellation();
        AttemptContext attempt = AttemptContext.builder("m")
                .idempotencyKey("key")
                .cancellation(cancellation)
                .build();

        call(EmbeddingBatches.of(1), EmbeddingRequest.of("m", "a", "b"), attempt);

        assertThat(attempts).extracting(AttemptContext::idempotencyKey).containsExactly("key-1", "key-2");
        assertThat(attempts).extracting(AttemptContext::cancellation).containsOnly(cancellation);
    }

    @Test
    void allCallsShareTheAttemptTimeout() {
        Duration limit = Duration.ofMillis(20);
        AttemptContext attempt = AttemptContext.builder("m")
                .timeouts(Timeouts.builder()
                        .attempt(limit)
                        .connect(Duration.ofSeconds(9))
                        .build())
                .build();

        GatewayException e = catchThrowableOfType(
                GatewayException.class,
                () -> EmbeddingBatches.of(1).call(EmbeddingRequest.of("m", "a", "b"), attempt, (request, given) -> {
                    long end = System.nanoTime() + limit.toNanos();
                    while (System.nanoTime() - end < 0) {
                        LockSupport.parkNanos(end - System.nanoTime());
                    }
                    return upstream(request, given);
                }));

        assertThat(e.kind()).isEqualTo(ErrorKind.TIMEOUT);
        assertThat(e).hasMessageContaining("with 1 of the request's calls made");
        assertThat(attempts).hasSize(1);
        assertThat(attempts.get(0).timeouts().attempt()).isBetween(Duration.ofNanos(1), limit);
        assertThat(attempts.get(0).timeouts().connect()).isEqualTo(Duration.ofSeconds(9));
    }

    @Test
    void aFailedCallFailsTheRequestAsItIs() {
        GatewayException failure = GatewayException.of(ErrorKind.OVERLOADED, "busy");

        assertThatThrownBy(() -> EmbeddingBatches.of(1)
                        .call(EmbeddingRequest.of("m", "a", "b"), attempt(), (request, given) -> {
                            if (request.inputs().contains("b")) {
                                throw failure;
                            }
                            return upstream(request, given);
                        }))
                .isSameAs(failure);
        assertThat(sent).hasSize(1);
    }

    @Test
    void aLimitOfNothingIsRefused() {
        assertThatThrownBy(() -> EmbeddingBatches.of(0)).hasMessageContaining("1 or more");
        assertThatThrownBy(() -> EmbeddingBatches.of(1).maxBytes(0)).hasMessageContaining("1 or more");
    }

    @Property
    void nothingIsLostAndNoCallIsTooLarge(
            @ForAll @Size(min = 1, max = 30) List<@IntRange(min = 1, max = 9) Integer> lengths,
            @ForAll @IntRange(min = 1, max = 8) int maxInputs,
            @ForAll @IntRange(min = 1, max = 20) int maxBytes) {
        sent.clear();
        List<String> inputs = lengths.stream().map("x"::repeat).toList();

        EmbeddingResponse reply = call(
                EmbeddingBatches.of(maxInputs).maxBytes(maxBytes),
                EmbeddingRequest.builder("m").inputs(inputs).build(),
                attempt());

        assertThat(reply.size()).isEqualTo(inputs.size());
        assertThat(sent.stream().flatMap(request -> request.inputs().stream())).containsExactlyElementsOf(inputs);
        assertThat(sent).allSatisfy(request -> {
            assertThat(request.inputs()).hasSizeLessThanOrEqualTo(maxInputs);
            int bytes = request.inputs().stream().mapToInt(String::length).sum();
            assertThat(bytes <= maxBytes || request.inputs().size() == 1).isTrue();
        });
    }
}
