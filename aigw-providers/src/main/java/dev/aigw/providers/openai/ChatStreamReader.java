package dev.aigw.providers.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.Citation;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Logprobs;
import dev.aigw.providers.http.events.ChatEventReader;
import dev.aigw.providers.http.events.EventStream;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.json.TextDeltaTemplate;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads a streamed chat completion.
 *
 * <p>The answer is complete at the {@code [DONE]} sentinel, or when the body ends cleanly after a finish reason. One
 * thread reads; any thread may close.
 */
final class ChatStreamReader extends ChatEventReader {

    private static final int TEXT = 0;
    private static final int REFUSAL = 1;
    private static final int REASONING = 2;
    private static final int FIRST_TOOL = 3;
    private static final int FIRST_OTHER = 1_000_000;
    private static final int DETAILS = Integer.MAX_VALUE;

    private final String provider;
    private final ChatCodec codec;
    private final StreamedToolCalls calls = new StreamedToolCalls(FIRST_TOOL, this::add);
    private @Nullable String fingerprint;
    private @Nullable String serviceTier;
    private Map<String, Object> kept = Map.of();
    private List<Citation> sources = List.of();
    private final StreamedAudio audio = new StreamedAudio();
    private final ReasoningDetails details = new ReasoningDetails();
    private @Nullable Integer chosen;
    private final TextDeltaTemplate template;
    private int textPart = TEXT;
    private int others;
    private boolean detailed;
    private boolean started;

    ChatStreamReader(String provider, ChatCodec codec, EventStream stream) {
        this(provider, codec, stream, new TextDeltaTemplate("content"));
    }

    private ChatStreamReader(String provider, ChatCodec codec, EventStream stream, TextDeltaTemplate template) {
        super(stream, template);
        this.template = template;
        this.provider = provider;
        this.codec = codec;
    }

    @Override
    protected boolean takeSentinel(byte[] buffer, int at, int length) {
        if (length != 6 || !isDone(buffer, at)) {
            return false;
        }
        if (!isFinished() && hasContent()) {
            finish(null);
        }
        return true;
    }

    private static boolean isDone(byte[] buffer, int at) {
        return buffer[at] == '['
                && buffer[at + 1] == 'D'
                && buffer[at + 2] == 'O'
                && buffer[at + 3] == 'N'
                && buffer[at + 4] == 'E'
                && buffer[at + 5] == ']';
    }

    @Override
    protected boolean hasMore() {
        return detailed;
    }

    @Override
    protected void beforeEnd() {
        ContentPart.Raw part = codec.part(details);
        if (part != null) { // added last, since some pieces come after the finish reason
            add(new ChatEvent.RawPart(DETAILS, part));
        }
    }

    @Override
    protected void decode(String name, JsonNode chunk) {
        detailed = false;
        JsonNode choice = choice(chunk);
        JsonNode usage = usage(chunk, choice);
        boolean hasUsage = usage != null && usage.isObject();
        if (choice == null && !hasUsage && !chunk.has("choices")) {
            add(new ChatEvent.Raw(provider, Json.map(chunk)));
            return;
        }
        if (!started && (choice != null || hasUsage)) {
            started = true;
            add(new ChatEvent.Started(Json.textOf(chunk, "id"), Json.textOf(chunk, "model")));
        }
        decodeDetails(chunk, choice);
        if (choice != null) {
            JsonNode delta = Json.at(choice, "delta");
            JsonNode message = delta.isEmpty() ? Json.at(choice, "message") : MissingNode.getInstance();
            if (message.isObject() && hasContent()) {
                if (calls.isEmpty()) {
                    decodeCalls(message); // the text came in deltas
                }
            } else {
                decodeDelta(message.isObject() ? message : delta);
            }
            String text = delta.isEmpty() ? Json.textOf(choice, "text") : null; // a completion's, from some proxies
            if (text != null && !text.isEmpty()) {
                add(new ChatEvent.TextDelta(textPart, text));
            }
            Logprobs logprobs = ChatCodec.logprobs(choice);
            if (logprobs != null) {
                add(new ChatEvent.LogprobsAdded(logprobs));
            }
            String reason = ChatCodec.reason(choice);
            List<Citation> listed = codec.sources(chunk);
            sources = listed.isEmpty() ? sources : listed;
            if (reason != null && !isFinished()) {
                finish(reason);
            }
        }
        if (hasUsage) {
            add(new ChatEvent.UsageReported(codec.usage(usage, counts())));
        }
    }

