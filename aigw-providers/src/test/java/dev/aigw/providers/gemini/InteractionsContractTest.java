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

/** The contract over the Interactions API, in the shapes of its reference and its client libraries. */
class InteractionsContractTest extends VendorContract {

    private static final String ORIGIN = "gemini?model=gemini-3.8-flash";
    private static final String USAGE_JSON =
            "\"usage\":{\"total_tokens\":382,\"total_input_tokens\":352,\"input_tokens_by_modality\":[{\"modality\":"
                    + "\"text\",\"tokens\":352}],\"total_cached_tokens\":300,\"total_output_tokens\":9,"
                    + "\"total_tool_use_tokens\":0,\"total_thought_tokens\":21}";
    private static final TokenUsage USAGE = TokenUsage.builder()
            .input(52)
            .cacheRead(300)
            .output(9)
            .reasoning(21)
            .build();

    static String interaction(String status, String more) {
        return "{\"id\":\"\",\"status\":\"" + status + "\"," + more
                + ",\"created\":\"2026-11-15T18:52:03Z\",\"updated\":\"2026-11-15T18:52:03Z\",\"service_tier\":"
                + "\"standard\",\"object\":\"interaction\",\"model\":\"gemini-3.8-flash\"}";
    }

    static String event(String type, String fields) {
        return "event: " + type + "\ndata: {" + fields + ",\"event_type\":\"" + type + "\"}\n\n";
    }

    static String created() {
        return event(
                        "interaction.created",
                        "\"interaction\":{\"id\":\"\",\"status\":\"in_progress\",\"object\":\"interaction\","
                                + "\"model\":\"gemini-3.8-flash\"}")
                + event("interaction.status_update", "\"interaction_id\":\"\",\"status\":\"in_progress\"");
    }

    static String start(int index, String step) {
        return event("step.start", "\"index\":" + index + ",\"step\":{" + step + "}");
    }

    static String delta(int index, String delta) {
        return event("step.delta", "\"index\":" + index + ",\"delta\":{" + delta + "}");
    }

    static String stop(int index) {
        return event("step.stop", "\"index\":" + index);
    }

    static String text(int index, String text) {
        return delta(index, "\"text\":\"" + text + "\",\"type\":\"text\"");
    }

    static String completed(String status, String more) {
        return event("interaction.completed", "\"interaction\":" + interaction(status, more))
                + "event: done\ndata: [DONE]\n\n";
    }

    @Override
    protected Vendor vendor() {
        return new InteractionsVendor();
    }

    @Override
    protected ProviderAdapter adapter(String baseUrl) {
        return GeminiAdapter.builder()
                .apiKey(CREDENTIAL)
                .baseUrl(baseUrl)
                .interactionsApi(true)
                .build();
    }

