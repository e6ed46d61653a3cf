package dev.aigw.providers.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.openai.Dialects;
import dev.aigw.providers.openai.OpenAiAdapter;
import dev.aigw.providers.openai.OpenAiVendor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.Buffer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract finds adapters that read all replies correctly, but send wrong requests. */
class BrokenAdaptersTest {

    private static final String FINISHED = """
            data: {"choices":[{"index":0,"delta":{},"finish_reason":"%s"}]}

            data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2}}

            data: [DONE]

            """;
    private static final String CALL =
            "[{\"index\":0,\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]";

    /** The contract of OpenAI's adapter, with some requests damaged on the way. */
    private static class Contract extends ProviderContractTest {

        private final Consumer<ObjectNode> fault;
        private final boolean read;

        Contract(Consumer<ObjectNode> fault, boolean read) {
            this.fault = fault;
            this.read = read;
        }

        @Override
        protected ProviderAdapter adapter(String baseUrl) {
            OkHttpClient client =
                    new OkHttpClient.Builder().addInterceptor(this::spoil).build();
            return OpenAiAdapter.builder(Dialects.OPENAI)
                    .apiKey(CREDENTIAL)
                    .baseUrl(baseUrl)
                    .httpClient(client)
                    .build();
        }

        private Response spoil(Interceptor.Chain chain) throws IOException {
            Request request = chain.request();
            Buffer sent = new Buffer();
            Objects.requireNonNull(request.body()).writeTo(sent);
            JsonNode body = SentJson.of(sent.readUtf8()).node();
            fault.accept((ObjectNode) body);
            return chain.proceed(request.newBuilder()
                    .post(RequestBody.create(body.toString(), request.body().contentType()))
                    .build());
        }

        @Override
        protected WireFixtures fixtures() {
            return WireFixtures.builder()
                    .text(
                            reply("{\"content\":\"Hi\"}", "stop"),
                            chunk("{\"content\":\"Hi\"}") + FINISHED.formatted("stop"),
                            "Hi",
                            TokenUsage.of(3, 2))
                    .tools(new WireFixtures.Answer(
                            reply("{\"content\":null,\"tool_calls\":" + CALL + "}", "tool_calls"),
                            chunk("{\"tool_calls\":" + CALL + "}") + FINISHED.formatted("tool_calls"),
                            ChatResponse.builder()
                                    .part(new ToolCall("c1", "f", "{}"))
                                    .finishReason(FinishReason.of(FinishReason.Kind.TOOL_CALLS, "tool_calls"))
                                    .usage(TokenUsage.of(3, 2))
                                    .build()))
                    .error("bad key", 401, "{}", ErrorKind.AUTHENTICATION)
                    .build();
        }

        private static String reply(String message, String reason) {
            return "{\"choices\":[{\"index\":0,\"message\":" + message + ",\"finish_reason\":\"" + reason
                    + "\"}],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2}}";
        }

        static String chunk(String delta) {
            return "data: {\"choices\":[{\"index\":0,\"delta\":" + delta + ",\"finish_reason\":null}]}\n\n";
        }

        @Override
        protected RequestReader requestReader() {
            return read ? new OpenAiVendor() : null;
        }

        @Override
        protected Set<ChatFeature> unreported() {
            return EnumSet.of(ChatFeature.CACHE_HINT, ChatFeature.RESULT_ERROR, ChatFeature.REASONING);
        }
    }

    /** A check of the contract. */
    private interface Check {
        void run(Contract contract) throws Exception;
    }

    private static Throwable failure(Contract contract, Check check) throws Exception {
        contract.start();
        try {
            return catchThrowable(() -> check.run(contract));
        } finally {
            contract.stop();
        }
    }

