package dev.aigw.providers.bedrock;

import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.Media;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.chat.ToolSpec;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.contract.ChatFeature;
import dev.aigw.providers.contract.SentJson;
import dev.aigw.providers.contract.Vendor;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import okhttp3.OkHttpClient;
import okio.Buffer;

/** Bedrock's Converse, for a model of Anthropic's. */
public final class BedrockVendor extends Vendor {

    private static final String REPLY = "{\"stopReason\":\"end_turn\",\"output\":{\"message\":%s}}";
    private static final String WHOLE = "{\"stopReason\":\"%s\",\"output\":{\"message\":{\"role\":\"assistant\","
            + "\"content\":[{\"text\":\"ok\"}]}}}";
    private static final Map<String, String> TYPES = Map.of(
            "png", "image/png", "wav", "audio/wav", "mp4", "video/mp4", "pdf", "application/pdf", "txt", "text/plain");

    /** Creates Bedrock's. */
    public BedrockVendor() {
        super("bedrock", "eu.anthropic.claude-haiku-4-5", WHOLE, "end_turn");
    }

    @Override
    public ProviderAdapter adapter(OkHttpClient client, boolean drop) {
        return BedrockAdapter.builder()
                .region("eu-west-1")
                .httpClient(client)
                .dropUnsupported(drop)
                .build();
    }

    @Override
    protected String definition() {
        return "ConverseRequest";
    }

    @Override
    protected String streamDefinition() {
        return "ConverseStreamRequest";
    }

    @Override
    protected List<ContentPart.Reasoning> thoughts() {
        return List.of(
                new ContentPart.Reasoning("hm", null, "SIGNED", null, "bedrock/anthropic"),
                new ContentPart.Reasoning(null, null, null, "U0VBTEVE", "bedrock/anthropic"));
    }

    @Override
    protected ContentPart.Raw ownPart() {
        return new ContentPart.Raw("bedrock", json("guardContent", json("text", json("text", "as it came"))));
    }

    @Override
    protected ToolSpec ownTool() {
        return ToolSpec.raw("bedrock", "grounding", json("systemTool", json("name", "nova_grounding")));
    }

    @Override
    protected String serviceTier() {
        return "flex";
    }

    @Override
    protected Set<ChatFeature> reported() {
        Set<ChatFeature> reported = reportedByMostAnd(
                ChatFeature.LATE_SYSTEM,
                ChatFeature.SPEAKER,
                ChatFeature.IMAGE_URL,
                ChatFeature.IMAGE_FILE,
                ChatFeature.IMAGE_DETAIL,
                ChatFeature.DOCUMENT_URL,
                ChatFeature.DOCUMENT_FILE,
                ChatFeature.BROKEN_ARGUMENTS,
                ChatFeature.NO_PARALLEL_CALLS,
                ChatFeature.SEED,
                ChatFeature.PENALTIES,
                ChatFeature.LOGPROBS,
                ChatFeature.VERBOSITY,
                ChatFeature.REASONING_BUDGET);
        reported.removeAll(EnumSet.of(ChatFeature.VIDEO_BYTES));
        return reported;
    }

    @Override
    protected Set<ChatFeature> unreported() {
        return EnumSet.of(
                // sent as text
                ChatFeature.REFUSAL,
                // calls are parallel anyway
                ChatFeature.PARALLEL_CALLS,
                // no tools are the same
                ChatFeature.TOOL_CHOICE_NONE,
                // no field for it
                ChatFeature.USER);
    }

    @Override
    protected void take(SentJson body) {
        said(Message.Role.SYSTEM, parts(body.at("system")));
        for (SentJson message : body.at("messages").items()) {
            if (message.at("role").text().equals("assistant")) {
                answered(REPLY, message);
            } else {
                said(Message.Role.USER, parts(message.at("content")));
            }
        }
        for (SentJson tool : body.at("toolConfig").at("tools").items()) {
            SentJson spec = tool.at("toolSpec");
            tool(tool, spec, spec.at("inputSchema").at("json"));
        }
        body.at("toolConfig")
                .at("toolChoice")
                .fields()
                .forEach((mode, choice) -> choice(mode.equals("any") ? "required" : mode, choice.text("name")));
        SentJson schema =
                body.at("outputConfig").at("textFormat").at("structure").at("jsonSchema");
        if (schema.isObject()) {
            schema(SentJson.of(schema.at("schema").text()));
        }
        SentJson fields = body.at("additionalModelRequestFields");
        if (fields.has("thinking")) {
            thinks(!fields.at("thinking").at("type").text().equals("disabled"));
        }
        count(fields, "top_k", request()::topK);
        SentJson inference = body.at("inferenceConfig");
        count(inference, "maxTokens", request()::maxOutputTokens);
        number(inference, "temperature", request()::temperature);
        number(inference, "topP", request()::topP);
        stop(inference.at("stopSequences"));
        metadata(body.at("requestMetadata"));
        word(body.at("serviceTier"), "type", request()::serviceTier);
    }

