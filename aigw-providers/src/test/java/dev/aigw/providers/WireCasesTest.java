package dev.aigw.providers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.Credential;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatAccumulator;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.anthropic.AnthropicAdapter;
import dev.aigw.providers.bedrock.BedrockAdapter;
import dev.aigw.providers.cohere.CohereAdapter;
import dev.aigw.providers.gemini.GeminiAdapter;
import dev.aigw.providers.mistral.Mistral;
import dev.aigw.providers.ollama.OllamaAdapter;
import dev.aigw.providers.openai.Dialects;
import dev.aigw.providers.openai.OpenAiAdapter;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.SocketEffect;
import okio.Buffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Replies as servers send them, byte for byte, and what each must give. Those are in {@code src/test/resources/wire},
 * made after what users of other clients reported. Each is served in small pieces, to the adapter it was reported for
 * and to those that share the mechanism.
 */
class WireCasesTest {

    private static final String SSE = "text/event-stream";
    private static final String JSON = "application/json";
    private static final String LINES = "application/x-ndjson";
    private static final String FRAMES = "application/vnd.amazon.eventstream";
    private static final String ALIKE = "openai,mistral,openrouter,vllm";

    /** How the connection ends. */
    private enum End {
        CLEAN,
        BROKEN,
        HELD_OPEN
    }

    /** What a call gave: an answer with its events, or a failure. */
    private record Outcome(
            @Nullable ChatResponse response,
            List<ChatEvent> events,
            @Nullable GatewayException failure,
            Duration took,
            int requests) {

        ChatResponse answer() {
            assertThat(failure).isNull();
            return Objects.requireNonNull(response);
        }

        GatewayException failed() {
            assertThat(failure).as("failure in place of %s", response).isNotNull();
            return Objects.requireNonNull(failure);
        }
    }

    private record Case(
            String file, String adapters, boolean streamed, String type, int status, End end, Consumer<Outcome> check) {

        Case status(int other) {
            return new Case(file, adapters, streamed, type, other, end, check);
        }

        Case end(End other) {
            return new Case(file, adapters, streamed, type, status, other, check);
        }
    }

    private static Case stream(String file, String adapters, String type, Consumer<Outcome> check) {
        return new Case(file, adapters, true, type, 200, End.CLEAN, check);
    }

    private static Case plain(String file, String adapters, String type, Consumer<Outcome> check) {
        return new Case(file, adapters, false, type, 200, End.CLEAN, check);
    }

