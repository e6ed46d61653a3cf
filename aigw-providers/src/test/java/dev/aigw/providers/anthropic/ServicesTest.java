package dev.aigw.providers.anthropic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.Credential;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Media;
import dev.aigw.api.chat.Message;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.providers.RecordingAttempt;
import dev.aigw.providers.json.Json;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Claude on Bedrock and in Foundry, after "Inference using Anthropic Messages API" of AWS and "Claude in Microsoft
 * Foundry" of Anthropic.
 */
class ServicesTest {

    private static final ChatRequest HELLO = ChatRequest.of("any", "hello");
    private static final String REPLY =
            "{\"type\":\"message\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}],\"stop_reason\":\"end_turn\"}";

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

    private RecordedRequest sent(AnthropicAdapter.Builder builder, String model) throws InterruptedException {
        server.enqueue(new MockResponse.Builder().body(REPLY).build());
        try (AnthropicAdapter adapter =
                builder.baseUrl(server.url("/anthropic").toString()).build()) {
            assertThat(adapter.call(ChatRequest.CHAT, HELLO, attempt(model)).text())
                    .isEqualTo("hi");
            assertThat(adapter.vendor()).isEqualTo("anthropic");
        }
        return server.takeRequest();
    }

    private static JsonNode body(RecordedRequest request) {
        return Objects.requireNonNull(
                Json.parseOrNull(Objects.requireNonNull(request.getBody()).utf8()));
    }

    static Stream<Arguments> addresses() {
        return Stream.of(
                Arguments.of(
                        AnthropicAdapter.bedrock("us-east-1"),
                        "https://bedrock-runtime.us-east-1.amazonaws.com/anthropic"),
                Arguments.of(
                        AnthropicAdapter.bedrockMantle("eu-west-1"),
                        "https://bedrock-mantle.eu-west-1.api.aws/anthropic"),
                Arguments.of(AnthropicAdapter.foundry("contoso"), "https://contoso.services.ai.azure.com/anthropic"));
    }

    @ParameterizedTest
    @MethodSource("addresses")
    void eachPlaceHasItsAddress(AnthropicAdapter.Builder builder, String url) {
        try (AnthropicAdapter adapter = builder.apiKey("k").build()) {
            assertThat(adapter.toString()).endsWith(", " + url + "}");
        }
    }

    @Test
    void bedrockTakesTheKeyAsBearerAndTheMessagesAsTheyAre() throws Exception {
        RecordedRequest request =
                sent(AnthropicAdapter.bedrock("us-east-1").apiKey("ABSKkey"), "us.anthropic.claude-opus-5-5");

        assertThat(request.getTarget()).isEqualTo("/anthropic/v1/messages");
        assertThat(request.getHeaders().get("Authorization")).isEqualTo("Bearer ABSKkey");
        assertThat(request.getHeaders().get("x-api-key")).isNull();
        assertThat(request.getHeaders().get("anthropic-version")).isEqualTo("2023-06-01");
        assertThat(body(request).path("model").asText()).isEqualTo("us.anthropic.claude-opus-5-5");
        assertThat(body(request).has("anthropic_version")).isFalse();
    }

    @Test
    void foundryTakesAKeyInItsOwnHeader() throws Exception {
        RecordedRequest request = sent(AnthropicAdapter.foundry("contoso").apiKey("azure-key"), "claude-opus-5-5");

        assertThat(request.getTarget()).isEqualTo("/anthropic/v1/messages");
        assertThat(request.getHeaders().get("api-key")).isEqualTo("azure-key");
        assertThat(request.getHeaders().get("Authorization")).isNull();
        assertThat(request.getHeaders().get("anthropic-version")).isEqualTo("2023-06-01");
    }

    @Test
    void foundryTakesATokenOfEntraAsBearer() throws Exception {
        RecordedRequest request =
                sent(AnthropicAdapter.foundry("contoso").accessToken(() -> "eyJ.token"), "claude-opus-5-5");

        assertThat(request.getHeaders().get("Authorization")).isEqualTo("Bearer eyJ.token");
        assertThat(request.getHeaders().get("api-key")).isNull();

        RecordedRequest byCredential = sent(
                AnthropicAdapter.foundry("contoso").token(Credential.of("entra", () -> "eyJ.other")),
                "claude-opus-5-5");
        assertThat(byCredential.getHeaders().get("Authorization")).isEqualTo("Bearer eyJ.other");
    }

    @Test
    void aCallIsSignedWithTheBytesThatAreSent() throws Exception {
        AnthropicAdapter.Builder builder = AnthropicAdapter.bedrock("us-east-1")
                .signer((method, url, body) -> Map.of(
                        "Authorization",
                        "AWS4-HMAC-SHA256 " + method + url.getPath() + body.length,
                        "X-Amz-Date",
                        "20261130T000000Z"));

        RecordedRequest request = sent(builder, "us.anthropic.claude-opus-5-5");

        long bytes = Objects.requireNonNull(request.getBody()).size();
        assertThat(request.getHeaders().get("Authorization"))
                .isEqualTo("AWS4-HMAC-SHA256 POST/anthropic/v1/messages" + bytes);
        assertThat(request.getHeaders().get("X-Amz-Date")).isEqualTo("20261130T000000Z");
    }

