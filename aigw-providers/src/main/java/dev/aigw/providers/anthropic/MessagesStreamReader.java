package dev.aigw.providers.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatEventSource;
import dev.aigw.api.chat.Citation;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.providers.http.HttpStream;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.json.TextDeltaTemplate;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a streamed message.
 *
 * <p>The answer is complete at {@code message_stop}, or when the body ends cleanly after a stop reason. A malformed
 * event is skipped with a warning, up to a bound. Blocks of the vendor's own kinds are assembled and handed out whole.
 * One thread reads; close may come from any.
 */
final class MessagesStreamReader implements ChatEventSource {

    private static final Logger LOG = LoggerFactory.getLogger(MessagesStreamReader.class);
    private static final int MAX_MALFORMED = 100;

    private final String provider;
    private final HttpStream stream;
    private final TextDeltaTemplate template = new TextDeltaTemplate("text");
    private final ArrayDeque<ChatEvent> pending = new ArrayDeque<>(4);
    private final Map<Integer, Block> blocks = new HashMap<>(4);
    private final UsageTally tally = new UsageTally();
    private int malformed;
    private boolean content;
    private boolean finished;
    private boolean complete;

    MessagesStreamReader(String provider, HttpStream stream) {
        this.provider = provider;
        this.stream = stream;
    }

    @Override
    public @Nullable ChatEvent next() {
        try {
            while (true) {
                ChatEvent event = pending.poll();
                if (event != null) {
                    return event;
                }
                if (complete) {
                    return null;
                }
                String text = readEvent();
                if (text != null) {
                    return new ChatEvent.TextDelta(template.index(), text);
                }
            }
        } catch (GatewayException e) {
            stream.close();
            throw e;
        }
    }

    @Override
    public void close() {
        stream.close();
    }

    /** Reads one event: returns the text if it is a plain text delta, otherwise puts what it holds into pending. */
    private @Nullable String readEvent() {
        if (!stream.next()) {
            end("the stream ended without a stop reason");
            return null;
        }
        byte[] buffer = stream.buffer();
        int offset = stream.offset();
        int length = stream.length();
        String text = template.match(buffer, offset, length);
        if (text != null) {
            return text;
        }
        JsonNode event = parse(buffer, offset, length);
        if (event != null) {
            GatewayException error = stream.errorIn(event);
            if (error != null) {
                throw error;
            }
            decode(event);
            if (pending.size() == 1 && pending.peek() instanceof ChatEvent.TextDelta delta) {
                template.learn(buffer, offset, length, delta.index(), delta.text());
            }
        }
        return null;
    }

    private void end(String why) {
        if (!finished) {
            throw stream.incomplete(why);
        }
        complete = true;
        stream.finish();
    }

    private @Nullable JsonNode parse(byte[] buffer, int offset, int length) {
        try {
            JsonNode event = Json.parse(buffer, offset, length);
            if (event.isObject()) {
                return event;
            }
        } catch (IOException e) {
            // told below
        }
        if (!stream.isComplete()) {
            end("the stream was cut in the middle of an event");
            return null;
        }
        if (++malformed > MAX_MALFORMED) {
            throw stream.incomplete("more than " + MAX_MALFORMED + " events of the stream are malformed");
        }
        LOG.warn(
                "{}: skipped a malformed stream event of {} bytes ({} so far in this stream)",
                provider,
                length,
                malformed);
        add(new ChatEvent.Warning(provider + ": skipped a malformed stream event"));
        return null;
    }

    private void add(ChatEvent event) {
        if (!content && event.isContent()) {
            content = true;
            stream.contentSeen();
        }
        pending.add(event);
    }

    private void decode(JsonNode event) {
        switch (MessagesDecoder.text(event, "type")) {
            case "message_start" -> start(Json.at(event, "message"));
            case "content_block_start" -> startBlock(index(event), Json.at(event, "content_block"));
            case "content_block_delta" -> delta(event, index(event), Json.at(event, "delta"));
            case "content_block_stop" -> stopBlock(index(event));
            case "message_delta" -> finish(event);
            case "message_stop" -> end("the message stopped without a stop reason");
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
            default -> add(new ChatEvent.Raw(provider, Json.map(event)));
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
            finished = true;
            add(new ChatEvent.Finished(MessagesDecoder.finishReason(reason)));
        }
    }

    /** A content block under way. */
    private static final class Block {

        final JsonNode initial;
        final ContentPart part;
        final StringBuilder input = new StringBuilder(0);
        boolean hasInput;

        Block(JsonNode initial, ContentPart part) {
            this.initial = initial;
            this.part = part;
        }

        /** Returns a block of the vendor's own kind with the input that came in pieces. */
        ContentPart.Raw whole(ContentPart.Raw raw) {
            if (input.length() == 0) {
                return raw;
            }
            JsonNode parsed = Json.parseOrNull(input.toString());
            Map<String, Object> json = new LinkedHashMap<>(Json.map(initial));
            json.put("input", parsed == null ? input.toString() : Json.plain(parsed));
            return new ContentPart.Raw(raw.provider(), json);
        }
    }
}
