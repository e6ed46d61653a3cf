package dev.aigw.providers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Media;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ToolSpec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Reads requests to Anthropic's Messages API. */
final class AnthropicReader extends RequestReader {

    private static final String REPLY = "{\"type\":\"message\",\"stop_reason\":\"end_turn\",\"content\":%s}";
    private static final int DEFAULT_MAX_TOKENS = 4096;

    AnthropicReader(Function<String, List<ContentPart>> answers, ToolSpec own) {
        super(answers, own);
    }

    @Override
    void take(JsonNode body) {
        said(Message.Role.SYSTEM, parts(body.path("system")));
        for (JsonNode message : body.path("messages")) {
            if (message.get("role").textValue().equals("assistant")) {
                answered(REPLY, message.get("content"));
            } else {
                said(Message.Role.USER, parts(message.get("content")));
            }
        }
        for (JsonNode tool : body.path("tools")) {
            tool(((ObjectNode) tool.deepCopy()).without("name"), tool, "input_schema");
        }
        JsonNode choice = body.path("tool_choice");
        if (choice.isObject()) {
            String mode = choice.get("type").textValue();
            choice(mode.equals("any") ? "required" : mode, text(choice, "name"));
        }
        if (choice.has("disable_parallel_tool_use")) {
            request.parallelToolCalls(!choice.get("disable_parallel_tool_use").booleanValue());
        }
        schema(body.path("output_config").path("format").path("schema"));
        JsonNode thinking = body.path("thinking");
        if (thinking.isObject()) {
            thinks(!thinking.get("type").textValue().equals("disabled"));
        }
        int unasked = DEFAULT_MAX_TOKENS + thinking.path("budget_tokens").intValue();
        count(body, "max_tokens", max -> request.maxOutputTokens(max == unasked ? null : max));
        number(body, "temperature", request::temperature);
        number(body, "top_p", request::topP);
        count(body, "top_k", request::topK);
        stop(body.path("stop_sequences"));
        word(body, "service_tier", request::serviceTier);
        word(body.path("metadata"), "user_id", request::userId);
    }

    private static List<ContentPart> parts(JsonNode blocks) {
        List<ContentPart> parts = new ArrayList<>();
        for (JsonNode block : blocks) {
            parts.add(part(block));
            JsonNode cache = block.path("cache_control");
            if (cache.isObject()) {
                parts.add("1h".equals(text(cache, "ttl")) ? ContentPart.CacheHint.LONG : ContentPart.CacheHint.SHORT);
            }
        }
        return parts;
    }

    private static ContentPart part(JsonNode block) {
        String type = block.get("type").textValue();
        return switch (type) {
            case "text" -> new ContentPart.Text(text(block, "text"));
            case "image" -> new ContentPart.Image(source(block.get("source")));
            case "document" ->
                new ContentPart.Document(
                        source(block.get("source")),
                        text(block, "title"),
                        block.path("citations").path("enabled").booleanValue());
            case "tool_result" ->
                new ContentPart.ToolResult(
                        text(block, "tool_use_id"),
                        parts(block.path("content")),
                        block.path("is_error").booleanValue());
            default -> throw new IllegalArgumentException(type);
        };
    }

    private static Media source(JsonNode source) {
        String type = source.get("type").textValue();
        return switch (type) {
            case "url" -> Media.ofUrl(text(source, "url"));
            case "file" -> Media.ofFileId(text(source, "file_id"));
            case "text" ->
                Media.ofBytes(text(source, "media_type"), text(source, "data").getBytes(StandardCharsets.UTF_8));
            case "base64" -> Media.ofBase64(text(source, "media_type"), text(source, "data"));
            default -> throw new IllegalArgumentException(type);
        };
    }
}
