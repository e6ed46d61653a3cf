package dev.aigw.providers.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.Logprobs;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.providers.http.HttpStream;
import dev.aigw.providers.http.events.ChatEventReader;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.json.TextDeltaTemplate;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a streamed answer of the Responses API.
 *
 * <p>The answer is complete when the vendor says so ({@code response.completed} or {@code response.incomplete}). Items
 * of the vendor's own kinds are handed out whole when they are done. What comes in no delta is taken from the event
 * that says it is done, from its whole item, or from the whole answer at the end, whichever is first. Events without an
 * index belong to the item whose id they name. One thread reads; close may come from any.
 */
final class ResponsesStreamReader extends ChatEventReader {

    /** Events that repeat other events, or contain nothing of the answer. */
    private static final Set<String> REPEATED = Set.of(
            "response.in_progress",
            "response.queued",
            "response.content_part.added",
            "response.content_part.done",
            "response.reasoning_summary_part.done");

    private static final int CONTENTS = 1000;

    private final String provider;
    private final ResponsesCodec codec;
    private final Set<String> begun = new HashSet<>(4);
    private final Set<Integer> done = new HashSet<>(4);
    private final Map<String, Integer> items = new HashMap<>(4);
    private int latest;
    private int next;
    private boolean calls;

    ResponsesStreamReader(String provider, ResponsesCodec codec, HttpStream stream) {
        super(stream, new TextDeltaTemplate("delta", "obfuscation", "sequence_number"));
        this.provider = provider;
        this.codec = codec;
    }

    @Override
    protected void decode(String name, JsonNode event) {
        String given = ResponsesCodec.text(event, "type");
        String type = given.isEmpty() ? name : given;
        switch (type) {
            case "response.output_text.delta" -> textDelta(event);
            case "response.refusal.delta" -> refusal(content(event), piece(event, "delta"), true);
            case "response.function_call_arguments.delta", "response.custom_tool_call_input.delta" ->
                arguments(item(event), piece(event, "delta"), true);
            case "response.reasoning_summary_text.delta" ->
                reasoning(item(event), piece(event, "delta"), part(event), true);
            case "response.reasoning_text.delta" -> reasoning(item(event), piece(event, "delta"), -1, true);
            case "response.output_text.done" -> text(content(event), ResponsesCodec.text(event, "text"), false);
            case "response.refusal.done" -> refusal(content(event), ResponsesCodec.text(event, "refusal"), false);
            case "response.function_call_arguments.done", "response.custom_tool_call_input.done" ->
                arguments(item(event), ResponsesCodec.arguments(event), false);
            case "response.reasoning_summary_text.done" ->
                reasoning(item(event), ResponsesCodec.text(event, "text"), part(event), false);
            case "response.reasoning_text.done" ->
                reasoning(item(event), ResponsesCodec.text(event, "text"), -1, false);
            case "response.reasoning_summary_part.added" -> {
                Integer part = Json.intOf(event, "summary_index");
                if (part != null && part > 0) {
                    add(new ChatEvent.ReasoningDelta(item(event), ResponsesCodec.PARAGRAPH, true));
                }
            }
            case "response.output_text.annotation.added" -> {
                JsonNode annotation = Json.at(event, "annotation");
                add(new ChatEvent.CitationAdded(content(event), ChatCodec.citation(annotation, annotation)));
            }
            case "response.output_item.added" -> startItem(newItem(event), Json.at(event, "item"));
            case "response.output_item.done" -> endItem(item(event), Json.at(event, "item"));
            case "" -> {
                if ("response"
                        .equals(Json.textOf(event, "object"))) { // the whole answer, though a stream was asked for
                    add(new ChatEvent.Started(Json.textOf(event, "id"), Json.textOf(event, "model")));
                    finish(event, "");
                } else if (event.has("delta") || event.has("item") || event.has("response")) {
                    throw hole("an event of the stream has no type, though it has content");
                } else {
                    add(new ChatEvent.Raw(provider, Json.map(event)));
                }
            }
            case "response.created" -> {
                JsonNode response = Json.at(event, "response");
                add(new ChatEvent.Started(Json.textOf(response, "id"), Json.textOf(response, "model")));
            }
            case "response.completed", "response.incomplete" -> finish(Json.at(event, "response"), type);
            default -> {
                if (!REPEATED.contains(type)) {
                    add(new ChatEvent.Raw(provider, Json.map(event)));
                }
            }
        }
    }

    /** Returns the part of an event's item: by its index, else by its id, else the latest one. */
    private int item(JsonNode event) {
        Integer index = Json.intOf(event, "output_index");
        String id = Json.textOf(event, "item_id");
        return item(index, id == null ? Json.textOf(Json.at(event, "item"), "id") : id);
    }

    /** Returns the part of an item that begins: without index and id it is the next one. */
    private int newItem(JsonNode event) {
        if (!event.hasNonNull("output_index") && !Json.at(event, "item").hasNonNull("id")) {
            latest = next;
            next += CONTENTS;
            return latest;
        }
        return item(event);
    }

    private int item(@Nullable Integer index, @Nullable String id) {
        Integer known = id == null ? null : items.get(id);
        if (index != null) {
            latest = index * CONTENTS;
        } else if (known != null) {
            latest = known;
        } else if (id != null) {
            latest = next;
        }
        next = Math.max(next, latest + CONTENTS);
        if (id != null) {
            items.put(id, latest);
        }
        return latest;
    }

