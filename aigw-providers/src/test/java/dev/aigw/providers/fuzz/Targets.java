package dev.aigw.providers.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.aigw.api.Credential;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.audio.SpeechRequest;
import dev.aigw.api.audio.TranscriptionRequest;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.chat.Media;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.image.ImageRequest;
import dev.aigw.api.inference.InferenceRequest;
import dev.aigw.api.inference.Tensor;
import dev.aigw.api.moderation.ModerationRequest;
import dev.aigw.api.predict.PredictRequest;
import dev.aigw.api.rerank.RerankRequest;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.RecordingAttempt;
import dev.aigw.providers.anthropic.AnthropicAdapter;
import dev.aigw.providers.bedrock.BedrockAdapter;
import dev.aigw.providers.cohere.CohereAdapter;
import dev.aigw.providers.gemini.GeminiAdapter;
import dev.aigw.providers.http.errors.ResetHeaders;
import dev.aigw.providers.http.errors.Secrets;
import dev.aigw.providers.mistral.Mistral;
import dev.aigw.providers.ollama.OllamaAdapter;
import dev.aigw.providers.openai.OpenAiAdapter;
import dev.aigw.providers.openinference.OpenInferenceAdapter;
import dev.aigw.providers.tfserving.TensorFlowServing;
import dev.aigw.providers.torchserve.TorchServe;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import okhttp3.Headers;
import okhttp3.OkHttpClient;

/** Everything of this module that reads bytes from outside, and inputs that it reads. */
public final class Targets {

    private static final String SSE = "text/event-stream";
    private static final String JSON = "application/json";

    /** How an adapter is made, and the type of its streams. */
    private record Vendor(String streams, Function<OkHttpClient, ProviderAdapter> adapter) {}

    private static final Map<String, Vendor> VENDORS = Map.of(
            "openai",
                    new Vendor(
                            SSE,
                            client -> OpenAiAdapter.builder().httpClient(client).build()),
            "responses",
                    new Vendor(
                            SSE,
                            client -> OpenAiAdapter.builder()
                                    .responsesApi(true)
                                    .httpClient(client)
                                    .build()),
            "mistral",
                    new Vendor(
                            SSE, client -> Mistral.builder().httpClient(client).build()),
            "anthropic",
                    new Vendor(
                            SSE,
                            client -> AnthropicAdapter.builder()
                                    .httpClient(client)
                                    .build()),
            "gemini",
                    new Vendor(
                            SSE,
                            client -> GeminiAdapter.builder().httpClient(client).build()),
            "cohere",
                    new Vendor(
                            SSE,
                            client -> CohereAdapter.builder().httpClient(client).build()),
            "ollama",
                    new Vendor(
                            "application/x-ndjson",
                            client -> OllamaAdapter.builder().httpClient(client).build()),
            "bedrock",
                    new Vendor(
                            "application/vnd.amazon.eventstream",
                            client -> BedrockAdapter.builder()
                                    .region("eu-west-1")
                                    .credential(Credential.of("key"))
                                    .httpClient(client)
                                    .build()));

    private Targets() {}

    /** Returns the target of a name. */
    static Target named(String name) {
        return all().stream()
                .filter(target -> target.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(name));
    }

    /** Returns the targets, in a fixed order. */
    static List<Target> all() {
        List<Target> all = new ArrayList<>();
        VENDORS.keySet().stream().sorted().forEach(vendor -> addChats(vendor, all));
        addOperations(all);
        all.add(headers());
        all.add(new Target(
                "secrets",
                texts(
                        "Incorrect API key provided: sk-abc123def. {\"password\":\"a\\\"b\"}",
                        "https://a:b@example.org?key=abc&sig=%3D -----BEGIN PRIVATE KEY-----\nabc\n",
                        "Authorization: Bearer eyJhbGciOi.abc.def client_secret%3Dabc0123456789xyz"),
                input -> {
                    String text = new String(input, UTF_8);
                    Secrets.of(List.of("abc0123456789xyz", "k3yK3y")).mask(text, 600);
                }));
        return all;
    }

