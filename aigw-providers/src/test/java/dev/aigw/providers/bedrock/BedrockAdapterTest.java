package dev.aigw.providers.bedrock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aigw.api.Credential;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.moderation.ModerationRequest;
import dev.aigw.api.spi.AttemptContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okio.Buffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.eventstream.HeaderValue;

@Timeout(120)
class BedrockAdapterTest {

    private static final ChatRequest HELLO = ChatRequest.of("any", "hello");
    private static final String MODEL = "eu.anthropic.claude-sonnet-4-5-20250929-v1:0";
    private static final String START = "messageStart {\"role\":\"assistant\"}\n";
    private static final String STOP = "messageStop {\"stopReason\":\"end_turn\"}\n";

    private final MockWebServer server = new MockWebServer();
    private BedrockAdapter adapter;

    @BeforeEach
    void start() throws IOException {
        server.start();
        adapter = BedrockAdapter.builder()
                .apiKey("bedrock-api-key-test")
                .baseUrl(server.url("/").toString())
                .header("x-team", "blue")
                .build();
    }

    @AfterEach
    void stop() throws Exception {
        adapter.close();
        server.close();
    }

    private static AttemptContext attempt() {
        return AttemptContext.builder(MODEL).build();
    }

    private void enqueue(String content, String stopReason) {
        server.enqueue(new MockResponse.Builder()
                .setHeader("Content-Type", "application/json")
                .setHeader("x-amzn-requestid", "r-1")
                .body("{\"output\":{\"message\":{\"role\":\"assistant\",\"content\":" + content + "}},\"stopReason\":\""
                        + stopReason + "\",\"usage\":{\"inputTokens\":1,\"outputTokens\":2}}")
                .build());
    }

    private ChatResponse reply(String content, String stopReason) {
        enqueue(content, stopReason);
        return adapter.call(ChatRequest.CHAT, HELLO, attempt());
    }

    private ChatStream stream(byte[] body) {
        server.enqueue(new MockResponse.Builder()
                .setHeader("Content-Type", "application/vnd.amazon.eventstream")
                .body(new Buffer().write(body))
                .build());
        return adapter.call(ChatRequest.CHAT_STREAM, HELLO, attempt());
    }

    // --------------------------------------------------------------------------------------------------------- where
    // to

    @Test
    void aCallHasPathKeyAndHeaders() throws Exception {
        ChatResponse response = reply("[{\"text\":\"hi\"}]", "end_turn");
        assertThat(response.id()).isEqualTo("r-1");
        RecordedRequest request = server.takeRequest();
        assertThat(request.getTarget()).isEqualTo("/model/eu.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse");
        assertThat(request.getHeaders().get("Authorization")).isEqualTo("Bearer bedrock-api-key-test");
        assertThat(request.getHeaders().get("x-team")).isEqualTo("blue");
    }

    @Test
    void aStreamAsksForFrames() throws Exception {
        try (ChatStream stream = stream(Frames.of(START + STOP))) {
            assertThat(stream.response().finishReason().kind()).isEqualTo(FinishReason.Kind.STOP);
        }
        RecordedRequest request = server.takeRequest();
        assertThat(request.getTarget()).endsWith("/converse-stream");
        assertThat(request.getHeaders().get("Accept")).isEqualTo("application/vnd.amazon.eventstream");
    }

    @Test
    void aDeploymentsCredentialAndBaseUrlReplaceTheAdapters() throws Exception {
        enqueue("[]", "end_turn");
        AttemptContext attempt = AttemptContext.builder("m")
                .credential(Credential.of("other-key"))
                .baseUrl(server.url("/eu/").toString())
                .build();
        adapter.call(ChatRequest.CHAT, HELLO, attempt);
        RecordedRequest request = server.takeRequest();
        assertThat(request.getTarget()).isEqualTo("/eu/model/m/converse");
        assertThat(request.getHeaders().get("Authorization")).isEqualTo("Bearer other-key");
    }

