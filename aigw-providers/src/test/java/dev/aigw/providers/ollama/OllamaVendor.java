package dev.aigw.providers.ollama;

import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.Media;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ResponseFormat;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.chat.ToolSpec;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.contract.ChatFeature;
import dev.aigw.providers.contract.SentJson;
import dev.aigw.providers.contract.Vendor;
import dev.aigw.providers.json.Json;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import okhttp3.OkHttpClient;
import okio.Buffer;

/** Ollama's own protocol. */
public final class OllamaVendor extends Vendor {

    private static final String REPLY = "{\"done\":true,\"done_reason\":\"stop\",\"message\":%s}";
    private static final String WHOLE =
            "{\"message\":{\"role\":\"assistant\",\"content\":\"ok\"},\"done\":true,\"done_reason\":\"%s\"}";

    /** Creates Ollama's. */
    public OllamaVendor() {
        super("ollama", "gpt-oss:20b", WHOLE, "stop");
    }

    @Override
    public ProviderAdapter adapter(OkHttpClient client, boolean drop) {
        return OllamaAdapter.builder().httpClient(client).dropUnsupported(drop).build();
    }

    @Override
    protected String definition() {
        return "ChatRequest";
    }

    @Override
    protected List<ContentPart.Reasoning> thoughts() {
        return List.of(new ContentPart.Reasoning("hm", null, null, null, "ollama"));
    }

    @Override
    protected ContentPart.Raw ownPart() {
        return new ContentPart.Raw("ollama", json("type", "any"));
    }

    @Override
    protected ToolSpec ownTool() {
        return rawFunction();
    }

    @Override
    protected Set<ChatFeature> reported() {
        return reportedByMostAnd(
                ChatFeature.SPEAKER,
                ChatFeature.IMAGE_URL,
                ChatFeature.IMAGE_FILE,
                ChatFeature.IMAGE_DETAIL,
                ChatFeature.AUDIO_BYTES,
                ChatFeature.DOCUMENT_BYTES,
                ChatFeature.DOCUMENT_TEXT,
                ChatFeature.DOCUMENT_URL,
                ChatFeature.DOCUMENT_FILE,
                ChatFeature.DOCUMENT_CITED,
                ChatFeature.BROKEN_ARGUMENTS,
                ChatFeature.OWN_RAW_PART,
                ChatFeature.STRICT_TOOL,
                ChatFeature.TOOL_CHOICE_REQUIRED,
                ChatFeature.TOOL_CHOICE_ONE,
                ChatFeature.PARALLEL_CALLS,
                ChatFeature.NO_PARALLEL_CALLS,
                ChatFeature.VERBOSITY,
                ChatFeature.SERVICE_TIER,
                ChatFeature.REASONING_BUDGET);
    }

    @Override
    protected Set<ChatFeature> unreported() {
        return EnumSet.of(
                // the vendor caches by itself
                ChatFeature.CACHE_HINT,
                // sent as text
                ChatFeature.REFUSAL,
                // the result's text says it
                ChatFeature.RESULT_ERROR,
                // no tools are the same
                ChatFeature.TOOL_CHOICE_NONE,
                // no field for it
                ChatFeature.METADATA,
                // no field for it
                ChatFeature.USER);
    }

    @Override
    protected Blur blur() {
        return Blur.ORDER;
    }

    @Override
    protected void take(SentJson body) {
        body.at("messages").items().forEach(this::message);
        body.at("tools")
                .items()
                .forEach(tool ->
                        tool(tool, tool.at("function"), tool.at("function").at("parameters")));
        SentJson format = body.at("format");
        if (format.isText()) {
            request().responseFormat(ResponseFormat.JSON);
        }
        schema(format);
        SentJson think = body.at("think");
        if (!think.isMissing()) {
            thinks(think.isText() || think.isTrue());
        }
        count(body, "top_logprobs", request()::topLogprobs);
        SentJson options = body.at("options");
        number(options, "temperature", request()::temperature);
        number(options, "top_p", request()::topP);
        count(options, "top_k", request()::topK);
        count(options, "num_predict", request()::maxOutputTokens);
        stop(options.at("stop"));
        count(options, "seed", seed -> request().seed(seed.longValue()));
        number(options, "frequency_penalty", request()::frequencyPenalty);
        number(options, "presence_penalty", request()::presencePenalty);
    }

    private void message(SentJson message) {
        String role = message.at("role").text();
        if (role.equals("assistant")) {
            answered(REPLY, message);
            return;
        }
        List<ContentPart> parts = new ArrayList<>();
        parts.add(new ContentPart.Text(message.text("content")));
        for (SentJson image : message.at("images").items()) {
            parts.add(new ContentPart.Image(Media.ofBase64("image/png", image.text())));
        }
        said(
                Message.Role.valueOf(role.toUpperCase(Locale.ROOT)),
                role.equals("tool")
                        ? List.of(new ContentPart.ToolResult(message.text("tool_call_id"), parts, false))
                        : parts);
    }

    @Override
    protected Map<String, FinishReason.Kind> finishReasons() {
        return Map.ofEntries(
                Map.entry("stop", FinishReason.Kind.STOP),
                Map.entry("length", FinishReason.Kind.LENGTH),
                Map.entry("load", FinishReason.Kind.UNKNOWN));
    }

    @Override
    protected Events unparsed() {
        return new Events(
                "{'model':'m','created_at':'2026-11-26T01:02:N.NZ','message':{'role':'assistant','content':'TEXT'},"
                        + "'done':false}",
                List.of(
                        "{'model':'m','created_at':'2026-11-26T01:02:N.NZ','message':{'role':'assistant','content':'',"
                                + "'thinking':'TEXT'},'done':false}",
                        "{'model':'m','created_at':'2026-11-26T01:02:N.NZ','message':{'role':'assistant','content':"
                                + "'TEXT'},'logprobs':[{'token':'a','logprob':-1}],'done':false}"),
                "{'model':'m','created_at':'2026-11-26T01:02:N.NZ','message':{'role':'assistant','content':''},"
                        + "'done':true,'done_reason':'stop','eval_count':N}");
    }

    @Override
    protected Set<ChatFeature> streamed() {
        return EnumSet.of(ChatFeature.REASONING);
    }

    @Override
    public String streamType() {
        return "application/x-ndjson";
    }

    @Override
    public void frame(String event, String data, Buffer to) {
        to.writeUtf8(data + "\n");
    }

    @Override
    protected void write(ContentPart part, int index) {
        if (part instanceof ContentPart.Text text) {
            pieces(text.text()).forEach(piece -> line(json("content", piece)));
        } else if (part instanceof ContentPart.Reasoning thought) {
            pieces(thought.text()).forEach(piece -> line(json("content", "", "thinking", piece)));
        } else if (part instanceof ToolCall call) {
            Object arguments = Json.plain(Json.parseOrNull(call.arguments()));
            Map<String, Object> function = json("name", call.name(), "arguments", arguments);
            line(json("content", "", "tool_calls", List.of(json("id", call.id(), "function", function))));
        }
    }

    private void line(Map<String, ?> message) {
        event("created_at", "2026-11-26T01:02:03." + written() + "Z", "message", message, "done", false);
    }

    @Override
    protected void end(String reason) {
        event("message", json("content", ""), "done", true, "done_reason", reason);
    }
}
