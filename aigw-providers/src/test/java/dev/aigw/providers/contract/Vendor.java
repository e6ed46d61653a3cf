package dev.aigw.providers.contract;

import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ToolSpec;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.Description;
import dev.aigw.providers.RecordingAttempt;
import dev.aigw.providers.Wire;
import dev.aigw.providers.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import okhttp3.OkHttpClient;
import okio.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * Everything that tests know of a vendor for chat, one class per vendor: how to create its adapter, how to read its
 * requests, the name of its description, and how it streams. {@link VendorContract} tests it.
 */
public abstract class Vendor extends RequestReader {

    /**
     * Streamed events for {@link UnparsedEvents}, in which {@code TEXT} and numbers differ.
     *
     * @param text an event of text
     * @param others other events
     * @param last the last event
     */
    public record Events(String text, List<String> others, String last) {}

    private final String name;
    private final String model;
    private final String reply;
    private final String usualReason;
    private final List<Map.Entry<String, String>> events = new ArrayList<>();
    private Random random = new Random(0);

    /**
     * Creates a vendor.
     *
     * @param name the adapter's name, and that of the file of its description
     * @param model a model
     * @param reply a whole reply with the text {@code ok}, with {@code %s} in place of its finish reason
     * @param usualReason the finish reason of a complete answer
     */
    protected Vendor(String name, String model, String reply, String usualReason) {
        this.name = name;
        this.model = model;
        this.reply = reply;
        this.usualReason = usualReason;
    }

    /** Returns an adapter without a credential. */
    public abstract ProviderAdapter adapter(OkHttpClient client, boolean drop);

    /** Returns the features that the adapter refuses, or leaves out or changes with a warning. */
    protected abstract Set<ChatFeature> reported();

    /** Returns what most vendors report, and more: other vendors' parts and tools, video, and audio by URL. */
    protected static Set<ChatFeature> reportedByMostAnd(ChatFeature... more) {
        Set<ChatFeature> reported = EnumSet.of(
                ChatFeature.FOREIGN_PART,
                ChatFeature.FOREIGN_TOOL,
                ChatFeature.VIDEO_BYTES,
                ChatFeature.VIDEO_URL,
                ChatFeature.AUDIO_URL);
        reported.addAll(List.of(more));
        return reported;
    }

    /** Returns the name of a request in the description. */
    protected abstract String definition();

    /** Returns the name of a request for a stream in the description; the same by default. */
    protected String streamDefinition() {
        return definition();
    }

    /** Returns the folder of the files of its errors; the adapter's name by default. */
    protected String errors() {
        return name;
    }

    /** Returns finish reasons and what they mean; none by default. */
    protected Map<String, FinishReason.Kind> finishReasons() {
        return Map.of();
    }

    /** Returns events whose text is found without parsing; null, the default, when all are parsed. */
    protected @Nullable Events unparsed() {
        return null;
    }

    // ---------------------------------------------------------------------------------------------------- streams

    /** Returns which of reasoning, refusals and vendor-specific parts its streams contain as a whole reply does. */
    protected abstract Set<ChatFeature> streamed();

    /** Writes the events of a part, by {@link #event} or {@link #named}. */
    protected abstract void write(ContentPart part, int index);

    /** Writes the events at the end. */
    protected abstract void end(String reason);

    /** Returns the type of the vendor's streams. */
    public String streamType() {
        return "text/event-stream";
    }

    /** Writes an event to a body. */
    public void frame(String event, String data, Buffer to) {
        to.writeUtf8("data: " + data + "\n\n");
    }

    /** Returns the events of a streamed answer, each with its name, its texts split at random. */
    final List<Map.Entry<String, String>> stream(Random cuts, Message answer, String reason) {
        random = cuts;
        events.clear();
        int index = 0;
        for (ContentPart part : answer.parts()) {
            write(part, index++);
        }
        end(reason);
        return List.copyOf(events);
    }

    /** Returns how many events there are so far. */
    protected final int written() {
        return events.size();
    }

    /** Returns a text in pieces of one to five characters, none in the middle of a character. */
    protected final List<String> pieces(String text) {
        List<String> pieces = new ArrayList<>();
        int from = 0;
        while (from < text.length()) {
            int to = Math.min(text.length(), from + 1 + random.nextInt(5));
            to += to < text.length() && Character.isLowSurrogate(text.charAt(to)) ? 1 : 0;
            pieces.add(text.substring(from, to));
            from = to;
        }
        return pieces;
    }

    /** Writes an event with alternating names and values. */
    protected final void event(Object... namesAndValues) {
        named("", namesAndValues);
    }

    /** Writes an event with a name. */
    protected final void named(String event, Object... namesAndValues) {
        events.add(Map.entry(event, Json.text(json(namesAndValues))));
    }

    // ------------------------------------------------------------------------------------------------- for the tests

    /** Returns the model. */
    public final String model() {
        return model;
    }

    final String usualReason() {
        return usualReason;
    }

    /** Returns a whole reply. */
    public final String reply() {
        return reply(usualReason);
    }

    final String reply(String reason) {
        return reply.formatted(reason);
    }

    final Description described() {
        return Description.of(name, definition());
    }

    final Description describedStream() {
        return Description.of(name, streamDefinition());
    }

    /** Returns the parts of a reply as the adapter reads it. */
    final List<ContentPart> answer(String whole) {
        Wire wire = new Wire().answer("application/json", whole.getBytes(StandardCharsets.UTF_8));
        try (ProviderAdapter adapter = adapter(wire.client(), false)) {
            return adapter.call(ChatRequest.CHAT, ChatRequest.of("any", "x"), new RecordingAttempt(model))
                    .message()
                    .parts();
        }
    }

    /** Returns a function in OpenAI's form, as a tool that only this vendor takes. */
    protected final ToolSpec rawFunction() {
        return ToolSpec.raw(
                name, "theirs", json("type", "function", "function", json("name", "theirs", "parameters", Map.of())));
    }

    @Override
    public String toString() {
        return name;
    }
}
