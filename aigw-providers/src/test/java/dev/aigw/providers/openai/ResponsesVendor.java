package dev.aigw.providers.openai;

import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Media;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ResponseFormat;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.chat.ToolSpec;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.contract.ChatFeature;
import dev.aigw.providers.contract.SentJson;
import dev.aigw.providers.contract.Vendor;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import okhttp3.OkHttpClient;

/** OpenAI's Responses API. */
public class ResponsesVendor extends Vendor {

    private static final String REPLY = "{\"status\":\"completed\",\"output\":[%s]}";
    private static final String MESSAGE = REPLY.formatted(
            "{\"type\":\"message\",\"role\":\"assistant\"," + "\"content\":[{\"type\":\"output_text\",\"text\":%s}]}");

    /** Creates OpenAI's. */
    public ResponsesVendor() {
        super(
                "openai",
                "gpt-5-mini",
                "{\"status\":\"%s\",\"output\":[{\"type\":\"message\",\"role\":\"assistant\","
                        + "\"content\":[{\"type\":\"output_text\",\"text\":\"ok\"}]}]}",
                "completed");
    }

    @Override
    public ProviderAdapter adapter(OkHttpClient client, boolean drop) {
        return OpenAiAdapter.builder()
                .responsesApi(true)
                .httpClient(client)
                .dropUnsupported(drop)
                .build();
    }

    @Override
    protected String definition() {
        return "CreateResponse";
    }

    @Override
    protected List<ContentPart.Reasoning> thoughts() {
        return List.of(
                new ContentPart.Reasoning(null, "hm", "rs_1", "SEALED", "openai"),
                new ContentPart.Reasoning(null, null, "rs_2", "SEALED", "openai"));
    }

    @Override
    protected ContentPart.Raw ownPart() {
        return new ContentPart.Raw(
                "openai",
                json(
                        "type",
                        "web_search_call",
                        "id",
                        "ws_1",
                        "status",
                        "completed",
                        "action",
                        json("type", "search", "query", "x")));
    }

    @Override
    protected ToolSpec ownTool() {
        return ToolSpec.raw("openai", "web_search", json("type", "web_search"));
    }

    @Override
    protected String serviceTier() {
        return "flex";
    }

    @Override
    protected Set<ChatFeature> reported() {
        return reportedByMostAnd(
                ChatFeature.BROKEN_ARGUMENTS,
                ChatFeature.SPEAKER,
                ChatFeature.AUDIO_BYTES,
                ChatFeature.DOCUMENT_CITED,
                ChatFeature.TOP_K,
                ChatFeature.STOP,
                ChatFeature.SEED,
                ChatFeature.PENALTIES,
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
                ChatFeature.RESULT_ERROR);
    }

    @Override
    protected void take(SentJson body) {
        body.at("input").items().forEach(this::item);
        body.at("tools").items().forEach(tool -> tool(tool, tool, tool.at("parameters")));
        SentJson choice = body.at("tool_choice");
        if (!choice.isMissing()) {
            choice(choice.isText() ? choice.text() : "", choice.text("name"));
        }
        if (body.has("parallel_tool_calls")) {
            request().parallelToolCalls(body.at("parallel_tool_calls").isTrue());
        }
        SentJson format = body.at("text").at("format");
        if ("json_object".equals(format.text("type"))) {
            request().responseFormat(ResponseFormat.JSON);
        }
        schema(format.at("schema"));
        word(body.at("reasoning"), "effort", effort -> thinks(!effort.equals("none")));
        word(body.at("text"), "verbosity", request()::verbosity);
        number(body, "temperature", request()::temperature);
        number(body, "top_p", request()::topP);
        count(body, "max_output_tokens", request()::maxOutputTokens);
        count(body, "top_logprobs", request()::topLogprobs);
        word(body, "service_tier", request()::serviceTier);
        metadata(body.at("metadata"));
        word(body, "user", request()::userId);
    }

