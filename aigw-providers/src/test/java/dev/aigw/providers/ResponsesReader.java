package dev.aigw.providers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Media;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ResponseFormat;
import dev.aigw.api.chat.ToolSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Reads requests to OpenAI's Responses API. */
final class ResponsesReader extends RequestReader {

    private static final String REPLY = "{\"status\":\"completed\",\"output\":[%s]}";

    ResponsesReader(Function<String, List<ContentPart>> answers, ToolSpec own) {
        super(answers, own);
    }

    @Override
    void take(JsonNode body) {
        body.path("input").forEach(this::item);
        body.path("tools").forEach(tool -> tool(tool, tool, "parameters"));
        JsonNode choice = body.path("tool_choice");
        if (!choice.isMissingNode()) {
            choice(choice.isTextual() ? choice.textValue() : "", text(choice, "name"));
        }
        if (body.has("parallel_tool_calls")) {
            request.parallelToolCalls(body.get("parallel_tool_calls").booleanValue());
        }
        JsonNode format = body.path("text").path("format");
        if ("json_object".equals(text(format, "type"))) {
            request.responseFormat(ResponseFormat.JSON);
        }
        schema(format.path("schema"));
        word(body.path("reasoning"), "effort", effort -> thinks(!effort.equals("none")));
        word(body.path("text"), "verbosity", request::verbosity);
        number(body, "temperature", request::temperature);
        number(body, "top_p", request::topP);
        count(body, "max_output_tokens", request::maxOutputTokens);
        count(body, "top_logprobs", request::topLogprobs);
        word(body, "service_tier", request::serviceTier);
        metadata(body.path("metadata"));
        word(body, "user", request::userId);
    }

    private void item(JsonNode item) {
        String type = item.get("type").textValue();
        JsonNode content = item.path("content");
        if (type.equals("function_call_output")) {
            said(
                    Message.Role.TOOL,
                    List.of(new ContentPart.ToolResult(text(item, "call_id"), parts(item.get("output")), false)));
        } else if (!type.equals("message")) {
            answered(REPLY, item);
        } else if (item.get("role").textValue().equals("assistant")) {
            ObjectNode answer = item.deepCopy();
            answer.putArray("content").addObject().put("type", "output_text").set("text", content);
            answered(REPLY, answer);
        } else {
            said(Message.Role.valueOf(item.get("role").textValue().toUpperCase(Locale.ROOT)), parts(content));
        }
    }

    private static List<ContentPart> parts(JsonNode content) {
        List<ContentPart> parts = new ArrayList<>();
        if (content.isTextual()) {
            parts.add(new ContentPart.Text(content.textValue()));
        }
        content.forEach(part -> parts.add(part(part)));
        return parts;
    }

    private static ContentPart part(JsonNode part) {
        String type = part.get("type").textValue();
        Media file = part.has("file_id") ? Media.ofFileId(text(part, "file_id")) : null;
        return switch (type) {
            case "input_text" -> new ContentPart.Text(text(part, "text"));
            case "input_image" ->
                new ContentPart.Image(file == null ? url(text(part, "image_url")) : file, text(part, "detail"));
            case "input_file" ->
                new ContentPart.Document(
                        file != null ? file : url(text(part, part.has("file_url") ? "file_url" : "file_data")),
                        null,
                        false);
            default -> throw new IllegalArgumentException(type);
        };
    }
}
