package dev.aigw.providers.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelCard;
import dev.aigw.api.WireFacts;
import dev.aigw.api.batch.BatchPart;
import dev.aigw.api.batch.BatchRequest;
import dev.aigw.api.batch.BatchResult;
import dev.aigw.api.batch.BatchStatus;
import dev.aigw.api.batch.BatchStatus.State;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ToolSpec;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.BatchSupport;
import dev.aigw.providers.azure.AzureOpenAi;
import dev.aigw.providers.openai.Dialects;
import dev.aigw.providers.openai.OpenAiAdapter;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import mockwebserver3.MockResponse;
import mockwebserver3.MockResponseBody;
import okio.BufferedSink;
import org.junit.jupiter.api.Test;

class OpenAiBatchTest extends BatchContract<FakeOpenAi> {

    OpenAiBatchTest() {
        super(new FakeOpenAi());
    }

    @Override
    String resultsPath(BatchPart part) {
        return "files/out-" + part.id() + "/content";
    }

    @Test
    void aFileThatCannotBeDeletedIsNamed() {
        vendor.fail("POST /v1/batches", 400);
        vendor.fail("DELETE ", 500);

        GatewayException refused = failure(() -> submit("a"));

        assertThat(refused.kind()).isEqualTo(ErrorKind.INVALID_REQUEST);
        assertThat(refused).hasMessageContaining("the uploaded file file-1 could not be deleted");
    }

    @Test
    void aBatchThatIsRefusedAsAWholeSaysWhy() {
        BatchPart part = submit("a");
        vendor.state(State.FAILED);

        BatchStatus status = batches().status(part, attempt());

        assertThat(status.state()).isEqualTo(State.FAILED);
        GatewayException failure = status.failure();
        assertThat(failure).isNotNull();
        assertThat(failure.kind()).as("too many tokens wait, of all batches").isEqualTo(ErrorKind.RATE_LIMITED);
        assertThat(failure).hasMessageContaining("Enqueued token limit");
        assertThat(results(part)).isEmpty();
    }

    @Test
    void aModelWithToolsOnlyInTheResponsesApiIsAskedThere() {
        AttemptContext attempt = AttemptContext.builder("up")
                .card(ModelCard.builder()
                        .wire(WireFacts.builder().toolEndpoint("responses").build())
                        .build())
                .build();
        ChatRequest plain = ChatRequest.of("m", "hi");
        ChatRequest tools = ChatRequest.builder("m")
                .user("hi")
                .tool(new ToolSpec("weather", "reports it", Map.of("type", "object"), false, null))
                .build();

        batches()
                .submit(
                        BatchRequest.builder("m")
                                .chat("a", plain)
                                .chat("b", tools)
                                .build(),
                        attempt);

        assertThat(vendor.batches.values()).singleElement().satisfies(batch -> {
            assertThat(batch.endpoint).isEqualTo("/v1/responses");
            assertThat(batch.items).allMatch(item -> item.body().has("input"));
        });
    }

    /** Its answer would be one that has only begun, with nothing that asks for the rest. */
    @Test
    void aRequestForAnAnswerInTheBackgroundIsRefused() {
        ChatRequest request =
                ChatRequest.builder("m").user("hi").extra("background", true).build();

        GatewayException e = catchThrowableOfType(
                GatewayException.class,
                () -> batches()
                        .submit(BatchRequest.builder("m").chat("a", request).build(), attempt()));

        assertThat(e.kind()).isEqualTo(ErrorKind.UNSUPPORTED);
        assertThat(e).hasMessageContaining("background");
        assertThat(vendor.batches).isEmpty();
    }

    @Test
    void embeddingsAreReadAsThoseOfAPlainCall() {
        BatchPart part = batches()
                .submit(
                        BatchRequest.builder("m")
                                .embedding("e", EmbeddingRequest.of("m", "one", "two"))
                                .build(),
                        attempt())
                .parts()
                .get(0);
        assertThat(vendor.batches.get(part.id()).endpoint).isEqualTo("/v1/embeddings");
        vendor.state(State.COMPLETED);
        vendor.answerWith("/content", lines("""
                {"custom_id":"e","response":{"status_code":200,"body":{"object":"list","model":"up","data":[
                {"index":1,"embedding":[0.5]},{"index":0,"embedding":[0.25]}],"usage":{"prompt_tokens":4,"total_tokens":4}}}}
                """.replace("\n", "") + "\n"));

        BatchResult result = results(part).get("e");

        assertThat(result.embedding().embeddings()).containsExactly(new float[] {0.25f}, new float[] {0.5f});
        assertThat(result.embedding().usage().totalTokens()).isEqualTo(4);
    }

    private static MockResponse lines(String lines) {
        return new MockResponse.Builder()
                .addHeader("Content-Type", "application/octet-stream")
                .body(lines)
                .build();
    }

    @Test
    void aFileLargerThanTheBoundsOfRepliesAndStreamsIsReadLineByLine() {
        BatchPart part = submit("a");
        vendor.state(State.COMPLETED);
        int count = 40_000;
        String line = "{\"custom_id\":\"a\",\"response\":{\"status_code\":200,\"body\":"
                + vendor.reply("x".repeat(900)).replace("\n", "") + "}}\n";
        AtomicLong written = new AtomicLong();
        vendor.answerWith(
                "/content",
                new MockResponse.Builder().body(new Lines(line, count, written)).build());

        int read = 0;
        long most = 0;
        try (OpenAiAdapter bounded = OpenAiAdapter.builder(Dialects.OPENAI)
                        .baseUrl(server.url("/v1").toString())
                        .maxBodyBytes(1 << 20)
                        .maxStreamBytes(1 << 20)
                        .apiKey("sk-secret")
                        .build();
                BatchSupport.Source source =
                        Objects.requireNonNull(bounded.batches()).results(part, attempt())) {
            for (BatchResult result = source.next(); result != null; result = source.next()) {
                read++;
                most = Math.max(most, written.get() - read);
            }
        }

        assertThat(read).isEqualTo(count);
        assertThat(most).as("lines that wait between server and reader").isLessThan(count / 2);
    }

    /** A body that is made while it is sent. */
    private record Lines(String line, int count, AtomicLong written) implements MockResponseBody {

        @Override
        public long getContentLength() {
            return (long) count * line.length();
        }

        @Override
        public void writeTo(BufferedSink sink) throws IOException {
            for (int i = 0; i < count; i++) {
                sink.writeUtf8(line);
                written.incrementAndGet();
            }
        }
    }

    @Test
    void serversThatAreNotKnownToTakeBatchesTakeNone() {
        try (OpenAiAdapter other =
                        OpenAiAdapter.builder().baseUrl("http://localhost:1/v1").build();
                OpenAiAdapter vllm = OpenAiAdapter.builder(Dialects.VLLM)
                        .baseUrl("http://localhost:1/v1")
                        .build();
                OpenAiAdapter azure = AzureOpenAi.v1("https://contoso.openai.azure.com")
                        .apiKey("k")
                        .build()) {
            assertThat(other.batches()).isNull();
            assertThat(vllm.batches()).isNull();
            assertThat(azure.batches()).isNotNull();
        }
    }
}
