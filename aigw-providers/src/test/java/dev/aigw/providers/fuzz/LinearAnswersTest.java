package dev.aigw.providers.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.Credential;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.RecordingAttempt;
import dev.aigw.providers.anthropic.AnthropicAdapter;
import dev.aigw.providers.bedrock.BedrockAdapter;
import dev.aigw.providers.cohere.CohereAdapter;
import dev.aigw.providers.gemini.GeminiAdapter;
import dev.aigw.providers.ollama.OllamaAdapter;
import dev.aigw.providers.openai.OpenAiAdapter;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import okhttp3.Headers;
import okhttp3.OkHttpClient;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The time to read an answer grows as its length: four times as much of anything takes about four times as long, and
 * not sixteen times. It is measured in CPU time of this thread, which other work on the machine hardly changes.
 */
class LinearAnswersTest {

    /** Between 4 and 16; what is quadratic comes near the latter. */
    private static final double MOST_GROWTH = 9;

    /** What takes less than this is not measured well enough to be compared, and is no harm either. */
    private static final long LEAST_NANOS = 150_000_000;

    /**
     * An answer.
     *
     * @param body makes one with so many parts
     */
    private record Case(
            String name,
            Function<OkHttpClient, ProviderAdapter> adapter,
            String type,
            int size,
            IntFunction<String> body) {

        @Override
        public String toString() {
            return name;
        }
    }

    private static ProviderAdapter openAi(OkHttpClient client) {
        return OpenAiAdapter.builder().httpClient(client).build();
    }

    private static ProviderAdapter responses(OkHttpClient client) {
        return OpenAiAdapter.builder().responsesApi(true).httpClient(client).build();
    }

    private static ProviderAdapter anthropic(OkHttpClient client) {
        return AnthropicAdapter.builder().httpClient(client).build();
    }

    private static ProviderAdapter gemini(OkHttpClient client) {
        return GeminiAdapter.builder().httpClient(client).build();
    }

    private static ProviderAdapter cohere(OkHttpClient client) {
        return CohereAdapter.builder().httpClient(client).build();
    }

    private static ProviderAdapter ollama(OkHttpClient client) {
        return OllamaAdapter.builder().httpClient(client).build();
    }

    private static ProviderAdapter bedrock(OkHttpClient client) {
        return BedrockAdapter.builder()
                .region("eu-west-1")
                .credential(Credential.of("key"))
                .httpClient(client)
                .build();
    }

    private static String many(int count, String separator, IntFunction<String> item) {
        return IntStream.range(0, count).mapToObj(item).collect(Collectors.joining(separator));
    }

    private static String chunks(int count, IntFunction<String> delta) {
        return many(count, "", i -> "data: {\"choices\":[{\"index\":0,\"delta\":{" + delta.apply(i) + "}}]}\n\n")
                + "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
    }

    private static String fragment(String index, String id, String name, String arguments) {
        return "\"tool_calls\":[{" + (index.isEmpty() ? "" : "\"index\":" + index + ",")
                + (id.isEmpty() ? "" : "\"id\":\"" + id + "\",") + "\"function\":{"
                + (name.isEmpty() ? "" : "\"name\":\"" + name + "\",") + "\"arguments\":\"" + arguments + "\"}}]";
    }

    private static String choice(String message) {
        return "{\"index\":0,\"finish_reason\":\"stop\",\"message\":{\"role\":\"assistant\"," + message + "}}";
    }

    private static String openAiReply(String message) {
        return "{\"id\":\"1\",\"choices\":[" + choice(message) + "]}";
    }

    private static Case plain(
            String name, Function<OkHttpClient, ProviderAdapter> adapter, int size, IntFunction<String> body) {
        return new Case(name, adapter, "application/json", size, body);
    }

    private static Case stream(
            String name, Function<OkHttpClient, ProviderAdapter> adapter, int size, IntFunction<String> body) {
        return new Case(name, adapter, "text/event-stream", size, body);
    }

