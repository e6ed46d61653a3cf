package dev.aigw.providers.bedrock;

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

/** The contract, over replies in the shape of the vendor's published reference, streams as real frames. */
class BedrockContractTest extends VendorContract {

    private static final String TEXT_REPLY = """
            {"metrics":{"latencyMs":551},
             "output":{"message":{"content":[{"text":"Hello, wörld!"}],"role":"assistant"}},
             "stopReason":"end_turn",
             "usage":{"inputTokens":12,"outputTokens":9,"totalTokens":361,"cacheReadInputTokens":40,
                      "cacheWriteInputTokens":300,"cacheDetails":[{"ttl":"5m","inputTokens":100},
                                                                  {"ttl":"1h","inputTokens":200}]}}""";

    private static final String TEXT_STREAM = """
            messageStart {"p":"abcdefghij","role":"assistant"}
            contentBlockDelta {"contentBlockIndex":0,"delta":{"text":"Hello"},"p":"abcdefg"}
            contentBlockDelta {"contentBlockIndex":0,"delta":{"text":", "},"p":"abc"}
            contentBlockDelta {"contentBlockIndex":0,"delta":{"text":"wör"},"p":"abcdefgh"}
            contentBlockDelta {"contentBlockIndex":0,"delta":{"text":"ld!"},"p":"a"}
            contentBlockStop {"contentBlockIndex":0,"p":"abcd"}
            messageStop {"p":"abcdefghijk","stopReason":"end_turn"}
            metadata {"metrics":{"latencyMs":551},"p":"ab","usage":{"inputTokens":12,"outputTokens":9,\
            "totalTokens":361,"cacheReadInputTokens":40,"cacheWriteInputTokens":300,\
            "cacheDetails":[{"ttl":"5m","inputTokens":100},{"ttl":"1h","inputTokens":200}]}}
            """;

    private static final String TOOLS_REPLY = """
            {"output":{"message":{"role":"assistant","content":[
               {"text":"Let me look."},
               {"toolUse":{"toolUseId":"tooluse_1","name":"weather","input":{"city":"Oslo"}}},
               {"toolUse":{"toolUseId":"tooluse_2","name":"now","input":{}}}]}},
             "stopReason":"tool_use","usage":{"inputTokens":50,"outputTokens":30,"totalTokens":80}}""";

    private static final String TOOLS_STREAM = """
            messageStart {"role":"assistant"}
            contentBlockDelta {"contentBlockIndex":0,"delta":{"text":"Let me look."}}
            contentBlockStop {"contentBlockIndex":0}
            contentBlockStart {"contentBlockIndex":1,"start":{"toolUse":{"toolUseId":"tooluse_1","name":"weather"}}}
            contentBlockDelta {"contentBlockIndex":1,"delta":{"toolUse":{"input":""}}}
            contentBlockDelta {"contentBlockIndex":1,"delta":{"toolUse":{"input":"{\\"city\\":"}}}
            contentBlockDelta {"contentBlockIndex":1,"delta":{"toolUse":{"input":"\\"Oslo\\"}"}}}
            contentBlockStop {"contentBlockIndex":1}
            contentBlockStart {"contentBlockIndex":2,"start":{"toolUse":{"toolUseId":"tooluse_2","name":"now"}}}
            contentBlockStop {"contentBlockIndex":2}
            messageStop {"stopReason":"tool_use"}
            metadata {"usage":{"inputTokens":50,"outputTokens":30,"totalTokens":80}}
            """;

    @Override
    protected Vendor vendor() {
        return new BedrockVendor();
    }

    @Override
    protected ProviderAdapter adapter(String baseUrl) {
        return BedrockAdapter.builder().apiKey(CREDENTIAL).baseUrl(baseUrl).build();
    }

    @Override
    protected byte[] streamBytes(String text) {
        return Frames.of(text);
    }

    @Override
    protected String malformedEvent() {
        return "contentBlockDelta {\"oops\n";
    }

