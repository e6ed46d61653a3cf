package dev.aigw.providers.bedrock;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.providers.http.HttpStream;
import dev.aigw.providers.http.events.ChatEventReader;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.json.TextDeltaTemplate;
import dev.aigw.providers.kit.Origin;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads a streamed answer.
 *
 * <p>The answer is complete when the body ends after {@code messageStop}; {@code metadata} with the usage comes in
 * between. The vendor pads each event with a string of random length under {@code p}. A tool call without input gets an
 * empty object, as in a whole answer. Blocks of other kinds, such as pictures, are handed out whole at their end.
 */
final class ConverseStreamReader extends ChatEventReader {

    private final String provider;
    private final Origin origin;
    private final String model;
    private final @Nullable String id;
    private final Set<Integer> callsWithoutInput = new HashSet<>(2);
    private final Set<Integer> seen = new HashSet<>(4);
    private final Map<Integer, RawBlock> raws = new TreeMap<>();
    private int latest = -1;
    private boolean named;
    private boolean open;
    private final Set<Integer> reasonings = new HashSet<>(2);

    ConverseStreamReader(String provider, Origin origin, String model, HttpStream stream) {
        super(stream, new TextDeltaTemplate("text", "p", null));
        this.provider = provider;
        this.origin = origin;
        this.id = stream.header(ConverseDecoder.ID);
        this.model = model;
        add(new ChatEvent.Started(id, model));
    }

    @Override
    protected void decode(String name, JsonNode event) {
        switch (name) {
            case "messageStart" -> {}
            case "contentBlockStart" -> start(event);
            case "contentBlockDelta" -> delta(index(event, false), Json.at(event, "delta"));
            case "contentBlockStop" -> stop(index(event, false));
            case "messageStop" -> finish(event);
            case "metadata" -> metadata(event);
            case "" -> whole(event);
            default -> add(new ChatEvent.Raw(provider, Map.of(name, Json.map(event))));
        }
    }

    /** Takes in a whole answer, which a proxy may send though a stream was asked for. */
    private void whole(JsonNode event) {
        ChatResponse answer = ConverseDecoder.read(provider, origin, model, id, event);
        if (answer == null) {
            add(new ChatEvent.Raw(provider, Json.map(event)));
        } else {
            addAll(answer);
        }
    }

    /** Returns the block that an event belongs to; without an index it is the open one, or the next. */
    private int index(JsonNode event, boolean begins) {
        Integer index = Json.intOf(event, "contentBlockIndex");
        named = index != null;
        if (index != null) {
            latest = index;
        } else if (begins || !open) {
            latest++;
        }
        open = true;
        return latest;
    }

    /** An event without an index belongs to the open block, so the next one like it may belong to another. */
    @Override
    protected boolean hasMore() {
        return !named;
    }

    @Override
    protected void textMatched(int index, String text) {
        latest = index;
        open = true;
    }

    private void start(JsonNode event) {
        JsonNode call = Json.at(Json.at(event, "start"), "toolUse");
        if (call.isObject()) {
            int index = index(event, true);
            seen.add(index);
            callsWithoutInput.add(index);
            add(new ChatEvent.ToolCallStarted(
                    index, ConverseDecoder.text(call, "toolUseId"), ConverseDecoder.text(call, "name")));
        } else if (!Json.at(event, "start").isEmpty()) {
            int index = index(event, true);
            seen.add(index);
            raw(index, Json.at(event, "start"));
        }
    }

    private void delta(int index, JsonNode delta) {
        if (isNothing(delta)) {
            throw hole("a delta of the answer is null");
        }
        seen.add(index);
        String text = Json.textOf(delta, "text");
        JsonNode call = Json.at(delta, "toolUse");
        JsonNode reasoning = Json.at(delta, "reasoningContent");
        JsonNode citation = Json.at(delta, "citation");
        if (text != null) {
            if (!text.isEmpty()) {
                add(new ChatEvent.TextDelta(index, text));
            }
        } else if (call.isObject()) {
            String input = Json.argumentsOf(call, "input");
            if (!input.isEmpty()) {
                callsWithoutInput.remove(index);
                add(new ChatEvent.ToolArgumentsDelta(index, input));
            }
        } else if (reasoning.isObject()) {
            reasoning(index, reasoning);
        } else if (citation.isObject()) {
            add(new ChatEvent.CitationAdded(index, ConverseDecoder.citation(citation)));
        } else {
            raw(index, delta);
        }
    }

    private void reasoning(int index, JsonNode reasoning) {
        String text = ConverseDecoder.text(reasoning, "text");
        if (!text.isEmpty()) {
            add(new ChatEvent.ReasoningDelta(index, text, false));
        }
        String signature = ConverseDecoder.given(Json.textOf(reasoning, "signature"));
        String redacted = Json.textOf(reasoning, "redactedContent");
        if (reasonings.add(index) || signature != null || redacted != null) {
            add(new ChatEvent.ReasoningSignature(index, signature, redacted, origin.text()));
        }
    }

    private void raw(int index, JsonNode piece) {
        raws.computeIfAbsent(index, begun -> new RawBlock()).add(Json.map(piece));
    }

    @Override
    protected void beforeEnd() {
        new ArrayList<>(raws.keySet()).forEach(this::endRaw); // the end of a block did not come
    }

    private void endRaw(int index) {
        RawBlock block = raws.remove(index);
        if (block != null) {
            add(new ChatEvent.RawPart(index, block.part(provider)));
        }
    }

    /** Returns whether an object holds no value. */
    private static boolean isNothing(JsonNode object) {
        for (JsonNode value : object) {
            if (value.isObject() ? !isNothing(value) : !value.isNull()) {
                return false;
            }
        }
        return true;
    }

    private void stop(int index) {
        open = false;
        if (seen.add(index)) {
            throw hole("a block of the answer ends that did not begin");
        }
        endRaw(index);
        if (callsWithoutInput.remove(index)) {
            add(new ChatEvent.ToolArgumentsDelta(index, "{}"));
        }
        add(new ChatEvent.PartEnded(index));
    }

    private void finish(JsonNode event) {
        Map<String, @Nullable Object> extra = ConverseDecoder.extra(event);
        if (!extra.isEmpty()) {
            add(new ChatEvent.Details(null, extra));
        }
        add(new ChatEvent.Finished(ConverseDecoder.finishReason(Json.textOf(event, "stopReason"))));
    }

    private void metadata(JsonNode event) {
        Map<String, @Nullable Object> extra = ConverseDecoder.extra(event);
        String tier = Json.textOf(Json.at(event, "serviceTier"), "type");
        if (tier != null || !extra.isEmpty()) {
            add(new ChatEvent.Details(tier, extra));
        }
        JsonNode usage = Json.at(event, "usage");
        if (usage.isObject()) {
            add(new ChatEvent.UsageReported(ConverseDecoder.usage(usage, counts())));
        }
    }
}
