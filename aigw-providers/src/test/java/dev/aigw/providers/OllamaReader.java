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

/** Reads requests to Ollama. */
final class OllamaReader extends RequestReader {

    private static final String REPLY = "{\"done\":true,\"done_reason\":\"stop\",\"message\":%s}";

    OllamaReader(Function<String, List<ContentPart>> answers, ToolSpec own) {
        super(answers, own);
    }

    @Override
    void take(JsonNode body) {
        body.path("messages").forEach(this::message);
        body.path("tools").forEach(tool -> tool(tool, tool.path("function"), "parameters"));
        JsonNode format = body.path("format");
        if (format.isTextual()) {
            request.responseFormat(ResponseFormat.JSON);
        }
        schema(format);
        JsonNode think = body.path("think");
        if (!think.isMissingNode()) {
            thinks(think.isTextual() || think.booleanValue());
        }
        count(body, "top_logprobs", request::topLogprobs);
        JsonNode options = body.path("options");
        number(options, "temperature", request::temperature);
        number(options, "top_p", request::topP);
        count(options, "top_k", request::topK);
        count(options, "num_predict", request::maxOutputTokens);
        stop(options.path("stop"));
        count(options, "seed", seed -> request.seed(seed.longValue()));
        number(options, "frequency_penalty", request::frequencyPenalty);
        number(options, "presence_penalty", request::presencePenalty);
    }

    private void message(JsonNode message) {
        String role = message.get("role").textValue();
        if (role.equals("assistant")) {
            answered(REPLY, message);
            return;
        }
        List<ContentPart> parts = new ArrayList<>();
        parts.add(new ContentPart.Text(text(message, "content")));
        for (JsonNode image : message.path("images")) {
            parts.add(new ContentPart.Image(Media.ofBase64("image/png", image.textValue())));
        }
        said(
                Message.Role.valueOf(role.toUpperCase(Locale.ROOT)),
                role.equals("tool")
                        ? List.of(new ContentPart.ToolResult(text(message, "tool_call_id"), parts, false))
                        : parts);
    }
}
