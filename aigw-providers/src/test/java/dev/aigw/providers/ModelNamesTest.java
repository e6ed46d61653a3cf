package dev.aigw.providers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.Credential;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.inference.InferenceRequest;
import dev.aigw.api.inference.Tensor;
import dev.aigw.api.predict.PredictRequest;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.anthropic.AnthropicAdapter;
import dev.aigw.providers.azure.AzureOpenAi;
import dev.aigw.providers.bedrock.BedrockAdapter;
import dev.aigw.providers.gemini.GeminiAdapter;
import dev.aigw.providers.jsonhttp.JsonHttpAdapter;
import dev.aigw.providers.openai.Dialect;
import dev.aigw.providers.openai.OpenAiAdapter;
import dev.aigw.providers.openinference.OpenInferenceAdapter;
import dev.aigw.providers.tfserving.TensorFlowServing;
import dev.aigw.providers.torchserve.TorchServe;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Stream;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A model's name may come from outside the application. It never chooses another path than that of a model. */
class ModelNamesTest {

    private static final String BASE = "https://models.example/base";
    private static final String PLAIN = "plain1";
    private static final List<String> HOSTILE = List.of(
            "..",
            ".",
            "../x",
            "x/..",
            "x/../../y",
            "x/./y",
            "..\\x",
            "%2e%2e",
            "%2E%2e/x",
            "x?key=1",
            "x#y",
            "x;y",
            "x@..",
            "x@../y",
            "x@%2e%2e",
            "x@1/../../y",
            "..@1",
            "x:predict",
            "x y\r\nhost: z",
            "/x",
            "//evil.example/x",
            "@evil.example",
            "https://evil.example/x");

    private interface Maker {
        ProviderAdapter make(OkHttpClient client);
    }

    private static Map<String, Maker> adapters() {
        return Map.of(
                "azure",
                client -> AzureOpenAi.deployments(BASE, "2024-10-21")
                        .apiKey("k")
                        .httpClient(client)
                        .build(),
                "dialect with a path of its own",
                client -> OpenAiAdapter.builder(Dialect.builder("own", BASE)
                                .path((path, model) -> "/serve/" + model + path)
                                .build())
                        .name("own")
                        .baseUrl(BASE)
                        .httpClient(client)
                        .build(),
                "bedrock",
                client -> BedrockAdapter.builder()
                        .apiKey("k")
                        .baseUrl(BASE)
                        .httpClient(client)
                        .build(),
                "gemini",
                client -> GeminiAdapter.builder()
                        .apiKey("k")
                        .baseUrl(BASE)
                        .httpClient(client)
                        .build(),
                "gemini on Vertex AI",
                client -> vertex(client).build(),
                "claude on Vertex AI",
                client -> AnthropicAdapter.vertex("acme", "us-east5")
                        .credential(Credential.of("t"))
                        .baseUrl(BASE)
                        .httpClient(client)
                        .build(),
                "open inference",
                client -> OpenInferenceAdapter.builder()
                        .baseUrl(BASE)
                        .httpClient(client)
                        .build(),
                "tf serving",
                client -> TensorFlowServing.builder()
                        .baseUrl(BASE)
                        .httpClient(client)
                        .build(),
                "torchserve",
                client -> TorchServe.builder().baseUrl(BASE).httpClient(client).build(),
                "any JSON service",
                client -> JsonHttpAdapter.builder()
                        .baseUrl(BASE)
                        .path("/{model}/predict")
                        .versionPath("/{model}/v{version}/predict")
                        .httpClient(client)
                        .build());
    }

    static Stream<Arguments> hostileNames() {
        return adapters().keySet().stream()
                .sorted()
                .flatMap(adapter -> HOSTILE.stream().map(name -> Arguments.of(adapter, name)));
    }

    /**
     * An operation, and a call of it for a model of a name.
     *
     * @param call makes the call
     */
    private record Way(Operation<?, ?> operation, BiConsumer<ProviderAdapter, String> call) {