    private static void addChats(String name, List<Target> all) {
        CannedClient client = new CannedClient();
        Vendor vendor = VENDORS.get(name);
        ProviderAdapter adapter = vendor.adapter().apply(client.client());
        all.add(new Target(name + " reply", files(name, "text.plain", "tools.plain"), input -> {
            client.answer(200, Headers.of(), JSON, input);
            chat(adapter);
        }));
        all.add(new Target(name + " stream", files(name, "text.stream", "tools.stream", "error.stream"), input -> {
            client.answer(200, Headers.of(), vendor.streams(), input);
            stream(adapter);
        }));
        all.add(new Target(name + " error", files(name, "e0.error", "e1.error", "e2.error"), input -> {
            int status = input.length % 2 == 0 ? 400 : 529;
            client.answer(status, Headers.of("retry-after", "1"), JSON, input);
            chat(adapter);
            stream(adapter);
        }));
    }

    private static void chat(ProviderAdapter adapter) {
        try {
            use(adapter.call(ChatRequest.CHAT, ChatRequest.of("m", "x"), new RecordingAttempt("model")));
        } catch (GatewayException e) {
            use(e);
        }
    }

    private static void stream(ProviderAdapter adapter) {
        try (ChatStream stream =
                adapter.call(ChatRequest.CHAT_STREAM, ChatRequest.of("m", "x"), new RecordingAttempt("model"))) {
            stream.forEach(event -> Objects.requireNonNull(event.toString()));
            use(stream.response());
        } catch (GatewayException e) {
            use(e);
        }
    }

    /** Reads all of an answer that an application reads. */
    private static void use(ChatResponse response) {
        Objects.requireNonNull(response.toString());
        if (response.usage().inputTokens() < 0 || response.usage().outputTokens() < 0) {
            throw new AssertionError("negative usage: " + response.usage());
        }
        response.toolCalls().forEach(call -> Objects.requireNonNull(call.arguments()));
        Objects.requireNonNull(response.text());
    }

    private static void use(GatewayException e) {
        if (e.getMessage() == null || e.getMessage().length() > 4096) {
            throw new AssertionError("the message of a failure", e);
        }
    }