    @Override
    protected WireFixtures fixtures() {
        return WireFixtures.builder()
                .text(new WireFixtures.Answer(
                        interaction(
                                "completed",
                                "\"steps\":[{\"type\":\"model_output\",\"content\":[{\"type\":\"text\",\"text\":"
                                        + "\"Hello, wörld!\"}]}]," + USAGE_JSON),
                        created()
                                + start(0, "\"type\":\"model_output\"")
                                + text(0, "Hello")
                                + text(0, ", w")
                                + text(0, "\\u00f6")
                                + text(0, "rld!")
                                + stop(0)
                                + completed("completed", USAGE_JSON),
                        ChatResponse.builder()
                                .text("Hello, wörld!")
                                .finishReason(FinishReason.of(FinishReason.Kind.STOP, "completed"))
                                .usage(USAGE)
                                .build()))
                .tools(tools())
                .error("a bad request", 400, error("invalid_request", "no"), ErrorKind.INVALID_REQUEST)
                .error("an unknown field", 400, error("parameter_unknown", "top_k"), ErrorKind.UNSUPPORTED)
                .error(
                        "a prompt that is too long",
                        400,
                        error(
                                "invalid_request",
                                "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576)."),
                        ErrorKind.CONTEXT_TOO_LONG)
                .error("a blocked prompt", 400, error("content_blocked", "no"), ErrorKind.CONTENT_FILTERED)
                .error("a blocked answer", 400, error("safety", "no"), ErrorKind.CONTENT_FILTERED)
                .error(
                        "a project without billing",
                        400,
                        error("failed_precondition", "Please enable billing on your project."),
                        ErrorKind.QUOTA_EXHAUSTED)
                .error("a bad key", 401, error("authentication", "no"), ErrorKind.AUTHENTICATION)
                .error("no credit", 402, error("payment_required", "no"), ErrorKind.QUOTA_EXHAUSTED)
                .error("no permission", 403, error("permission_denied", "no"), ErrorKind.PERMISSION)
                .error("an unknown model", 404, error("model_not_found", "no"), ErrorKind.NOT_FOUND)
                .error("a limit by the minute", 429, error("rate_limit_exceeded", "no"), ErrorKind.RATE_LIMITED)
                .error("a limit by the day", 429, error("quota_exceeded", "no"), ErrorKind.QUOTA_EXHAUSTED)
                .error("a server error", 500, error("api_error", "no"), ErrorKind.SERVER_ERROR)
                .error("overload", 503, error("service_unavailable", "no"), ErrorKind.OVERLOADED)
                .error("a slow server", 504, error("deadline_exceeded", "no"), ErrorKind.TIMEOUT)
                .errorInStream(
                        event("error", "\"error\":{\"code\":\"rate_limit_exceeded\",\"message\":\"slow down\"}"),
                        ErrorKind.RATE_LIMITED)
                .build();
    }

    private static WireFixtures.Answer tools() {
        String thought = "\"type\":\"thought\"";
        String weather = "\"id\":\"61nzpsv4\",\"signature\":\"ZmM=\",\"type\":\"function_call\",\"name\":\"weather\"";
        String now = "\"id\":\"62nzpsv4\",\"signature\":\"\",\"type\":\"function_call\",\"name\":\"now\"";
        return new WireFixtures.Answer(
                interaction(
                        "requires_action",
                        "\"steps\":[{" + thought
                                + ",\"signature\":\"CiQB\",\"summary\":[{\"type\":\"text\",\"text\":\"First.\"}]},{"
                                + weather + ",\"arguments\":{\"city\":\"Oslo\"}},{" + now + ",\"arguments\":{}}],"
                                + USAGE_JSON),
                created()
                        + start(0, thought)
                        + delta(0, "\"content\":{\"text\":\"Fir\",\"type\":\"text\"},\"type\":\"thought_summary\"")
                        + delta(0, "\"content\":{\"text\":\"st.\",\"type\":\"text\"},\"type\":\"thought_summary\"")
                        + delta(0, "\"signature\":\"CiQB\",\"type\":\"thought_signature\"")
                        + stop(0)
                        + start(1, weather + ",\"arguments\":{}")
                        + start(2, now + ",\"arguments\":{}")
                        + delta(1, "\"arguments\":\"{\\\"city\\\":\",\"type\":\"arguments_delta\"")
                        + delta(1, "\"arguments\":\"\\\"Oslo\\\"}\",\"type\":\"arguments_delta\"")
                        + stop(1)
                        + stop(2)
                        + completed("requires_action", USAGE_JSON),
                ChatResponse.builder()
                        .part(new ContentPart.Reasoning(null, "First.", "CiQB", null, ORIGIN))
                        .part(new ToolCall("61nzpsv4", "weather", "{\"city\":\"Oslo\"}", "ZmM=", ORIGIN))
                        .part(new ToolCall("62nzpsv4", "now", "{}"))
                        .finishReason(FinishReason.of(FinishReason.Kind.TOOL_CALLS, "requires_action"))
                        .usage(USAGE)
                        .build());
    }

    static String error(String code, String message) {
        return "{\"error\":{\"code\":\"" + code + "\",\"message\":\"" + message + "\"}}";
    }
}