    private static final List<Case> CASES = List.of(
            // an event that cannot be read leaves no hole
            stream("t19-lost-fragment-valid-json", ALIKE, SSE, call("bash", "{\"cmd\":\"rm -rf out/tmp/build\"}")),
            stream("o27-raw-control-char", ALIKE, SSE, text("Do not\t delete it.")),
            stream("a03-two-deltas-one-event", "anthropic", SSE, text("The answer is not 42.")),
            stream("o05b-empty-data-120", ALIKE, SSE, text("Hello")),
            // tool calls
            stream("t01-late-name", ALIKE, SSE, call("get_weather", "{\"city\":\"Paris\"}")),
            stream("t05-noindex-id-repeated", ALIKE, SSE, call("bash", "{\"cmd\":\"ls\"}")),
            stream(
                    "t11-random-id-per-chunk",
                    ALIKE,
                    SSE,
                    call("bash", "{\"cmd\":\"ls\"}")
                            .andThen(outcome ->
                                    assertThat(onlyCall(outcome).id()).isEqualTo("call_11"))),
            stream("t13-cumulative-args", ALIKE, SSE, call("w", "{\"city\":\"Paris\"}")),
            plain("t18-null-string-id-parallel", ALIKE, JSON, outcome -> {
                List<ToolCall> calls = outcome.answer().toolCalls();
                assertThat(calls).extracting(ToolCall::name).containsExactly("a", "b");
                assertThat(calls)
                        .extracting(ToolCall::id)
                        .doesNotHaveDuplicates()
                        .doesNotContain("null", "");
            }),
            stream("t23-index-text", ALIKE, SSE, calls("f", "{\"x\":1}", "g", "{\"y\":2}")),
            stream("t20-same-id-responses", "responses", SSE, calls("f", "{\"x\":1}", "f", "{\"x\":2}")),
            plain("t20-same-id-responses-plain", "responses", JSON, calls("f", "{}", "g", "{}")),
            stream("t20-same-id-anthropic", "anthropic", SSE, calls("f", "{\"x\":1}", "g", "{\"y\":1}")),
            plain("t20-same-id-anthropic-plain", "anthropic", JSON, calls("f", "{}", "g", "{}")),
            stream("t20-same-id-gemini", "gemini", SSE, calls("f", "{}", "f", "{\"x\":1}")),
            stream("t20-same-id-cohere", "cohere", SSE, calls("f", "{\"x\":1}", "f", "{\"x\":2}")),
            stream("t20-no-id-cohere", "cohere", SSE, calls("f", "{\"x\":1}", "f", "{\"x\":2}")),
            plain("t20-same-id-cohere-plain", "cohere", JSON, calls("f", "{}", "f", "{\"x\":1}")),
            plain("t20-no-id-cohere-plain", "cohere", JSON, calls("f", "{}", "f", "{}")),
            stream("t20-same-id-ollama", "ollama", LINES, calls("f", "{\"x\":1}", "g", "{}")),
            stream("t20-null-id-ollama", "ollama", LINES, calls("f", "{}", "g", "{}")),
            plain("t20-same-id-ollama-plain", "ollama", JSON, calls("f", "{}", "g", "{}")),
            stream("t20-same-id-bedrock", "bedrock", FRAMES, calls("f", "{\"x\":1}", "f", "{\"x\":2}")),
            plain("t20-same-id-bedrock-plain", "bedrock", JSON, calls("f", "{}", "g", "{}")),
            stream("t21-arguments-object-responses", "responses", SSE, calls("f", "{\"x\":1}")),
            plain("t21-arguments-object-responses-plain", "responses", JSON, calls("f", "{\"x\":1}")),
            stream("t21-arguments-object-cohere", "cohere", SSE, calls("f", "{\"x\":1}")),
            stream("t21-arguments-object-delta-cohere", "cohere", SSE, calls("f", "{\"x\":1}")),
            plain("t21-arguments-object-cohere-plain", "cohere", JSON, calls("f", "{\"x\":1}")),
            stream("t21-arguments-object-bedrock", "bedrock", FRAMES, calls("f", "{\"x\":1}")),
            plain("t22-arguments-text-anthropic-plain", "anthropic", JSON, calls("f", "{\"x\":1}")),
            stream("t22-arguments-text-gemini", "gemini", SSE, calls("f", "{\"x\":1}")),
            plain("t22-arguments-text-gemini-plain", "gemini", JSON, calls("f", "{\"x\":1}")),
            plain("t22-arguments-text-bedrock-plain", "bedrock", JSON, calls("f", "{\"x\":1}")),
            // a stop with tool calls
            stream("t15-stop-with-tools", ALIKE, SSE, called("stop")),
            plain("t15-stop-with-tools-plain", ALIKE, JSON, called("stop")),
            plain("a09-end-turn-with-tool", "anthropic", JSON, called("end_turn")),
            stream("b03-end-turn-with-tool", "bedrock", FRAMES, called("end_turn")),
            // ends
            stream("g01-early-stop", "gemini", SSE, text("Hello").andThen(outcome -> {
                assertThat(outcome.events)
                        .filteredOn(ChatEvent.Finished.class::isInstance)
                        .hasSize(1);
                int last = outcome.events.size() - 1;
                while (!outcome.events.get(last).isContent()) {
                    last--;
                }
                assertThat(outcome.events.subList(0, last)).noneMatch(ChatEvent.Finished.class::isInstance);
            })),
            stream("g04-cut-after-finish", "gemini", SSE, text("Hello")).end(End.BROKEN),
            stream("o10-cut-after-finish", ALIKE, SSE, text("Hello")).end(End.BROKEN),
            stream("o22-done-trailing-space", ALIKE, SSE, text("Hi")),
            stream(
                            "o24-held-open-after-finish",
                            "openai",
                            SSE,
                            text("Hello")
                                    .andThen(outcome -> assertThat(outcome.took).isLessThan(Duration.ofSeconds(3))))
                    .end(End.HELD_OPEN),
            // errors
            stream("g07-array-error-in-stream", "gemini", SSE, fails("The model is overloaded.", ErrorKind.OVERLOADED)),
            stream(
                    "l02-midstream-error-object",
                    "ollama",
                    LINES,
                    fails("Internal server error", ErrorKind.SERVER_ERROR)),
            stream(
                    "o03-unframed-json-error",
                    ALIKE,
                    SSE,
                    fails("exceeds the available context size", ErrorKind.CONTEXT_TOO_LONG)),
            stream(
                    "o04-event-error-bare",
                    ALIKE + ",anthropic,gemini",
                    SSE,
                    fails("quota exceeded for this project", ErrorKind.RATE_LIMITED, ErrorKind.QUOTA_EXHAUSTED)),
            plain(
                            "o16-array-error-400",
                            ALIKE,
                            JSON,
                            fails("Please use a valid role", ErrorKind.INVALID_REQUEST)
                                    .andThen(outcome -> assertThat(
                                                    outcome.failed().vendorCode())
                                            .isEqualTo("INVALID_ARGUMENT")))
                    .status(400),
            plain("o17-error-empty-string", ALIKE, JSON, text("Hello")),
            // what a body is
            stream("o06-json-for-stream", ALIKE, JSON, text("Hello")),
            stream(
                    "o09-gzip-sse",
                    ALIKE,
                    SSE,
                    outcome -> assertThat(outcome.answer().text()).isNotEmpty()),
            stream("l04-ctype-eventstream", "ollama", SSE, text("Hello")),
            plain("o07-sse-for-plain", ALIKE, SSE, text("Hello")),
            plain("o08-json-plus-done", ALIKE, SSE, text("Hello")),
            // contents
            stream(
                    "a01-compaction",
                    "anthropic",
                    SSE,
                    text("Hi")
                            .andThen(outcome -> assertThat(
                                            outcome.answer().message().parts())
                                    .first()
                                    .isEqualTo(new ContentPart.Raw(
                                            "anthropic",
                                            Map.of(
                                                    "type", "compaction",
                                                    "content", "<summary>We talked about ducks</summary>",
                                                    "encrypted_content", "ENC=="))))),
            stream("a02-delta-input-zero", "anthropic", SSE, usage(15, 900)),
            plain("o13-usage-cached-excluded", ALIKE, JSON, usage(5500, 11952)),
            stream(
                    "o12-reasoning-empty-first",
                    ALIKE,
                    SSE,
                    text("4")
                            .andThen(outcome -> assertThat(
                                            outcome.answer().message().parts())
                                    .contains(new ContentPart.Reasoning("Thinking", null, null, null, null)))),
            plain("o14-no-message", ALIKE, JSON, outcome -> {
                assertThat(outcome.answer().message().parts()).isEmpty();
                assertThat(outcome.answer().finishReason().kind()).isEqualTo(FinishReason.Kind.LENGTH);
                assertThat(outcome.requests).isEqualTo(1);
            }),
            plain(
                    "o11-images-plain",
                    ALIKE,
                    JSON,
                    text("Here is Snoopy")
                            .andThen(outcome -> assertThat(
                                            outcome.answer().message().parts())
                                    .hasSize(2)
                                    .last()
                                    .isInstanceOf(ContentPart.Image.class))),
            plain(
                    "o11c-audio-plain",
                    ALIKE,
                    JSON,
                    text("Hello there")
                            .andThen(outcome -> assertThat(
                                            outcome.answer().message().parts())
                                    .hasSize(2)
                                    .last()
                                    .isInstanceOf(ContentPart.Audio.class))),
            plain(
                    "o18-mistral-reference",
                    ALIKE,
                    JSON,
                    text("The answer is 4.")
                            .andThen(outcome -> assertThat(
                                            outcome.answer().message().parts())
                                    .extracting(part -> (Object) part.getClass())
                                    .containsExactly(
                                            ContentPart.Text.class, ContentPart.Raw.class, ContentPart.Text.class))),
            stream("a09-end-turn-with-tool", "anthropic", JSON, called("end_turn")),
            stream(
                    "o11-images-plain",
                    ALIKE,
                    JSON,
                    text("Here is Snoopy")
                            .andThen(outcome -> assertThat(
                                            outcome.answer().message().parts())
                                    .hasSize(2))),
            stream(
                    "o18-mistral-reference",
                    ALIKE,
                    JSON,
                    text("The answer is 4.")
                            .andThen(outcome -> assertThat(
                                            outcome.answer().message().parts())
                                    .hasSize(3))),
            plain("l04-ctype-eventstream", "ollama", LINES, text("Hello")),
            plain("t19-lost-fragment-valid-json", ALIKE, SSE, call("bash", "{\"cmd\":\"rm -rf out/tmp/build\"}")),
            stream("t24-two-whole-calls-one-id", ALIKE, SSE, calls("f", "{\"x\":1}", "f", "{\"x\":2}")),
            stream("t25-calls-no-list", ALIKE, SSE, calls("f", "{\"x\":1}")),
            stream("t26-calls-in-last-message", ALIKE, SSE, calls("f", "{\"x\":1}")),
            stream("t27-empty-object-at-end", ALIKE, SSE, calls("f", "{\"x\":1}")),
            stream("o28-raw-deflate", ALIKE, SSE, text("Hello")),
            stream("o28-deflate", ALIKE, SSE, text("Hello")),
            stream(
                    "o29-content-object",
                    ALIKE,
                    SSE,
                    fails("a content of the answer is no text", ErrorKind.MALFORMED_RESPONSE)),
            plain(
                    "o29-content-number-plain",
                    ALIKE,
                    JSON,
                    fails("a content of the answer is no text", ErrorKind.MALFORMED_RESPONSE)),
            stream(
                    "l05-content-list",
                    "ollama",
                    LINES,
                    fails("a content of the answer is no text", ErrorKind.MALFORMED_RESPONSE)),
            plain(
                    "l05-content-list-plain",
                    "ollama",
                    JSON,
                    fails("a content of the answer is no text", ErrorKind.MALFORMED_RESPONSE)),
            plain("l06-not-done-plain", "ollama", JSON, fails("not done", ErrorKind.MALFORMED_RESPONSE)),
            stream("o30-completion-text", ALIKE, SSE, text("Hello")),
            plain("o30-completion-text-plain", ALIKE, JSON, text("Hello")),
            stream("o31-finish-word-null", ALIKE, SSE, text("Hi there")),
            plain("o32-sound-not-base64-plain", ALIKE, JSON, fails("not base64", ErrorKind.MALFORMED_RESPONSE)),
            plain("o33-usage-of-other-names-plain", ALIKE, JSON, usage(10, 0)),
            stream("o33-usage-of-other-names", ALIKE, SSE, usage(10, 0)),
            stream("o34-usage-in-choice", ALIKE, SSE, usage(10, 0)),
            stream("g08-only-index-1", "gemini", SSE, text("B")),
            plain("g08-only-index-1-plain", "gemini", JSON, text("B")),
            stream("g09-parts-no-list", "gemini", SSE, text("Hi")),
            stream("o35-no-blank-lines", ALIKE, SSE, text("Hello")),
            stream(
                    "o36-only-reasoning-details",
                    ALIKE,
                    SSE,
                    text("4")
                            .andThen(outcome -> assertThat(
                                            outcome.answer().message().parts())
                                    .contains(new ContentPart.Reasoning("Think", null, null, null, null)))),
            plain(
                    "o36-only-reasoning-details-plain",
                    ALIKE,
                    JSON,
                    text("4")
                            .andThen(outcome -> assertThat(
                                            outcome.answer().message().parts())
                                    .contains(new ContentPart.Reasoning("Think", null, null, null, null)))),
            // the Responses API
            stream("r01-only-text-done", "responses", SSE, text("Hello")),
            stream(
                    "r03-only-completed",
                    "responses",
                    SSE,
                    call("w", "{\"city\":\"Paris\"}")
                            .andThen(outcome ->
                                    assertThat(outcome.answer().text()).isEqualTo("Hello"))),
            stream("r05-only-item-added", "responses", SSE, calls("f", "{\"x\":1}")),
            stream("r06-text-done-longer", "responses", SSE, text("Hello")),
            stream(
                    "r07-lost-delta-in-text",
                    "responses",
                    SSE,
                    fails(
                            "a text of the answer differs from its pieces",
                            ErrorKind.STREAM_INTERRUPTED,
                            ErrorKind.MALFORMED_RESPONSE)),
            stream(
                    "r08-lost-delta-in-arguments",
                    "responses",
                    SSE,
                    fails(
                            "the arguments of a call differ from their pieces",
                            ErrorKind.STREAM_INTERRUPTED,
                            ErrorKind.MALFORMED_RESPONSE)),
            stream(
                    "r09-arguments-of-no-call",
                    "responses",
                    SSE,
                    fails(
                            "arguments came for a call that did not begin",
                            ErrorKind.STREAM_INTERRUPTED,
                            ErrorKind.MALFORMED_RESPONSE)),
            stream("r10-all-index-0", "responses", SSE, calls("f", "{\"x\":1}", "g", "{\"y\":1}")),
            stream("r04-no-indices", "responses", SSE, outcome -> {
                ChatResponse answer = outcome.answer();
                assertThat(answer.text()).isEqualTo("Let me");
                assertThat(answer.message().parts())
                        .contains(new ContentPart.Reasoning("think", null, null, null, null));
                assertThat(answer.toolCalls())
                        .containsExactly(
                                new ToolCall("call_1", "w", "{\"city\":\"Paris\"}"),
                                new ToolCall("call_2", "t", "{\"tz\":\"CET\"}"));
            }));