    private static void addOperations(List<Target> all) {
        Vendor openai = VENDORS.get("openai");
        EmbeddingRequest embedding = EmbeddingRequest.of("m", "a", "b");
        RerankRequest rerank = RerankRequest.of("m", "q", List.of("a", "b"));
        String vectors = "[[0.5,-1,2e-3],[1,2,3]]";
        all.add(operation(
                "openai embeddings",
                openai,
                EmbeddingRequest.EMBED,
                embedding,
                "{\"data\":[{\"index\":0,\"embedding\":[0.5,1]},{\"index\":1,\"embedding\":\"AACAPwAAAEA=\"}],"
                        + "\"model\":\"m\",\"usage\":{\"prompt_tokens\":2,\"total_tokens\":2}}"));
        all.add(operation(
                "gemini embeddings",
                VENDORS.get("gemini"),
                EmbeddingRequest.EMBED,
                embedding,
                "{\"embeddings\":[{\"values\":[0.5,1]},{\"values\":[1,2],\"statistics\":{\"token_count\":2}}],"
                        + "\"usageMetadata\":{\"promptTokenCount\":2}}"));
        all.add(operation(
                "cohere embeddings",
                VENDORS.get("cohere"),
                EmbeddingRequest.EMBED,
                embedding,
                "{\"id\":\"1\",\"embeddings\":{\"float\":" + vectors
                        + "},\"meta\":{\"billed_units\":{\"input_tokens\":2}}}"));
        all.add(operation(
                "ollama embeddings",
                VENDORS.get("ollama"),
                EmbeddingRequest.EMBED,
                embedding,
                "{\"model\":\"m\",\"embeddings\":" + vectors + ",\"prompt_eval_count\":2}"));
        all.add(operation(
                "bedrock embeddings",
                VENDORS.get("bedrock"),
                EmbeddingRequest.EMBED,
                EmbeddingRequest.of("amazon.titan-embed-text-v2:0", "a"),
                "{\"embedding\":[0.5,1],\"inputTextTokenCount\":2}"));
        all.add(operation(
                "cohere rerank",
                VENDORS.get("cohere"),
                RerankRequest.RERANK,
                rerank,
                "{\"results\":[{\"index\":1,\"relevance_score\":0.9},{\"index\":0,\"relevance_score\":0.1}],"
                        + "\"meta\":{\"billed_units\":{\"search_units\":1}}}"));
        all.add(operation(
                "bedrock rerank",
                VENDORS.get("bedrock"),
                RerankRequest.RERANK,
                rerank,
                "{\"results\":[{\"index\":1,\"relevanceScore\":0.9},{\"index\":0,\"relevanceScore\":0.1}]}"));
        all.add(operation(
                "openai moderation",
                openai,
                ModerationRequest.MODERATE,
                ModerationRequest.of("m", "a"),
                "{\"id\":\"1\",\"model\":\"m\",\"results\":[{\"flagged\":true,\"categories\":{\"hate\":true},"
                        + "\"category_scores\":{\"hate\":0.9}}]}"));
        all.add(operation(
                "openai images",
                openai,
                ImageRequest.GENERATE_IMAGE,
                ImageRequest.of("m", "a"),
                "{\"created\":1,\"output_format\":\"png\",\"data\":[{\"b64_json\":\"AAAA\",\"revised_prompt\":\"x\"},"
                        + "{\"url\":\"https://example.org/a.png\"}],\"usage\":{\"input_tokens\":1,\"output_tokens\":2,"
                        + "\"output_tokens_details\":{\"text_tokens\":1}}}"));
        all.add(operation(
                "openai transcription",
                openai,
                TranscriptionRequest.TRANSCRIBE,
                TranscriptionRequest.of("m", Media.ofBytes("audio/mpeg", new byte[] {1})),
                "{\"text\":\"a b\",\"language\":\"en\",\"duration\":1.5,\"segments\":[{\"start\":0,\"end\":1.5,"
                        + "\"text\":\"a\",\"speaker\":\"A\"}],\"words\":[{\"word\":\"a\",\"start\":0,\"end\":1}],"
                        + "\"usage\":{\"type\":\"duration\",\"seconds\":2}}"));
        all.add(operation(
                "openai speech", openai, SpeechRequest.SPEAK, SpeechRequest.of("m", "v", "text"), "ID3 some audio"));
        all.add(operation(
                "tensorflow prediction",
                new Vendor(
                        SSE,
                        client -> TensorFlowServing.builder()
                                .baseUrl("http://127.0.0.1:1")
                                .httpClient(client)
                                .build()),
                PredictRequest.PREDICT,
                PredictRequest.of("m", Map.of("instances", List.of(1))),
                "{\"predictions\":" + vectors + "}"));
        all.add(operation(
                "torchserve prediction",
                new Vendor(
                        SSE,
                        client -> TorchServe.builder()
                                .baseUrl("http://127.0.0.1:1")
                                .httpClient(client)
                                .build()),
                PredictRequest.PREDICT,
                PredictRequest.of("m", Map.of("data", 1)),
                "{\"label\":\"a\",\"scores\":[0.5,1],\"more\":{\"x\":null}}"));
        all.add(tensors());
    }

    private static <Q extends ModelRequest, R extends ModelReply> Target operation(
            String name, Vendor vendor, Operation<Q, R> operation, Q request, String seed) {
        CannedClient client = new CannedClient();
        ProviderAdapter adapter = vendor.adapter().apply(client.client());
        return new Target(name, texts(seed), input -> {
            client.answer(200, Headers.of("x-request-id", "1"), JSON, input);
            try {
                R reply = adapter.call(operation, request, new RecordingAttempt(request.model()));
                Objects.requireNonNull(reply.toString());
                if (reply.usage().inputTokens() < 0 || reply.usage().outputTokens() < 0) {
                    throw new AssertionError("negative usage: " + reply.usage());
                }
            } catch (GatewayException e) {
                use(e);
            }
        });
    }

