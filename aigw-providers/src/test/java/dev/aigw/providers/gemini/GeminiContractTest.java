package dev.aigw.providers.gemini;

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

/** The contract, over replies in the shape of the vendor's published reference. */
class GeminiContractTest extends VendorContract {

    private static final String TEXT_REPLY = """
            {"candidates":[{"content":{"parts":[{"text":"Hello, wörld!"}],"role":"model"},
                            "finishReason":"STOP","index":0}],
             "usageMetadata":{"promptTokenCount":352,"cachedContentTokenCount":300,"candidatesTokenCount":9,
                              "thoughtsTokenCount":21,"totalTokenCount":382,
                              "promptTokensDetails":[{"modality":"TEXT","tokenCount":352}],
                              "cacheTokensDetails":[{"modality":"TEXT","tokenCount":300}]},
             "modelVersion":"gemini-2.5-flash","responseId":"r1"}""";

    private static final String TOOLS_REPLY = """
            {"candidates":[{"content":{"parts":[
                {"text":"Let me look."},
                {"functionCall":{"id":"fc1","name":"weather","args":{"city":"Oslo"}},"thoughtSignature":"c2ln"},
                {"functionCall":{"id":"fc2","name":"now"}}],"role":"model"},
              "finishReason":"STOP","index":0}],
             "usageMetadata":{"promptTokenCount":50,"candidatesTokenCount":30,"totalTokenCount":80},
             "modelVersion":"gemini-3-flash","responseId":"r2"}""";

    private static final String TOOLS_STREAM =
            chunk("{\"text\":\"Let me \"}", "", "\"promptTokenCount\":50,\"totalTokenCount\":50")
                    + chunk("{\"text\":\"look.\"}", "", "\"promptTokenCount\":50,\"totalTokenCount\":50")
                    + chunk(
                            "{\"functionCall\":{\"id\":\"fc1\",\"name\":\"weather\",\"args\":{\"city\":\"Oslo\"}},"
                                    + "\"thoughtSignature\":\"c2ln\"},{\"functionCall\":{\"id\":\"fc2\",\"name\":\"now\"}}",
                            ",\"finishReason\":\"STOP\"",
                            "\"promptTokenCount\":50,\"candidatesTokenCount\":30,\"totalTokenCount\":80");

    private static String textStream() {
        String counts = "\"promptTokenCount\":352,\"cachedContentTokenCount\":300,\"thoughtsTokenCount\":21";
        StringBuilder stream = new StringBuilder();
        for (String piece : new String[] {"Hello", ", ", "w\\u00f6r", "l", "d"}) {
            stream.append(chunk("{\"text\":\"" + piece + "\"}", "", counts));
        }
        return stream.append(
                        chunk("{\"text\":\"!\"}", ",\"finishReason\":\"STOP\"", counts + ",\"candidatesTokenCount\":9"))
                .toString();
    }

    private static String chunk(String parts, String more, String usage) {
        return "data: {\"candidates\":[{\"content\":{\"parts\":[" + parts + "],\"role\":\"model\"},\"index\":0" + more
                + "}],\"usageMetadata\":{" + usage
                + "},\"modelVersion\":\"gemini-2.5-flash\",\"responseId\":\"r1\"}\n\n";
    }

    @Override
    protected Vendor vendor() {
        return new GeminiVendor(false);
    }

    @Override
    protected ProviderAdapter adapter(String baseUrl) {
        return GeminiAdapter.builder().apiKey(CREDENTIAL).baseUrl(baseUrl).build();
    }

