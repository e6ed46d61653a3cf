package dev.aigw.providers.cohere;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.chat.Citation;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.contract.Vendor;
import dev.aigw.providers.contract.VendorContract;
import dev.aigw.providers.contract.WireFixtures;
import java.util.ArrayList;
import java.util.List;
import mockwebserver3.MockResponse;
import org.junit.jupiter.api.Test;

class CohereContractTest extends VendorContract {

    private static final String USAGE = """
            "usage":{"billed_units":{"input_tokens":5,"output_tokens":7},\
            "tokens":{"input_tokens":71,"output_tokens":9},"cached_tokens":64}""";
    private static final TokenUsage TOKENS = TokenUsage.of(5, 7);

    private static String event(String type, String fields) {
        return "event: " + type + "\ndata: {\"type\":\"" + type + "\"" + (fields.isEmpty() ? "" : "," + fields)
                + "}\n\n";
    }

    private static String message(String json) {
        return "\"delta\":{\"message\":" + json + "}";
    }

    private static String start() {
        return event(
                "message-start",
                "\"id\":\"c-1\","
                        + message("{\"role\":\"assistant\",\"content\":[],\"tool_plan\":\"\",\"tool_calls\":[],"
                                + "\"citations\":[]}"));
    }

    private static String block(int index, String type) {
        return event(
                "content-start",
                "\"index\":" + index + ","
                        + message("{\"content\":{\"type\":\"" + type + "\",\"" + type + "\":\"\"}}"));
    }

    private static String delta(int index, String type, String text) {
        return event(
                "content-delta",
                "\"index\":" + index + "," + message("{\"content\":{\"" + type + "\":\"" + text + "\"}}"));
    }

    private static String end(String reason) {
        return event("message-end", "\"delta\":{\"finish_reason\":\"" + reason + "\"," + USAGE + "}")
                + "data: [DONE]\n\n";
    }

    private static String call(int index, String id, String name, String... arguments) {
        StringBuilder events = new StringBuilder(event(
                "tool-call-start",
                "\"index\":" + index + ","
                        + message(
                                "{\"tool_calls\":{\"id\":\"" + id + "\",\"type\":\"function\",\"function\":{\"name\":\""
                                        + name + "\",\"arguments\":\"\"}}}")));
        for (String fragment : arguments) {
            events.append(event(
                    "tool-call-delta",
                    "\"index\":" + index + ","
                            + message("{\"tool_calls\":{\"function\":{\"arguments\":\"" + fragment + "\"}}}")));
        }
        return events.append(event("tool-call-end", "\"index\":" + index)).toString();
    }

    @Override
    protected Vendor vendor() {
        return new CohereVendor();
    }

    @Override
    protected ProviderAdapter adapter(String baseUrl) {
        return CohereAdapter.builder().apiKey(CREDENTIAL).baseUrl(baseUrl).build();
    }