    /** "Making requests" of Claude Platform on AWS, November 2026. */
    @Test
    void theClaudePlatformOnAwsTakesASignatureAndAWorkspace() throws Exception {
        RecordedRequest request = sent(
                AnthropicAdapter.builder()
                        .header("anthropic-workspace-id", "wrkspc_01")
                        .signer((method, url, body) -> Map.of("Authorization", "AWS4-HMAC-SHA256 signed")),
                "claude-opus-5-5");

        assertThat(request.getHeaders().get("Authorization")).isEqualTo("AWS4-HMAC-SHA256 signed");
        assertThat(request.getHeaders().get("anthropic-workspace-id")).isEqualTo("wrkspc_01");
        assertThat(request.getHeaders().get("anthropic-version")).isEqualTo("2023-06-01");
        assertThat(request.getHeaders().get("x-api-key")).isNull();
    }

    /** "Claude Models on Google Cloud (Anthropic managed)" and the vendor's clients, November 2026. */
    @Test
    void claudeOfAnthropicOnGoogleCloudTakesATokenAndTheMessagesAsTheyAre() throws Exception {
        String path = "/v1alpha/projects/p/locations/global/workspaces/wrkspc_01/invoke";
        server.enqueue(new MockResponse.Builder().body(REPLY).build());
        try (AnthropicAdapter adapter = AnthropicAdapter.builder()
                .baseUrl(server.url(path).toString())
                .token(Credential.of("google", () -> "ya29.token"))
                .build()) {
            adapter.call(ChatRequest.CHAT, HELLO, attempt("claude-opus-5-5"));
        }
        RecordedRequest request = server.takeRequest();

        assertThat(request.getTarget()).isEqualTo(path + "/v1/messages");
        assertThat(request.getHeaders().get("Authorization")).isEqualTo("Bearer ya29.token");
        assertThat(request.getHeaders().get("x-api-key")).isNull();
        assertThat(body(request).path("model").asText()).isEqualTo("claude-opus-5-5");
    }

    @Test
    void aDeploymentsKeyReplacesTheSignature() throws Exception {
        server.enqueue(new MockResponse.Builder().body(REPLY).build());
        try (AnthropicAdapter adapter = AnthropicAdapter.bedrock("us-east-1")
                .signer((method, url, body) -> Map.of("Authorization", "signed"))
                .baseUrl(server.url("/").toString())
                .build()) {
            adapter.call(
                    ChatRequest.CHAT,
                    HELLO,
                    AttemptContext.builder("m").credential(Credential.of("key")).build());
        }
        assertThat(server.takeRequest().getHeaders().get("Authorization")).isEqualTo("Bearer key");
    }

    @Test
    void aSignatureThatFailsIsAnAuthenticationFailureAndSendsNothing() {
        try (AnthropicAdapter adapter = AnthropicAdapter.bedrock("us-east-1")
                .signer((method, url, body) -> {
                    throw new IllegalStateException("no clock");
                })
                .baseUrl(server.url("/").toString())
                .build()) {
            GatewayException e = catchThrowableOfType(
                    GatewayException.class, () -> adapter.call(ChatRequest.CHAT_STREAM, HELLO, attempt("m")));
            assertThat(e.kind()).isEqualTo(ErrorKind.AUTHENTICATION);
            assertThat(server.getRequestCount()).isZero();
        }
    }

    @Test
    void aStreamIsOfServerSentEvents() throws Exception {
        server.enqueue(new MockResponse.Builder()
                .setHeader("Content-Type", "text/event-stream")
                .body("""
                        event: message_start
                        data: {"type":"message_start","message":{}}

                        event: content_block_start
                        data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

                        event: content_block_delta
                        data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"hi"}}

                        event: message_delta
                        data: {"type":"message_delta","delta":{"stop_reason":"end_turn"}}

                        event: message_stop
                        data: {"type":"message_stop"}

                        """)
                .build());
        try (AnthropicAdapter adapter = AnthropicAdapter.bedrockMantle("eu-west-1")
                        .apiKey("k")
                        .baseUrl(server.url("/anthropic").toString())
                        .build();
                ChatStream stream =
                        adapter.call(ChatRequest.CHAT_STREAM, HELLO, attempt("anthropic.claude-opus-5-5"))) {
            assertThat(stream.response().text()).isEqualTo("hi");
        }
        assertThat(body(server.takeRequest()).path("stream").asBoolean()).isTrue();
    }

