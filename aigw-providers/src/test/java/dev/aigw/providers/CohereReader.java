package dev.aigw.providers;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Media;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ResponseFormat;
import dev.aigw.api.chat.ToolSpec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Reads requests to Cohere's API v2. */
final class CohereReader extends RequestReader {

    private static final String REPLY = "{\"finish_reason\":\"COMPLETE\",\"message\":%s}";

    CohereReader(Function<String, List<ContentPart>> answers, ToolSpec own) {
        super(answers, own);
    }

    @Override
    void take(JsonNode body) {
        body.path("messages").forEach(this::message);
        List<ContentPart> documents = new ArrayList<>();
        for (JsonNode document : body.path("documents")) {
            byte[] text = text(document.get("data"), "text").getBytes(StandardCharsets.UTF_8);
            documents.add(new ContentPart.Document(Media.ofBytes("text/plain", text), null, false));
        }
        said(Message.Role.USER, documents);
        body.path("tools").forEach(tool -> tool(tool, tool.path("function"), "parameters"));
        word(body, "tool_choice", mode -> choice(mode, null));
        JsonNode format = body.path("response_format");
        if (format.isObject() && !format.has("json_schema")) {
            request.responseFormat(ResponseFormat.JSON);
        }
        schema(format.path("json_schema"));
        word(body.path("thinking"), "type", type -> thinks(type.equals("enabled")));
        number(body, "temperature", request::temperature);
        number(body, "p", request::topP);
        count(body, "k", request::topK);
        count(body, "max_tokens", request::maxOutputTokens);
        stop(body.path("stop_sequences"));
        count(body, "seed", seed -> request.seed(seed.longValue()));
        number(body, "frequency_penalty", request::frequencyPenalty);
        number(body, "presence_penalty", request::presencePenalty);
    }

    private void message(JsonNode message) {
        String role = message.get("role").textValue();
        JsonNode content = message.path("content");
        List<ContentPart> parts = new ArrayList<>();
        if (content.isTextual()) {
            parts.add(new ContentPart.Text(content.textValue()));
        }
        if (role.equals("assistant")) {
            answered(REPLY, message);
        } else if (role.equals("tool")) {
            said(Message.Role.TOOL, List.of(new ContentPart.ToolResult(text(message, "tool_call_id"), parts, false)));
        } else {
            for (JsonNode block : content) {
                JsonNode image = block.path("image_url");
                parts.add(
                        image.isObject()
                                ? new ContentPart.Image(url(text(image, "url")), text(image, "detail"))
                                : new ContentPart.Text(text(block, "text")));
            }
            said(Message.Role.valueOf(role.toUpperCase(Locale.ROOT)), parts);
        }
    }
}
