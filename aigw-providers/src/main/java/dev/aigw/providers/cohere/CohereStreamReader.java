package dev.aigw.providers.cohere;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.providers.http.HttpStream;
import dev.aigw.providers.http.events.ChatEventReader;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.json.TextDeltaTemplate;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads a streamed answer. The vendor counts blocks of content, tool calls and citations each from 0; here all parts of
 * the answer share one index, in the order in which they begin. The answer is complete at {@code message-end}.
 */
final class CohereStreamReader extends ChatEventReader {

    private static final String PLAN = "plan";
    private static final String CONTENT = "content ";
    private static final String CALL = "call ";

    private final String provider;
    private final Map<String, Integer> parts = new HashMap<>(4);

    CohereStreamReader(String provider, HttpStream stream) {
        super(stream, new TextDeltaTemplate("text"));
        this.provider = provider;
    }

    private int part(String key) {
        return parts.computeIfAbsent(key, unseen -> parts.size());
    }

    @Override
    protected void decode(String name, JsonNode event) {
        JsonNode delta = Json.at(event, "delta");
        JsonNode message = Json.at(delta, "message");
        Integer at = Json.intOf(event, "index");
        int index = at == null ? 0 : at;
        switch (ChatDecoder.text(event, "type")) {
            case "message-start" -> add(new ChatEvent.Started(Json.textOf(event, "id"), null));
            case "content-start", "content-delta" -> content(index, first(message, "content"), event);
            case "content-end" -> add(new ChatEvent.PartEnded(part(CONTENT + index)));
            case "tool-plan-delta" -> reasoning(PLAN, ChatDecoder.text(message, "tool_plan"), true);
            case "tool-call-start" -> startCall(part(CALL + index), first(message, "tool_calls"));
            case "tool-call-delta" -> arguments(part(CALL + index), first(message, "tool_calls"));
            case "tool-call-end" -> add(new ChatEvent.PartEnded(part(CALL + index)));
            case "citation-start" -> cite(first(message, "citations"));
            case "citation-end" -> {}
            case "message-end" -> finish(delta);
            default -> add(new ChatEvent.Raw(provider, Json.map(event)));
        }
    }

    /** Returns a field that is an object, or the first object of a list. */
    private static JsonNode first(JsonNode message, String field) {
        JsonNode node = Json.at(message, field);
        return node.isArray() ? node.path(0) : node;
    }

    private void content(int index, JsonNode content, JsonNode event) {
        String key = CONTENT + index;
        String text = Json.textOf(content, "text");
        String thinking = Json.textOf(content, "thinking");
        if (thinking != null) {
            reasoning(key, thinking, false);
        } else if (text == null) {
            add(new ChatEvent.Raw(provider, Json.map(event)));
        } else if (!text.isEmpty()) {
            add(new ChatEvent.TextDelta(part(key), text));
        }
    }

    private void reasoning(String key, String text, boolean summary) {
        boolean begins = !parts.containsKey(key);
        if (text.isEmpty()) {
            return;
        }
        int part = part(key);
        if (begins) {
            add(new ChatEvent.ReasoningSignature(part, null, null, provider));
        }
        add(new ChatEvent.ReasoningDelta(part, text, summary));
    }

    private void startCall(int part, JsonNode call) {
        add(new ChatEvent.ToolCallStarted(
                part, ChatDecoder.text(call, "id"), ChatDecoder.text(Json.at(call, "function"), "name")));
        arguments(part, call);
    }

    private void arguments(int part, JsonNode call) {
        String json = ChatDecoder.text(Json.at(call, "function"), "arguments");
        if (!json.isEmpty()) {
            add(new ChatEvent.ToolArgumentsDelta(part, json));
        }
    }

    private void cite(JsonNode citation) {
        if (ChatDecoder.citesText(citation)) {
            int part = part(CONTENT + ChatDecoder.contentIndex(citation));
            add(new ChatEvent.CitationAdded(part, ChatDecoder.citation(citation)));
        }
    }

    private void finish(JsonNode delta) {
        JsonNode usage = Json.at(delta, "usage");
        if (usage.isObject()) {
            add(new ChatEvent.Details(null, Map.of("usage", Json.map(usage))));
            add(new ChatEvent.UsageReported(ChatDecoder.usage(usage, counts())));
        }
        String reason = Json.textOf(delta, "finish_reason");
        if (reason != null) {
            add(new ChatEvent.Finished(ChatDecoder.finishReason(reason)));
        }
        end("the message ended without a finish reason");
    }
}
