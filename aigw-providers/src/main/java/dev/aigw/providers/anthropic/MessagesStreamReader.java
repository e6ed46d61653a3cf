package dev.aigw.providers.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.Citation;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.providers.http.HttpStream;
import dev.aigw.providers.http.events.ChatEventReader;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.json.TextDeltaTemplate;
import dev.aigw.providers.kit.Origin;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads a streamed message.
 *
 * <p>The answer is complete at {@code message_stop}, or when the body ends cleanly after a stop reason. Vendor-specific
 * blocks are assembled and added whole.
 */
final class MessagesStreamReader extends ChatEventReader {

    private final String provider;
    private final Origin origin;
    private final Map<Integer, Block> blocks = new TreeMap<>();
    private final Set<Integer> seen = new HashSet<>(4);
    private final UsageTally tally = new UsageTally(counts());
    private int latest = -1;
    private boolean named;

    MessagesStreamReader(String provider, Origin origin, HttpStream stream) {
        super(stream, new TextDeltaTemplate("text"));
        this.provider = provider;
        this.origin = origin;
    }

    @Override
    protected void decode(String name, JsonNode event) {
        String type = MessagesDecoder.text(event, "type");
        switch (type.isEmpty() ? name : type) {
            case "message_start" -> start(Json.at(event, "message"));
            case "content_block_start" -> startBlock(nextIndex(event), Json.at(event, "content_block"));
            case "content_block_delta" -> delta(event, index(event), Json.at(event, "delta"));
            case "content_block_stop" -> stopBlock(index(event));
            case "message_delta" -> finish(event);
            case "message_stop" -> end("the message stopped without a stop reason");
            case "message" -> whole(event);
            case "ping" -> {}
            default -> {
                if (event.has("delta") || event.has("content_block") || event.has("message")) {
                    throw hole("an event of the stream has no known type, though it has content");
                }
                add(new ChatEvent.Raw(provider, Json.map(event)));
            }
        }
    }

    @Override
    protected void beforeEnd() {
        new ArrayList<>(blocks.keySet()).forEach(this::stopBlock);
    }

    /** Returns the block that an event belongs to; without an index it is the latest. */
    private int index(JsonNode event) {
        Integer index = Json.intOf(event, "index");
        named = index != null;
        latest = index == null ? latest : index;
        return latest;
    }

    /** An event without an index belongs to the latest block, so the next one like it may belong to another. */
    @Override
    protected boolean hasMore() {
        return !named;
    }

    @Override
    protected void textMatched(int index, String text) {
        latest = index;
    }

    private int nextIndex(JsonNode event) {
        latest = event.hasNonNull("index") ? latest : latest + 1;
        return index(event);
    }

    private void start(JsonNode message) {
        add(new ChatEvent.Started(Json.textOf(message, "id"), Json.textOf(message, "model")));
        warnOfDropped(message);
        JsonNode usage = Json.at(message, "usage");
        String tier = Json.textOf(usage, "service_tier");
        if (tier != null) {
            add(new ChatEvent.Details(tier, Map.of()));
        }
        if (usage.isObject()) {
            tally.add(usage);
            add(new ChatEvent.UsageReported(tally.usage()));
        }
    }

    private void warnOfDropped(JsonNode node) {
        for (String dropped : MessagesDecoder.droppedThinking(provider, node)) {
            add(new ChatEvent.Warning(dropped));
        }
    }

    private void startBlock(int index, JsonNode block) {
        if (block.isMissingNode()) {
            throw hole("a block of the answer begins with nothing");
        }
        Block open = blocks.get(index);
        if (open != null && open.initial.equals(block)) {
            return; // said twice
        }
        seen.add(index);
        endRawBlocks();
        ContentPart part = MessagesDecoder.part(provider, origin, block);
        blocks.put(index, new Block(block, part));
        if (part instanceof ContentPart.Text text) {
            if (!text.text().isEmpty()) {
                add(new ChatEvent.TextDelta(index, text.text()));
            }
            for (Citation citation : text.citations()) {
                add(new ChatEvent.CitationAdded(index, citation));
            }
        } else if (part instanceof ToolCall call) {
            add(new ChatEvent.ToolCallStarted(index, call.id(), call.name()));
        } else if (part instanceof ContentPart.Reasoning reasoning) {
            String shown = reasoning.text();
            if (shown != null && !shown.isEmpty()) {
                add(new ChatEvent.ReasoningDelta(index, shown, false));
            }
            add(new ChatEvent.ReasoningSignature(index, reasoning.signature(), reasoning.encrypted(), origin.text()));
        }
    }

    /** Takes in a whole message, which some proxies send though a stream was asked for. */
    private void whole(JsonNode message) {
        start(message);
        int index = 0;
        for (JsonNode block : Json.at(message, "content")) {
            startBlock(index, block);
            stopBlock(index++);
        }
        String reason = Json.textOf(message, "stop_reason");
        if (reason != null) {
            add(new ChatEvent.Finished(MessagesDecoder.finishReason(reason)));
        }
    }

