package dev.aigw.providers.cohere;

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
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import okhttp3.OkHttpClient;

/** Cohere's API v2. */
public final class CohereVendor extends Vendor {

    private static final String REPLY = "{\"finish_reason\":\"COMPLETE\",\"message\":%s}";
    private static final String WHOLE = "{\"message\":{\"role\":\"assistant\","
            + "\"content\":[{\"type\":\"text\",\"text\":\"ok\"}]},\"finish_reason\":\"%s\"}";

    /** Creates Cohere's. */
    public CohereVendor() {
        super("cohere", "command-a-03-2025", WHOLE, "COMPLETE");
    }

    @Override
    public ProviderAdapter adapter(OkHttpClient client, boolean drop) {
        return CohereAdapter.builder().httpClient(client).dropUnsupported(drop).build();
    }

    @Override
    protected String definition() {
        return "chat";
    }

    @Override
    protected List<ContentPart.Reasoning> thoughts() {
        return List.of(new ContentPart.Reasoning("hm", null, null, null, "cohere"));
    }

    @Override
    protected ContentPart.Raw ownPart() {
        return new ContentPart.Raw("cohere", json("type", "text", "text", "as it came"));
    }

    @Override
    protected ToolSpec ownTool() {
        return rawFunction();
    }

    @Override
    protected Set<ChatFeature> reported() {
        return reportedByMostAnd(
                ChatFeature.BROKEN_ARGUMENTS,
                ChatFeature.SPEAKER,
                ChatFeature.IMAGE_FILE,
                ChatFeature.AUDIO_BYTES,
                ChatFeature.DOCUMENT_BYTES,
                ChatFeature.DOCUMENT_URL,
                ChatFeature.DOCUMENT_FILE,
                ChatFeature.DOCUMENT_CITED,
                ChatFeature.RESULT_IMAGE,
                ChatFeature.NO_PARALLEL_CALLS,
                ChatFeature.VERBOSITY,
                ChatFeature.LOGPROBS,
                ChatFeature.SERVICE_TIER,
                ChatFeature.METADATA,
                ChatFeature.REASONING_LEVEL);
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
                // calls are parallel anyway
                ChatFeature.PARALLEL_CALLS,
                // a tool that must be used is sent alone
                ChatFeature.TOOL_CHOICE_ONE,
                // a mode of all tools
                ChatFeature.STRICT_TOOL,
                // a raw text reads as text
                ChatFeature.OWN_RAW_PART,
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
        List<ContentPart> documents = new ArrayList<>();
        for (SentJson document : body.at("documents").items()) {
            byte[] text = document.at("data").text("text").getBytes(StandardCharsets.UTF_8);
            documents.add(new ContentPart.Document(Media.ofBytes("text/plain", text), null, false));
        }
        said(Message.Role.USER, documents);
        body.at("tools")
                .items()
                .forEach(tool ->
                        tool(tool, tool.at("function"), tool.at("function").at("parameters")));
        word(body, "tool_choice", mode -> choice(mode, null));
        SentJson format = body.at("response_format");
        if (format.isObject() && !format.has("json_schema")) {
            request().responseFormat(ResponseFormat.JSON);
        }
        schema(format.at("json_schema"));
        word(body.at("thinking"), "type", type -> thinks(type.equals("enabled")));
        number(body, "temperature", request()::temperature);
        number(body, "p", request()::topP);
        count(body, "k", request()::topK);
        count(body, "max_tokens", request()::maxOutputTokens);
        stop(body.at("stop_sequences"));
        count(body, "seed", seed -> request().seed(seed.longValue()));
        number(body, "frequency_penalty", request()::frequencyPenalty);
        number(body, "presence_penalty", request()::presencePenalty);
    }

    private void message(SentJson message) {
        String role = message.at("role").text();
        SentJson content = message.at("content");
        List<ContentPart> parts = new ArrayList<>();
        if (content.isText()) {
            parts.add(new ContentPart.Text(content.text()));
        }
        if (role.equals("assistant")) {
            answered(REPLY, message);
        } else if (role.equals("tool")) {
            said(Message.Role.TOOL, List.of(new ContentPart.ToolResult(message.text("tool_call_id"), parts, false)));
        } else {
            for (SentJson block : content.items()) {
                SentJson image = block.at("image_url");
                parts.add(
                        image.isObject()
                                ? new ContentPart.Image(url(image.text("url")), image.text("detail"))
                                : new ContentPart.Text(block.text("text")));
            }
            said(Message.Role.valueOf(role.toUpperCase(Locale.ROOT)), parts);
        }
    }

    @Override
    protected Map<String, FinishReason.Kind> finishReasons() {
        return Map.ofEntries(
                Map.entry("COMPLETE", FinishReason.Kind.STOP),
                Map.entry("STOP_SEQUENCE", FinishReason.Kind.STOP),
                Map.entry("MAX_TOKENS", FinishReason.Kind.LENGTH),
                Map.entry("TOOL_CALL", FinishReason.Kind.TOOL_CALLS),
                Map.entry("ERROR_TOXIC", FinishReason.Kind.CONTENT_FILTER),
                Map.entry("ERROR_LIMIT", FinishReason.Kind.CONTEXT_EXCEEDED));
    }

    @Override
    protected Events unparsed() {
        return new Events(
                "{'type':'content-delta','index':0,'delta':{'message':{'content':{'text':'TEXT'}}}}",
                List.of("{'type':'content-delta','index':1,'delta':{'message':{'content':{'text':'TEXT'}}}}"),
                "{'type':'message-end','delta':{'finish_reason':'COMPLETE'}}");
    }

    @Override
    protected Set<ChatFeature> streamed() {
        return EnumSet.of(ChatFeature.REASONING);
    }

    @Override
    protected void write(ContentPart part, int index) {
        if (part instanceof ContentPart.Text text) {
            pieces(text.text()).forEach(piece -> delta("content-delta", index, "content", json("text", piece)));
        } else if (part instanceof ContentPart.Reasoning thought) {
            pieces(thought.text()).forEach(piece -> delta("content-delta", index, "content", json("thinking", piece)));
        } else if (part instanceof ToolCall call) {
            Map<String, Object> function = json("name", call.name(), "arguments", "");
            delta("tool-call-start", index, "tool_calls", json("id", call.id(), "function", function));
            pieces(call.arguments())
                    .forEach(piece ->
                            delta("tool-call-delta", index, "tool_calls", json("function", json("arguments", piece))));
            event("type", "tool-call-end", "index", index);
        }
    }

    private void delta(String type, int index, String field, Map<String, ?> value) {
        event("type", type, "index", index, "delta", json("message", json(field, value)));
    }

    @Override
    protected void end(String reason) {
        event("type", "message-end", "delta", json("finish_reason", reason));
    }
}
