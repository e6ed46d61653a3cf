package dev.aigw.providers.anthropic;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.contract.Vendor;
import dev.aigw.providers.contract.VendorContract;
import dev.aigw.providers.contract.WireFixtures;
import java.util.Map;

/** The contract, over replies in the shape of the vendor's published reference. */
class AnthropicContractTest extends VendorContract {

    private static final String TEXT_REPLY = """
            {"id":"msg_01A","type":"message","role":"assistant","model":"claude-haiku-4-5",
             "content":[{"type":"text","text":"Hello, wörld!"}],
             "stop_reason":"end_turn","stop_sequence":null,
             "usage":{"input_tokens":12,"cache_creation_input_tokens":300,"cache_read_input_tokens":40,
                      "cache_creation":{"ephemeral_5m_input_tokens":100,"ephemeral_1h_input_tokens":200},
                      "output_tokens":9,"service_tier":"standard"}}""";

    private static final String TEXT_STREAM = """
            event: message_start
            data: {"type":"message_start","message":{"id":"msg_01A","type":"message","role":"assistant",\
            "model":"claude-haiku-4-5","content":[],"stop_reason":null,"stop_sequence":null,\
            "usage":{"input_tokens":12,"cache_creation_input_tokens":300,"cache_read_input_tokens":40,\
            "cache_creation":{"ephemeral_5m_input_tokens":100,"ephemeral_1h_input_tokens":200},\
            "output_tokens":1,"service_tier":"standard"}}}

            event: content_block_start
            data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

            event: ping
            data: {"type":"ping"}

            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello"}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":", "}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"w\\u00f6r"}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"l"}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"d"}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"!"}}

            event: content_block_stop
            data: {"type":"content_block_stop","index":0}

            event: message_delta
            data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},\
            "usage":{"output_tokens":9}}

            event: message_stop
            data: {"type":"message_stop"}

            """;

    private static final String TOOLS_REPLY = """
            {"id":"msg_01B","type":"message","role":"assistant","model":"claude-haiku-4-5",
             "content":[{"type":"text","text":"Let me look."},
                        {"type":"tool_use","id":"toolu_01","name":"weather","input":{"city":"Oslo"}},
                        {"type":"tool_use","id":"toolu_02","name":"now","input":{}}],
             "stop_reason":"tool_use","stop_sequence":null,
             "usage":{"input_tokens":50,"output_tokens":30}}""";

    private static final String TOOLS_STREAM = """
            event: message_start
            data: {"type":"message_start","message":{"id":"msg_01B","type":"message","role":"assistant",\
            "model":"claude-haiku-4-5","content":[],"stop_reason":null,"stop_sequence":null,\
            "usage":{"input_tokens":50,"output_tokens":2}}}

            event: content_block_start
            data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Let me look."}}

            event: content_block_stop
            data: {"type":"content_block_stop","index":0}

            event: content_block_start
            data: {"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"toolu_01",\
            "name":"weather","input":{}}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":""}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta",\
            "partial_json":"{\\"city\\":"}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta",\
            "partial_json":"\\"Oslo\\"}"}}

            event: content_block_stop
            data: {"type":"content_block_stop","index":1}

            event: content_block_start
            data: {"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"toolu_02",\
            "name":"now","input":{}}}

            event: content_block_stop
            data: {"type":"content_block_stop","index":2}

            event: message_delta
            data: {"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},\
            "usage":{"output_tokens":30}}

            event: message_stop
            data: {"type":"message_stop"}

            """;

    @Override
    protected Vendor vendor() {
        return new AnthropicVendor();
    }

    @Override
    protected ProviderAdapter adapter(String baseUrl) {
        return AnthropicAdapter.builder().apiKey(CREDENTIAL).baseUrl(baseUrl).build();
    }