    static List<Case> cases() {
        return List.of(
                plain(
                        "openai: calls",
                        LinearAnswersTest::openAi,
                        10_000,
                        n -> openAiReply("\"tool_calls\":["
                                + many(
                                        n,
                                        ",",
                                        i -> "{\"id\":\"c" + i
                                                + "\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}")
                                + "]")),
                plain(
                        "openai: calls of one id",
                        LinearAnswersTest::openAi,
                        10_000,
                        n -> openAiReply("\"tool_calls\":["
                                + many(n, ",", i -> "{\"id\":\"c\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}")
                                + "]")),
                plain(
                        "openai: calls without an id",
                        LinearAnswersTest::openAi,
                        10_000,
                        n -> openAiReply("\"tool_calls\":["
                                + many(n, ",", i -> "{\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}") + "]")),
                plain(
                        "openai: choices",
                        LinearAnswersTest::openAi,
                        10_000,
                        n -> "{\"choices\":[" + many(n, ",", i -> choice("\"content\":\"a\"")) + "]}"),
                plain(
                        "openai: citations",
                        LinearAnswersTest::openAi,
                        10_000,
                        n -> openAiReply("\"content\":\"" + "a".repeat(100) + "\",\"annotations\":["
                                + many(
                                        n,
                                        ",",
                                        i -> "{\"type\":\"url_citation\",\"url_citation\":{\"url\":\"https://a.example/"
                                                + i + "\",\"start_index\":0,\"end_index\":9,\"title\":\"t\"}}")
                                + "]")),
                plain(
                        "openai: parts",
                        LinearAnswersTest::openAi,
                        10_000,
                        n -> openAiReply(
                                "\"content\":[" + many(n, ",", i -> "{\"type\":\"text\",\"text\":\"a\"}") + "]")),
                stream("openai: text", LinearAnswersTest::openAi, 20_000, n -> chunks(n, i -> "\"content\":\"a\"")),
                stream(
                        "openai: texts of changing choices",
                        LinearAnswersTest::openAi,
                        20_000,
                        n -> many(
                                n,
                                "",
                                i -> "data: {\"choices\":[{\"index\":" + i + ",\"delta\":{\"content\":\"a\"}}]}\n\n")),
                stream(
                        "openai: arguments",
                        LinearAnswersTest::openAi,
                        20_000,
                        n -> chunks(
                                n,
                                i -> fragment(
                                        "0", i == 0 ? "c" : "", i == 0 ? "f" : "", i == 0 ? "{\\\"a\\\":\\\"" : "x"))),
                stream(
                        "openai: arguments, each with id and name",
                        LinearAnswersTest::openAi,
                        10_000,
                        n -> chunks(n, i -> fragment("0", "c", "f", i == 0 ? "{\\\"a\\\":\\\"" : "{}"))),
                stream(
                        "openai: arguments with a name and no index",
                        LinearAnswersTest::openAi,
                        10_000,
                        n -> chunks(n, i -> fragment("", "", "f", i == 0 ? "{\\\"a\\\":\\\"" : "x{}"))),
                stream(
                        "openai: objects after whole arguments",
                        LinearAnswersTest::openAi,
                        10_000,
                        n -> chunks(
                                n,
                                i -> fragment(
                                        "0",
                                        i == 0 ? "c" : "",
                                        i == 0 ? "f" : "",
                                        i == 0 ? "{\\\"a\\\":\\\"" + "x".repeat(10 * n) + "\\\"}" : "{}"))),
                stream(
                        "openai: objects after whole arguments, each with id and name",
                        LinearAnswersTest::openAi,
                        10_000,
                        n -> chunks(
                                n,
                                i -> fragment(
                                        "0",
                                        "c",
                                        "f",
                                        i == 0 ? "{\\\"a\\\":\\\"" + "x".repeat(10 * n) + "\\\"}" : "{}"))),
                stream(
                        "openai: arguments that begin again",
                        LinearAnswersTest::openAi,
                        20_000,
                        n -> chunks(
                                n,
                                i -> fragment(
                                        "0",
                                        i == 0 ? "c" : "",
                                        i == 0 ? "f" : "",
                                        i < 2 ? "{" : "xxxxxxxxxxxxxxxxxxxx"))),
                stream(
                        "openai: calls",
                        LinearAnswersTest::openAi,
                        1_200,
                        n -> chunks(n, i -> fragment("" + i, "c" + i, "f", "{}"))),
                stream(
                        "openai: calls without names",
                        LinearAnswersTest::openAi,
                        10_000,
                        n -> chunks(n, i -> fragment("", "c" + i, "", "x"))),
                stream(
                        "openai: calls of one id",
                        LinearAnswersTest::openAi,
                        1_200,
                        n -> chunks(n, i -> fragment("" + i, "c", "f" + i, "{}"))),
                plain(
                        "responses: calls of one id",
                        LinearAnswersTest::responses,
                        10_000,
                        n -> "{\"id\":\"1\",\"status\":\"completed\",\"output\":["
                                + many(
                                        n,
                                        ",",
                                        i ->
                                                "{\"type\":\"function_call\",\"call_id\":\"c\",\"name\":\"f\",\"arguments\":\"{}\"}")
                                + "]}"),
                plain(
                        "responses: citations",
                        LinearAnswersTest::responses,
                        10_000,
                        n ->
                                "{\"id\":\"1\",\"status\":\"completed\",\"output\":[{\"type\":\"message\",\"role\":\"assistant\",\"content\":[{\"type\":\"output_text\",\"text\":\""
                                        + "a".repeat(100) + "\",\"annotations\":["
                                        + many(
                                                n,
                                                ",",
                                                i -> "{\"type\":\"url_citation\",\"url\":\"https://a.example/" + i
                                                        + "\",\"start_index\":0,\"end_index\":9,\"title\":\"t\"}")
                                        + "]}]}]}"),
                stream(
                        "responses: text of changing parts",
                        LinearAnswersTest::responses,
                        10_000,
                        n -> many(
                                n,
                                "",
                                i -> "data: {\"type\":\"response.output_text.delta\",\"output_index\":" + (i % 1000)
                                        + ",\"content_index\":0,\"delta\":\"a\"}\n\n")),
                stream(
                        "responses: annotations",
                        LinearAnswersTest::responses,
                        10_000,
                        n -> many(
                                n,
                                "",
                                i ->
                                        "data: {\"type\":\"response.output_text.annotation.added\",\"output_index\":0,\"content_index\":0,\"annotation\":{\"type\":\"url_citation\",\"url\":\"https://a.example/"
                                                + i + "\",\"start_index\":0,\"end_index\":9,\"title\":\"t\"}}\n\n")),
                stream(
                        "responses: arguments",
                        LinearAnswersTest::responses,
                        20_000,
                        n ->
                                "data: {\"type\":\"response.output_item.added\",\"output_index\":0,\"item\":{\"type\":\"function_call\",\"id\":\"i\",\"call_id\":\"c\",\"name\":\"f\",\"arguments\":\"\"}}\n\n"
                                        + many(
                                                n,
                                                "",
                                                i ->
                                                        "data: {\"type\":\"response.function_call_arguments.delta\",\"output_index\":0,\"item_id\":\"i\",\"delta\":\"x\"}\n\n")),
                plain(
                        "anthropic: calls of one id",
                        LinearAnswersTest::anthropic,
                        10_000,
                        n ->
                                "{\"id\":\"1\",\"type\":\"message\",\"role\":\"assistant\",\"stop_reason\":\"tool_use\",\"content\":["
                                        + many(
                                                n,
                                                ",",
                                                i -> "{\"type\":\"tool_use\",\"id\":\"c\",\"name\":\"f\",\"input\":{}}")
                                        + "]}"),
                plain(
                        "anthropic: citations",
                        LinearAnswersTest::anthropic,
                        10_000,
                        n ->
                                "{\"id\":\"1\",\"type\":\"message\",\"role\":\"assistant\",\"stop_reason\":\"end_turn\",\"content\":[{\"type\":\"text\",\"text\":\"a\",\"citations\":["
                                        + many(
                                                n,
                                                ",",
                                                i ->
                                                        "{\"type\":\"char_location\",\"cited_text\":\"a\",\"document_index\":0,\"start_char_index\":0,\"end_char_index\":1}")
                                        + "]}]}"),
                stream(
                        "anthropic: arguments",
                        LinearAnswersTest::anthropic,
                        20_000,
                        n ->
                                "data: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"tool_use\",\"id\":\"c\",\"name\":\"f\",\"input\":{}}}\n\n"
                                        + many(
                                                n,
                                                "",
                                                i ->
                                                        "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"x\"}}\n\n")),
                stream(
                        "anthropic: text of changing blocks",
                        LinearAnswersTest::anthropic,
                        10_000,
                        n -> many(
                                n,
                                "",
                                i -> "data: {\"type\":\"content_block_delta\",\"index\":" + (i % 1000)
                                        + ",\"delta\":{\"type\":\"text_delta\",\"text\":\"x\"}}\n\n")),
                plain(
                        "gemini: calls",
                        LinearAnswersTest::gemini,
                        10_000,
                        n -> "{\"candidates\":[{\"content\":{\"parts\":["
                                + many(n, ",", i -> "{\"functionCall\":{\"name\":\"f\",\"args\":{}}}")
                                + "]},\"finishReason\":\"STOP\"}]}"),
                plain(
                        "gemini: texts",
                        LinearAnswersTest::gemini,
                        10_000,
                        n -> "{\"candidates\":[{\"content\":{\"parts\":[" + many(n, ",", i -> "{\"text\":\"a\"}")
                                + "]},\"finishReason\":\"STOP\"}]}"),
                plain(
                        "gemini: candidates",
                        LinearAnswersTest::gemini,
                        10_000,
                        n -> "{\"candidates\":["
                                + many(
                                        n,
                                        ",",
                                        i -> "{\"content\":{\"parts\":[{\"text\":\"a\"}]},\"finishReason\":\"STOP\"}")
                                + "]}"),
                plain(
                        "gemini: grounding",
                        LinearAnswersTest::gemini,
                        8_000,
                        n ->
                                "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"aaaa\"}]},\"finishReason\":\"STOP\",\"groundingMetadata\":{\"groundingChunks\":["
                                        + many(
                                                n,
                                                ",",
                                                i -> "{\"web\":{\"uri\":\"https://a.example/" + i
                                                        + "\",\"title\":\"t\"}}")
                                        + "],\"groundingSupports\":["
                                        + many(
                                                n,
                                                ",",
                                                i ->
                                                        "{\"segment\":{\"startIndex\":0,\"endIndex\":2},\"groundingChunkIndices\":["
                                                                + i + "]}")
                                        + "]}}]}"),
                stream(
                        "gemini: chunks",
                        LinearAnswersTest::gemini,
                        10_000,
                        n -> many(
                                n,
                                "",
                                i -> "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\"}]}}]}\n\n")),
                stream(
                        "gemini: thoughts and texts",
                        LinearAnswersTest::gemini,
                        4_000,
                        n -> many(
                                n,
                                "",
                                i -> "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\",\"thought\":"
                                        + (i % 2 == 0) + "}]}}]}\n\n")),
                plain(
                        "cohere: calls of one id",
                        LinearAnswersTest::cohere,
                        10_000,
                        n ->
                                "{\"id\":\"1\",\"finish_reason\":\"TOOL_CALL\",\"message\":{\"role\":\"assistant\",\"tool_calls\":["
                                        + many(
                                                n,
                                                ",",
                                                i ->
                                                        "{\"id\":\"c\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}")
                                        + "]}}"),
                plain(
                        "cohere: citations",
                        LinearAnswersTest::cohere,
                        8_000,
                        n ->
                                "{\"id\":\"1\",\"finish_reason\":\"COMPLETE\",\"message\":{\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\""
                                        + "a".repeat(100) + "\"}],\"citations\":["
                                        + many(
                                                n,
                                                ",",
                                                i ->
                                                        "{\"start\":0,\"end\":1,\"text\":\"a\",\"sources\":[{\"type\":\"document\",\"id\":\"d\",\"document\":{\"id\":\"d\"}}]}")
                                        + "]}}"),
                plain(
                        "ollama: calls",
                        LinearAnswersTest::ollama,
                        10_000,
                        n ->
                                "{\"model\":\"m\",\"done\":true,\"message\":{\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":["
                                        + many(n, ",", i -> "{\"function\":{\"name\":\"f\",\"arguments\":{}}}")
                                        + "]}}"),
                plain(
                        "bedrock: calls of one id",
                        LinearAnswersTest::bedrock,
                        10_000,
                        n ->
                                "{\"stopReason\":\"tool_use\",\"output\":{\"message\":{\"role\":\"assistant\",\"content\":["
                                        + many(
                                                n,
                                                ",",
                                                i -> "{\"toolUse\":{\"toolUseId\":\"c\",\"name\":\"f\",\"input\":{}}}")
                                        + "]}}}"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void fourTimesAsMuchTakesAboutFourTimesAsLong(Case each) {
        byte[] small = each.body().apply(each.size()).getBytes(StandardCharsets.UTF_8);
        byte[] large = each.body().apply(4 * each.size()).getBytes(StandardCharsets.UTF_8);
        CannedClient client = new CannedClient();
        ProviderAdapter adapter = each.adapter().apply(client.client());
        long shorter = shortest(each, client, adapter, small);
        long longer = shortest(each, client, adapter, large);
        assertThat(longer).isLessThan((long) Math.max(MOST_GROWTH * shorter, LEAST_NANOS));
    }

    private static long shortest(Case each, CannedClient client, ProviderAdapter adapter, byte[] body) {
        return Math.min(time(each, client, adapter, body), time(each, client, adapter, body));
    }

    private static long time(Case each, CannedClient client, ProviderAdapter adapter, byte[] body) {
        client.answer(200, Headers.of(), each.type(), body);
        long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        boolean streamed = !each.type().equals("application/json");
        try {
            if (streamed) {
                try (ChatStream stream = adapter.call(
                        ChatRequest.CHAT_STREAM, ChatRequest.of("m", "x"), new RecordingAttempt("model"))) {
                    used(stream.response());
                }
            } else {
                ChatResponse whole =
                        adapter.call(ChatRequest.CHAT, ChatRequest.of("m", "x"), new RecordingAttempt("model"));
                used(whole);
                used(ChatStream.replay(whole).response());
            }
        } catch (GatewayException e) {
            assertThat(e.getMessage()).isNotEmpty(); // it refuses, or the stream has no end
        }
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before;
    }

    private static void used(ChatResponse response) {
        assertThat(response.toolCalls().size() + response.text().length()).isPositive();
    }
}