    /** Returns the names of the checks of requests that fail. */
    private static List<String> failures(Consumer<ObjectNode> fault, boolean read) throws Exception {
        List<String> failures = new ArrayList<>();
        Contract contract = new Contract(fault, read);
        if (failure(contract, Contract::theQuestionAndTheModelAreSent) != null) {
            failures.add("QUESTION");
        }
        if (failure(new Contract(fault, read), Contract::aStreamIsAskedForAsOne) != null) {
            failures.add("STREAM");
        }
        failure(new Contract(fault, read), checked -> {
            for (DynamicTest test :
                    checked.whateverARequestSaysIsSentOrReported().toList()) {
                if (catchThrowable(() -> test.getExecutable().execute()) != null) {
                    failures.add(test.getDisplayName());
                }
            }
        });
        if (read && failure(new Contract(fault, read), Contract::mixturesOfWhatIsSentArriveWhole) != null) {
            failures.add("MIXTURES");
        }
        return failures;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anAdapterThatSendsWhatItIsAskedToPasses(boolean read) throws Exception {
        assertThat(failures(body -> {}, read)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anAdapterThatSendsAnEmptyObjectFailsWhereverItReportsNothing(boolean read) throws Exception {
        assertThat(failures(ObjectNode::removeAll, read))
                .contains(
                        "QUESTION",
                        "STREAM",
                        "ANSWER",
                        "SYSTEM",
                        "IMAGE_BYTES",
                        "IMAGE_URL",
                        "DOCUMENT_BYTES",
                        "TOOL",
                        "TOOL_LOOP",
                        "TOOL_CHOICE_REQUIRED",
                        "TOOL_CHOICE_ONE",
                        "NO_PARALLEL_CALLS",
                        "JSON",
                        "SCHEMA",
                        "REASONING_LEVEL",
                        "TEMPERATURE",
                        "MAX_OUTPUT_TOKENS",
                        "STOP",
                        "SEED",
                        "PENALTIES",
                        "METADATA",
                        "USER",
                        "EXTRA");
    }

    @Test
    void aFieldThatIsForgottenIsNamed() throws Exception {
        assertThat(failures(body -> body.remove("model"), false)).contains("QUESTION", "STREAM");
        assertThat(failures(body -> body.remove(List.of("stream", "stream_options")), false))
                .containsExactly("STREAM");
        assertThat(failures(body -> body.remove("stop"), false))
                .contains("STOP")
                .doesNotContain("QUESTION", "SEED");
        assertThat(failures(body -> body.remove("response_format"), false)).contains("JSON", "SCHEMA");
    }

    @Test
    void aValueInTheWrongPlaceIsFoundByAReader() throws Exception {
        Consumer<ObjectNode> swapped = body -> {
            JsonNode temperature = body.remove("temperature");
            JsonNode topP = body.remove("top_p");
            if (topP != null) {
                body.set("temperature", topP);
            }
            if (temperature != null) {
                body.set("top_p", temperature);
            }
        };
        assertThat(failures(swapped, true)).containsExactly("TEMPERATURE", "TOP_P", "MIXTURES");
    }

    @Test
    void aTerseStreamIsEnoughToTestCancelling() throws Exception {
        assertThat(failure(new Contract(body -> {}, false), Contract::cancellingEndsAStreamThatWaits))
                .isNull();
    }

    @Test
    void aFixtureWithoutContentBeforeItsLastEventIsRefusedWithAdvice() throws Exception {
        Contract contract = new Contract(body -> {}, false) {
            @Override
            protected WireFixtures fixtures() {
                WireFixtures good = super.fixtures();
                return WireFixtures.builder()
                        .text(new WireFixtures.Answer(
                                good.text().reply(),
                                "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi\"},"
                                        + "\"finish_reason\":\"stop\"}]}\n\n",
                                good.text().expected()))
                        .noTools()
                        .error("bad key", 401, "{}", ErrorKind.AUTHENTICATION)
                        .build();
            }
        };
        assertThat(failure(contract, Contract::cancellingEndsAStreamThatWaits))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("cut its text into two events");
    }

    @Test
    void anAdapterThatWaitsForTheEndOfTheBodyFailsWithAdvice() throws Exception {
        Contract contract = new Contract(body -> {}, false) {
            @Override
            protected ProviderAdapter adapter(String baseUrl) {
                return new Buffering(super.adapter(baseUrl));
            }
        };
        assertThat(failure(contract, Contract::cancellingEndsAStreamThatWaits))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("returns each event as it arrives");
    }

    /** Reads a stream to its end before it gives the first event. */
    private record Buffering(ProviderAdapter adapter) implements ProviderAdapter {

        @Override
        public String name() {
            return adapter.name();
        }

        @Override
        public boolean supports(Operation<?, ?> operation) {
            return adapter.supports(operation);
        }

        @Override
        public <Q extends ModelRequest, R extends ModelReply> R call(
                Operation<Q, R> operation, Q request, AttemptContext attempt) {
            R reply = adapter.call(operation, request, attempt);
            return reply instanceof ChatStream stream
                    ? operation.replyType().cast(ChatStream.replay(stream.response()))
                    : reply;
        }

        @Override
        public void close() {
            adapter.close();
        }
    }

    @Test
    void aVendorDeclaredWithoutToolsMustReportThem() throws Exception {
        Contract contract = new Contract(body -> {}, false) {
            @Override
            protected WireFixtures fixtures() {
                return WireFixtures.builder()
                        .text(super.fixtures().text())
                        .noTools()
                        .error("bad key", 401, "{}", ErrorKind.AUTHENTICATION)
                        .build();
            }
        };
        assertThat(failure(contract, Contract::toolCallsAreReadWhereTheVendorHasTools))
                .hasMessageContaining("noTools()");
    }

    @Test
    void fixturesThatAreNotWholeAreRefused() {
        WireFixtures.Answer text = new Contract(body -> {}, false).fixtures().text();
        assertThatThrownBy(() -> WireFixtures.builder().build()).hasMessageContaining("set text(…)");
        assertThatThrownBy(() -> WireFixtures.builder().text(text).build())
                .hasMessageContaining("set tools(…)")
                .hasMessageContaining("noTools()");
        assertThatThrownBy(() -> WireFixtures.builder().text(text).noTools().build())
                .hasMessageContaining("error(…)");
        assertThatThrownBy(() -> WireFixtures.builder().text(text).text(text))
                .hasMessageContaining("text is set twice");
        assertThatThrownBy(() -> WireFixtures.builder().noTools().tools(text))
                .hasMessageContaining("tools is set twice");
        assertThatCode(() -> WireFixtures.builder()
                        .text(text)
                        .noTools()
                        .error("bad key", 401, "{}", ErrorKind.AUTHENTICATION)
                        .build())
                .doesNotThrowAnyException();
    }
}
