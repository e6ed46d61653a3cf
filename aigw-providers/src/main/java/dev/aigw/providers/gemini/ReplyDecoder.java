package dev.aigw.providers.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatAccumulator;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.Citation;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.Logprobs;
import dev.aigw.api.chat.Media;
import dev.aigw.providers.http.HttpReply;
import dev.aigw.providers.json.Counts;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.kit.Origin;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Turns {@code GenerateContentResponse} objects into events. A stream is a sequence of them, a whole reply is one, and
 * this class reads both. For one answer.
 *
 * <p>A signature on a tool call stays with the call. One on a text becomes a separate reasoning part after it, as in
 * the vendor's streams, where it often comes in a last part with an empty text.
 */
final class ReplyDecoder {

    private static final String TOKEN = "continuationToken";
    private static final String PAUSED = "CONTINUATION";
    private static final List<String> EXTRA =
            List.of("finishMessage", "safetyRatings", "groundingMetadata", "urlContextMetadata", TOKEN);

    /** The kind of the part that further text is appended to. */
    private enum Open {
        NOTHING,
        TEXT,
        THOUGHT
    }

    private final String provider;
    private final Origin origin;
    private final Consumer<ChatEvent> events;
    private final Counts counts;
    private final Runnable began;
    private final Map<String, @Nullable Object> extra = new LinkedHashMap<>(2);
    private Open open = Open.NOTHING;
    private int index = -1;
    private int lastText = -1;
    private int calls;
    private int callIndex = -1;
    private String callId = "";
    private String callName = "";
    private @Nullable StreamedArguments streamed;
    private final ByteArrayOutputStream sound = new ByteArrayOutputStream(0);
    private @Nullable String soundType;
    private int soundPart;
    private boolean started;
    private @Nullable String responseId;
    private @Nullable String serviceTier;
    private int searches;
    private @Nullable Integer chosen;
    private TokenUsage usage = TokenUsage.NONE;

    /**
     * Creates a decoder.
     *
     * @param events takes in the events
     * @param began called when the answer has begun, though there may be no event yet
     */
    ReplyDecoder(String provider, Origin origin, Consumer<ChatEvent> events, Counts counts, Runnable began) {
        this.provider = provider;
        this.origin = origin;
        this.events = events;
        this.counts = counts;
        this.began = began;
    }

    /** Reads a whole answer. */
    static ChatResponse decode(String provider, Origin origin, HttpReply reply) {
        JsonNode root = reply.json();
        JsonNode candidate = firstCandidate(root, null);
        if (candidate == null || (!candidate.has("content") && !candidate.has("finishReason"))) {
            throw reply.malformed("the reply has no candidates[0] with content or a finish reason");
        }
        ChatAccumulator answer = new ChatAccumulator();
        Counts counts = new Counts(warning -> answer.add(new ChatEvent.Warning(warning)));
        new ReplyDecoder(provider, origin, answer::add, counts, () -> {}).decode(root);
        return answer.toResponse();
    }

    /** Reads an answer or a piece of one. */
    void decode(JsonNode reply) {
        JsonNode candidate = candidateOf(reply);
        JsonNode metadata = Json.at(reply, "usageMetadata");
        if (candidate == null && metadata.isMissingNode() && !reply.has("promptFeedback")) {
            events.accept(new ChatEvent.Raw(provider, Json.map(reply)));
            return;
        }
        if (!started) {
            started = true;
            responseId = Json.textOf(reply, "responseId");
            events.accept(new ChatEvent.Started(responseId, Json.textOf(reply, "modelVersion")));
        }
        if (candidate != null) {
            candidate(candidate);
            searches = Math.max(searches, searches(candidate, Json.textOf(reply, "modelVersion")));
        }
        String tier = Usage.serviceTier(metadata);
        if (tier != null && !tier.equals(serviceTier)) {
            serviceTier = tier;
            events.accept(new ChatEvent.Details(tier, Map.of()));
        }
        usage(metadata);
    }