    @Override
    protected WireFixtures fixtures() {
        return WireFixtures.builder()
                .text(new WireFixtures.Answer(
                        TEXT_REPLY,
                        textStream(),
                        ChatResponse.builder()
                                .text("Hello, wörld!")
                                .finishReason(FinishReason.of(FinishReason.Kind.STOP, "STOP"))
                                .usage(TokenUsage.builder()
                                        .input(52)
                                        .cacheRead(300)
                                        .output(9)
                                        .reasoning(21)
                                        .build())
                                .build()))
                .tools(new WireFixtures.Answer(
                        TOOLS_REPLY,
                        TOOLS_STREAM,
                        ChatResponse.builder()
                                .part(new ContentPart.Text("Let me look."))
                                .part(new ToolCall(
                                        "fc1",
                                        "weather",
                                        "{\"city\":\"Oslo\"}",
                                        "c2ln",
                                        vendor() + "?model=" + vendor().model()))
                                .part(new ToolCall("fc2", "now", "{}"))
                                .finishReason(FinishReason.of(FinishReason.Kind.TOOL_CALLS, "STOP"))
                                .usage(TokenUsage.of(50, 30))
                                .build()))
                .error("a bad request", 400, error(400, "INVALID_ARGUMENT", "no", ""), ErrorKind.INVALID_REQUEST)
                .error(
                        "a bad key",
                        400,
                        error(
                                400,
                                "INVALID_ARGUMENT",
                                "API key not valid. Please pass a valid API key.",
                                "{\"@type\":\"type.googleapis.com/google.rpc.ErrorInfo\",\"reason\":\"API_KEY_INVALID\","
                                        + "\"domain\":\"googleapis.com\"}"),
                        ErrorKind.AUTHENTICATION)
                .error(
                        "a bad key without details",
                        400,
                        error(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.", ""),
                        ErrorKind.AUTHENTICATION)
                .error(
                        "a prompt that is too long",
                        400,
                        error(
                                400,
                                "INVALID_ARGUMENT",
                                "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).",
                                ""),
                        ErrorKind.CONTEXT_TOO_LONG)
                .error(
                        "a country without a free tier",
                        400,
                        error(400, "FAILED_PRECONDITION", "User location is not supported for the API use.", ""),
                        ErrorKind.PERMISSION)
                .error(
                        "a project without billing",
                        400,
                        error(400, "FAILED_PRECONDITION", "Please enable billing on your project.", ""),
                        ErrorKind.QUOTA_EXHAUSTED)
                .error("no token", 401, error(401, "UNAUTHENTICATED", "no", ""), ErrorKind.AUTHENTICATION)
                .error("no permission", 403, error(403, "PERMISSION_DENIED", "no", ""), ErrorKind.PERMISSION)
                .error(
                        "an unknown model",
                        404,
                        error(404, "NOT_FOUND", "models/x is not found", ""),
                        ErrorKind.NOT_FOUND)
                .error(
                        "a limit by the minute",
                        429,
                        error(429, "RESOURCE_EXHAUSTED", "You exceeded your current quota.", quota("PerMinute", "5")),
                        ErrorKind.RATE_LIMITED)
                .error(
                        "a limit by the day",
                        429,
                        error(429, "RESOURCE_EXHAUSTED", "You exceeded your current quota.", quota("PerDay", "20")),
                        ErrorKind.QUOTA_EXHAUSTED)
                .error(
                        "a model that the tier does not have",
                        429,
                        error(429, "RESOURCE_EXHAUSTED", "You exceeded your current quota.", quota("PerMinute", "0")),
                        ErrorKind.QUOTA_EXHAUSTED)
                .error("a server error", 500, error(500, "INTERNAL", "oh", ""), ErrorKind.SERVER_ERROR)
                .error("overload", 503, error(503, "UNAVAILABLE", "overloaded", ""), ErrorKind.OVERLOADED)
                .error("a slow server", 504, error(504, "DEADLINE_EXCEEDED", "slow", ""), ErrorKind.TIMEOUT)
                .error("an error in a list", 503, "[" + error(503, "UNAVAILABLE", "x", "") + "]", ErrorKind.OVERLOADED)
                .error("a page of a proxy", 502, "<html></html>", ErrorKind.SERVER_ERROR)
                .errorInStream(
                        "data: " + error(503, "UNAVAILABLE", "The model is overloaded.", "") + "\n\n",
                        ErrorKind.OVERLOADED)
                .build();
    }

    private static String error(int code, String status, String message, String details) {
        return "{\"error\":{\"code\":" + code + ",\"message\":\"" + message + "\",\"status\":\"" + status
                + "\",\"details\":[" + details + "]}}";
    }

    static String quota(String period, String value) {
        return "{\"@type\":\"type.googleapis.com/google.rpc.QuotaFailure\",\"violations\":[{\"quotaMetric\":"
                + "\"generativelanguage.googleapis.com/generate_content_free_tier_requests\",\"quotaId\":"
                + "\"GenerateRequests" + period + "PerProjectPerModel-FreeTier\",\"quotaValue\":\"" + value + "\"}]},"
                + "{\"@type\":\"type.googleapis.com/google.rpc.RetryInfo\",\"retryDelay\":\"45.83s\"}";
    }
}