    private void piece(ContentPart piece) {
        if (piece instanceof ContentPart.Text text) {
            add(new ChatEvent.TextDelta(textPart, text.text()));
            return;
        }
        int part = FIRST_OTHER + 2 * others++;
        add(
                piece instanceof ContentPart.Raw raw
                        ? new ChatEvent.RawPart(part, raw)
                        : new ChatEvent.PartStarted(part, piece));
        textPart = part + 1; // further text stands behind it
        template.forget();
    }

    /** Returns the choice that is read: of the index that came first. */
    private @Nullable JsonNode choice(JsonNode chunk) {
        for (JsonNode choice : Json.at(chunk, "choices")) {
            Integer index = Json.intOf(choice, "index");
            if (choice.isObject() && (index == null || chosen == null || chosen.equals(index))) {
                chosen = index == null ? chosen : index;
                return choice;
            }
        }
        return null;
    }

    private void hear(String base64) {
        try {
            audio.add(base64);
        } catch (IllegalArgumentException e) {
            throw hole("a piece of the sound is not base64");
        }
    }

    private void endAudio() {
        try {
            ContentPart.Audio sound = audio.part();
            if (sound != null) {
                piece(sound);
            }
        } catch (IllegalArgumentException e) {
            throw hole("the end of the sound is not base64");
        }
    }

    private void finish(@Nullable String reason) {
        endAudio();
        calls.end();
        for (Citation source : sources) {
            add(new ChatEvent.CitationAdded(TEXT, source));
        }
        add(new ChatEvent.Finished(codec.finishReason(reason)));
    }

    /** Returns a chunk's usage; one server puts it into a separate object, another into the choice. */
    private static @Nullable JsonNode usage(JsonNode chunk, @Nullable JsonNode choice) {
        JsonNode usage = chunk.get("usage");
        if (usage != null && usage.isObject()) {
            return usage;
        }
        JsonNode apart = Json.at(chunk, "x_groq").get("usage");
        return apart == null && choice != null ? choice.get("usage") : apart;
    }

    private void decodeDetails(JsonNode chunk, @Nullable JsonNode choice) {
        String tier = Json.textOf(chunk, "service_tier");
        String print = Json.textOf(chunk, "system_fingerprint");
        Map<String, Object> extra = codec.extra(chunk, choice);
        if (!extra.isEmpty() && !extra.equals(kept)) {
            kept = extra;
            add(new ChatEvent.Details(null, extra));
        }
        boolean newTier = tier != null && !tier.equals(serviceTier);
        boolean newPrint = print != null && !print.equals(fingerprint);
        if (newTier || newPrint) {
            serviceTier = newTier ? tier : serviceTier;
            fingerprint = newPrint ? print : fingerprint;
            add(new ChatEvent.Details(
                    newTier ? tier : null,
                    newPrint ? Map.of("system_fingerprint", Objects.requireNonNull(print)) : Map.of()));
        }
    }

    private void decodeDelta(JsonNode delta) {
        JsonNode thoughts = codec.reasoningDetails(delta);
        detailed = !thoughts.isEmpty();
        details.add(thoughts);
        String reasoning = ChatCodec.reasoning(delta);
        if (reasoning != null && !reasoning.isEmpty()) {
            add(new ChatEvent.ReasoningDelta(REASONING, reasoning, false));
        }
        JsonNode content = Json.at(delta, "content");
        if (content.isArray()) {
            MessageParts.pieces(provider, content).forEach(this::piece);
        } else {
            String text = ChatCodec.text(delta.get("content"));
            text = text.isEmpty() ? MessageParts.transcript(delta) : text;
            if (!text.isEmpty()) {
                add(new ChatEvent.TextDelta(textPart, text));
            }
        }
        MessageParts.images(provider, delta).forEach(this::piece);
        String sound = Json.textOf(Json.at(delta, "audio"), "data");
        if (sound != null && !sound.isEmpty()) {
            began();
            hear(sound);
        }
        String refusal = Json.textOf(delta, "refusal");
        if (refusal != null && !refusal.isEmpty()) {
            add(new ChatEvent.RefusalDelta(REFUSAL, refusal));
        }
        for (Citation citation : ChatCodec.citations(delta)) {
            add(new ChatEvent.CitationAdded(TEXT, citation));
        }
        decodeCalls(delta);
    }

    private void decodeCalls(JsonNode delta) {
        JsonNode listed = Json.at(delta, "tool_calls");
        if (!listed.isEmpty()) {
            calls.add(listed.isArray() ? listed : List.of(listed));
        }
        JsonNode legacy = Json.at(delta, "function_call");
        if (legacy.isObject()) {
            calls.addLegacy(legacy);
        }
    }
}
