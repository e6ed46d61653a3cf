package dev.aigw.providers.openai;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.contract.Vendor;
import dev.aigw.providers.contract.VendorContract;
import dev.aigw.providers.contract.WireFixtures;
import java.util.Map;

class OpenAiContractTest extends VendorContract {

    static final TokenUsage USAGE = TokenUsage.builder()
            .input(12)
            .cacheRead(8)
            .set(TokenUsage.Bucket.INPUT_AUDIO, 0)
            .output(5)
            .reasoning(4)
            .set(TokenUsage.Bucket.OUTPUT_AUDIO, 0)
            .build();

    private static final String USAGE_JSON = """
            "usage":{"prompt_tokens":20,"completion_tokens":9,"total_tokens":29,\
            "prompt_tokens_details":{"cached_tokens":8,"audio_tokens":0},\
            "completion_tokens_details":{"reasoning_tokens":4,"audio_tokens":0,"accepted_prediction_tokens":0}}""";

    static String chunk(String delta, String finish) {
        return "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,"
                + "\"model\":\"gpt-5-mini\",\"service_tier\":\"default\",\"system_fingerprint\":\"fp_1\","
                + "\"choices\":[{\"index\":0,\"delta\":" + delta + ",\"logprobs\":null,\"finish_reason\":" + finish
                + "}],\"usage\":null,\"obfuscation\":\"" + "x".repeat(Math.floorMod(delta.hashCode(), 7)) + "\"}\n\n";
    }

    static String text(String text) {
        return chunk("{\"content\":\"" + text + "\"}", "null");
    }

    static String last() {
        return "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,"
                + "\"model\":\"gpt-5-mini\",\"choices\":[]," + USAGE_JSON + "}\n\ndata: [DONE]\n\n";
    }

    @Override
    protected Vendor vendor() {
        return new OpenAiVendor();
    }

    @Override
    protected ProviderAdapter adapter(String baseUrl) {
        return OpenAiAdapter.builder(Dialects.OPENAI)
                .apiKey(CREDENTIAL)
                .baseUrl(baseUrl)
                .build();
    }

    @Override
    protected WireFixtures fixtures() {
        return WireFixtures.builder()
                .text(
                        """
                        {"id":"chatcmpl-1","object":"chat.completion","created":1700000000,"model":"gpt-5-mini",
                         "choices":[{"index":0,"message":{"role":"assistant","content":"Grüß dich, \\"Welt\\"! Wie geht es?",
                          "refusal":null,"annotations":[]},"logprobs":null,"finish_reason":"stop"}],
                         "service_tier":"default","system_fingerprint":"fp_1",%s}""".formatted(USAGE_JSON),
                        chunk("{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}", "null")
                                + text("Grüß")
                                + text(" dich")
                                + text(", \\\"Welt\\\"")
                                + text("!")
                                + text(" Wie")
                                + text(" geht")
                                + text(" es?")
                                + chunk("{}", "\"stop\"")
                                + last(),
                        "Grüß dich, \"Welt\"! Wie geht es?",
                        USAGE)
                .tools(new WireFixtures.Answer(
                        """
                        {"id":"chatcmpl-2","object":"chat.completion","model":"gpt-5-mini","choices":[{"index":0,
                         "message":{"role":"assistant","content":null,"tool_calls":[
                          {"id":"call_a","type":"function","function":{"name":"weather","arguments":"{\\"city\\":\\"Ulm\\"}"}},
                          {"id":"call_b","type":"function","function":{"name":"time","arguments":"{}"}}]},
                         "finish_reason":"tool_calls"}],%s}""".formatted(USAGE_JSON),
                        chunk(
                                        "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"index\":0,\"id\":\"call_a\","
                                                + "\"type\":\"function\",\"function\":{\"name\":\"weather\",\"arguments\":\"\"}}]}",
                                        "null")
                                + arguments(0, "{\\\"ci")
                                + arguments(0, "ty\\\":\\\"Ulm\\\"}")
                                + chunk(
                                        "{\"tool_calls\":[{\"index\":1,\"id\":\"call_b\",\"type\":\"function\","
                                                + "\"function\":{\"name\":\"time\",\"arguments\":\"\"}}]}",
                                        "null")
                                + arguments(1, "{}")
                                + chunk("{}", "\"tool_calls\"")
                                + last(),
                        ChatResponse.builder()
                                .part(new ToolCall("call_a", "weather", "{\"city\":\"Ulm\"}"))
                                .part(new ToolCall("call_b", "time", "{}"))
                                .finishReason(FinishReason.of(FinishReason.Kind.TOOL_CALLS, "tool_calls"))
                                .usage(USAGE)
                                .build()))
                .error("bad key", 401, error("invalid_request_error", "invalid_api_key"), ErrorKind.AUTHENTICATION)
                .error("no permission", 403, error("invalid_request_error", null), ErrorKind.PERMISSION)
                .error("rate limit", 429, error("requests", "rate_limit_exceeded"), ErrorKind.RATE_LIMITED)
                .error("no money", 429, error("insufficient_quota", "insufficient_quota"), ErrorKind.QUOTA_EXHAUSTED)
                .error("spend limit", 429, error("x", "project_spend_limit_exceeded"), ErrorKind.QUOTA_EXHAUSTED)
                .error(
                        "too long",
                        400,
                        error("invalid_request_error", "context_length_exceeded"),
                        ErrorKind.CONTEXT_TOO_LONG)
                .error("no model", 404, error("invalid_request_error", "model_not_found"), ErrorKind.NOT_FOUND)
                .error("filtered", 400, error("invalid_request_error", "content_filter"), ErrorKind.CONTENT_FILTERED)
                .error("unsupported", 400, error("invalid_request_error", "unsupported_value"), ErrorKind.UNSUPPORTED)
                .error("bad request", 400, error("invalid_request_error", null), ErrorKind.INVALID_REQUEST)
                .error("too large", 413, error("invalid_request_error", null), ErrorKind.PAYLOAD_TOO_LARGE)
                .error("server error", 500, error("server_error", null), ErrorKind.SERVER_ERROR)
                .error("bad gateway page", 502, "<html>Bad Gateway</html>", ErrorKind.SERVER_ERROR)
                .error("overloaded", 503, error("service_unavailable", null), ErrorKind.OVERLOADED)
                .error("error as text", 500, "{\"error\":\"boom\"}", ErrorKind.SERVER_ERROR)
                .error("detail", 404, "{\"detail\":\"Not Found\"}", ErrorKind.NOT_FOUND)
                .error(new WireFixtures.ErrorReply(
                        "redirect", 307, Map.of("Location", "https://example.org/"), "", ErrorKind.INVALID_REQUEST))
                .errorInStream("data: " + error("server_error", "rate_limit_exceeded") + "\n\n", ErrorKind.RATE_LIMITED)
                .build();
    }

    private static String arguments(int index, String fragment) {
        return chunk(
                "{\"tool_calls\":[{\"index\":" + index + ",\"function\":{\"arguments\":\"" + fragment + "\"}}]}",
                "null");
    }

    static String error(String type, @org.jspecify.annotations.Nullable String code) {
        return "{\"error\":{\"message\":\"something\",\"type\":\"" + type + "\",\"param\":null,\"code\":"
                + (code == null ? "null" : "\"" + code + "\"") + "}}";
    }
}