    @Override
    protected String eventSeparator() {
        return "\n";
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
                                .part(new ToolCall("tooluse_1", "weather", "{\"city\":\"Oslo\"}"))
                                .part(new ToolCall("tooluse_2", "now", "{}"))
                                .finishReason(FinishReason.of(FinishReason.Kind.TOOL_CALLS, "tool_use"))
                                .usage(TokenUsage.of(50, 30))
                                .build()))
                .error(error("a bad request", 400, "ValidationException", "no", ErrorKind.INVALID_REQUEST))
                .error(error(
                        "a prompt that is too long",
                        400,
                        "ValidationException:http://internal.amazon.com/coral/com.amazon.bedrock/",
                        "Input is too long for requested model.",
                        ErrorKind.CONTEXT_TOO_LONG))
                .error(error(
                        "an unknown model",
                        400,
                        "ValidationException",
                        "The provided model identifier is invalid.",
                        ErrorKind.NOT_FOUND))
                .error(error(
                        "a model that wants a profile",
                        400,
                        "ValidationException",
                        "Invocation of model ID x with on-demand throughput isn't supported.",
                        ErrorKind.NOT_FOUND))
                .error(error(
                        "a model without tools",
                        400,
                        "ValidationException",
                        "This model doesn't support tool use.",
                        ErrorKind.UNSUPPORTED))
                .error(error("a spent quota", 400, "ServiceQuotaExceededException", "q", ErrorKind.QUOTA_EXHAUSTED))
                .error(error(
                        "a bad token",
                        403,
                        "UnrecognizedClientException",
                        "The security token included in the request is invalid.",
                        ErrorKind.AUTHENTICATION))
                .error(error("an expired token", 403, "ExpiredTokenException", "expired", ErrorKind.AUTHENTICATION))
                .error(error(
                        "a bad key",
                        403,
                        "AccessDeniedException",
                        "Authentication failed: Please make sure your API Key is valid.",
                        ErrorKind.AUTHENTICATION))
                .error(error(
                        "no permission",
                        403,
                        "AccessDeniedException",
                        "You don't have access to the model with the specified model ID.",
                        ErrorKind.PERMISSION))
                .error(error("a retired model", 404, "ResourceNotFoundException", "end of life", ErrorKind.NOT_FOUND))
                .error(error("a slow model", 408, "ModelTimeoutException", "slow", ErrorKind.TIMEOUT))
                .error(error("a failing model", 424, "ModelErrorException", "oh", ErrorKind.SERVER_ERROR))
                .error(error("a rate limit", 429, "ThrottlingException", "Too many tokens", ErrorKind.RATE_LIMITED))
                .error(error(
                        "a limit by the day",
                        429,
                        "ThrottlingException",
                        "Too many tokens per day, please wait before trying again.",
                        ErrorKind.QUOTA_EXHAUSTED))
                .error(error("a model that wakes up", 429, "ModelNotReadyException", "soon", ErrorKind.OVERLOADED))
                .error(error("a server error", 500, "InternalServerException", "oh", ErrorKind.SERVER_ERROR))
                .error(error("overload", 503, "ServiceUnavailableException", "later", ErrorKind.OVERLOADED))
                .error(
                        "a type in the body",
                        400,
                        "{\"__type\":\"com.amazon#ThrottlingException\"}",
                        ErrorKind.RATE_LIMITED)
                .error("a page of a proxy", 503, "<html></html>", ErrorKind.OVERLOADED)
                .errorInStream("!throttlingException {\"message\":\"Too many requests\"}\n", ErrorKind.RATE_LIMITED)
                .build();
    }

    private static WireFixtures.ErrorReply error(String name, int status, String type, String message, ErrorKind kind) {
        return new WireFixtures.ErrorReply(
                name, status, Map.of("x-amzn-errortype", type), "{\"message\":\"" + message + "\"}", kind);
    }
}
