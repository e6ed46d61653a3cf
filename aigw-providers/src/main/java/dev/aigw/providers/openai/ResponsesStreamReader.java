package dev.aigw.providers.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.Logprobs;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.providers.http.events.ChatEventReader;
import dev.aigw.providers.http.events.EventStream;
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
 * index belong to the item whose id they name. Pieces that the whole contradicts are a hole in the answer. One thread
 * reads; close may come from any.
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
    private final StoredAnswer stored;
    private final Set<String> begun = new HashSet<>(4);
    private final Set<Integer> done = new HashSet<>(4);
    private final Map<String, Integer> items = new HashMap<>(4);
    private final Map<Integer, Integer> byIndex = new HashMap<>(4);
    private final Map<Integer, String> added = new HashMap<>(4);
    private final Map<Integer, Arguments> arguments = new HashMap<>(2);
    private final Map<Integer, Told> texts = new HashMap<>(4);
    private @Nullable String responseId;
    private int latest;
    private int next;
    private boolean calls;

    ResponsesStreamReader(String provider, ResponsesCodec codec, EventStream stream, StoredAnswer stored) {
        super(stream, new TextDeltaTemplate("delta", "obfuscation", "sequence_number"));
        this.provider = provider;
        this.codec = codec;
        this.stored = stored;
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
                responseId = Json.textOf(response, "id");
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
        return item(Json.intOf(event, "output_index"), id(event));
    }

    private static @Nullable String id(JsonNode event) {
        String id = Json.textOf(event, "item_id");
        id = id == null ? Json.textOf(Json.at(event, "item"), "id") : id;
        return id == null || id.isEmpty() ? null : id;
    }

    /**
     * Returns the part of an item that begins: without index and id it is the next one, and so it is where another item
     * has begun at its index, since some servers give each item the same.
     */
    private int newItem(JsonNode event) {
        String id = id(event);
        Integer index = Json.intOf(event, "output_index");
        if (index == null && id == null) {
            return nextPart();
        }
        int part = item(event);
        String before = id == null ? null : added.putIfAbsent(part, id);
        if (id != null && before != null && !before.equals(id)) {
            part = nextPart();
            added.put(part, id);
            items.put(id, part);
            if (index != null) {
                items.put(index + " " + id, part);
                byIndex.put(index, part);
            }
        }
        return part;
    }

    private int nextPart() {
        latest = next;
        next += CONTENTS;
        return latest;
    }

    private int item(@Nullable Integer index, @Nullable String id) {
        Integer known = id == null ? null : items.get(id);
        Integer moved = index == null || id == null ? null : items.get(index + " " + id);
        if (moved != null) {
            latest = moved;
        } else if (index != null) {
            latest = known != null ? index * CONTENTS : byIndex.getOrDefault(index, index * CONTENTS);
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
        boolean first = begun.add("text " + index);
        String more = delta || first ? text : rest(index, text);
        if (!more.isEmpty()) {
            textMatched(index, more);
            add(new ChatEvent.TextDelta(index, more));
        }
    }

    @Override
    protected void textMatched(int index, String text) {
        texts.computeIfAbsent(index, unseen -> new Told()).add(text);
    }

    /** Returns what no delta had of a whole text. */
    private String rest(int index, String whole) {
        Told told = texts.get(index);
        if (told == null || whole.length() < told.length) {
            return "";
        }
        if (!told.begins(whole)) {
            throw hole("a text of the answer differs from its pieces");
        }
        return whole.substring(told.length);
    }

    private void refusal(int index, String text, boolean delta) {
        if (isNew(text, "refusal " + index, delta)) {
            add(new ChatEvent.RefusalDelta(index, text));
        }
    }

    /** Takes in arguments. Those of a call whose beginning has not come are kept until it does. */
    private void arguments(int index, String json, boolean delta) {
        Arguments of = arguments.computeIfAbsent(index, unseen -> new Arguments());
        if (delta) {
            of.text.append(json);
        } else if (!of.complete(json)) {
            throw hole("the arguments of a call differ from their pieces");
        }
        tell(index, of);
    }

    private void tell(int index, Arguments of) {
        if (begun.contains("call " + index) && of.text.length() > of.told) {
            add(new ChatEvent.ToolArgumentsDelta(index, of.text.substring(of.told)));
            of.told = of.text.length();
        }
    }

    /** Hands out the arguments that came with the beginning of a call and nowhere else. */
    private void endArguments() {
        arguments.forEach((index, of) -> {
            if (of.text.isEmpty()) {
                of.text.append(of.initial);
            }
            tell(index, of);
            if (of.told < of.text.length()) {
                throw hole("arguments came for a call that did not begin");
            }
        });
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
            Arguments of = arguments.computeIfAbsent(index, unseen -> new Arguments());
            of.initial = ResponsesCodec.arguments(item);
            tell(index, of);
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
        endArguments();
        String id = Json.textOf(response, "id");
        ContentPart.Raw part = stored.part(provider, id == null ? responseId : id);
        if (part != null) {
            add(new ChatEvent.RawPart(nextPart(), part));
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

    /** The arguments of a call as far as they came. */
    private static final class Arguments {

        final StringBuilder text = new StringBuilder(64);
        String initial = "";
        int told;

        /** Takes in the whole; false if it is another one than the pieces began. */
        boolean complete(String whole) {
            if (whole.isEmpty()) {
                return true;
            }
            int length = text.length();
            if (whole.startsWith(text.toString())) {
                text.append(whole, length, whole.length());
                return true;
            }
            JsonNode json = Json.parseOrNull(whole);
            return json != null && json.equals(Json.parseOrNull(text.toString()));
        }
    }

    /** What was handed out of a text, without keeping it: how long it is, and its hash as {@link String} has it. */
    private static final class Told {

        private int length;
        private int hash;

        void add(String text) {
            int power = 1;
            int base = 31;
            for (int left = text.length(); left > 0; left >>= 1) {
                power = (left & 1) == 1 ? power * base : power;
                base *= base;
            }
            hash = hash * power + text.hashCode();
            length += text.length();
        }

        /** Returns whether a text that is no shorter begins with what was handed out. */
        boolean begins(String whole) {
            return whole.substring(0, length).hashCode() == hash;
        }
    }
}