    /** Tensors in JSON, and in bytes behind it where the first byte is even. */
    private static Target tensors() {
        CannedClient client = new CannedClient();
        ProviderAdapter adapter = OpenInferenceAdapter.builder()
                .baseUrl("http://127.0.0.1:1")
                .httpClient(client.client())
                .build();
        InferenceRequest request = InferenceRequest.of("m", Tensor.ofFloats("x", new float[] {1}, 1));
        String binary = "{\"model_name\":\"m\",\"outputs\":[{\"name\":\"a\",\"datatype\":\"FP16\",\"shape\":[2],"
                + "\"parameters\":{\"binary_data_size\":4}},{\"name\":\"b\",\"datatype\":\"BYTES\",\"shape\":[1],"
                + "\"parameters\":{\"binary_data_size\":7}}]}";
        List<byte[]> seeds = texts(
                "\001{\"model_name\":\"m\",\"id\":\"1\",\"outputs\":[{\"name\":\"a\",\"datatype\":\"FP32\","
                        + "\"shape\":[2,2],\"data\":[[0.5,1],[2,3]]},{\"name\":\"b\",\"datatype\":\"UINT64\","
                        + "\"shape\":[1],\"data\":[18446744073709551615]},{\"name\":\"c\",\"datatype\":\"BOOL\","
                        + "\"shape\":[1],\"data\":[true]},{\"name\":\"d\",\"datatype\":\"BYTES\",\"shape\":[1],"
                        + "\"data\":[\"x\"]}]}",
                "\002" + binary + "\000\074\000\100\003\000\000\000abc");
        return new Target("open inference", seeds, input -> {
            int kind = input.length == 0 ? 1 : input[0];
            byte[] body = input.length == 0 ? input : Arrays.copyOfRange(input, 1, input.length);
            String length = kind % 2 == 0 ? String.valueOf(binary.length() + kind / 64) : "";
            Headers headers = length.isEmpty() ? Headers.of() : Headers.of("Inference-Header-Content-Length", length);
            client.answer(200, headers, "application/octet-stream", body);
            try {
                adapter.call(InferenceRequest.INFER, request, new RecordingAttempt("model"))
                        .outputs()
                        .forEach(output -> Objects.requireNonNull(output.toString()));
            } catch (GatewayException e) {
                use(e);
            }
        });
    }

    /** Headers with waits and rate limits: a line each. */
    private static Target headers() {
        Instant now = Instant.parse("2026-11-30T00:00:00Z");
        List<byte[]> seeds = texts(
                "retry-after: 1\nretry-after-ms: 12.5\nx-ratelimit-remaining-requests: 0\n"
                        + "x-ratelimit-limit-requests: 60\nx-ratelimit-reset-requests: 6m0.5s",
                "retry-after: Wed, 21 Oct 2026 07:28:00 GMT\nanthropic-ratelimit-tokens-remaining: 0\n"
                        + "anthropic-ratelimit-tokens-limit: 1e3\nanthropic-ratelimit-tokens-reset: 2026-12-01T00:00:00Z",
                "x-ms-retry-after-ms: 99999999999999999999\nx-ratelimit-remaining-tokens: -1\n"
                        + "x-ratelimit-limit-tokens: 9223372036854775808\nx-ratelimit-reset-tokens: 1e999d2h");
        return new Target("headers", seeds, input -> {
            Headers.Builder headers = new Headers.Builder();
            for (String line : new String(input, ISO_8859_1).split("\n", -1)) {
                int colon = line.indexOf(':');
                if (colon > 0) {
                    try {
                        headers.add(
                                line.substring(0, colon),
                                line.substring(colon + 1).strip());
                    } catch (IllegalArgumentException e) {
                        // no header of HTTP
                    }
                }
            }
            Headers all = headers.build();
            Duration wait = ResetHeaders.retryAfter(all::get, now);
            if (wait != null && (wait.isNegative() || wait.compareTo(Duration.ofDays(31)) > 0)) {
                throw new AssertionError("a wait of " + wait);
            }
            ResetHeaders.limits(all::get, now);
        });
    }

    private static List<byte[]> texts(String... texts) {
        List<byte[]> bytes = new ArrayList<>();
        for (String text : texts) {
            bytes.add(text.getBytes(ISO_8859_1));
        }
        return bytes;
    }

    private static List<byte[]> files(String vendor, String... names) {
        List<byte[]> files = new ArrayList<>();
        for (String name : names) {
            try (InputStream file = Targets.class.getResourceAsStream("/fuzz/" + vendor + "/" + name)) {
                files.add(Objects.requireNonNull(file, vendor + "/" + name).readAllBytes());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return files;
    }
}
