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
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a streamed message.
 *
 * <p>The answer is complete at {@code message_stop}, or when the body ends cleanly after a stop reason. Vendor-specific
 * blocks are assembled and added whole.
 */
final class MessagesStreamReader extends ChatEventReader {

    private final String provider;
    private final Map<Integer, Block> blocks = new HashMap<>(4);
    private final UsageTally tally = new UsageTally(counts());

    MessagesStreamReader(String provider, HttpStream stream) {
        super(stream, new TextDeltaTemplate("text"));
        this.provider = provider;
    }

    @Override
    protected void decode(String name, JsonNode event) {
        switch (MessagesDecoder.text(event, "type")) {
            case "message_start" -> start(Json.at(event, "message"));
            case "content_block_start" -> startBlock(index(event), Json.at(event, "content_block"));
            case "content_block_delta" -> delta(event, index(event), Json.at(event, "delta"));
            case "content_block_stop" -> stopBlock(index(event));
            case "message_delta" -> finish(event);
            case "message_stop" -> end("the message stopped without a stop reason");
            case "message" -> whole(event);
            case "ping" -> {}
            default -> add(new ChatEvent.Raw(provider, Json.map(event)));
        }
    }

    private static int index(JsonNode event) {
        Integer index = Json.intOf(event, "index");
        return index == null ? 0 : index;
    }

    private void start(JsonNode message) {
        add(new ChatEvent.Started(Json.textOf(message, "id"), Json.textOf(message, "model")));
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

    private void startBlock(int index, JsonNode block) {
        ContentPart part = MessagesDecoder.part(provider, block);
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
            String signature = reasoning.signature();
            add(new ChatEvent.ReasoningSignature(
                    index,
                    signature == null || signature.isEmpty() ? null : signature,
                    reasoning.encrypted(),
                    provider));
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

    private void delta(JsonNode event, int index, JsonNode delta) {
        switch (MessagesDecoder.text(delta, "type")) {
            case "text_delta" -> {
                String text = MessagesDecoder.text(delta, "text");
                if (!text.isEmpty()) {
                    add(new ChatEvent.TextDelta(index, text));
                }
            }
            case "input_json_delta" -> inputDelta(index, MessagesDecoder.text(delta, "partial_json"));
            case "thinking_delta" -> {
                String text = MessagesDecoder.text(delta, "thinking");
                if (!text.isEmpty()) {
                    add(new ChatEvent.ReasoningDelta(index, text, false));
                }
            }
            case "signature_delta" ->
                add(new ChatEvent.ReasoningSignature(index, Json.textOf(delta, "signature"), null, provider));
            case "citations_delta" ->
                add(new ChatEvent.CitationAdded(index, MessagesDecoder.citation(Json.at(delta, "citation"))));
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