    /** Reads the tokens used so far. */
    void usage(JsonNode metadata) {
        TokenUsage tokens = Usage.of(metadata, Usage.Names.GENERATE_CONTENT, counts);
        TokenUsage reported = searches == 0
                ? tokens
                : tokens.plus(
                        TokenUsage.builder().serverTool("web_search", searches).build());
        if (!reported.isEmpty() && !reported.equals(usage)) {
            usage = reported;
            events.accept(new ChatEvent.UsageReported(reported));
        }
    }

    /** Returns the searches that are charged: since Gemini 3 each query, before that a prompt with any. */
    private static int searches(JsonNode candidate, @Nullable String model) {
        int queries = Json.at(Json.at(candidate, "groundingMetadata"), "webSearchQueries")
                .size();
        return model == null || GenerationConfig.isSince3(model) ? queries : Math.min(1, queries);
    }

    /** Returns the candidate that is read: of the index that came first, 0 where several came; null for none. */
    private @Nullable JsonNode candidateOf(JsonNode reply) {
        JsonNode candidate = firstCandidate(reply, chosen);
        chosen = candidate == null ? chosen : Integer.valueOf(indexOf(candidate));
        return candidate;
    }

    private static @Nullable JsonNode firstCandidate(JsonNode reply, @Nullable Integer chosen) {
        JsonNode first = null;
        for (JsonNode candidate : Json.at(reply, "candidates")) {
            if (candidate.isObject()) {
                int index = indexOf(candidate);
                if (chosen == null ? index == 0 : index == chosen) {
                    return candidate;
                }
                first = first == null ? candidate : first;
            }
        }
        return chosen == null ? first : null;
    }

    private static int indexOf(JsonNode candidate) {
        Integer index = Json.intOf(candidate, "index");
        return index == null ? 0 : index;
    }

    private void candidate(JsonNode candidate) {
        JsonNode parts = Json.at(Json.at(candidate, "content"), "parts");
        for (JsonNode part : parts.isObject() ? List.of(parts) : parts) {
            part(part);
        }
        for (Citation citation : Citations.of(candidate)) {
            lastText = lastText < 0 ? ++index : lastText;
            events.accept(new ChatEvent.CitationAdded(lastText, citation));
        }
        JsonNode logprobs = Json.at(candidate, "logprobsResult");
        if (!logprobs.isMissingNode()) {
            events.accept(new ChatEvent.LogprobsAdded(logprobs(logprobs)));
        }
        for (String field : EXTRA) {
            JsonNode value = candidate.get(field);
            if (value != null && !value.isNull()) {
                extra.put(field, Json.plain(value));
            }
        }
        String reason = Json.textOf(candidate, "finishReason");
        if (reason != null) {
            endStreamed();
            endSound();
            if (!extra.isEmpty()) {
                events.accept(new ChatEvent.Details(null, extra));
            }
            if (reason.equals(PAUSED)) {
                events.accept(new ChatEvent.Warning(provider
                        + " paused at its limit of one request: the answer is cut; its extra has the " + TOKEN
                        + " to go on with"));
            }
            events.accept(new ChatEvent.Finished(finishReason(reason, calls > 0)));
        }
    }

    private void part(JsonNode part) {
        if (isNothing(part)) {
            throw GatewayException.of(ErrorKind.MALFORMED_RESPONSE, "a part of the answer is null");
        }
        String signature = Json.textOf(part, "thoughtSignature");
        boolean thought = part.path("thought").asBoolean();
        String text = Json.textOf(part, "text");
        JsonNode call = Json.at(part, "functionCall");
        if (call.isObject()) {
            call(call, signature);
        } else if (text != null && thought) {
            thought(text, signature);
        } else if (text != null) {
            if (!text.isEmpty()) {
                lastText = continued(Open.TEXT);
                events.accept(new ChatEvent.TextDelta(index, text));
            }
            signature(signature);
        } else if (Json.at(part, "inlineData").isObject() && !thought) {
            media(part, Json.at(part, "inlineData"), signature);
        } else if (part.size() == 1 && signature != null) {
            signature(signature);
        } else if (!part.isEmpty()) {
            whole(new ContentPart.Raw(provider, Json.map(part)));
        }
    }

