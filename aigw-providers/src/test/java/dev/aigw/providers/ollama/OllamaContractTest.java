package dev.aigw.providers.ollama;

import dev.aigw.api.Credential;
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
class OllamaContractTest extends VendorContract {

    static final TokenUsage USAGE = TokenUsage.of(26, 298);
    static final String DONE = "\"done_reason\":\"stop\",\"done\":true,\"total_duration\":4883583458,"
            + "\"load_duration\":1334875,\"prompt_eval_count\":26,\"prompt_eval_duration\":342546000,"
            + "\"eval_count\":298,\"eval_duration\":4535599000";

    /** Returns a line with these fields of a message. */
    static String line(String message, String more) {
        return "{\"model\":\"llama3.2\",\"created_at\":\"2026-08-04T08:52:19.385406455Z\","
                + "\"message\":{\"role\":\"assistant\"," + message + "}," + more + "}\n";
    }

    static String text(String text) {
        return line("\"content\":\"" + text + "\"", "\"done\":false");
    }

    @Override
    protected Vendor vendor() {
        return new OllamaVendor();
    }

    @Override
    protected ProviderAdapter adapter(String baseUrl) {
        return OllamaAdapter.builder()
                .credential(Credential.of(CREDENTIAL))
                .baseUrl(baseUrl)
                .build();
    }

    @Override
    protected String malformedEvent() {
        return "{\"oops\n";
    }

    @Override
    protected String eventSeparator() {
        return "\n";
    }

    @Override
    protected WireFixtures fixtures() {
        String call = "{\"function\":{\"name\":\"weather\",\"arguments\":{\"city\":\"Ulm\"}}}";
        String other = "{\"id\":\"call_b\",\"function\":{\"index\":1,\"name\":\"time\",\"arguments\":{}}}";
        return WireFixtures.builder()
                .text(new WireFixtures.Answer(
                        line("\"content\":\"Hi there, grüß dich!\"", DONE),
                        text("Hi")
                                + text(" there")
                                + text(", grüß")
                                + text(" dich")
                                + text("!")
                                + line("\"content\":\"\"", DONE),
                        ChatResponse.builder()
                                .text("Hi there, grüß dich!")
                                .finishReason(FinishReason.of(FinishReason.Kind.STOP, "stop"))
                                .usage(USAGE)
                                .build()))
                .tools(new WireFixtures.Answer(
                        line(
                                "\"content\":\"\",\"thinking\":\"I need both\",\"tool_calls\":[" + call + "," + other
                                        + "]",
                                DONE),
                        line("\"content\":\"\",\"thinking\":\"I need\"", "\"done\":false")
                                + line("\"content\":\"\",\"thinking\":\" both\"", "\"done\":false")
                                + line("\"content\":\"\",\"tool_calls\":[" + call + "]", "\"done\":false")
                                + line("\"content\":\"\",\"tool_calls\":[" + other + "]", "\"done\":false")
                                + line("\"content\":\"\"", DONE),
                        ChatResponse.builder()
                                .part(new ContentPart.Reasoning("I need both", null, null, null, null))
                                .part(new ToolCall("call_0", "weather", "{\"city\":\"Ulm\"}"))
                                .part(new ToolCall("call_b", "time", "{}"))
                                .finishReason(FinishReason.of(FinishReason.Kind.TOOL_CALLS, "stop"))
                                .usage(USAGE)
                                .build()))
                .error("bad key", 401, "{\"error\":\"unauthorized\"}", ErrorKind.AUTHENTICATION)
                .error("no model", 404, "{\"error\":\"model 'x' not found\"}", ErrorKind.NOT_FOUND)
                .error(
                        "no tools",
                        400,
                        "{\"error\":\"registry.ollama.ai/library/gemma:2b does not support tools\"}",
                        ErrorKind.UNSUPPORTED)
                .error("bad request", 400, "{\"error\":\"invalid options\"}", ErrorKind.INVALID_REQUEST)
                .error(
                        "busy",
                        503,
                        "{\"error\":\"server busy, please try again. maximum pending requests exceeded\"}",
                        ErrorKind.OVERLOADED)
                .error("failed", 500, "{\"error\":\"llama runner process has terminated\"}", ErrorKind.SERVER_ERROR)
                .errorInStream(
                        "{\"error\":\"an error was encountered while running the model\"}\n", ErrorKind.SERVER_ERROR)
                .build();
    }
}
