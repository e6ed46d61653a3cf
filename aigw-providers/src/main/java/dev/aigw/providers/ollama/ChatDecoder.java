package dev.aigw.providers.ollama;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.Logprobs;
import dev.aigw.api.chat.Media;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.providers.http.HttpReply;
import dev.aigw.providers.json.Counts;
import dev.aigw.providers.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads answers, and the parts that whole answers and streams share. */
final class ChatDecoder {

    private static final String[] DURATIONS = {
        "total_duration", "load_duration", "prompt_eval_duration", "eval_duration"
    };

    private ChatDecoder() {}

    /** Reads a whole answer. */
    static ChatResponse decode(HttpReply reply) {
        JsonNode root = reply.json();
        JsonNode message = Json.at(root, "message");
        if (!message.isObject()) {
            throw reply.malformed("the reply has no message");
        }
        if (root.path("done").isBoolean() && !root.path("done").booleanValue()) {
            throw reply.malformed("the reply is a piece of an answer that is not done");
        }
        ChatResponse.Builder response =
                ChatResponse.builder().model(Json.textOf(root, "model")).logprobs(logprobs(root));
        response.usage(usage(root, new Counts(response::warning)));
        durations(root).forEach(response::extra);
        String thinking = text(message, "thinking");
        if (!thinking.isEmpty()) {
            response.part(new ContentPart.Reasoning(thinking, null, null, null, null));
        }
        String text = content(message);
        if (!text.isEmpty()) {
            response.text(text);
        }
        images(message).forEach(response::part);
        int position = 0;
        for (JsonNode call : Json.at(message, "tool_calls")) {
            response.part(toolCall(call, position++));
        }
        return response.finishReason(finishReason(root, position > 0)).build();
    }

    /** Returns the pictures of a message, whose type the beginning of their base64 says. */
    static List<ContentPart> images(JsonNode message) {
        List<ContentPart> images = new ArrayList<>(0);
        for (JsonNode image : Json.at(message, "images")) {
            String base64 = image.asText();
            try {
                images.add(new ContentPart.Image(Media.ofBase64(imageType(base64), base64)));
            } catch (IllegalArgumentException e) {
                throw GatewayException.of(ErrorKind.MALFORMED_RESPONSE, "a picture of the answer is not base64");
            }
        }
        return images;
    }

    private static String imageType(String base64) {
        return base64.startsWith("/9j/")
                ? "image/jpeg"
                : base64.startsWith("UklGR") ? "image/webp" : base64.startsWith("R0lG") ? "image/gif" : "image/png";
    }

    /** Returns a call; older servers give it no id, so its position becomes the id. */
    static ToolCall toolCall(JsonNode call, int position) {
        String id = text(call, "id");
        JsonNode function = Json.at(call, "function");
        return new ToolCall(
                id.isEmpty() ? "call_" + position : id,
                text(function, "name"),
                Json.argumentsOf(function, "arguments"));
    }

    /** Returns the tokens; those of thinking are part of the answer's and not reported separately. */
    static TokenUsage usage(JsonNode root, Counts counts) {
        TokenUsage.Builder usage = TokenUsage.builder();
        Counts.set(usage, TokenUsage.Bucket.INPUT, counts.of(root, "prompt_eval_count"));
        Counts.set(usage, TokenUsage.Bucket.OUTPUT, counts.of(root, "eval_count"));
        return usage.build();
    }

    /** Returns the server's durations in nanoseconds, under its own names. */
    static Map<String, Object> durations(JsonNode root) {
        Map<String, Object> durations = new LinkedHashMap<>(8);
        for (String name : DURATIONS) {
            JsonNode value = root.path(name);
            if (value.isNumber()) {
                durations.put(name, value.longValue());
            }
        }
        return durations;
    }

    static @Nullable Logprobs logprobs(JsonNode root) {
        JsonNode list = Json.at(root, "logprobs");
        return list.isEmpty() ? null : new Logprobs(tokens(list, true));
    }

    private static List<Logprobs.Token> tokens(JsonNode list, boolean rivals) {
        List<Logprobs.Token> tokens = new ArrayList<>(list.size());
        for (JsonNode entry : list) {
            tokens.add(new Logprobs.Token(
                    text(entry, "token"),
                    entry.path("logprob").asDouble(),
                    rivals ? tokens(Json.at(entry, "top_logprobs"), false) : List.of()));
        }
        return tokens;
    }

    /** Returns why the model stopped; the vendor does not report that it waits for tools. */
    static FinishReason finishReason(JsonNode root, boolean calls) {
        String raw = text(root, "done_reason");
        return switch (raw) {
            case "stop" -> FinishReason.of(calls ? FinishReason.Kind.TOOL_CALLS : FinishReason.Kind.STOP, raw);
            case "length" -> FinishReason.of(FinishReason.Kind.LENGTH, raw);
            default -> FinishReason.of(FinishReason.Kind.UNKNOWN, raw);
        };
    }

    /** Returns the text of a message. */
    static String content(JsonNode message) {
        if (!message.path("content").isTextual() && message.hasNonNull("content")) {
            throw GatewayException.of(ErrorKind.MALFORMED_RESPONSE, "a content of the answer is no text");
        }
        return text(message, "content");
    }

    static String text(JsonNode node, String field) {
        return Objects.requireNonNullElse(Json.textOf(node, field), "");
    }
}