    /** Returns whether the content of a part is null; what only describes it does not count. */
    private static boolean isNothing(JsonNode part) {
        boolean nulls = false;
        for (Map.Entry<String, JsonNode> field : part.properties()) {
            boolean describes =
                    field.getKey().equals("thought") || field.getKey().equals("thoughtSignature");
            if (!describes && !field.getValue().isNull()) {
                return false;
            }
            nulls |= !describes;
        }
        return nulls;
    }

    /** Returns the part that text of this kind belongs to: the current one or a new one. */
    private int continued(Open kind) {
        if (open != kind) {
            open = kind;
            index++;
        }
        return index;
    }

    /** Returns the current part if further text belongs to it; -1 if it needs a new one. */
    int openText() {
        return open == Open.TEXT ? index : -1;
    }

    private int next() {
        open = Open.NOTHING;
        return ++index;
    }

    private void thought(String text, @Nullable String signature) {
        int before = index;
        continued(Open.THOUGHT);
        if (index != before || signature != null) {
            events.accept(new ChatEvent.ReasoningSignature(index, signature, null, origin.text()));
        }
        if (!text.isEmpty()) {
            events.accept(new ChatEvent.ReasoningDelta(index, text, true));
        }
        if (signature != null) {
            open = Open.NOTHING;
        }
    }

    private void signature(@Nullable String signature) {
        if (signature != null) {
            events.accept(new ChatEvent.ReasoningSignature(next(), signature, null, origin.text()));
        }
    }

    private void call(JsonNode call, @Nullable String signature) {
        String name = Json.textOf(call, "name");
        if (name == null && (streamed != null || isMark(call))) {
            if (signature != null) {
                start(signature); // reported late
            }
            if (streamed != null) {
                streamed(call);
            }
            return;
        }
        endStreamed();
        callIndex = next();
        String id = Json.textOf(call, "id");
        callId = id == null || id.isEmpty() ? newId() : id;
        callName = name == null ? "" : name;
        calls++;
        start(signature);
        String arguments = Json.argumentsOf(call, "args");
        if (arguments.isEmpty()
                && (call.has("partialArgs") || call.path("willContinue").asBoolean())) {
            streamed = new StreamedArguments();
            streamed(call);
        } else {
            events.accept(new ChatEvent.ToolArgumentsDelta(callIndex, arguments.isEmpty() ? "{}" : arguments));
        }
    }

    /** Returns whether a piece only marks the end of the previous call, which may have ended already. */
    private boolean isMark(JsonNode call) {
        return calls > 0 && !call.has("id") && !call.has("args") && !call.has("partialArgs");
    }

    private void start(@Nullable String signature) {
        events.accept(new ChatEvent.ToolCallStarted(
                callIndex, callId, callName, signature, signature == null ? null : origin.text()));
    }

    /**
     * Reads arguments that come in pieces, until a piece of the call is marked as the last. Other parts may come
     * between them.
     */
    private void streamed(JsonNode call) {
        StreamedArguments arguments = Objects.requireNonNull(streamed);
        for (JsonNode piece : Json.at(call, "partialArgs")) {
            events.accept(new ChatEvent.ToolArgumentsDelta(callIndex, arguments.add(piece)));
        }
        if (!call.path("willContinue").asBoolean()) {
            endStreamed();
        }
    }

    private void endStreamed() {
        if (streamed != null) {
            events.accept(new ChatEvent.ToolArgumentsDelta(callIndex, streamed.end()));
            streamed = null;
        }
    }

    /**
     * Earlier models give calls no id. The generated id must differ from those of other turns, for vendors that compare
     * them.
     */
    private String newId() {
        if (responseId == null) {
            responseId = UUID.randomUUID().toString().replace("-", "");
        }
        return "call_" + responseId + "_" + calls;
    }

    private void media(JsonNode part, JsonNode data, @Nullable String signature) {
        ContentPart media = media(data);
        if (media instanceof ContentPart.Audio piece && signature == null && isRawSound(piece)) {
            hear(piece);
        } else if (media == null) {
            whole(new ContentPart.Raw(provider, Json.map(part)));
        } else {
            whole(media);
            signature(signature);
        }
    }