    @Override
    protected WireFixtures fixtures() {
        return WireFixtures.builder()
                .text(new WireFixtures.Answer(
                        """
                        {"id":"c-1","finish_reason":"COMPLETE","message":{"role":"assistant",
                         "content":[{"type":"text","text":"Grüß dich, \\"Welt\\"! Wie geht es?"}]},%s}""".formatted(USAGE),
                        start()
                                + block(0, "text")
                                + delta(0, "text", "Grüß")
                                + delta(0, "text", " dich, \\\"Welt\\\"")
                                + delta(0, "text", "!")
                                + delta(0, "text", " Wie geht es?")
                                + event("content-end", "\"index\":0")
                                + end("COMPLETE"),
                        ChatResponse.builder()
                                .text("Grüß dich, \"Welt\"! Wie geht es?")
                                .finishReason(FinishReason.of(FinishReason.Kind.STOP, "COMPLETE"))
                                .usage(TOKENS)
                                .build()))
                .tools(new WireFixtures.Answer(
                        """
                        {"id":"c-2","finish_reason":"TOOL_CALL","message":{"role":"assistant",
                         "tool_plan":"I will look up both.","tool_calls":[
                         {"id":"weather_1","type":"function","function":{"name":"weather","arguments":"{\\"city\\":\\"Ulm\\"}"}},
                         {"id":"time_2","type":"function","function":{"name":"time","arguments":"{}"}}]},%s}""".formatted(USAGE),
                        start()
                                + event("tool-plan-delta", message("{\"tool_plan\":\"I will\"}"))
                                + event("tool-plan-delta", message("{\"tool_plan\":\" look up both.\"}"))
                                + call(0, "weather_1", "weather", "{\\\"ci", "ty\\\":\\\"Ulm\\\"}")
                                + call(1, "time_2", "time", "{}")
                                + end("TOOL_CALL"),
                        ChatResponse.builder()
                                .part(new ContentPart.Reasoning(null, "I will look up both.", null, null, "cohere"))
                                .part(new ToolCall("weather_1", "weather", "{\"city\":\"Ulm\"}"))
                                .part(new ToolCall("time_2", "time", "{}"))
                                .finishReason(FinishReason.of(FinishReason.Kind.TOOL_CALLS, "TOOL_CALL"))
                                .usage(TOKENS)
                                .build()))
                .error("bad request", 400, error("invalid request: message must be set"), ErrorKind.INVALID_REQUEST)
                .error(
                        "too long",
                        400,
                        error("too many tokens: size limit exceeded by 11326 tokens. Try using shorter inputs"),
                        ErrorKind.CONTEXT_TOO_LONG)
                .error(
                        "too much asked for",
                        400,
                        error("too many tokens: max tokens must be less than or equal to 4096, the maximum output for"
                                + " this model - received 8192."),
                        ErrorKind.UNSUPPORTED)
                .error("bad key", 401, error("invalid api token"), ErrorKind.AUTHENTICATION)
                .error("no money", 402, error("please add a payment method"), ErrorKind.QUOTA_EXHAUSTED)
                .error("no permission", 403, error("not allowed"), ErrorKind.PERMISSION)
                .error("no model", 404, "", ErrorKind.NOT_FOUND)
                .error("unprocessable", 422, error("unknown field"), ErrorKind.INVALID_REQUEST)
                .error(
                        "calls a minute",
                        429,
                        error("You are using a Trial key, which is limited to 20 API calls / minute."),
                        ErrorKind.RATE_LIMITED)
                .error(
                        "calls a month",
                        429,
                        error("You are using a Trial key, which is limited to 1000 API calls / month."),
                        ErrorKind.QUOTA_EXHAUSTED)
                .error("deny-listed token", 498, error("deny-listed token"), ErrorKind.CONTENT_FILTERED)
                .error("gone client", 499, error("request cancelled"), ErrorKind.CONNECTION)
                .error("server error", 500, error("internal server error"), ErrorKind.SERVER_ERROR)
                .error("not implemented", 501, error("not implemented"), ErrorKind.UNSUPPORTED)
                .error("unavailable", 503, error("no healthy upstream"), ErrorKind.OVERLOADED)
                .errorInStream(
                        start()
                                + event(
                                        "message-end",
                                        "\"delta\":{\"finish_reason\":\"ERROR\",\"error\":\"it broke\"}"),
                        ErrorKind.SERVER_ERROR)
                .build();
    }

    private static String error(String words) {
        return "{\"id\":\"e-1\",\"message\":\"" + words + "\"}";
    }

    // ------------------------------------------------------------------------------------- what only this vendor has

    private static final String CITATION = """
            {"start":0,"end":4,"text":"Ulm,","type":"TEXT_CONTENT","content_index":1,"sources":[\
            {"type":"document","id":"doc:2","document":{"title":"Atlas","url":"https://example.org/ulm"}},\
            {"type":"tool","id":"weather_1:0","tool_output":{"t":"9"}}]}""";

