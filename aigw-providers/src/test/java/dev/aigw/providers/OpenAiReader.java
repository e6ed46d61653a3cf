package dev.aigw.providers;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Media;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ResponseFormat;
import dev.aigw.api.chat.ToolSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Reads chat completion requests of OpenAI, and of Mistral, whose words are its own. */
final class OpenAiReader extends RequestReader {

    private static final String REPLY = "{\"choices\":[{\"finish_reason\":\"stop\",\"message\":%s}]}";

    private final boolean mistral;

    OpenAiReader(Function<String, List<ContentPart>> answers, ToolSpec own, boolean mistral) {
        super(answers, own);
        this.mistral = mistral;
    }

    @Override
    void take(JsonNode body) {
        body.path("messages").forEach(this::message);
        body.path("tools").forEach(tool -> tool(tool, tool.path("function"), "parameters"));
        JsonNode choice = body.path("tool_choice");
        if (!choice.isMissingNode()) {
            String mode = choice.isTextual() ? choice.textValue() : "";
            choice(mode.equals("any") ? "required" : mode, text(choice.path("function"), "name"));
        }
        if (body.has("parallel_tool_calls")) {
            request.parallelToolCalls(body.get("parallel_tool_calls").booleanValue());
        }
        JsonNode format = body.path("response_format");
        if ("json_object".equals(text(format, "type"))) {
            request.responseFormat(ResponseFormat.JSON);
        }
        schema(format.path("json_schema").path("schema"));
        word(body, "reasoning_effort", effort -> thinks(!effort.equals("none")));
        word(body, "verbosity", request::verbosity);
        number(body, "temperature", request::temperature);
        number(body, "top_p", request::topP);
        count(body, mistral ? "max_tokens" : "max_completion_tokens", request::maxOutputTokens);
        stop(body.path("stop"));
        count(body, mistral ? "random_seed" : "seed", seed -> request.seed(seed.longValue()));
        number(body, "frequency_penalty", request::frequencyPenalty);
        number(body, "presence_penalty", request::presencePenalty);
        count(body, "top_logprobs", request::topLogprobs);
        word(body, "service_tier", request::serviceTier);
        metadata(body.path("metadata"));
        word(body, "user", request::userId);
    }

    private void message(JsonNode message) {
        String role = message.get("role").textValue();
        JsonNode content = message.path("content");
        if (role.equals("assistant")) {
            answered(REPLY, message);
        } else if (role.equals("tool")) {
            said(
                    Message.Role.TOOL,
                    List.of(new ContentPart.ToolResult(
                            text(message, "tool_call_id"), List.of(new ContentPart.Text(content.textValue())), false)));
        } else {
            List<ContentPart> parts = new ArrayList<>();
            if (content.isTextual()) {
                parts.add(new ContentPart.Text(content.textValue()));
            }
            content.forEach(part -> parts.add(asked(part)));
            request.message(Message.of(Message.Role.valueOf(role.toUpperCase(Locale.ROOT)), parts)
                    .withName(text(message, "name")));
        }
    }

    private static ContentPart asked(JsonNode part) {
        String type = part.get("type").textValue();
        JsonNode value = part.path(type);
        return switch (type) {
            case "text" -> new ContentPart.Text(value.textValue());
            case "image_url" -> new ContentPart.Image(url(text(value, "url")), text(value, "detail"));
            case "input_audio" ->
                new ContentPart.Audio(
                        value.isTextual()
                                ? value.textValue().startsWith("http")
                                        ? Media.ofUrl(value.textValue())
                                        : Media.ofBase64("audio/wav", value.textValue())
                                : Media.ofBase64("audio/" + text(value, "format"), text(value, "data")));
            case "file" ->
                new ContentPart.Document(
                        value.has("file_id") ? Media.ofFileId(text(value, "file_id")) : url(text(value, "file_data")),
                        null,
                        false);
            case "document_url" -> new ContentPart.Document(url(value.textValue()), null, false);
            default -> throw new IllegalArgumentException(type);
        };
    }
}