    /** Ends blocks of the vendor's own kind whose end did not come, since they are handed out whole and in order. */
    private void endRawBlocks() {
        for (Map.Entry<Integer, Block> open : List.copyOf(blocks.entrySet())) {
            if (open.getValue().part instanceof ContentPart.Raw) {
                stopBlock(open.getKey());
            }
        }
    }

    private void delta(JsonNode event, int index, JsonNode delta) {
        seen.add(index);
        switch (MessagesDecoder.text(delta, "type")) {
            case "text_delta" -> {
                String text = piece(delta, "text");
                if (!text.isEmpty()) {
                    add(new ChatEvent.TextDelta(index, text));
                }
            }
            case "input_json_delta" -> inputDelta(index, piece(delta, "partial_json"));
            case "thinking_delta" -> {
                String text = piece(delta, "thinking");
                if (!text.isEmpty()) {
                    add(new ChatEvent.ReasoningDelta(index, text, false));
                }
            }
            case "signature_delta" ->
                add(new ChatEvent.ReasoningSignature(index, MessagesDecoder.signature(delta), null, origin.text()));
            case "citations_delta" ->
                add(new ChatEvent.CitationAdded(index, MessagesDecoder.citation(Json.at(delta, "citation"))));
            case "" -> throw hole("a delta of the answer has no type");
            default -> {
                Block block = blocks.get(index);
                if (block != null && block.part instanceof ContentPart.Raw) {
                    block.merge(delta);
                } else {
                    add(new ChatEvent.Raw(provider, Json.map(event)));
                }
            }
        }
    }

    private String piece(JsonNode delta, String field) {
        String text = Json.textOf(delta, field);
        if (text == null) {
            throw hole("a delta of the answer has no " + field);
        }
        return text;
    }

    private void inputDelta(int index, String json) {
        Block block = blocks.get(index);
        if (json.isEmpty()) {
            return;
        }
        if (block != null && block.part instanceof ContentPart.Raw) {
            block.input.append(json);
            return;
        }
        if (block != null) {
            block.hasInput = true;
        }
        add(new ChatEvent.ToolArgumentsDelta(index, json));
    }

    private void stopBlock(int index) {
        if (seen.add(index)) {
            throw hole("a block of the answer ends that did not begin");
        }
        Block block = blocks.remove(index);
        if (block != null && block.part instanceof ContentPart.Raw raw) {
            add(new ChatEvent.RawPart(index, block.whole(raw)));
        } else if (block != null && block.part instanceof ToolCall call && !block.hasInput) {
            add(new ChatEvent.ToolArgumentsDelta(index, call.arguments()));
        }
        add(new ChatEvent.PartEnded(index));
    }

    private void finish(JsonNode event) {
        JsonNode delta = Json.at(event, "delta");
        warnOfDropped(event);
        warnOfDropped(delta);
        Map<String, Object> extra = MessagesDecoder.extra(delta);
        if (!extra.isEmpty()) {
            add(new ChatEvent.Details(null, extra));
        }
        JsonNode usage = Json.at(event, "usage");
        if (usage.isObject()) {
            tally.add(usage);
            add(new ChatEvent.UsageReported(tally.usage()));
        }
        String reason = Json.textOf(delta, "stop_reason");
        if (reason != null) {
            add(new ChatEvent.Finished(MessagesDecoder.finishReason(reason)));
        }
    }

    /** An unfinished content block. */
    private static final class Block {

        final JsonNode initial;
        final ContentPart part;
        final StringBuilder input = new StringBuilder(0);
        private final Map<String, @Nullable Object> more = new LinkedHashMap<>(0);
        boolean hasInput;

        Block(JsonNode initial, ContentPart part) {
            this.initial = initial;
            this.part = part;
        }

        /** Takes in a delta of the vendor's own kind: texts are appended, other values replace what came before. */
        void merge(JsonNode delta) {
            for (Map.Entry<String, JsonNode> field : delta.properties()) {
                String name = field.getKey();
                JsonNode value = field.getValue();
                if (!name.equals("type") && !value.isNull()) {
                    Object before = more.containsKey(name) ? more.get(name) : Json.textOf(initial, name);
                    more.put(
                            name,
                            before instanceof String text && value.isTextual()
                                    ? text + value.textValue()
                                    : Json.plain(value));
                }
            }
        }

        /** Returns a block of the vendor's own kind with the input that came in pieces. */
        ContentPart.Raw whole(ContentPart.Raw raw) {
            if (input.length() == 0 && more.isEmpty()) {
                return raw;
            }
            Map<String, @Nullable Object> json = new LinkedHashMap<>(Json.map(initial));
            json.putAll(more);
            if (input.length() > 0) {
                JsonNode parsed = Json.parseOrNull(input.toString());
                json.put("input", parsed == null ? input.toString() : Json.plain(parsed));
            }
            return new ContentPart.Raw(raw.provider(), json);
        }
    }
}
