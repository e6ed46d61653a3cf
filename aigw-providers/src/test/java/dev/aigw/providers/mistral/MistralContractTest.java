package dev.aigw.providers.mistral;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.contract.Vendor;
import dev.aigw.providers.contract.VendorContract;
import dev.aigw.providers.contract.WireFixtures;

/** The contract, over replies in the shape of the vendor's published reference. */
class MistralContractTest extends VendorContract {

    private static final TokenUsage USAGE = TokenUsage.of(16, 34);
    private static final String USAGE_JSON =
            "\"usage\":{\"prompt_tokens\":16,\"completion_tokens\":34,\"total_tokens\":50}";

    @Override
    protected Vendor vendor() {
        return new MistralVendor();
    }

    @Override
    protected ProviderAdapter adapter(String baseUrl) {
        return Mistral.builder().apiKey(CREDENTIAL).baseUrl(baseUrl).build();
    }

    @Override
    protected WireFixtures fixtures() {
        return WireFixtures.builder()
                .text(
                        """
                        {"id":"cmpl-e5cc70bb28c444948073e77776eb30ef","object":"chat.completion","created":1702256327,
                         "model":"mistral-small-latest","choices":[{"index":0,"message":{"role":"assistant",
                          "content":"Bonjour à tous !","tool_calls":null,"prefix":false},"finish_reason":"stop"}],%s}""".formatted(USAGE_JSON),
                        chunk("{\"role\":\"assistant\",\"content\":\"\"}", "null", "")
                                + chunk("{\"content\":\"Bonjour\"}", "null", "")
                                + chunk("{\"content\":\" à\"}", "null", "")
                                + chunk("{\"content\":\" tous\"}", "null", "")
                                + chunk("{\"content\":\" !\"}", "\"stop\"", "," + USAGE_JSON)
                                + "data: [DONE]\n\n",
                        "Bonjour à tous !",
                        USAGE)
                .tools(new WireFixtures.Answer(
                        """
                        {"id":"cmpl-2","object":"chat.completion","model":"mistral-small-latest","choices":[{"index":0,
                         "message":{"role":"assistant","content":"","tool_calls":[{"id":"D681PevKs","type":"function",
                          "function":{"name":"weather","arguments":"{\\"city\\": \\"Ulm\\"}"},"index":0}],
                          "prefix":false},"finish_reason":"tool_calls"}],%s}""".formatted(USAGE_JSON),
                        chunk("{\"role\":\"assistant\",\"content\":\"\"}", "null", "")
                                + chunk(
                                        "{\"content\":\"\",\"tool_calls\":[{\"id\":\"D681PevKs\",\"type\":\"function\","
                                                + "\"function\":{\"name\":\"weather\",\"arguments\":"
                                                + "\"{\\\"city\\\": \\\"Ulm\\\"}\"},\"index\":0}]}",
                                        "\"tool_calls\"",
                                        "," + USAGE_JSON)
                                + "data: [DONE]\n\n",
                        ChatResponse.builder()
                                .part(new ToolCall("D681PevKs", "weather", "{\"city\": \"Ulm\"}"))
                                .finishReason(FinishReason.of(FinishReason.Kind.TOOL_CALLS, "tool_calls"))
                                .usage(USAGE)
                                .build()))
                .error("bad key", 401, "{\"detail\":\"Unauthorized\"}", ErrorKind.AUTHENTICATION)
                .error("no model", 400, error("Invalid model: x", "invalid_model", "1500"), ErrorKind.NOT_FOUND)
                .error(
                        "capacity",
                        429,
                        error(
                                "Service tier capacity exceeded for this model.",
                                "service_tier_capacity_exceeded",
                                "3505"),
                        ErrorKind.RATE_LIMITED)
                .error(
                        "rate limit",
                        429,
                        "{\"message\":\"Requests rate limit exceeded\",\"request_id\":\"1\"}",
                        ErrorKind.RATE_LIMITED)
                .error(
                        "too long",
                        400,
                        error(
                                "Prompt contains 65673 tokens, too large for model with 32768 maximum context length",
                                "invalid_request_prompt",
                                "3051"),
                        ErrorKind.CONTEXT_TOO_LONG)
                .error(
                        "validation",
                        422,
                        "{\"object\":\"error\",\"message\":{\"detail\":[{\"type\":\"extra_forbidden\",\"loc\":[\"body\",\"x\"],"
                                + "\"msg\":\"Extra inputs are not permitted\"}]},\"type\":\"invalid_request_error\","
                                + "\"param\":null,\"code\":null}",
                        ErrorKind.UNSUPPORTED)
                .error("server error", 500, "{\"object\":\"error\",\"message\":\"x\"}", ErrorKind.SERVER_ERROR)
                .error("unavailable", 503, "<html>no healthy upstream</html>", ErrorKind.OVERLOADED)
                .errorInStream(
                        "data: " + error("Rate limit exceeded", "rate_limited", "1300") + "\n\n",
                        ErrorKind.RATE_LIMITED)
                .build();
    }

    static String chunk(String delta, String finish, String more) {
        return "data: {\"id\":\"cmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1702256327,"
                + "\"model\":\"mistral-small-latest\",\"choices\":[{\"index\":0,\"delta\":" + delta
                + ",\"finish_reason\":" + finish + "}]" + more + "}\n\n";
    }

    private static String error(String message, String type, String code) {
        return "{\"object\":\"error\",\"message\":\"" + message + "\",\"type\":\"" + type
                + "\",\"param\":null,\"code\":\"" + code + "\"}";
    }
}