    /** Returns whether pieces of this type, which have no header, can be joined. */
    static boolean isRawSound(ContentPart.Audio piece) {
        String type = String.valueOf(piece.media().mimeType()).toLowerCase(Locale.ROOT);
        return type.startsWith("audio/l16") || type.startsWith("audio/pcm");
    }

    /** Takes in a piece of a sound; what follows of the same type belongs to it. */
    private void hear(ContentPart.Audio piece) {
        String type = String.valueOf(piece.media().mimeType());
        if (!type.equals(soundType)) {
            endSound();
            soundType = type;
            soundPart = next();
        }
        sound.writeBytes(Objects.requireNonNull(piece.media().bytes()));
        began.run();
    }

    private void endSound() {
        if (soundType != null) {
            events.accept(new ChatEvent.PartStarted(
                    soundPart, new ContentPart.Audio(Media.ofBytes(soundType, sound.toByteArray()))));
            soundType = null;
            sound.reset();
        }
    }

    private static @Nullable ContentPart media(JsonNode data) {
        return media(Json.textOf(data, "mimeType"), Json.textOf(data, "data"));
    }

    /** Returns media of a type that has a part of its own; null for any other, and for what cannot be read. */
    static @Nullable ContentPart media(@Nullable String type, @Nullable String base64) {
        if (type == null || base64 == null) {
            return null;
        }
        Media media;
        try {
            media = Media.ofBase64(type, base64);
        } catch (IllegalArgumentException e) {
            return null; // kept unchanged
        }
        return switch (type.substring(0, Math.max(0, type.indexOf('/')))) {
            case "image" -> new ContentPart.Image(media);
            case "audio" -> new ContentPart.Audio(media);
            case "video" -> new ContentPart.Video(media);
            default -> null;
        };
    }

    private void whole(ContentPart part) {
        int at = next();
        events.accept(
                part instanceof ContentPart.Raw raw
                        ? new ChatEvent.RawPart(at, raw)
                        : new ChatEvent.PartStarted(at, part));
    }

    private static Logprobs logprobs(JsonNode result) {
        JsonNode rivals = Json.at(result, "topCandidates");
        List<Logprobs.Token> tokens = new ArrayList<>();
        for (JsonNode chosen : Json.at(result, "chosenCandidates")) {
            List<Logprobs.Token> others = new ArrayList<>();
            for (JsonNode rival : rivals.path(tokens.size()).path("candidates")) {
                others.add(token(rival, List.of()));
            }
            tokens.add(token(chosen, others));
        }
        return new Logprobs(tokens);
    }

    private static Logprobs.Token token(JsonNode token, List<Logprobs.Token> rivals) {
        String text = Json.textOf(token, "token");
        return new Logprobs.Token(
                text == null ? "" : text, token.path("logProbability").asDouble(), rivals);
    }

    static FinishReason finishReason(String raw, boolean calls) {
        FinishReason.Kind kind = switch (raw) {
            case "STOP" -> calls ? FinishReason.Kind.TOOL_CALLS : FinishReason.Kind.STOP;
            case "MAX_TOKENS", PAUSED -> FinishReason.Kind.LENGTH;
            case "SAFETY",
                    "RECITATION",
                    "BLOCKLIST",
                    "PROHIBITED_CONTENT",
                    "SPII",
                    "MODEL_ARMOR",
                    "IMAGE_SAFETY",
                    "IMAGE_PROHIBITED_CONTENT",
                    "IMAGE_RECITATION" -> FinishReason.Kind.CONTENT_FILTER;
            case "MALFORMED_FUNCTION_CALL",
                    "MALFORMED_RESPONSE",
                    "UNEXPECTED_TOOL_CALL",
                    "TOO_MANY_TOOL_CALLS",
                    "MISSING_THOUGHT_SIGNATURE" -> FinishReason.Kind.MALFORMED;
            default -> FinishReason.Kind.UNKNOWN;
        };
        return FinishReason.of(kind, raw);
    }
}
