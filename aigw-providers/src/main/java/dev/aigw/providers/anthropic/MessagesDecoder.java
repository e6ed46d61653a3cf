package dev.aigw.providers.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.Citation;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.providers.http.HttpReply;
import dev.aigw.providers.http.events.Finishes;
import dev.aigw.providers.json.Counts;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.kit.Origin;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns messages and their content blocks into responses and parts. */
final class MessagesDecoder {

    private static final List<String> EXTRA = List.of("stop_sequence", "stop_details", "container");

    private MessagesDecoder() {}

    static ChatResponse decode(String provider, Origin origin, HttpReply reply) {
        JsonNode message = reply.json();
        JsonNode content = message.get("content");
        if (content == null || !content.isArray()) {
            throw reply.malformed("the message has no content");
        }
        JsonNode usage = Json.at(message, "usage");
        ChatResponse.Builder response = ChatResponse.builder()
                .id(Json.textOf(message, "id"))
                .model(Json.textOf(message, "model"))
                .serviceTier(Json.textOf(usage, "service_tier"));
        UsageTally tally = new UsageTally(new Counts(response::warning));
        tally.add(usage);
        response.usage(tally.usage());
        boolean calls = false;
        for (JsonNode block : content) {
            ContentPart part = part(provider, origin, block);
            calls |= part instanceof ToolCall;
            response.part(part);
        }
        response.finishReason(Finishes.of(finishReason(Json.textOf(message, "stop_reason")), calls));
        extra(message).forEach(response::extra);
        droppedThinking(provider, message).forEach(response::warning);
        return response.build();
    }

    /** Returns warnings of the thinking that the vendor left out of the conversation; of what it let pass, none. */
    static List<String> droppedThinking(String provider, JsonNode message) {
        List<String> dropped = new ArrayList<>(0);
        for (JsonNode change : Json.at(message, "input_transformations")) {
            if (!text(change, "type").equals("thinking_mismatch_allowed")) {
                dropped.add(provider + " left out the reasoning at " + text(change, "path") + ": "
                        + text(change, "reason"));
            }
        }
        return dropped;
    }

    /** Returns other fields that have a value. */
    static Map<String, Object> extra(JsonNode message) {
        Map<String, Object> extra = new LinkedHashMap<>(2);
        for (String field : EXTRA) {
            JsonNode value = message.get(field);
            Object plain = value == null ? null : Json.plain(value);
            if (plain != null) {
                extra.put(field, plain);
            }
        }
        return extra;
    }

    static ContentPart part(String provider, Origin origin, JsonNode block) {
        String type = Json.textOf(block, "type");
        return switch (type == null ? "" : type) {
            case "text" -> new ContentPart.Text(text(block, "text"), citations(block));
            case "thinking" ->
                new ContentPart.Reasoning(text(block, "thinking"), null, signature(block), null, origin.text());
            case "redacted_thinking" -> {
                String data = Json.textOf(block, "data");
                if (data == null) {
                    throw GatewayException.of(ErrorKind.MALFORMED_RESPONSE, "a redacted thinking has no data");
                }
                yield new ContentPart.Reasoning(null, null, null, data, origin.text());
            }
            case "tool_use" -> new ToolCall(text(block, "id"), text(block, "name"), Json.argumentsOf(block, "input"));
            case "" -> throw GatewayException.of(ErrorKind.MALFORMED_RESPONSE, "a block of the answer has no type");
            default -> new ContentPart.Raw(provider, Json.map(block));
        };
    }

    /** Returns a signature; null for none and for an empty one, which servers without signatures send. */
    static @Nullable String signature(JsonNode node) {
        String signature = text(node, "signature");
        return signature.isEmpty() ? null : signature;
    }

    static String text(JsonNode node, String field) {
        String text = Json.textOf(node, field);
        return text == null ? "" : text;
    }

    static List<Citation> citations(JsonNode block) {
        JsonNode given = Json.at(block, "citations");
        if (given.isEmpty()) {
            return List.of();
        }
        List<Citation> citations = new ArrayList<>(given.size());
        for (JsonNode citation : given) {
            citations.add(citation(citation));
        }
        return citations;
    }

    static Citation citation(JsonNode citation) {
        String title = Json.textOf(citation, "title");
        Integer document = Json.intOf(citation, "document_index");
        String url = Json.textOf(citation, "url");
        return Citation.builder(text(citation, "type"))
                .url(url != null ? url : Json.textOf(citation, "source"))
                .title(title != null ? title : Json.textOf(citation, "document_title"))
                .citedText(Json.textOf(citation, "cited_text"))
                .documentIndex(document != null ? document : Json.intOf(citation, "search_result_index"))
                .start(first(citation, "start_char_index", "start_page_number", "start_block_index"))
                .end(first(citation, "end_char_index", "end_page_number", "end_block_index"))
                .raw(Json.map(citation))
                .build();
    }

    private static @Nullable Integer first(JsonNode node, String... fields) {
        for (String field : fields) {
            Integer value = Json.intOf(node, field);
            if (value != null) {
                return value;
            }
        }
        return null;
    }

    static FinishReason finishReason(@Nullable String reason) {
        String raw = reason == null ? "" : reason;
        FinishReason.Kind kind = switch (raw) {
            case "end_turn", "stop_sequence" -> FinishReason.Kind.STOP;
            case "max_tokens" -> FinishReason.Kind.LENGTH;
            case "model_context_window_exceeded" -> FinishReason.Kind.CONTEXT_EXCEEDED;
            case "tool_use" -> FinishReason.Kind.TOOL_CALLS;
            case "refusal" -> FinishReason.Kind.REFUSAL;
            case "pause_turn", "compaction" -> FinishReason.Kind.PAUSED;
            default -> FinishReason.Kind.UNKNOWN;
        };
        return FinishReason.of(kind, raw);
    }
}