    /** Returns the part of an event's piece of content within its item. */
    private int content(JsonNode event) {
        Integer index = Json.intOf(event, "content_index");
        return item(event) + (index == null ? 0 : index);
    }

    private static int part(JsonNode event) {
        Integer index = Json.intOf(event, "summary_index");
        return index == null ? 0 : index;
    }

    private void textDelta(JsonNode event) {
        text(content(event), piece(event, "delta"), true);
        List<Logprobs.Token> logprobs = ChatCodec.tokens(Json.at(event, "logprobs"), true);
        if (!logprobs.isEmpty()) {
            add(new ChatEvent.LogprobsAdded(new Logprobs(logprobs)));
        }
    }

    /** Returns whether a piece is to be handed out: any delta, or the whole of what came in no delta. */
    private boolean isNew(String text, String of, boolean delta) {
        return !text.isEmpty() && (begun.add(of) || delta);
    }

    private void text(int index, String text, boolean delta) {
        if (isNew(text, "text " + index, delta)) {
            add(new ChatEvent.TextDelta(index, text));
        }
    }

    private void refusal(int index, String text, boolean delta) {
        if (isNew(text, "refusal " + index, delta)) {
            add(new ChatEvent.RefusalDelta(index, text));
        }
    }

    /** Takes in arguments. Those of a call whose beginning is missing come whole with its item. */
    private void arguments(int index, String json, boolean delta) {
        if (begun.contains("call " + index) && isNew(json, "arguments " + index, delta)) {
            add(new ChatEvent.ToolArgumentsDelta(index, json));
        }
    }

    /** Takes in reasoning; {@code summary} is the part of the summary, -1 for the reasoning itself. */
    private void reasoning(int index, String text, int summary, boolean delta) {
        if (isNew(text, "reasoning " + index + " " + summary, delta)) {
            add(new ChatEvent.ReasoningDelta(index, text, summary >= 0));
        }
    }

    private void startItem(int index, JsonNode item) {
        if (ResponsesCodec.isCall(item) && begun.add("call " + index)) {
            calls = true;
            add(new ChatEvent.ToolCallStarted(
                    index, ResponsesCodec.text(item, "call_id"), ResponsesCodec.text(item, "name")));
        }
    }

    private void endItem(int index, JsonNode item) {
        if (item.isMissingNode()) {
            throw hole("an item of the answer is null");
        }
        if (!done.add(index)) {
            return;
        }
        if ("message".equals(Json.textOf(item, "type"))) {
            endMessage(index, item);
            return;
        }
        startItem(index, item);
        ContentPart part = codec.part(item);
        if (part instanceof ToolCall call) {
            arguments(index, call.arguments(), false);
        } else if (part instanceof ContentPart.Reasoning reasoning) {
            endReasoning(index, reasoning);
        } else if (part instanceof ContentPart.Raw raw) {
            add(new ChatEvent.RawPart(index, raw));
        }
    }

    private void endMessage(int index, JsonNode item) {
        int at = index;
        for (JsonNode content : Json.at(item, "content")) {
            boolean unseen = !begun.contains("text " + at);
            text(at, ResponsesCodec.text(content, "text"), false);
            refusal(at, ResponsesCodec.text(content, "refusal"), false);
            if (unseen) {
                for (JsonNode annotation : Json.at(content, "annotations")) {
                    add(new ChatEvent.CitationAdded(at, ChatCodec.citation(annotation, annotation)));
                }
            }
            at++;
        }
    }

    private void endReasoning(int index, ContentPart.Reasoning reasoning) {
        boolean summarized =
                begun.stream().anyMatch(key -> key.startsWith("reasoning " + index + " ") && !key.endsWith("-1"));
        if (reasoning.summary() != null && !summarized) {
            reasoning(index, reasoning.summary(), 0, false);
        }
        if (reasoning.text() != null) {
            reasoning(index, reasoning.text(), -1, false);
        }
        if (reasoning.isSigned()) {
            add(new ChatEvent.ReasoningSignature(
                    index, reasoning.signature(), reasoning.encrypted(), reasoning.origin()));
        }
    }

    private String piece(JsonNode event, String field) {
        String text = Json.textOf(event, field);
        if (text == null) {
            throw hole("a delta of the answer has no " + field);
        }
        return text;
    }

    /** Ends the answer; {@code type} is that of the event, and says the status where the response does not. */
    private void finish(JsonNode response, String type) {
        int position = 0;
        for (JsonNode item : Json.at(response, "output")) {
            String id = Json.textOf(item, "id");
            Integer known = id == null ? null : items.get(id);
            endItem(known != null ? known : position * CONTENTS, item);
            position++;
        }
        String tier = Json.textOf(response, "service_tier");
        if (tier != null) {
            add(new ChatEvent.Details(tier, Map.of()));
        }
        if (Json.at(response, "usage").isObject()) {
            add(new ChatEvent.UsageReported(codec.usage(response, counts())));
        }
        boolean silent = !response.hasNonNull("status") && type.equals("response.completed");
        add(new ChatEvent.Finished(
                silent
                        ? FinishReason.of(FinishReason.Kind.STOP, "completed")
                        : ResponsesCodec.finishReason(response, calls)));
        end("the answer ended without a finish reason");
    }
}
