package dev.aigw.providers.anthropic;

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
import dev.aigw.providers.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import okhttp3.OkHttpClient;

/** Anthropic's Messages API. */
public class AnthropicVendor extends Vendor {

    private static final String REPLY = "{\"type\":\"message\",\"stop_reason\":\"end_turn\",\"content\":%s}";
    private static final String WHOLE = "{\"type\":\"message\",\"role\":\"assistant\",\"stop_reason\":\"%s\","
            + "\"content\":[{\"type\":\"text\",\"text\":\"ok\"}]}";
    private static final int DEFAULT_MAX_TOKENS = 4096;

    /** Creates Anthropic's. */
    public AnthropicVendor() {
        super("anthropic", "claude-haiku-4-5", WHOLE, "end_turn");
    }

    @Override
    public ProviderAdapter adapter(OkHttpClient client, boolean drop) {
        return AnthropicAdapter.builder()
                .httpClient(client)
                .dropUnsupported(drop)
                .build();
    }

    @Override
    protected String definition() {
        return "MessageCreateParams";
    }

    @Override
    protected String streamDefinition() {
        return "MessageCreateParamsStreaming";
    }

    @Override
    protected List<ContentPart.Reasoning> thoughts() {
        return List.of(
                new ContentPart.Reasoning("hm", null, "SIGNED", null, "anthropic"),
                new ContentPart.Reasoning(null, null, null, "SEALED", "anthropic"));
    }

    @Override
    protected ContentPart.Raw ownPart() {
        return new ContentPart.Raw(
                "anthropic",
                json("type", "server_tool_use", "id", "srvtoolu_1", "name", "web_search", "input", Map.of("q", "x")));
    }

    @Override
    protected ToolSpec ownTool() {
        return ToolSpec.raw("anthropic", "web_search", json("type", "web_search_20250305", "max_uses", 2));
    }

    @Override
    protected String serviceTier() {
        return "standard_only";
    }

    @Override
    protected Set<ChatFeature> reported() {
        return reportedByMostAnd(
                ChatFeature.LATE_SYSTEM,
                ChatFeature.SPEAKER,
                ChatFeature.IMAGE_DETAIL,
                ChatFeature.AUDIO_BYTES,
                ChatFeature.BROKEN_ARGUMENTS,
                ChatFeature.SEED,
                ChatFeature.PENALTIES,
                ChatFeature.LOGPROBS,
                ChatFeature.VERBOSITY,
                ChatFeature.REASONING_BUDGET); // in a tool loop without its own reasoning
    }

    @Override
    protected Set<ChatFeature> unreported() {
        return EnumSet.of(
                // sent as text
                ChatFeature.REFUSAL,
                // a label
                ChatFeature.METADATA);
    }

    @Override
    protected void take(SentJson body) {
        said(Message.Role.SYSTEM, parts(body.at("system")));
        for (SentJson message : body.at("messages").items()) {
            if (message.at("role").text().equals("assistant")) {
                answered(REPLY, message.at("content"));
            } else {
                said(Message.Role.USER, parts(message.at("content")));
            }
        }
        for (SentJson tool : body.at("tools").items()) {
            tool(tool.without("name"), tool, tool.at("input_schema"));
        }
        SentJson choice = body.at("tool_choice");
        if (choice.isObject()) {
            String mode = choice.at("type").text();
            choice(mode.equals("any") ? "required" : mode, choice.text("name"));
        }
        if (choice.has("disable_parallel_tool_use")) {
            request().parallelToolCalls(!choice.at("disable_parallel_tool_use").isTrue());
        }
        schema(body.at("output_config").at("format").at("schema"));
        SentJson thinking = body.at("thinking");
        if (thinking.isObject()) {
            thinks(!thinking.at("type").text().equals("disabled"));
        }
        int unasked = DEFAULT_MAX_TOKENS
                + Math.toIntExact(thinking.at("budget_tokens").wholeNumber());
        count(body, "max_tokens", max -> request().maxOutputTokens(max == unasked ? null : max));
        number(body, "temperature", request()::temperature);
        number(body, "top_p", request()::topP);
        count(body, "top_k", request()::topK);
        stop(body.at("stop_sequences"));
        word(body, "service_tier", request()::serviceTier);
        word(body.at("metadata"), "user_id", request()::userId);
    }

    private static List<ContentPart> parts(SentJson blocks) {
        List<ContentPart> parts = new ArrayList<>();
        for (SentJson block : blocks.items()) {
            parts.add(part(block));
            SentJson cache = block.at("cache_control");
            if (cache.isObject()) {
                parts.add("1h".equals(cache.text("ttl")) ? ContentPart.CacheHint.LONG : ContentPart.CacheHint.SHORT);
            }
        }
        return parts;
    }