    // The public reports: litellm #41827, higress #3820, oh-my-pi #6981, hermes-agent #52316
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400||{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":"
                        + "\"The model 'openai.gpt-5.5' does not support the '/anthropic/v1/messages' API\"}}|UNSUPPORTED",
                "403|AccessDeniedException:http://internal.amazon.com/coral/|{\"Message\":\"User: arn:aws:iam::1:user/x is"
                        + " not authorized to perform: bedrock:InvokeModel\"}|PERMISSION",
                "403|UnrecognizedClientException|{\"message\":\"The security token included in the request is invalid.\"}"
                        + "|AUTHENTICATION",
                "429|ThrottlingException|{\"message\":\"Too many tokens, please wait before trying again.\"}|RATE_LIMITED",
                "429|ThrottlingException|{\"message\":\"Too many tokens per day\"}|QUOTA_EXHAUSTED",
                "400|ValidationException|{\"message\":\"The provided model identifier is invalid.\"}|NOT_FOUND",
                "503|ServiceUnavailableException|{\"message\":\"Bedrock is unable to process your request.\"}|OVERLOADED",
                "429||{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"slow\"}}|RATE_LIMITED",
            })
    void errorsComeInAwssShapeOrAnthropics(int status, String type, String body, ErrorKind kind) {
        MockResponse.Builder reply = new MockResponse.Builder().code(status).body(body);
        if (type != null) {
            reply.setHeader("x-amzn-errortype", type);
        }
        server.enqueue(reply.build());
        try (AnthropicAdapter adapter = AnthropicAdapter.bedrock("us-east-1")
                .apiKey("k")
                .baseUrl(server.url("/").toString())
                .build()) {
            GatewayException failure = catchThrowableOfType(
                    GatewayException.class, () -> adapter.call(ChatRequest.CHAT, HELLO, attempt("m")));
            assertThat(failure.kind()).isEqualTo(kind);
        }
    }

    static Stream<Supplier<AnthropicAdapter.Builder>> bytesOnly() {
        return Stream.of(
                () -> AnthropicAdapter.bedrock("us-east-1").apiKey("k"),
                () -> AnthropicAdapter.bedrockMantle("us-east-1").apiKey("k"),
                () -> AnthropicAdapter.vertex("p", "global").accessToken(() -> "t"));
    }

    /** "URL sources are not supported" is what both answer: anthropic-sdk-typescript #1038, langchain-google #1088. */
    @ParameterizedTest
    @MethodSource("bytesOnly")
    void mediaByUrlOrFileIsRefusedBeforeAnythingIsSent(Supplier<AnthropicAdapter.Builder> place) {
        for (Media media : List.of(Media.ofFileId("file_1"), Media.ofUrl("https://e.org/a.png"))) {
            for (ContentPart part :
                    List.of(new ContentPart.Document(media, null, false), new ContentPart.Image(media, null))) {
                ChatRequest request = ChatRequest.builder("any")
                        .message(Message.of(Message.Role.USER, List.of(new ContentPart.Text("what?"), part)))
                        .build();
                try (AnthropicAdapter adapter =
                        place.get().baseUrl(server.url("/").toString()).build()) {
                    assertThatThrownBy(() -> adapter.call(ChatRequest.CHAT, request, attempt("m")))
                            .isInstanceOfSatisfying(
                                    GatewayException.class,
                                    e -> assertThat(e.kind()).isEqualTo(ErrorKind.UNSUPPORTED))
                            .hasMessageContaining("only bytes");
                }
            }
        }
        assertThat(server.getRequestCount()).isZero();
    }

    @Test
    void mediaByUrlIsDroppedWithAWarningWhereThatIsAllowed() throws Exception {
        server.enqueue(new MockResponse.Builder().body(REPLY).build());
        ChatRequest request = ChatRequest.builder("any")
                .message(Message.of(
                        Message.Role.USER,
                        List.of(
                                new ContentPart.Text("what?"),
                                new ContentPart.Image(Media.ofUrl("https://e.org/a.png"), null))))
                .build();
        RecordingAttempt attempt = new RecordingAttempt("m");
        try (AnthropicAdapter adapter = AnthropicAdapter.vertex("p", "global")
                .accessToken(() -> "t")
                .dropUnsupported(true)
                .baseUrl(server.url("/").toString())
                .build()) {
            adapter.call(ChatRequest.CHAT, request, attempt);
        }
        assertThat(attempt.warnings).singleElement().asString().contains("media by URL");
        assertThat(body(server.takeRequest()).path("messages").path(0).path("content"))
                .hasSize(1);
    }

    @Test
    void eachServiceTakesItsOwnCredential() {
        assertThatThrownBy(() -> AnthropicAdapter.vertex("p", "eu").apiKey("k"))
                .hasMessageContaining("use accessToken");
        assertThatThrownBy(() -> AnthropicAdapter.vertex("p", "eu").version("v"))
                .hasMessageContaining("leave it out");
        assertThatThrownBy(() -> AnthropicAdapter.builder().accessToken(() -> "t"))
                .hasMessageContaining("use apiKey");
        assertThatThrownBy(() -> AnthropicAdapter.bedrock("us-east-1").accessToken(() -> "t"))
                .hasMessageContaining("use apiKey or signer");
        assertThatThrownBy(() -> AnthropicAdapter.foundry("r").apiKey("k").token(Credential.of("other")))
                .hasMessageContaining("the credential is set twice");
    }
}