    // ------------------------------------------------------------------------------------------------ what they give

    private static Consumer<Outcome> text(String text) {
        return outcome -> {
            ChatResponse answer = outcome.answer();
            assertThat(answer.text()).isEqualTo(text);
            assertThat(answer.finishReason().kind()).isEqualTo(FinishReason.Kind.STOP);
            assertThat(answer.warnings()).isEmpty();
        };
    }

    private static ToolCall onlyCall(Outcome outcome) {
        assertThat(outcome.answer().toolCalls()).hasSize(1);
        return outcome.answer().toolCalls().get(0);
    }

    private static Consumer<Outcome> call(String name, String arguments) {
        return outcome -> {
            ToolCall call = onlyCall(outcome);
            assertThat(call.name()).isEqualTo(name);
            assertThat(call.arguments()).isEqualTo(arguments);
            assertThat(call.id()).isNotEmpty();
            assertThat(outcome.answer().finishReason().kind()).isEqualTo(FinishReason.Kind.TOOL_CALLS);
        };
    }

    /** An answer with these calls, each a name and its arguments, and ids of their own. */
    private static Consumer<Outcome> calls(String... namesAndArguments) {
        return outcome -> {
            List<ToolCall> calls = outcome.answer().toolCalls();
            List<String> given = new ArrayList<>();
            calls.forEach(call -> given.addAll(List.of(call.name(), call.arguments())));
            assertThat(given).containsExactly(namesAndArguments);
            assertThat(calls).extracting(ToolCall::id).doesNotHaveDuplicates().doesNotContain("null", "");
            assertThat(outcome.answer().finishReason().kind()).isEqualTo(FinishReason.Kind.TOOL_CALLS);
        };
    }

