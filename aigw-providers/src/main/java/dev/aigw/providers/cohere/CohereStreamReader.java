package dev.aigw.providers.cohere;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatResponse;
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
    private final Map<String, Integer> latest = new HashMap<>(4);
    private boolean named;
    private int matched = -1;

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
        String given = ChatDecoder.text(event, "type");
        String type = given.isEmpty() ? name : given;
        int index = index(event, type.endsWith("-start"), type.startsWith("tool-call") ? CALL : CONTENT);
        switch (type) {
            case "message-start" -> add(new ChatEvent.Started(Json.textOf(event, "id"), null));
            case "content-start", "content-delta" -> content(index, first(message, "content"), event);
            case "content-end" -> add(new ChatEvent.PartEnded(part(CONTENT + index)));
            case "tool-plan-delta" -> reasoning(PLAN, piece(message, "tool_plan"), true);
            case "tool-call-start" -> startCall(part(CALL + index), first(message, "tool_calls"));
            case "tool-call-delta" -> moreArguments(part(CALL + index), first(message, "tool_calls"));
            case "tool-call-end" -> add(new ChatEvent.PartEnded(part(CALL + index)));
            case "citation-start" -> cite(first(message, "citations"));
            case "citation-end" -> {}
            case "message-end" -> finish(delta);
            case "" -> whole(event);
            default -> add(new ChatEvent.Raw(provider, Json.map(event)));
        }
    }

    /** Takes in a whole answer, which a proxy may send though a stream was asked for. */
    private void whole(JsonNode event) {
        ChatResponse answer = ChatDecoder.read(provider, event);
        if (answer == null && Json.at(Json.at(event, "delta"), "message").isObject()) {
            throw hole("an event of the stream has no type, though it has content");
        } else if (answer == null) {
            add(new ChatEvent.Raw(provider, Json.map(event)));
        } else {
            addAll(answer);
        }
    }

    /** Returns the index among those of a kind; without one it is the latest, or the next. */
    private int index(JsonNode event, boolean begins, String kind) {
        Integer given = Json.intOf(event, "index");
        named = given != null;
        int before = latest.getOrDefault(kind, -1);
        int index = given != null ? given : begins || before < 0 ? before + 1 : before;
        latest.put(kind, index);
        matched = -1;
        return index;
    }

    /** An event without an index belongs to the latest part, so the next one like it may belong to another. */
    @Override
    protected boolean hasMore() {
        return !named;
    }

    @Override
    protected void textMatched(int part, String text) {
        if (part == matched) {
            return;
        }
        for (Map.Entry<String, Integer> each : parts.entrySet()) {
            if (each.getValue() == part && each.getKey().startsWith(CONTENT)) {
                latest.put(CONTENT, Integer.parseInt(each.getKey().substring(CONTENT.length())));
                matched = part;
            }
        }
    }

    private String piece(JsonNode holder, String field) {
        String text = Json.textOf(holder, field);
        if (text == null) {
            throw hole("a delta of the answer has no " + field);
        }
        return text;
    }

    private void moreArguments(int part, JsonNode call) {
        if (!Json.at(call, "function").hasNonNull("arguments")) {
            throw hole("a delta of the answer has no arguments");
        }
        arguments(part, call);
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
        } else if (text == null && (content.isEmpty() || content.has("text") || content.has("thinking"))) {
            throw hole("a delta of the answer has no text");
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
        String json = Json.argumentsOf(Json.at(call, "function"), "arguments");
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

    /** Hands out a message that came in no delta. */
    private void wholeMessage(JsonNode message) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode().put("finish_reason", "COMPLETE");
        answer.set("message", message);
        ChatResponse whole = ChatDecoder.read(provider, answer);
        if (whole != null) {
            addParts(whole);
        }
    }

    private void finish(JsonNode delta) {
        JsonNode message = Json.at(delta, "message");
        if (parts.isEmpty() && message.isObject()) {
            wholeMessage(message);
        }
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
