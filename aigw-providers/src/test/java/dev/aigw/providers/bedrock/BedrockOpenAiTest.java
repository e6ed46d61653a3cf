package dev.aigw.providers.bedrock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.FailureSubject;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelCard;
import dev.aigw.api.WireFacts;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.openai.OpenAiAdapter;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Objects;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** OpenAI's protocol on Bedrock, after "Responses API" and "Endpoints supported by Amazon Bedrock" of AWS. */
class BedrockOpenAiTest {

    private static final ChatRequest HELLO = ChatRequest.of("any", "hello");
    private static final String RESPONSE = "{\"status\":\"completed\",\"output\":[{\"type\":\"message\",\"role\":"
            + "\"assistant\",\"content\":[{\"type\":\"output_text\",\"text\":\"hi\"}]}]}";
    private static final String COMPLETION =
            "{\"choices\":[{\"message\":{\"content\":\"hi\"},\"finish_reason\":\"stop\"}]}";

    private final MockWebServer server = new MockWebServer();

    @BeforeEach
    void start() throws IOException {
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static AttemptContext attempt(String model) {
        return AttemptContext.builder(model).build();
    }

    private RecordedRequest sent(OpenAiAdapter.Builder builder, String reply, AttemptContext attempt)
            throws InterruptedException {
        server.enqueue(new MockResponse.Builder().body(reply).build());
        try (OpenAiAdapter adapter =
                builder.apiKey("ABSKkey").baseUrl(server.url("/").toString()).build()) {
            assertThat(adapter.call(ChatRequest.CHAT, HELLO, attempt).text()).isEqualTo("hi");
        }
        return server.takeRequest();
    }

    private static JsonNode body(RecordedRequest request) {
        return Objects.requireNonNull(
                Json.parseOrNull(Objects.requireNonNull(request.getBody()).utf8()));
    }

    @Test
    void eachEndpointHasItsAddress() {
        try (OpenAiAdapter runtime =
                        BedrockOpenAi.runtime("us-east-1").apiKey("k").build();
                OpenAiAdapter mantle =
                        BedrockOpenAi.mantle("us-west-2").apiKey("k").build()) {
            assertThat(runtime)
                    .hasToString(
                            "OpenAiAdapter{bedrock-openai, https://bedrock-runtime.us-east-1.amazonaws.com/openai/v1}");
            assertThat(mantle).hasToString("OpenAiAdapter{bedrock-openai, https://bedrock-mantle.us-west-2.api.aws}");
            assertThat(runtime.supports(EmbeddingRequest.EMBED)).isFalse();
        }
    }

    // Prefix by family: bifrost #7063, strands #3654 and #3280, litellm #29925, hermes-agent #52316
    @ParameterizedTest
    @CsvSource({
        "openai.gpt-5.4, /openai/v1/responses",
        "openai.gpt-6-astra, /openai/v1/responses",
        "openai.gpt-6.2-sol, /openai/v1/responses",
        "openai.gpt-oss-120b, /v1/chat/completions",
        "xai.grok-4.3, /openai/v1/chat/completions",
        "google.gemma-4-31b, /openai/v1/chat/completions",
        "google.gemma-3-27b-it, /v1/chat/completions",
        "qwen.qwen3-next-80b-a3b-instruct, /v1/chat/completions",
        "minimax.minimax-m2, /v1/chat/completions",
    })
    void pathAndWireAreThoseOfTheModel(String model, String path) throws Exception {
        RecordedRequest request = sent(
                BedrockOpenAi.mantle("us-east-1"), path.endsWith("/responses") ? RESPONSE : COMPLETION, attempt(model));
        assertThat(request.getTarget()).isEqualTo(path);
        assertThat(request.getHeaders().get("Authorization")).isEqualTo("Bearer ABSKkey");
        assertThat(body(request).path("model").asText()).isEqualTo(model);
    }

    @ParameterizedTest
    @CsvSource({
        "us.openai.gpt-5.6-sol, /responses",
        "global.openai.gpt-6-luna, /responses",
        "arn:aws:bedrock:us-east-1::inference-profile/us.openai.gpt-6-sol, /responses",
        "openai.gpt-oss-120b-1:0, /chat/completions",
        "us.openai.gpt-oss-20b-1:0, /chat/completions",
        "myopenai.gpt-6, /chat/completions",
    })
    void closedModelsUseTheResponsesApiUnderAnyGeography(String model, String path) throws Exception {
        RecordedRequest request = sent(
                BedrockOpenAi.runtime("us-east-1"), path.equals("/responses") ? RESPONSE : COMPLETION, attempt(model));
        assertThat(request.getTarget()).isEqualTo(path);
    }

    @Test
    void aCardChoosesTheResponsesApiForOtherModels() throws Exception {
        ModelCard card = ModelCard.builder()
                .wire(WireFacts.builder().endpoint("responses").build())
                .build();
        RecordedRequest request = sent(
                BedrockOpenAi.mantle("us-east-1"),
                RESPONSE,
                AttemptContext.builder("openai.gpt-oss-120b").card(card).build());
        assertThat(request.getTarget()).isEqualTo("/v1/responses");
    }

    @Test
    void theBuilderChoosesPrefixAndApi() throws Exception {
        RecordedRequest request = sent(
                BedrockOpenAi.mantle("us-east-1", model -> "/openai/v1").responsesApi(true),
                RESPONSE,
                attempt("newmaker.new-model"));
        assertThat(request.getTarget()).isEqualTo("/openai/v1/responses");
    }

    @Test
    void aSignatureIsForTheServiceOfTheHost() throws Exception {
        for (String host : List.of("bedrock-runtime.us-east-1.amazonaws.com", "bedrock-mantle.us-east-1.api.aws")) {
            server.enqueue(new MockResponse.Builder().body(RESPONSE).build());
            OkHttpClient client = new OkHttpClient.Builder()
                    .dns(name -> List.of(InetAddress.getLoopbackAddress()))
                    .build();
            try (OpenAiAdapter adapter = BedrockOpenAi.mantle("us-east-1")
                    .signer(AwsSigner.of(
                            StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIDEXAMPLE", "secret"))))
                    .httpClient(client)
                    .allowInsecure(true)
                    .baseUrl("http://" + host + ":" + server.getPort())
                    .build()) {
                adapter.call(ChatRequest.CHAT, HELLO, attempt("openai.gpt-6-sol"));
            }
            client.connectionPool().evictAll();
            String service = host.startsWith("bedrock-mantle") ? "bedrock-mantle" : "bedrock";
            assertThat(server.takeRequest().getHeaders().get("Authorization"))
                    .contains("/us-east-1/" + service + "/aws4_request")
                    .contains("SignedHeaders=host;");
        }
    }

    @Test
    void aStreamOfTheResponsesApiIsRead() throws Exception {
        server.enqueue(new MockResponse.Builder()
                .setHeader("Content-Type", "text/event-stream")
                .body("event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\","
                        + "\"output_index\":0,\"content_index\":0,\"delta\":\"hi\"}\n\n"
                        + "event: response.completed\ndata: {\"type\":\"response.completed\",\"response\":" + RESPONSE
                        + "}\n\n")
                .build());
        try (OpenAiAdapter adapter = BedrockOpenAi.runtime("us-east-1")
                        .apiKey("k")
                        .baseUrl(server.url("/openai/v1").toString())
                        .build();
                ChatStream stream = adapter.call(ChatRequest.CHAT_STREAM, HELLO, attempt("us.openai.gpt-6-sol"))) {
            assertThat(stream.response().text()).isEqualTo("hi");
        }
        assertThat(server.takeRequest().getTarget()).isEqualTo("/openai/v1/responses");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400||{\"error\":{\"code\":\"validation_error\",\"type\":\"invalid_request_error\",\"message\":"
                        + "\"model `xai.grok-4.3` isn't supported on this route\"}}|NOT_FOUND|MODEL",
                "400||{\"error\":{\"code\":\"validation_error\",\"message\":"
                        + "\"The model 'openai.gpt-5.6-sol' does not support the '/v1/chat/completions' API\"}}|UNSUPPORTED|",
                "401||{\"error\":{\"code\":\"access_denied\",\"message\":\"not authorized to perform"
                        + " bedrock-mantle:CreateInference\"}}|PERMISSION|",
                "400|ValidationException|{\"message\":\"The provided model identifier is invalid.\"}|NOT_FOUND|",
                "403|AccessDeniedException|{\"Message\":\"You don't have access to the model with the specified model"
                        + " ID.\"}|PERMISSION|MODEL",
                "429|ThrottlingException|{\"error\":{\"message\":\"Too many requests\",\"type\":\"rate_limit\"}}"
                        + "|RATE_LIMITED|",
                "503|ServiceUnavailableException|{\"message\":\"busy\"}|OVERLOADED|",
                "400|ValidationException|{\"error\":{\"type\":\"invalid_request_error\",\"code\":\"context_length_exceeded\","
                        + "\"message\":\"too long\"}}|CONTEXT_TOO_LONG|",
            })
    void errorsComeInAwssShapeOrOpenAis(int status, String type, String body, ErrorKind kind, FailureSubject subject) {
        MockResponse.Builder reply = new MockResponse.Builder().code(status).body(body);
        if (type != null) {
            reply.setHeader("x-amzn-errortype", type + ":http://internal.amazon.com/coral/com.amazon.bedrock/");
        }
        server.enqueue(reply.build());
        try (OpenAiAdapter adapter = BedrockOpenAi.mantle("us-east-1")
                .apiKey("k")
                .baseUrl(server.url("/").toString())
                .build()) {
            GatewayException failure = catchThrowableOfType(
                    GatewayException.class, () -> adapter.call(ChatRequest.CHAT, HELLO, attempt("xai.grok-4.3")));
            assertThat(failure.kind()).isEqualTo(kind);
            if (subject != null) {
                assertThat(failure.subject()).isEqualTo(subject);
            }
        }
    }
}
