package dev.aigw.providers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.Credential;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.bedrock.BedrockAdapter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Vectors as servers return them, right and wrong. */
class EmbeddingReadingTest {

    /**
     * How a vendor returns vectors.
     *
     * @param adapter the adapter
     * @param model a model
     * @param reply a reply with {@code %s} in place of its entries
     * @param entry an entry with {@code %s} in place of a vector
     * @param most how many texts one reply has at most
     */
    private record Form(String adapter, String model, String reply, String entry, int most) {

        List<float[]> vectors(@Nullable Integer dimensions, List<String> inputs, String... vectors) {
            String entries =
                    Stream.of(vectors).map(each -> entry.replace("%s", each)).collect(Collectors.joining(","));
            return embeddings(adapter, model, reply.replace("%s", entries), dimensions, inputs);
        }
    }

    private static final List<Form> FORMS = List.of(
            new Form("openai", "m", "{\"data\":[%s]}", "{\"embedding\":%s}", 9),
            new Form("gemini", "m", "{\"embeddings\":[%s]}", "{\"values\":%s}", 9),
            new Form("vertex", "text-embedding-005", "{\"predictions\":[%s]}", "{\"embeddings\":{\"values\":%s}}", 9),
            new Form("ollama", "m", "{\"embeddings\":[%s]}", "%s", 9),
            new Form("cohere", "m", "{\"embeddings\":{\"float\":[%s]}}", "%s", 9),
            new Form("bedrock", "cohere.embed-v4:0", "{\"embeddings\":[%s]}", "%s", 9),
            new Form("bedrock", "amazon.titan-embed-text-v2:0", "{\"embedding\":%s}", "%s", 1));

    private static List<float[]> embeddings(
            String adapter, String model, String json, @Nullable Integer dimensions, List<String> inputs) {
        Wire wire = new Wire().answer("application/json", json.getBytes(StandardCharsets.UTF_8));
        EmbeddingRequest.Builder request = EmbeddingRequest.builder("any").inputs(inputs);
        if (dimensions != null) {
            request.dimensions(dimensions);
        }
        try (ProviderAdapter opened = Replies.adapter(adapter, wire.client())) {
            return opened.call(EmbeddingRequest.EMBED, request.build(), new RecordingAttempt(model))
                    .embeddings();
        }
    }

    private static Stream<DynamicTest> each(int texts, Consumer<Form> check) {
        return FORMS.stream()
                .filter(form -> form.most() >= texts)
                .map(form -> DynamicTest.dynamicTest(form.adapter() + " " + form.model(), () -> check.accept(form)));
    }

    private static void assertMalformed(ThrowingCallable call, String words) {
        assertThatThrownBy(call)
                .hasMessageContaining(words)
                .isInstanceOfSatisfying(
                        GatewayException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE));
    }

    @TestFactory
    Stream<DynamicTest> vectorsStandInTheOrderOfTheTexts() {
        return each(
                2,
                form -> assertThat(form.vectors(2, List.of("a", "b"), "[1,2]", "[3,4]"))
                        .containsExactly(new float[] {1, 2}, new float[] {3, 4}));
    }

    @TestFactory
    Stream<DynamicTest> otherDimensionsThanAskedForFail() {
        return each(
                1,
                form -> assertMalformed(() -> form.vectors(3, List.of("a"), "[1,2]"), "has 2 dimensions instead of 3"));
    }

    @TestFactory
    Stream<DynamicTest> vectorsOfTwoLengthsFail() {
        return each(
                2,
                form -> assertMalformed(
                        () -> form.vectors(null, List.of("a", "b"), "[1,2]", "[1,2,3]"),
                        "embedding 1 has 3 dimensions instead of 2"));
    }

    @TestFactory
    Stream<DynamicTest> moreOrFewerVectorsThanTextsFail() {
        return each(2, form -> {
            assertMalformed(() -> form.vectors(null, List.of("a", "b"), "[1,2]"), "has 1 embeddings for 2 inputs");
            assertMalformed(() -> form.vectors(null, List.of("a"), "[1]", "[2]"), "has 2 embeddings for 1 inputs");
        });
    }

    @TestFactory
    Stream<DynamicTest> whatIsNoVectorFails() {
        return each(1, form -> {
            for (String written : List.of("[]", "null", "[null]", "[NaN]", "[1e300]", "[\"1\"]", "{}", "7", "\"%%\"")) {
                assertMalformed(() -> form.vectors(null, List.of("a"), written), "is not a vector of numbers");
            }
        });
    }

    @Test
    void dimensionsThatTheModelDoesNotTakeAreNotChecked() {
        Wire wire = new Wire().answer("application/json", "{\"embedding\":[1,2]}".getBytes(StandardCharsets.UTF_8));
        try (ProviderAdapter adapter = BedrockAdapter.builder()
                .region("eu-west-1")
                .httpClient(wire.client())
                .credential(Credential.of("key"))
                .dropUnsupported(true)
                .build()) {
            RecordingAttempt attempt = new RecordingAttempt("amazon.titan-embed-text-v1");
            assertThat(adapter.call(
                                    EmbeddingRequest.EMBED,
                                    EmbeddingRequest.builder("any")
                                            .inputs(List.of("a"))
                                            .dimensions(3)
                                            .build(),
                                    attempt)
                            .embeddings())
                    .containsExactly(new float[] {1, 2});
            assertThat(attempt.warnings).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"index\":1,\"embedding\":[2]},{\"index\":0,\"embedding\":[1]}",
                "{\"index\":\"1\",\"embedding\":[2]},{\"index\":\"0\",\"embedding\":[1]}",
                // servers that give every vector index 0, or none, keep the order
                "{\"index\":0,\"embedding\":[1]},{\"index\":0,\"embedding\":[2]}",
                "{\"index\":null,\"embedding\":[1]},{\"index\":null,\"embedding\":[2]}",
                "{\"embedding\":[1]},{\"embedding\":[2]}"
            })
    void indexesSayWhichTextAVectorBelongsTo(String data) {
        for (String adapter : List.of("openai", "vllm", "mistral")) {
            assertThat(embeddings(adapter, "m", "{\"data\":[" + data + "]}", null, List.of("a", "b")))
                    .containsExactly(new float[] {1}, new float[] {2});
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0,1,1", "0,0,1", "0,1,3", "1,2,3", "0,null,2", "-1,0,1"})
    void indexesThatLeaveTextsOutFail(String indexes) {
        String data = Stream.of(indexes.split(","))
                .map(index -> "{\"index\":" + index + ",\"embedding\":[1]}")
                .collect(Collectors.joining(","));
        assertMalformed(
                () -> embeddings("openai", "m", "{\"data\":[" + data + "]}", null, List.of("a", "b", "c")),
                "the indexes of the reply's embeddings are not 0 to 2");
    }
}