    private static ContentPart part(SentJson block) {
        String type = block.at("type").text();
        return switch (type) {
            case "text" -> new ContentPart.Text(block.text("text"));
            case "image" -> new ContentPart.Image(source(block.at("source")));
            case "document" ->
                new ContentPart.Document(
                        source(block.at("source")),
                        block.text("title"),
                        block.at("citations").at("enabled").isTrue());
            case "tool_result" ->
                new ContentPart.ToolResult(
                        block.text("tool_use_id"),
                        parts(block.at("content")),
                        block.at("is_error").isTrue());
            default -> throw new IllegalArgumentException(type);
        };
    }

    private static Media source(SentJson source) {
        String type = source.at("type").text();
        return switch (type) {
            case "url" -> Media.ofUrl(source.text("url"));
            case "file" -> Media.ofFileId(source.text("file_id"));
            case "text" ->
                Media.ofBytes(source.text("media_type"), source.text("data").getBytes(StandardCharsets.UTF_8));
            case "base64" -> Media.ofBase64(source.text("media_type"), source.text("data"));
            default -> throw new IllegalArgumentException(type);
        };
    }

    @Override
    protected Map<String, FinishReason.Kind> finishReasons() {
        return Map.ofEntries(
                Map.entry("end_turn", FinishReason.Kind.STOP),
                Map.entry("stop_sequence", FinishReason.Kind.STOP),
                Map.entry("max_tokens", FinishReason.Kind.LENGTH),
                Map.entry("model_context_window_exceeded", FinishReason.Kind.CONTEXT_EXCEEDED),
                Map.entry("tool_use", FinishReason.Kind.TOOL_CALLS),
                Map.entry("refusal", FinishReason.Kind.REFUSAL),
                Map.entry("pause_turn", FinishReason.Kind.PAUSED),
                Map.entry("compaction", FinishReason.Kind.PAUSED));
    }

    @Override
    protected Events unparsed() {
        return new Events(
                "{'type':'content_block_delta','index':0,'delta':{'type':'text_delta','text':'TEXT'}}",
                List.of(
                        "{'type':'content_block_delta','index':1,'delta':{'type':'text_delta','text':'TEXT'}}",
                        "{'type':'content_block_delta','index':2,'delta':{'type':'thinking_delta','thinking':'TEXT'}}",
                        "{'type':'ping'}"),
                "{'type':'message_delta','delta':{'stop_reason':'end_turn'},'usage':{'output_tokens':N}}");
    }

    @Override
    protected Set<ChatFeature> streamed() {
        return EnumSet.of(ChatFeature.REASONING, ChatFeature.OWN_RAW_PART);
    }

    @Override
    protected void write(ContentPart part, int index) {
        if (part instanceof ContentPart.Text text) {
            block(index, json("type", "text", "text", ""), "text_delta", "text", text.text());
        } else if (part instanceof ToolCall call) {
            block(
                    index,
                    json("type", "tool_use", "id", call.id(), "name", call.name(), "input", Map.of()),
                    "input_json_delta",
                    "partial_json",
                    call.arguments());
        } else if (part instanceof ContentPart.Reasoning thought && thought.encrypted() != null) {
            event(
                    "type",
                    "content_block_start",
                    "index",
                    index,
                    "content_block",
                    json("type", "redacted_thinking", "data", thought.encrypted()));
        } else if (part instanceof ContentPart.Reasoning thought) {
            block(index, json("type", "thinking", "thinking", ""), "thinking_delta", "thinking", thought.text());
            event(
                    "type",
                    "content_block_delta",
                    "index",
                    index,
                    "delta",
                    json("type", "signature_delta", "signature", thought.signature()));
        } else if (part instanceof ContentPart.Raw raw) {
            Map<String, Object> block = new LinkedHashMap<>(raw.json());
            block.put("input", Map.of());
            block(
                    index,
                    block,
                    "input_json_delta",
                    "partial_json",
                    Json.text(raw.json().get("input")));
        }
        event("type", "content_block_stop", "index", index);
    }

    private void block(int index, Map<String, ?> block, String type, String field, String text) {
        event("type", "content_block_start", "index", index, "content_block", block);
        pieces(text)
                .forEach(piece -> event(
                        "type", "content_block_delta", "index", index, "delta", json("type", type, field, piece)));
    }

    @Override
    protected void end(String reason) {
        event("type", "message_delta", "delta", json("stop_reason", reason));
        event("type", "message_stop");
    }
}