    @Override
    protected WireFixtures fixtures() {
        return WireFixtures.builder()
                .text(new WireFixtures.Answer(
                        TEXT_REPLY,
                        TEXT_STREAM,
                        ChatResponse.builder()
                                .text("Hello, wörld!")
                                .finishReason(FinishReason.of(FinishReason.Kind.STOP, "end_turn"))
                                .usage(TokenUsage.builder()
                                        .input(12)
                                        .cacheRead(40)
                                        .cacheWrite(100)
                                        .set(TokenUsage.Bucket.CACHE_WRITE_LONG, 200)
                                        .output(9)
                                        .build())
                                .build()))
                .tools(new WireFixtures.Answer(
                        TOOLS_REPLY,
                        TOOLS_STREAM,
                        ChatResponse.builder()
                                .part(new ContentPart.Text("Let me look."))
                                .part(new ToolCall("toolu_01", "weather", "{\"city\":\"Oslo\"}"))
                                .part(new ToolCall("toolu_02", "now", "{}"))
                                .finishReason(FinishReason.of(FinishReason.Kind.TOOL_CALLS, "tool_use"))
                                .usage(TokenUsage.of(50, 30))
                                .build()))
                .error("a bad request", 400, error("invalid_request_error", "no"), ErrorKind.INVALID_REQUEST)
                .error(
                        "an empty account",
                        400,
                        error("invalid_request_error", "Your credit balance is too low to access the API."),
                        ErrorKind.QUOTA_EXHAUSTED)
                .error(
                        "a prompt that is too long",
                        400,
                        error("invalid_request_error", "prompt is too long: 210000 tokens > 200000 maximum"),
                        ErrorKind.CONTEXT_TOO_LONG)
                .error(
                        "a prompt and limit that are too long together",
                        400,
                        error(
                                "invalid_request_error",
                                "input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000"),
                        ErrorKind.CONTEXT_TOO_LONG)
                .error(
                        "a blocked output",
                        400,
                        error("invalid_request_error", "Output blocked by content filtering policy"),
                        ErrorKind.CONTENT_FILTERED)
                .error("a bad key", 401, error("authentication_error", "invalid x-api-key"), ErrorKind.AUTHENTICATION)
                .error("a payment", 402, error("billing_error", "pay"), ErrorKind.QUOTA_EXHAUSTED)
                .error("no permission", 403, error("permission_error", "no"), ErrorKind.PERMISSION)
                .error("an unknown model", 404, error("not_found_error", "model: x"), ErrorKind.NOT_FOUND)
                .error(
                        "a large request",
                        413,
                        error("request_too_large", "Request exceeds the maximum size"),
                        ErrorKind.PAYLOAD_TOO_LARGE)
                .error("a large request from the proxy", 413, "<html></html>", ErrorKind.PAYLOAD_TOO_LARGE)
                .error(new WireFixtures.ErrorReply(
                        "a rate limit",
                        429,
                        Map.of("retry-after", "7"),
                        error("rate_limit_error", "slow down"),
                        ErrorKind.RATE_LIMITED))
                .error("a spend limit", 429, """
                        {"type":"error","error":{"type":"rate_limit_error","message":"limit",\
                        "details":{"error_code":"enforced_spend_limit_reached"}},"request_id":"req_1"}""", ErrorKind.QUOTA_EXHAUSTED)
                .error("a server error", 500, error("api_error", "oh"), ErrorKind.SERVER_ERROR)
                .error("a slow server", 504, error("timeout_error", "slow"), ErrorKind.TIMEOUT)
                .error("overload", 529, error("overloaded_error", "Overloaded"), ErrorKind.OVERLOADED)
                .error("overload without a body", 529, "", ErrorKind.OVERLOADED)
                .errorInStream(
                        "event: error\ndata: " + error("overloaded_error", "Overloaded") + "\n\n", ErrorKind.OVERLOADED)
                .build();
    }

    private static String error(String type, String message) {
        return "{\"type\":\"error\",\"error\":{\"type\":\"" + type + "\",\"message\":\"" + message
                + "\"},\"request_id\":\"req_1\"}";
    }
}
