package dev.aigw.providers;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Media;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ResponseFormat;
import dev.aigw.api.chat.ToolSpec;
import dev.aigw.providers.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Reads requests to Gemini, at either of its doors. */
final class GeminiReader extends RequestReader {

    private static final String REPLY = "{\"candidates\":[{\"finishReason\":\"STOP\",\"content\":%s}]}";
    private static final String NO_SIGNATURE = ",\"thoughtSignature\":\"skip_thought_signature_validator\"";

    GeminiReader(Function<String, List<ContentPart>> answers, ToolSpec own) {
        super(answers, own);
    }

    @Override
    void take(JsonNode body) {
        said(Message.Role.SYSTEM, parts(body.path("systemInstruction").path("parts")));
        for (JsonNode content : body.path("contents")) {
            if (content.get("role").textValue().equals("model")) {
                answered(REPLY, Json.parseOrNull(content.toString().replace(NO_SIGNATURE, "")));
            } else {
                said(Message.Role.USER, parts(content.get("parts")));
            }
        }
        for (JsonNode tool : body.path("tools")) {
            if (tool.has("functionDeclarations")) {
                tool.get("functionDeclarations").forEach(function -> tool(function, function, "parametersJsonSchema"));
            } else {
                tool(tool, tool, "");
            }
        }
        JsonNode calling = body.path("toolConfig").path("functionCallingConfig");
        if (calling.isObject()) {
            String mode = calling.get("mode").textValue();
            choice(
                    mode.equals("ANY") ? "required" : mode.equals("VALIDATED") ? "auto" : mode,
                    calling.path("allowedFunctionNames").path(0).textValue());
        }
        word(body, "serviceTier", request::serviceTier);
        metadata(body.path("labels"));
        generation(body.path("generationConfig"));
    }

    private void generation(JsonNode config) {
        schema(config.path("responseJsonSchema"));
        if (config.has("responseMimeType") && !config.has("responseJsonSchema")) {
            request.responseFormat(ResponseFormat.JSON);
        }
        JsonNode thinking = config.path("thinkingConfig");
        if (thinking.isObject()) {
            thinks(thinking.path("includeThoughts").booleanValue());
        }
        number(config, "temperature", request::temperature);
        number(config, "topP", request::topP);
        count(config, "topK", request::topK);
        count(config, "maxOutputTokens", request::maxOutputTokens);
        stop(config.path("stopSequences"));
        count(config, "seed", seed -> request.seed(seed.longValue()));
        number(config, "frequencyPenalty", request::frequencyPenalty);
        number(config, "presencePenalty", request::presencePenalty);
        count(config, "logprobs", request::topLogprobs);
    }

    private static List<ContentPart> parts(JsonNode given) {
        List<ContentPart> parts = new ArrayList<>();
        given.forEach(part -> parts.add(part(part)));
        return parts;
    }

    private static ContentPart part(JsonNode part) {
        JsonNode inline = part.path("inlineData");
        JsonNode file = part.path("fileData");
        JsonNode result = part.path("functionResponse");
        if (part.has("text")) {
            return new ContentPart.Text(text(part, "text"));
        } else if (inline.isObject()) {
            return part(Media.ofBase64(text(inline, "mimeType"), text(inline, "data")));
        } else if (file.isObject()) {
            String uri = text(file, "fileUri");
            return part(uri.startsWith("http") ? Media.ofUrl(uri) : Media.ofFileId(uri));
        }
        JsonNode response = result.get("response");
        boolean failed = response.has("error");
        List<ContentPart> content = new ArrayList<>();
        content.add(new ContentPart.Text(text(response, failed ? "error" : "output")));
        content.addAll(parts(result.path("parts")));
        return new ContentPart.ToolResult(text(result, "id"), content, failed);
    }
}