    @Test
    void aRegionIsNeededForAServerOrASignature() {
        assertThatThrownBy(() -> BedrockAdapter.builder().apiKey("k").build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("call region");
        assertThatThrownBy(() -> BedrockAdapter.builder()
                        .baseUrl("https://e.org")
                        .awsCredentials()
                        .build())
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> BedrockAdapter.builder().apiKey("k").awsCredentials())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("the credential is set twice");
        assertThatThrownBy(() -> BedrockAdapter.builder().region("eu-west-1").region("eu-west-2"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("region is set twice");
        try (BedrockAdapter regional =
                BedrockAdapter.builder().region("eu-west-1").apiKey("k").build()) {
            assertThat(regional.toString()).contains("https://bedrock-runtime.eu-west-1.amazonaws.com");
        }
    }

    // --------------------------------------------------------------------------------------------------------
    // signature

    @Test
    void whatIsSentIsWhatWasSigned() throws Exception {
        try (BedrockAdapter signing = BedrockAdapter.builder()
                .region("eu-west-1")
                .baseUrl(server.url("/").toString())
                .awsCredentials(StaticCredentialsProvider.create(
                        AwsSessionCredentials.create("AKIDEXAMPLE", "wJalrXUtnFEMI", "session/token==")))
                .build()) {
            enqueue("[]", "end_turn");
            signing.call(ChatRequest.CHAT, HELLO, attempt());
        }
        RecordedRequest request = server.takeRequest();
        String authorization = Objects.requireNonNull(request.getHeaders().get("Authorization"));
        String date = Objects.requireNonNull(request.getHeaders().get("X-Amz-Date"));
        String scope = date.substring(0, 8) + "/eu-west-1/bedrock/aws4_request";
        assertThat(authorization).startsWith("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/" + scope);
        assertThat(request.getHeaders().get("X-Amz-Security-Token")).isEqualTo("session/token==");
        assertThat(authorization).endsWith("Signature=" + signature(request, authorization, date, scope));
    }

    /** A second implementation of Signature Version 4, straight from its specification, over what was sent. */
    private static String signature(RecordedRequest request, String authorization, String date, String scope)
            throws GeneralSecurityException {
        String signedHeaders = authorization.replaceAll(".*SignedHeaders=([^,]*),.*", "$1");
        String headers = Stream.of(signedHeaders.split(";", -1))
                .map(name -> name + ":" + request.getHeaders().get(name) + "\n")
                .collect(Collectors.joining());
        assertThat(signedHeaders).contains("host");
        String canonical = "POST\n" + request.getTarget().replace("%", "%25") + "\n\n" + headers + "\n" + signedHeaders
                + "\n" + sha256(Objects.requireNonNull(request.getBody()).utf8());
        String toSign = "AWS4-HMAC-SHA256\n" + date + "\n" + scope + "\n" + sha256(canonical);
        byte[] key = "AWS4wJalrXUtnFEMI".getBytes(StandardCharsets.UTF_8);
        for (String step : scope.split("/", -1)) {
            key = hmac(key, step);
        }
        return HexFormat.of().formatHex(hmac(key, toSign));
    }

    private static String sha256(String text) throws GeneralSecurityException {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void credentialsThatCannotBeHadAreAnAuthenticationFailure() {
        try (BedrockAdapter signing = BedrockAdapter.builder()
                .region("eu-west-1")
                .baseUrl(server.url("/").toString())
                .awsCredentials(() -> {
                    throw new IllegalStateException("no role");
                })
                .build()) {
            GatewayException e = catchThrowableOfType(
                    GatewayException.class, () -> signing.call(ChatRequest.CHAT, HELLO, attempt()));
            assertThat(e.kind()).isEqualTo(ErrorKind.AUTHENTICATION);
            assertThat(server.getRequestCount()).isZero();
        }
    }

    // ----------------------------------------------------------------------------------------------------------
    // answers

    @Test
    void reasoningKeepsItsSignatureAndMaker() {
        ChatResponse response = reply("""
                [{"reasoningContent":{"reasoningText":{"text":"hmm","signature":"sig"}}},
                 {"reasoningContent":{"redactedContent":"cmVk"}},{"text":"4"}]""", "end_turn");
        assertThat(response.message().parts())
                .containsExactly(
                        new ContentPart.Reasoning(
                                "hmm",
                                null,
                                "sig",
                                null,
                                "bedrock/anthropic?model=eu.anthropic.claude-sonnet-4-5-20250929-v1:0"),
                        new ContentPart.Reasoning(
                                null,
                                null,
                                null,
                                "cmVk",
                                "bedrock/anthropic?model=eu.anthropic.claude-sonnet-4-5-20250929-v1:0"),
                        new ContentPart.Text("4"));
    }

    @Test
    void reasoningStreamsWithItsSignature() {
        try (ChatStream stream = stream(Frames.of(START + """
                contentBlockDelta {"contentBlockIndex":0,"delta":{"reasoningContent":{"text":"h"}}}
                contentBlockDelta {"contentBlockIndex":0,"delta":{"reasoningContent":{"text":"mm"}}}
                contentBlockDelta {"contentBlockIndex":0,"delta":{"reasoningContent":{"signature":"sig"}}}
                contentBlockStop {"contentBlockIndex":0}
                contentBlockDelta {"contentBlockIndex":1,"delta":{"reasoningContent":{"redactedContent":"cmVk"}}}
                contentBlockDelta {"contentBlockIndex":2,"delta":{"text":"4"}}
                """ + STOP))) {
            assertThat(stream.response().message().parts())
                    .containsExactly(
                            new ContentPart.Reasoning(
                                    "hmm",
                                    null,
                                    "sig",
                                    null,
                                    "bedrock/anthropic?model=eu.anthropic.claude-sonnet-4-5-20250929-v1:0"),
                            new ContentPart.Reasoning(
                                    null,
                                    null,
                                    null,
                                    "cmVk",
                                    "bedrock/anthropic?model=eu.anthropic.claude-sonnet-4-5-20250929-v1:0"),
                            new ContentPart.Text("4"));
        }
    }

    @Test
    void sourcesBecomeCitationsWholeAndStreamed() {
        String citation = "{\"title\":\"Report\",\"sourceContent\":[{\"text\":\"The sky\"}],"
                + "\"location\":{\"documentPage\":{\"documentIndex\":0,\"start\":2,\"end\":3}}}";
        ChatResponse whole = reply(
                "[{\"citationsContent\":{\"content\":[{\"text\":\"Blue.\"}],\"citations\":[" + citation + "]}}]",
                "end_turn");
        ContentPart.Text text = (ContentPart.Text) whole.message().parts().get(0);
        assertThat(text.citations()).singleElement().satisfies(cited -> {
            assertThat(cited.kind()).isEqualTo("documentPage");
            assertThat(cited.title()).isEqualTo("Report");
            assertThat(cited.citedText()).isEqualTo("The sky");
            assertThat(cited.start()).isEqualTo(2);
        });
        try (ChatStream stream =
                stream(Frames.of(START + "contentBlockDelta {\"contentBlockIndex\":0,\"delta\":{\"text\":\"Blue.\"}}\n"
                        + "contentBlockDelta {\"contentBlockIndex\":0,\"delta\":{\"citation\":" + citation + "}}\n"
                        + STOP))) {
            assertThat(stream.response().message().parts()).containsExactly(text);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "end_turn, STOP",
        "stop_sequence, STOP",
        "tool_use, TOOL_CALLS",
        "max_tokens, LENGTH",
        "model_context_window_exceeded, CONTEXT_EXCEEDED",
        "guardrail_intervened, CONTENT_FILTER",
        "content_filtered, CONTENT_FILTER",
        "of_tomorrow, UNKNOWN",
    })
    void stopReasonsKeepTheVendorsWord(String raw, FinishReason.Kind kind) {
        assertThat(reply("[]", raw).finishReason()).isEqualTo(FinishReason.of(kind, raw));
    }

    @Test
    void aBlockAndAnEventOfTomorrowAreHandedOutRaw() {
        assertThat(reply("[{\"hologram\":{\"x\":1}}]", "end_turn").message().parts())
                .containsExactly(new ContentPart.Raw("bedrock", Map.of("hologram", Map.of("x", 1))));
        try (ChatStream stream = stream(Frames.of(START + "hologram {\"x\":1}\n" + STOP))) {
            stream.next();
            assertThat(stream.next()).isEqualTo(new ChatEvent.Raw("bedrock", Map.of("hologram", Map.of("x", 1))));
        }
    }

    // -----------------------------------------------------------------------------------------------------------
    // frames

    @Test
    void aDamagedFrameIsMalformedBeforeContentAndAnInterruptionAfter() {
        byte[] first = Frames.of(START);
        first[first.length - 6] ^= 1;
        try (ChatStream stream = stream(first)) {
            assertThat(failure(stream).kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE);
        }
        String text = "contentBlockDelta {\"contentBlockIndex\":0,\"delta\":{\"text\":\"hi\"}}\n";
        byte[] later = Frames.of(START + text + text + STOP);
        later[Frames.of(START + text).length + 20] ^= 1;
        try (ChatStream stream = stream(later)) {
            GatewayException e = failure(stream);
            assertThat(e.kind()).isEqualTo(ErrorKind.STREAM_INTERRUPTED);
            assertThat(e.partial())
                    .isInstanceOfSatisfying(
                            ChatResponse.class,
                            partial -> assertThat(partial.text()).isEqualTo("hi"));
        }
    }

    @Test
    void aFrameLargerThanTheBoundIsRefusedByItsLength() {
        byte[] frame = Frames.of(START);
        frame[0] = 0x7F;
        try (ChatStream stream = stream(frame)) {
            assertThat(failure(stream)).hasMessageContaining("maxEventBytes");
        }
    }

    @Test
    void exceptionsInAStreamKeepTheirTypeAndWords() {
        try (ChatStream stream = stream(Frames.of(START
                + "contentBlockDelta {\"contentBlockIndex\":0,\"delta\":{\"text\":\"hi\"}}\n"
                + "!modelStreamErrorException {\"message\":\"broke\",\"originalStatusCode\":500}\n"))) {
            GatewayException e = failure(stream);
            assertThat(e.kind()).isEqualTo(ErrorKind.SERVER_ERROR);
            assertThat(e.vendorCode()).isEqualTo("modelStreamErrorException");
            assertThat(e).hasMessageContaining("broke");
        }
        byte[] error = Frames.bytes(
                Map.of(
                        ":message-type", HeaderValue.fromString("error"),
                        ":error-code", HeaderValue.fromString("InternalFailure"),
                        ":error-message", HeaderValue.fromString("an internal server error")),
                "");
        try (ChatStream stream = stream(error)) {
            GatewayException e = failure(stream);
            assertThat(e.kind()).isEqualTo(ErrorKind.SERVER_ERROR);
            assertThat(e).hasMessageContaining("an internal server error");
        }
    }

    private static GatewayException failure(ChatStream stream) {
        return catchThrowableOfType(GatewayException.class, stream::response);
    }

    @ParameterizedTest
    @CsvSource({
        "anthropic.claude-3-haiku-20240307-v1:0, anthropic",
        "us.amazon.nova-pro-v1:0, amazon",
        "arn:aws:bedrock:eu-west-1:123:inference-profile/eu.anthropic.claude-x, anthropic",
        "arn:aws:bedrock:eu-west-1:123:provisioned-model/abc, arn:aws:bedrock:eu-west-1:123:provisioned-model/abc",
    })
    void theMakerIsReadFromTheModel(String model, String maker) {
        assertThat(ModelFields.maker(model)).isEqualTo(maker);
    }

    @Test
    void otherOperationsAreUnsupported() {
        assertThat(List.of(
                        adapter.supports(ChatRequest.CHAT),
                        adapter.supports(ChatRequest.CHAT_STREAM),
                        adapter.supports(EmbeddingRequest.EMBED),
                        adapter.supports(ModerationRequest.MODERATE)))
                .containsExactly(true, true, true, false);
    }
}
