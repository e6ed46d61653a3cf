package dev.aigw.providers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Media;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ToolSpec;
import dev.aigw.providers.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Reads requests to Bedrock's Converse, for a model of Anthropic's. */
final class BedrockReader extends RequestReader {

    private static final String REPLY = "{\"stopReason\":\"end_turn\",\"output\":{\"message\":%s}}";
    private static final Map<String, String> TYPES = Map.of(
            "png", "image/png", "wav", "audio/wav", "mp4", "video/mp4", "pdf", "application/pdf", "txt", "text/plain");

    BedrockReader(Function<String, List<ContentPart>> answers, ToolSpec own) {
        super(answers, own);
    }

    @Override
    void take(JsonNode body) {
        said(Message.Role.SYSTEM, parts(body.path("system")));
        for (JsonNode message : body.path("messages")) {
            if (message.get("role").textValue().equals("assistant")) {
                answered(REPLY, message);
            } else {
                said(Message.Role.USER, parts(message.get("content")));
            }
        }
        for (JsonNode tool : body.path("toolConfig").path("tools")) {
            JsonNode spec = tool.path("toolSpec");
            tool(tool, spec.isObject() ? flat(spec) : spec, "schema");
        }
        body.path("toolConfig")
                .path("toolChoice")
                .properties()
                .forEach(choice -> choice(
                        choice.getKey().equals("any") ? "required" : choice.getKey(), text(choice.getValue(), "name")));
        JsonNode schema =
                body.path("outputConfig").path("textFormat").path("structure").path("jsonSchema");
        if (schema.isObject()) {
            schema(Json.parseOrNull(text(schema, "schema")));
        }
        JsonNode fields = body.path("additionalModelRequestFields");
        if (fields.has("thinking")) {
            thinks(!fields.get("thinking").get("type").textValue().equals("disabled"));
        }
        count(fields, "top_k", request::topK);
        JsonNode inference = body.path("inferenceConfig");
        count(inference, "maxTokens", request::maxOutputTokens);
        number(inference, "temperature", request::temperature);
        number(inference, "topP", request::topP);
        stop(inference.path("stopSequences"));
        metadata(body.path("requestMetadata"));
        word(body.path("serviceTier"), "type", request::serviceTier);
    }

    private static JsonNode flat(JsonNode spec) {
        return ((ObjectNode) spec.deepCopy())
                .set("schema", spec.get("inputSchema").get("json"));
    }

    private static List<ContentPart> parts(JsonNode blocks) {
        List<ContentPart> parts = new ArrayList<>();
        blocks.forEach(block -> parts.add(part(block)));
        return parts;
    }

    private static ContentPart part(JsonNode block) {
        Map.Entry<String, JsonNode> only = block.properties().iterator().next();
        JsonNode value = only.getValue();
        return switch (only.getKey()) {
            case "text" -> new ContentPart.Text(value.textValue());
            case "cachePoint" ->
                "1h".equals(text(value, "ttl")) ? ContentPart.CacheHint.LONG : ContentPart.CacheHint.SHORT;
            case "toolResult" ->
                new ContentPart.ToolResult(
                        text(value, "toolUseId"), parts(value.get("content")), "error".equals(text(value, "status")));
            case "image" -> new ContentPart.Image(media(value));
            case "audio" -> new ContentPart.Audio(media(value));
            case "video" -> new ContentPart.Video(media(value));
            case "document" ->
                new ContentPart.Document(
                        media(value),
                        text(value, "name"),
                        value.path("citations").path("enabled").booleanValue());
            default -> throw new IllegalArgumentException(only.getKey());
        };
    }

    private static Media media(JsonNode value) {
        return Media.ofBase64(TYPES.get(text(value, "format")), text(value.get("source"), "bytes"));
    }
}
