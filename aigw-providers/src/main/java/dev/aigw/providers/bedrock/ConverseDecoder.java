package dev.aigw.providers.bedrock;

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
import dev.aigw.providers.kit.Origin;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads whole answers, and the parts that they share with streams. */
final class ConverseDecoder {

    static final String ID = "x-amzn-requestid";

    private static final List<String> EXTRA =
            List.of("additionalModelResponseFields", "trace", "performanceConfig", "metrics");

    private ConverseDecoder() {}

    static ChatResponse decode(String provider, Origin origin, String model, HttpReply reply) {
        ChatResponse answer = read(provider, origin, model, reply.header(ID), reply.json());
        if (answer == null) {
            throw reply.malformed("the reply has no output.message.content");
        }
        return answer;
    }

    /** Returns a whole answer; null if the object is none. */
    static @Nullable ChatResponse read(
            String provider, Origin origin, String model, @Nullable String id, JsonNode root) {
        JsonNode content = Json.at(Json.at(Json.at(root, "output"), "message"), "content");
        if (!content.isArray()) {
            return null;
        }
        ChatResponse.Builder response = ChatResponse.builder()
                .id(id)
                .model(model)
                .serviceTier(Json.textOf(Json.at(root, "serviceTier"), "type"));
        response.usage(usage(Json.at(root, "usage"), new Counts(response::warning)));
        boolean calls = false;
        for (JsonNode block : content) {
            ContentPart part = part(provider, origin, block);
            calls |= part instanceof ToolCall;
            response.part(part);
        }
        response.finishReason(Finishes.of(finishReason(Json.textOf(root, "stopReason")), calls));
        extra(root).forEach(response::extra);
        return response.build();
    }

    private static ContentPart part(String provider, Origin origin, JsonNode block) {
        String text = Json.textOf(block, "text");
        if (text != null) {
            return new ContentPart.Text(text);
        }
        JsonNode call = Json.at(block, "toolUse");
        if (call.isObject()) {
            return new ToolCall(text(call, "toolUseId"), text(call, "name"), Json.argumentsOf(call, "input"));
        }
        JsonNode reasoning = Json.at(block, "reasoningContent");
        if (reasoning.isObject()) {
            JsonNode shown = Json.at(reasoning, "reasoningText");
            return new ContentPart.Reasoning(
                    Json.textOf(shown, "text"),
                    null,
                    given(Json.textOf(shown, "signature")),
                    Json.textOf(reasoning, "redactedContent"),
                    origin.text());
        }
        JsonNode cited = Json.at(block, "citationsContent");
        if (cited.isObject()) {
            return cited(cited);
        }
        return new ContentPart.Raw(provider, Json.map(block));
    }

    /** Returns a text that says something; null for none and an empty one. */
    static @Nullable String given(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }

    private static ContentPart.Text cited(JsonNode cited) {
        List<Citation> citations = new ArrayList<>();
        Json.at(cited, "citations").forEach(citation -> citations.add(citation(citation)));
        return new ContentPart.Text(joined(Json.at(cited, "content")), citations);
    }

    /** Reads a citation; its kind is the vendor's name for the kind of location, such as {@code documentPage}. */
    static Citation citation(JsonNode citation) {
        String kind = "citation";
        JsonNode place = Json.at(citation, "location");
        for (Map.Entry<String, JsonNode> location : place.properties()) {
            kind = location.getKey();
            place = location.getValue();
        }
        String words = joined(Json.at(citation, "sourceContent"));
        String url = Json.textOf(place, "url");
        return Citation.builder(kind)
                .url(url != null ? url : Json.textOf(citation, "source"))
                .title(Json.textOf(citation, "title"))
                .citedText(words.isEmpty() ? null : words)
                .documentIndex(Json.intOf(place, "documentIndex"))
                .start(Json.intOf(place, "start"))
                .end(Json.intOf(place, "end"))
                .raw(Json.map(citation))
                .build();
    }

    private static String joined(JsonNode pieces) {
        StringBuilder text = new StringBuilder();
        for (JsonNode piece : pieces) {
            text.append(text(piece, "text"));
        }
        return text.toString();
    }

    static String text(JsonNode node, String field) {
        String text = Json.textOf(node, field);
        return text == null ? "" : text;
    }

    /** Returns other fields that have a value. */
    static Map<String, @Nullable Object> extra(JsonNode node) {
        Map<String, @Nullable Object> extra = new LinkedHashMap<>(2);
        for (String field : EXTRA) {
            JsonNode value = node.get(field);
            if (value != null && !value.isNull()) {
                extra.put(field, Json.plain(value));
            }
        }
        return extra;
    }

    /**
     * Returns disjoint buckets: the vendor's input count excludes cached tokens, so only the cache writes must be
     * split.
     */
    static TokenUsage usage(JsonNode usage, Counts counts) {
        long input = counts.of(usage, "inputTokens");
        long output = counts.of(usage, "outputTokens");
        long read = counts.of(usage, "cacheReadInputTokens");
        long written = counts.of(usage, "cacheWriteInputTokens");
        long total = counts.of(usage, "totalTokens");
        long cached = Counts.orZero(read) + Counts.orZero(written);
        input = Counts.orRest(input, total, cached + Counts.orZero(output));
        output = Counts.orRest(output, total, cached + Counts.orZero(input));
        TokenUsage.Builder builder = TokenUsage.builder();
        Counts.set(builder, TokenUsage.Bucket.INPUT, input);
        Counts.set(builder, TokenUsage.Bucket.CACHE_READ, read);
        long hour = 0;
        for (JsonNode detail : Json.at(usage, "cacheDetails")) {
            if ("1h".equals(Json.textOf(detail, "ttl"))) {
                hour += Counts.orZero(counts.of(detail, "inputTokens"));
            }
        }
        if (hour > 0) {
            builder.set(TokenUsage.Bucket.CACHE_WRITE_LONG, hour);
        }
        if (written != Counts.ABSENT) {
            builder.cacheWrite(Math.max(0, written - hour));
        }
        Counts.set(builder, TokenUsage.Bucket.OUTPUT, output);
        return builder.build();
    }

    static FinishReason finishReason(@Nullable String reason) {
        String raw = reason == null ? "" : reason;
        FinishReason.Kind kind = switch (raw) {
            case "end_turn", "stop_sequence" -> FinishReason.Kind.STOP;
            case "max_tokens" -> FinishReason.Kind.LENGTH;
            case "model_context_window_exceeded" -> FinishReason.Kind.CONTEXT_EXCEEDED;
            case "tool_use" -> FinishReason.Kind.TOOL_CALLS;
            case "guardrail_intervened", "content_filtered" -> FinishReason.Kind.CONTENT_FILTER;
            case "malformed_model_output", "malformed_tool_use" -> FinishReason.Kind.MALFORMED;
            default -> FinishReason.Kind.UNKNOWN;
        };
        return FinishReason.of(kind, raw);
    }
}