    private static Consumer<Outcome> called(String raw) {
        return outcome -> assertThat(outcome.answer().finishReason())
                .isEqualTo(FinishReason.of(FinishReason.Kind.TOOL_CALLS, raw));
    }

    private static Consumer<Outcome> usage(long input, long cacheRead) {
        return outcome -> {
            TokenUsage usage = outcome.answer().usage();
            assertThat(usage.getOrZero(TokenUsage.Bucket.INPUT)).isEqualTo(input);
            assertThat(usage.getOrZero(TokenUsage.Bucket.CACHE_READ)).isEqualTo(cacheRead);
        };
    }

    private static Consumer<Outcome> fails(String words, ErrorKind... kinds) {
        return outcome -> {
            assertThat(outcome.failed()).hasMessageContaining(words);
            assertThat(outcome.failed().kind()).isIn((Object[]) kinds);
        };
    }

    // -------------------------------------------------------------------------------------------------- the machinery

    @TestFactory
    Stream<DynamicTest> eachReplyGivesWhatItMeans() {
        return CASES.stream()
                .flatMap(given -> Stream.of(given.adapters().split(","))
                        .map(adapter -> DynamicTest.dynamicTest(
                                given.file() + " at " + adapter,
                                () -> given.check().accept(outcome(given, adapter)))));
    }

