package dev.aigw.providers.cohere;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.Citation;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.providers.http.HttpReply;
import dev.aigw.providers.http.events.Finishes;
import dev.aigw.providers.json.Counts;
import dev.aigw.providers.json.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads whole answers, and the parts that whole answers and streams share. */
final class ChatDecoder {

    private ChatDecoder() {}

    static ChatResponse decode(String provider, HttpReply reply) {
        ChatResponse answer = read(provider, reply.json());
        if (answer == null) {
            throw reply.malformed("the reply has no message with a finish reason");
        }
        return answer;
    }

    /** Returns a whole answer; null if the object is none. */
    static @Nullable ChatResponse read(String provider, JsonNode root) {
        JsonNode message = Json.at(root, "message");
        String reason = Json.textOf(root, "finish_reason");
        if (reason == null || (!message.isObject() && root.hasNonNull("message"))) {
            return null;
        }
        JsonNode usage = Json.at(root, "usage");
        ChatResponse.Builder response = ChatResponse.builder()
                .id(Json.textOf(root, "id"))
                .finishReason(Finishes.of(
                        finishReason(reason), !Json.at(message, "tool_calls").isEmpty()));
        response.usage(usage(usage, new Counts(response::warning)));
        if (usage.isObject()) {
            response.extra("usage", Json.map(usage));
        }
        if (root.hasNonNull("logprobs")) {
            response.extra("logprobs", Json.plain(root.get("logprobs")));
        }
        String plan = Json.textOf(message, "tool_plan");
        if (plan != null && !plan.isEmpty()) {
            response.part(new ContentPart.Reasoning(null, plan, null, null, provider));
        }
        addContent(provider, message, response);
        for (JsonNode call : Json.at(message, "tool_calls")) {
            JsonNode function = Json.at(call, "function");
            response.part(
                    new ToolCall(text(call, "id"), text(function, "name"), Json.argumentsOf(function, "arguments")));
        }
        return response.build();
    }

    private static void addContent(String provider, JsonNode message, ChatResponse.Builder response) {
        String only = Json.textOf(message, "content");
        if (only != null) {
            response.part(new ContentPart.Text(only, citations(message, 0)));
            return;
        }
        int index = 0;
        for (JsonNode block : Json.at(message, "content")) {
            switch (text(block, "type")) {
                case "text" -> response.part(new ContentPart.Text(text(block, "text"), citations(message, index)));
                case "thinking" ->
                    response.part(new ContentPart.Reasoning(text(block, "thinking"), null, null, null, provider));
                default -> response.part(new ContentPart.Raw(provider, Json.map(block)));
            }
            index++;
        }
    }

    private static List<Citation> citations(JsonNode message, int contentIndex) {
        List<Citation> citations = new ArrayList<>(0);
        for (JsonNode citation : Json.at(message, "citations")) {
            if (citesText(citation) && contentIndex(citation) == contentIndex) {
                citations.add(citation(citation));
            }
        }
        return citations;
    }

    /** Returns whether a citation belongs to the answer, not to a plan or reasoning. */
    static boolean citesText(JsonNode citation) {
        String type = Json.textOf(citation, "type");
        return type == null || type.equals("TEXT_CONTENT");
    }

    static int contentIndex(JsonNode citation) {
        Integer index = Json.intOf(citation, "content_index");
        return index == null ? 0 : index;
    }

    /** A citation may have several sources: the first gives its kind, address and title; all are in its raw form. */
    static Citation citation(JsonNode citation) {
        JsonNode source = Json.at(citation, "sources").path(0);
        JsonNode document = Json.at(source, "document");
        String kind = Json.textOf(source, "type");
        return Citation.builder(kind == null ? "unknown" : kind)
                .url(Json.textOf(document, "url"))
                .title(Json.textOf(document, "title"))
                .citedText(Json.textOf(citation, "text"))
                .documentIndex(documentIndex(Json.textOf(source, "id")))
                .start(Json.intOf(citation, "start"))
                .end(Json.intOf(citation, "end"))
                .raw(Json.map(citation))
                .build();
    }

    private static @Nullable Integer documentIndex(@Nullable String id) {
        if (id == null || !id.startsWith(MessageEncoder.DOCUMENT_ID)) {
            return null;
        }
        try {
            return Integer.valueOf(id.substring(MessageEncoder.DOCUMENT_ID.length()));
        } catch (NumberFormatException e) {
            return null; // an id that the application chose for its own document
        }
    }

    static FinishReason finishReason(String raw) {
        FinishReason.Kind kind = switch (raw) {
            case "COMPLETE", "STOP_SEQUENCE" -> FinishReason.Kind.STOP;
            case "MAX_TOKENS" -> FinishReason.Kind.LENGTH;
            case "TOOL_CALL" -> FinishReason.Kind.TOOL_CALLS;
            case "ERROR_TOXIC" -> FinishReason.Kind.CONTENT_FILTER;
            case "ERROR", "TIMEOUT" -> FinishReason.Kind.MALFORMED;
            case "ERROR_LIMIT" -> FinishReason.Kind.CONTEXT_EXCEEDED;
            default -> FinishReason.Kind.UNKNOWN;
        };
        return FinishReason.of(kind, raw);
    }

    /** Returns the billed tokens; if there are none, the counted tokens. */
    static TokenUsage usage(JsonNode usage, Counts counts) {
        JsonNode billed = Json.at(usage, "billed_units");
        JsonNode counted = Json.at(usage, "tokens");
        long input = counts.of(billed, "input_tokens");
        long output = counts.of(billed, "output_tokens");
        if (input == Counts.ABSENT && output == Counts.ABSENT) {
            input = counts.of(counted, "input_tokens");
            output = counts.of(counted, "output_tokens");
        }
        TokenUsage.Builder builder = TokenUsage.builder();
        Counts.set(builder, TokenUsage.Bucket.INPUT, input);
        Counts.set(builder, TokenUsage.Bucket.OUTPUT, output);
        return builder.build();
    }

    static String text(JsonNode node, String field) {
        String text = Json.textOf(node, field);
        return text == null ? "" : text;
    }
}