        static <Q extends ModelRequest, R extends ModelReply> Way of(
                Operation<Q, R> operation, Function<String, Q> request) {
            return new Way(
                    operation,
                    (adapter, model) -> adapter.call(operation, request.apply(model), new RecordingAttempt(model)));
        }
    }

    private static final Tensor TENSOR = Tensor.ofFloats("x", new float[] {1}, 1);

    private static final List<Way> WAYS = List.of(
            Way.of(ChatRequest.CHAT, model -> ChatRequest.of(model, "hello")),
            Way.of(ChatRequest.CHAT_STREAM, model -> ChatRequest.of(model, "hello")),
            Way.of(EmbeddingRequest.EMBED, model -> EmbeddingRequest.of(model, "hello")),
            Way.of(
                    InferenceRequest.INFER,
                    model -> InferenceRequest.builder(model).input(TENSOR).build()),
            Way.of(PredictRequest.PREDICT, model -> PredictRequest.of(model, List.of(1))));

    /** Returns where a call was sent to, or null if it was refused before. */
    private static @Nullable HttpUrl sent(Maker maker, Way way, String model) {
        Wire wire = new Wire().answer("application/json", "{}".getBytes(StandardCharsets.UTF_8));
        try (ProviderAdapter adapter = maker.make(wire.client())) {
            way.call().accept(adapter, model);
        } catch (GatewayException e) {
            assertThat(e.kind()).isIn(ErrorKind.INVALID_REQUEST, ErrorKind.MALFORMED_RESPONSE, ErrorKind.UNSUPPORTED);
        }
        return wire.all().isEmpty() ? null : HttpUrl.parse(wire.all().get(0).url());
    }

    private static List<Way> ways(Maker maker) {
        try (ProviderAdapter adapter = maker.make(new OkHttpClient())) {
            return WAYS.stream()
                    .filter(way -> adapter.supports(way.operation()))
                    .toList();
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("hostileNames")
    void aNameIsOneSegmentOrRefused(String which, String name) {
        Maker maker = Objects.requireNonNull(adapters().get(which));
        int compared = 0;
        for (Way way : ways(maker)) {
            HttpUrl usual = sent(maker, way, PLAIN);
            if (usual != null) { // else there is no such model, such as one of embeddings on Bedrock
                compared++;
                assertLikeUsual(sent(maker, way, name), usual);
            }
        }
        assertThat(compared).isPositive();
    }

    private static void assertLikeUsual(@Nullable HttpUrl url, HttpUrl usual) {
        if (url == null) {
            return; // refused
        }
        assertThat(url.host()).isEqualTo("models.example");
        assertThat(url.query()).isEqualTo(usual.query());
        for (int i = 0; i < usual.pathSize(); i++) {
            if (usual.pathSegments().get(i).contains(PLAIN)) {
                break; // only Gemini's full names have segments of their own
            }
            assertThat(url.pathSegments().get(i))
                    .as("%s", url)
                    .isEqualTo(usual.pathSegments().get(i));
        }
    }

    @Test
    void aModelOfAnotherProjectIsRefusedUnlessTheProjectIsNamed() {
        String own = "projects/acme/locations/us-central1/endpoints/7";
        String foreign = "projects/acme-2/locations/us-central1/endpoints/7";
        Maker narrow = client -> vertex(client).build();
        Maker wide = client -> vertex(client).otherProjects("acme-2").build();
        assertThat(sent(narrow, WAYS.get(0), own)).asString().startsWith(BASE + "/" + own);
        assertThat(sent(narrow, WAYS.get(0), foreign)).isNull();
        assertThat(sent(wide, WAYS.get(0), foreign)).asString().startsWith(BASE + "/" + foreign);
        try (ProviderAdapter adapter = narrow.make(new OkHttpClient())) {
            assertThatThrownBy(() -> WAYS.get(0).call().accept(adapter, foreign))
                    .hasMessageContaining(".otherProjects(\"acme-2\")");
        }
    }

    private static GeminiAdapter.Builder vertex(OkHttpClient client) {
        return GeminiAdapter.vertex("acme", "us-central1")
                .accessToken(() -> "t")
                .baseUrl(BASE)
                .httpClient(client);
    }
}