    private static Outcome outcome(Case given, String name) throws IOException {
        try (MockWebServer server = new MockWebServer()) {
            server.start();
            server.enqueue(reply(given));
            long before = System.nanoTime();
            List<ChatEvent> events = new ArrayList<>();
            ChatResponse response = null;
            GatewayException failure = null;
            try (ProviderAdapter adapter = adapter(name, server.url("/").toString())) {
                ChatRequest request = ChatRequest.of("any", "x");
                RecordingAttempt attempt = new RecordingAttempt("model");
                response = given.streamed()
                        ? streamed(adapter.call(ChatRequest.CHAT_STREAM, request, attempt), events)
                        : adapter.call(ChatRequest.CHAT, request, attempt);
            } catch (GatewayException e) {
                failure = e;
            }
            Duration took = Duration.ofNanos(System.nanoTime() - before);
            return new Outcome(response, events, failure, took, server.getRequestCount());
        }
    }

    private static ChatResponse streamed(ChatStream opened, List<ChatEvent> events) {
        ChatAccumulator answer = new ChatAccumulator();
        try (ChatStream stream = opened) {
            for (ChatEvent event : stream) {
                events.add(event);
                answer.add(event);
            }
        }
        return answer.toResponse();
    }

    private static MockResponse reply(Case given) throws IOException {
        Buffer body = new Buffer();
        try (InputStream file =
                Objects.requireNonNull(WireCasesTest.class.getResourceAsStream("/wire/" + given.file() + ".bytes"))) {
            body.write(file.readAllBytes());
        }
        MockResponse.Builder reply =
                new MockResponse.Builder().code(given.status()).setHeader("Content-Type", given.type());
        if (given.file().contains("gzip")) {
            reply.setHeader("Content-Encoding", "gzip");
        } else if (given.file().contains("deflate")) {
            reply.setHeader("Content-Encoding", "deflate");
        }
        int size = (int) body.size();
        return switch (given.end()) {
            case CLEAN -> reply.chunkedBody(body, 7).build();
            case BROKEN ->
                reply.body(body)
                        .setHeader("Content-Length", size + 1000)
                        .onResponseEnd(new SocketEffect.CloseSocket())
                        .build();
            case HELD_OPEN ->
                reply.body(body.writeUtf8(": held open\n\n".repeat(20 * size / 13)))
                        .throttleBody(size, 300, TimeUnit.MILLISECONDS)
                        .build();
        };
    }

    private static ProviderAdapter adapter(String name, String url) {
        return switch (name) {
            case "openai" -> OpenAiAdapter.builder().baseUrl(url).build();
            case "openrouter" ->
                OpenAiAdapter.builder(Dialects.OPENROUTER).baseUrl(url).build();
            case "vllm" -> OpenAiAdapter.builder(Dialects.VLLM).baseUrl(url).build();
            case "mistral" -> Mistral.builder().baseUrl(url).build();
            case "responses" ->
                OpenAiAdapter.builder().responsesApi(true).baseUrl(url).build();
            case "anthropic" -> AnthropicAdapter.builder().baseUrl(url).build();
            case "gemini" -> GeminiAdapter.builder().baseUrl(url).build();
            case "cohere" -> CohereAdapter.builder().baseUrl(url).build();
            case "ollama" -> OllamaAdapter.builder().baseUrl(url).build();
            case "bedrock" ->
                BedrockAdapter.builder()
                        .region("eu-west-1")
                        .baseUrl(url)
                        .credential(Credential.of("key"))
                        .build();
            default -> throw new IllegalArgumentException(name);
        };
    }
}