    private void item(SentJson item) {
        String type = item.at("type").text();
        SentJson content = item.at("content");
        if (type.equals("function_call_output")) {
            said(
                    Message.Role.TOOL,
                    List.of(new ContentPart.ToolResult(item.text("call_id"), parts(item.at("output")), false)));
        } else if (!type.equals("message")) {
            answered(REPLY, item);
        } else if (item.at("role").text().equals("assistant")) {
            answered(MESSAGE, content);
        } else {
            said(Message.Role.valueOf(item.at("role").text().toUpperCase(Locale.ROOT)), parts(content));
        }
    }

    private static List<ContentPart> parts(SentJson content) {
        List<ContentPart> parts = new ArrayList<>();
        if (content.isText()) {
            parts.add(new ContentPart.Text(content.text()));
        }
        content.items().forEach(part -> parts.add(part(part)));
        return parts;
    }

    private static ContentPart part(SentJson part) {
        String type = part.at("type").text();
        Media file = part.has("file_id") ? Media.ofFileId(part.text("file_id")) : null;
        return switch (type) {
            case "input_text" -> new ContentPart.Text(part.text("text"));
            case "input_image" ->
                new ContentPart.Image(file == null ? url(part.text("image_url")) : file, part.text("detail"));
            case "input_file" ->
                new ContentPart.Document(
                        file != null ? file : url(part.text(part.has("file_url") ? "file_url" : "file_data")),
                        null,
                        false);
            default -> throw new IllegalArgumentException(type);
        };
    }

    @Override
    protected Events unparsed() {
        return new Events(
                "{'type':'response.output_text.delta','sequence_number':N,'item_id':'m','output_index':0,"
                        + "'content_index':0,'delta':'TEXT','logprobs':[],'obfuscation':'FILL'}",
                List.of(
                        "{'type':'response.output_text.delta','sequence_number':N,'item_id':'m','output_index':1,"
                                + "'content_index':0,'delta':'TEXT','logprobs':[],'obfuscation':'FILL'}",
                        "{'type':'response.refusal.delta','sequence_number':N,'output_index':0,'delta':'TEXT'}",
                        "{'type':'response.reasoning_summary_text.delta','sequence_number':N,'output_index':2,"
                                + "'delta':'TEXT'}"),
                "{'type':'response.completed','sequence_number':N,'response':{'status':'completed','output':[],"
                        + "'usage':{'input_tokens':N,'output_tokens':N}}}");
    }

    @Override
    protected Set<ChatFeature> streamed() {
        return EnumSet.of(ChatFeature.REASONING, ChatFeature.OWN_RAW_PART);
    }

    @Override
    protected void write(ContentPart part, int index) {
        if (part instanceof ContentPart.Text text) {
            pieces(text.text()).forEach(piece -> delta("output_text", index, piece));
        } else if (part instanceof ToolCall call) {
            Map<String, Object> item =
                    json("type", "function_call", "call_id", call.id(), "name", call.name(), "arguments", "");
            event("type", "response.output_item.added", "output_index", index, "item", item);
            pieces(call.arguments()).forEach(piece -> delta("function_call_arguments", index, piece));
            item.put("arguments", call.arguments());
            event("type", "response.output_item.done", "output_index", index, "item", item);
        } else if (part instanceof ContentPart.Reasoning thought) {
            String summary = thought.summary() == null ? "" : thought.summary();
            pieces(summary).forEach(piece -> delta("reasoning_summary_text", index, piece));
            Map<String, Object> item = json("type", "reasoning", "id", thought.signature(), "summary", List.of());
            item.put("encrypted_content", thought.encrypted());
            event("type", "response.output_item.done", "output_index", index, "item", item);
        } else if (part instanceof ContentPart.Raw raw) {
            event("type", "response.output_item.done", "output_index", index, "item", raw.json());
        }
    }

    @Override
    protected void end(String reason) {
        event("type", "response.completed", "response", json("status", reason, "output", List.of()));
    }

    private void delta(String kind, int index, String piece) {
        event("type", "response." + kind + ".delta", "output_index", index, "content_index", 0, "delta", piece);
    }
}