    private static List<ContentPart> parts(SentJson blocks) {
        List<ContentPart> parts = new ArrayList<>();
        blocks.items().forEach(block -> parts.add(part(block)));
        return parts;
    }

    private static ContentPart part(SentJson block) {
        Map.Entry<String, SentJson> only = block.fields().entrySet().iterator().next();
        SentJson value = only.getValue();
        return switch (only.getKey()) {
            case "text" -> new ContentPart.Text(value.text());
            case "cachePoint" ->
                "1h".equals(value.text("ttl")) ? ContentPart.CacheHint.LONG : ContentPart.CacheHint.SHORT;
            case "toolResult" ->
                new ContentPart.ToolResult(
                        value.text("toolUseId"), parts(value.at("content")), "error".equals(value.text("status")));
            case "image" -> new ContentPart.Image(media(value));
            case "audio" -> new ContentPart.Audio(media(value));
            case "video" -> new ContentPart.Video(media(value));
            case "document" ->
                new ContentPart.Document(
                        media(value),
                        value.text("name"),
                        value.at("citations").at("enabled").isTrue());
            default -> throw new IllegalArgumentException(only.getKey());
        };
    }

    private static Media media(SentJson value) {
        return Media.ofBase64(
                TYPES.get(value.text("format")), value.at("source").text("bytes"));
    }

    @Override
    protected Map<String, FinishReason.Kind> finishReasons() {
        return Map.ofEntries(
                Map.entry("end_turn", FinishReason.Kind.STOP),
                Map.entry("stop_sequence", FinishReason.Kind.STOP),
                Map.entry("max_tokens", FinishReason.Kind.LENGTH),
                Map.entry("model_context_window_exceeded", FinishReason.Kind.CONTEXT_EXCEEDED),
                Map.entry("tool_use", FinishReason.Kind.TOOL_CALLS),
                Map.entry("content_filtered", FinishReason.Kind.CONTENT_FILTER),
                Map.entry("guardrail_intervened", FinishReason.Kind.CONTENT_FILTER),
                Map.entry("malformed_model_output", FinishReason.Kind.MALFORMED),
                Map.entry("malformed_tool_use", FinishReason.Kind.MALFORMED));
    }

    @Override
    protected Set<ChatFeature> streamed() {
        return EnumSet.of(ChatFeature.REASONING);
    }

    @Override
    public String streamType() {
        return "application/vnd.amazon.eventstream";
    }

    @Override
    public void frame(String event, String data, Buffer to) {
        to.write(Frames.frame(event, data));
    }

    @Override
    protected void write(ContentPart part, int index) {
        if (part instanceof ContentPart.Text text) {
            pieces(text.text()).forEach(piece -> delta(index, json("text", piece)));
        } else if (part instanceof ToolCall call) {
            named(
                    "contentBlockStart",
                    "contentBlockIndex",
                    index,
                    "start",
                    json("toolUse", json("toolUseId", call.id(), "name", call.name())));
            pieces(call.arguments()).forEach(piece -> delta(index, json("toolUse", json("input", piece))));
        } else if (part instanceof ContentPart.Reasoning thought && thought.encrypted() != null) {
            delta(index, json("reasoningContent", json("redactedContent", thought.encrypted())));
        } else if (part instanceof ContentPart.Reasoning thought) {
            pieces(thought.text()).forEach(piece -> delta(index, json("reasoningContent", json("text", piece))));
            delta(index, json("reasoningContent", json("signature", thought.signature())));
        }
        named("contentBlockStop", "contentBlockIndex", index);
    }

    private void delta(int index, Map<String, ?> delta) {
        named("contentBlockDelta", "contentBlockIndex", index, "delta", delta);
    }

    @Override
    protected void end(String reason) {
        named("messageStop", "stopReason", reason);
    }
}
