package dev.aigw.providers.openai;

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

/** The contract over the Responses API, after the shapes of its published reference. */
class ResponsesContractTest extends VendorContract {

    private static final TokenUsage USAGE = TokenUsage.builder()
            .input(12)
            .cacheRead(24)
            .output(23)
            .reasoning(64)
            .build();
    private static final String USAGE_JSON =
            "\"usage\":{\"input_tokens\":36,\"input_tokens_details\":{\"cached_tokens\":24},"
                    + "\"output_tokens\":87,\"output_tokens_details\":{\"reasoning_tokens\":64},\"total_tokens\":123}";

    /** Returns an event with its name and number. */
    static String event(String type, String fields) {
        return "event: " + type + "\ndata: {\"type\":\"" + type + "\",\"sequence_number\":1," + fields + "}\n\n";
    }

    static String response(String status, String output, String more) {
        return "{\"id\":\"resp_1\",\"object\":\"response\",\"created_at\":1741476542,\"status\":\"" + status
                + "\",\"error\":null,\"incomplete_details\":null,\"model\":\"gpt-5-mini\",\"output\":" + output
                + ",\"service_tier\":\"default\",\"store\":false" + more + "}";
    }

    static String created() {
        return event("response.created", "\"response\":{\"id\":\"resp_1\",\"model\":\"gpt-5-mini\"}");
    }

    static String text(int item, String delta) {
        return event(
                "response.output_text.delta",
                "\"item_id\":\"msg_1\",\"output_index\":" + item + ",\"content_index\":0,\"delta\":\"" + delta
                        + "\",\"logprobs\":[],\"obfuscation\":\"xyz\"");
    }

    static String completed(String output) {
        return event("response.completed", "\"response\":" + response("completed", output, "," + USAGE_JSON));
    }

    @Override
    protected Vendor vendor() {
        return new ResponsesVendor();
    }

    @Override
    protected ProviderAdapter adapter(String baseUrl) {
        return OpenAiAdapter.builder()
                .apiKey(CREDENTIAL)
                .baseUrl(baseUrl)
                .responsesApi(true)
                .build();
    }

    @Override
    protected WireFixtures fixtures() {
        String message = "{\"type\":\"message\",\"id\":\"msg_1\",\"status\":\"completed\",\"role\":\"assistant\","
                + "\"content\":[{\"type\":\"output_text\",\"text\":\"Hi there, grüß dich!\",\"annotations\":[]}]}";
        String reasoning = "{\"type\":\"reasoning\",\"id\":\"rs_1\",\"summary\":[{\"type\":\"summary_text\",\"text\":"
                + "\"First.\"},{\"type\":\"summary_text\",\"text\":\"Second.\"}],\"encrypted_content\":\"gAAA\"}";
        String call = "{\"type\":\"function_call\",\"id\":\"fc_1\",\"call_id\":\"call_a\",\"name\":\"weather\","
                + "\"arguments\":\"{\\\"city\\\":\\\"Ulm\\\"}\",\"status\":\"completed\"}";
        return WireFixtures.builder()
                .text(new WireFixtures.Answer(
                        response("completed", "[" + message + "]", "," + USAGE_JSON),
                        created()
                                + text(0, "Hi")
                                + text(0, " there")
                                + text(0, ", grüß")
                                + text(0, " dich!")
                                + completed("[]"),
                        ChatResponse.builder()
                                .text("Hi there, grüß dich!")
                                .finishReason(FinishReason.of(FinishReason.Kind.STOP, "completed"))
                                .usage(USAGE)
                                .build()))
                .tools(new WireFixtures.Answer(
                        response("completed", "[" + reasoning + "," + call + "]", "," + USAGE_JSON),
                        created()
                                + event(
                                        "response.output_item.added",
                                        "\"output_index\":0,\"item\":{\"type\":\"reasoning\",\"id\":\"rs_1\",\"summary\":[]}")
                                + summary(0, "Fir")
                                + summary(0, "st.")
                                + event(
                                        "response.reasoning_summary_part.added",
                                        "\"item_id\":\"rs_1\",\"output_index\":0,\"summary_index\":1,\"part\":{\"type\":"
                                                + "\"summary_text\",\"text\":\"\"}")
                                + summary(1, "Second.")
                                + event("response.output_item.done", "\"output_index\":0,\"item\":" + reasoning)
                                + event("response.in_progress", "\"response\":{}")
                                + event("response.content_part.added", "\"output_index\":1,\"part\":{}")
                                + event(
                                        "response.output_item.added",
                                        "\"output_index\":1,\"item\":{\"type\":\"function_call\",\"id\":\"fc_1\","
                                                + "\"call_id\":\"call_a\",\"name\":\"weather\",\"arguments\":\"\"}")
                                + event(
                                        "response.function_call_arguments.delta",
                                        "\"item_id\":\"fc_1\",\"output_index\":1,\"delta\":\"{\\\"city\\\":\"")
                                + event(
                                        "response.function_call_arguments.delta",
                                        "\"item_id\":\"fc_1\",\"output_index\":1,\"delta\":\"\\\"Ulm\\\"}\"")
                                + event("response.output_item.done", "\"output_index\":1,\"item\":" + call)
                                + completed("[]"),
                        ChatResponse.builder()
                                .part(new ContentPart.Reasoning(
                                        null, "First.\n\nSecond.", "rs_1", "gAAA", "openai?model=gpt-5-mini"))
                                .part(new ToolCall("call_a", "weather", "{\"city\":\"Ulm\"}"))
                                .finishReason(FinishReason.of(FinishReason.Kind.TOOL_CALLS, "completed"))
                                .usage(USAGE)
                                .build()))
                .error(
                        "bad key",
                        401,
                        OpenAiContractTest.error("invalid_request_error", "invalid_api_key"),
                        ErrorKind.AUTHENTICATION)
                .error(
                        "rate limit",
                        429,
                        OpenAiContractTest.error("requests", "rate_limit_exceeded"),
                        ErrorKind.RATE_LIMITED)
                .error(
                        "no model",
                        404,
                        OpenAiContractTest.error("invalid_request_error", "model_not_found"),
                        ErrorKind.NOT_FOUND)
                .error("server error", 500, OpenAiContractTest.error("server_error", null), ErrorKind.SERVER_ERROR)
                .errorInStream(
                        event("error", "\"code\":\"rate_limit_exceeded\",\"message\":\"slow down\",\"param\":null"),
                        ErrorKind.RATE_LIMITED)
                .build();
    }

    private static String summary(int part, String delta) {
        return event(
                "response.reasoning_summary_text.delta",
                "\"item_id\":\"rs_1\",\"output_index\":0,\"summary_index\":" + part + ",\"delta\":\"" + delta + "\"");
    }
}