    @Test
    void thoughtsAndCitationsAreReadAlikeWholeAndStreamed() {
        String plan = CITATION.replace("TEXT_CONTENT", "PLAN");
        server().enqueue(json("""
                {"id":"c-3","finish_reason":"MAX_TOKENS","message":{"role":"assistant","content":[
                 {"type":"thinking","thinking":"Where?"},{"type":"text","text":"Ulm, I think"}],
                 "citations":[%s,%s]},%s}""".formatted(CITATION, plan, USAGE)));
        server().enqueue(new MockResponse.Builder()
                .setHeader("Content-Type", "text/event-stream")
                .body(start()
                        + block(0, "thinking")
                        + delta(0, "thinking", "Where")
                        + delta(0, "thinking", "?")
                        + event("content-end", "\"index\":0")
                        + block(1, "text")
                        + delta(1, "text", "Ulm,")
                        + event("citation-start", "\"index\":0," + message("{\"citations\":" + CITATION + "}"))
                        + event("citation-end", "\"index\":0")
                        + event("citation-start", "\"index\":1," + message("{\"citations\":" + plan + "}"))
                        + delta(1, "text", " I think")
                        + event("content-end", "\"index\":1")
                        + end("MAX_TOKENS"))
                .build());
        AttemptContext attempt = AttemptContext.builder("command-a").build();
        ChatRequest request = ChatRequest.of("m", "where?");

        ChatResponse whole = adapter().call(ChatRequest.CHAT, request, attempt);

        assertThat(whole.id()).isEqualTo("c-3");
        assertThat(whole.finishReason().kind()).isEqualTo(FinishReason.Kind.LENGTH);
        assertThat(whole.extra().get("usage")).asString().contains("cached_tokens=64");
        assertThat(whole.message().parts()).hasSize(2);
        assertThat(whole.message().parts().get(0))
                .isEqualTo(new ContentPart.Reasoning("Where?", null, null, null, "cohere"));
        ContentPart.Text text = (ContentPart.Text) whole.message().parts().get(1);
        assertThat(text.text()).isEqualTo("Ulm, I think");
        assertThat(text.citations()).hasSize(1);
        Citation citation = text.citations().get(0);
        assertThat(citation.kind()).isEqualTo("document");
        assertThat(citation.title()).isEqualTo("Atlas");
        assertThat(citation.url()).isEqualTo("https://example.org/ulm");
        assertThat(citation.citedText()).isEqualTo("Ulm,");
        assertThat(citation.documentIndex()).isEqualTo(2);
        assertThat(citation.start()).isZero();
        assertThat(citation.end()).isEqualTo(4);
        assertThat(citation.raw().get("sources")).asString().contains("tool_output");
        List<ChatEvent> events = new ArrayList<>();
        try (ChatStream stream = adapter().call(ChatRequest.CHAT_STREAM, request, attempt)) {
            stream.forEach(events::add);
            assertThat(stream.response().message()).isEqualTo(whole.message());
            assertThat(stream.response().extra()).isEqualTo(whole.extra());
            assertThat(stream.response().warnings()).isEmpty();
        }
        assertThat(events)
                .contains(new ChatEvent.TextDelta(1, "Ulm,"), new ChatEvent.ReasoningDelta(0, "Where", false));
    }

    @Test
    void aContentThatIsOneTextAndKindsOfTomorrowAreKept() {
        server().enqueue(json("{\"finish_reason\":\"NEW\",\"message\":{\"content\":\"hi\"}}"));
        server().enqueue(json(
                "{\"finish_reason\":\"COMPLETE\",\"message\":{\"content\":[{\"type\":\"video\",\"v\":1}]}}"));
        AttemptContext attempt = AttemptContext.builder("command-a").build();

        ChatResponse first = adapter().call(ChatRequest.CHAT, ChatRequest.of("m", "x"), attempt);
        Message second = adapter()
                .call(ChatRequest.CHAT, ChatRequest.of("m", "x"), attempt)
                .message();

        assertThat(first.text()).isEqualTo("hi");
        assertThat(first.finishReason()).isEqualTo(FinishReason.of(FinishReason.Kind.UNKNOWN, "NEW"));
        assertThat(second.parts().get(0)).isInstanceOf(ContentPart.Raw.class);
    }

    private static MockResponse json(String body) {
        return new MockResponse.Builder()
                .setHeader("Content-Type", "application/json")
                .body(body)
                .build();
    }
}
