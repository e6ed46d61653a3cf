package dev.aigw.providers.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatAccumulator;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.Citation;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.Media;
import dev.aigw.providers.http.HttpReply;
import dev.aigw.providers.json.Counts;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.kit.Origin;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Turns the steps of an interaction into events. A stream brings each step in pieces, a whole interaction at once, and
 * this class reads both. For one answer.
 *
 * <p>The texts and media of a step are parts of their own. Steps of the vendor's own tools are raw parts, which are
 * sent back as they came.
 *
 * @see <a href="https://ai.google.dev/api/interactions-api">"Interactions" in the vendor's reference</a>, checked in
 *     November 2026
 */
final class StepReader {

    private static final int PARTS = 1000;
    private static final String TOKEN = "continuation_token";
    private static final String PAUSED = "requires_continuation";

    private final String provider;
    private final Origin origin;
    private final Consumer<ChatEvent> events;
    private final Counts counts;
    private final Runnable began;
    private final Map<Integer, Step> open = new LinkedHashMap<>(4);
    private final Map<String, @Nullable Object> extra = new LinkedHashMap<>(2);
    private @Nullable Step latest;
    private @Nullable Step latestCall;
    private int started;
    private boolean calls;
    private TokenUsage usage = TokenUsage.NONE;

    /**
     * Creates a reader.
     *
     * @param events takes in the events
     * @param began called when the answer has begun, though there may be no event yet
     */
    StepReader(String provider, Origin origin, Consumer<ChatEvent> events, Counts counts, Runnable began) {
        this.provider = provider;
        this.origin = origin;
        this.events = events;
        this.counts = counts;
        this.began = began;
    }

    /** A step as far as it came. */
    private static final class Step {

        private final String type;
        private final JsonNode given;
        private final int first;
        private int next;
        private int text = -1;
        private boolean begun;
        private String callId = "";
        private @Nullable ObjectNode raw;
        private final ByteArrayOutputStream sound = new ByteArrayOutputStream(0);
        private @Nullable String soundType;

        Step(String type, JsonNode given, int first) {
            this.type = type;
            this.given = given;
            this.first = first;
            this.next = first;
        }

        boolean isCall() {
            return type.equals("function_call");
        }
    }

    /** Reads a whole interaction. */
    static ChatResponse decode(String provider, Origin origin, HttpReply reply) {
        JsonNode root = reply.json();
        if (isWithoutAnswer(root)) {
            throw reply.malformed("the reply has no steps");
        }
        ChatAccumulator answer = new ChatAccumulator();
        Counts counts = new Counts(warning -> answer.add(new ChatEvent.Warning(warning)));
        StepReader reader = new StepReader(provider, origin, answer::add, counts, () -> {});
        reader.begin(root);
        reader.finish(root);
        return answer.toResponse();
    }

    /** Returns whether an interaction has no steps, though it does not say that it was cut before the first. */
    private static boolean isWithoutAnswer(JsonNode interaction) {
        String status = Json.textOf(interaction, "status");
        return !Json.at(interaction, "steps").isArray() && !"incomplete".equals(status) && !PAUSED.equals(status);
    }

    /** Reads the beginning of an interaction. */
    void begin(JsonNode interaction) {
        String id = Json.textOf(interaction, "id");
        // an interaction that is not stored has an empty id
        events.accept(new ChatEvent.Started(id == null || id.isEmpty() ? null : id, Json.textOf(interaction, "model")));
    }

    /** Reads the beginning of a step, or a whole one. */
    void start(@Nullable Integer index, JsonNode given) {
        String type = Json.textOf(given, "type");
        if (type == null) {
            throw malformed("a step of the answer has no type");
        }
        int at = index == null ? started : index;
        Step before = open.get(at);
        if (before != null && before.given.equals(given)) {
            return; // the same event again
        }
        stop(at);
        endRaw();
        Step step = new Step(type, given, PARTS * started++);
        open.put(at, step);
        latest = step;
        switch (type) {
            case "model_output" -> {
                for (JsonNode content : Json.at(given, "content")) {
                    content(step, content);
                }
                JsonNode error = Json.at(given, "error");
                if (error.isObject()) {
                    extra.put("error", Json.map(error));
                }
            }
            case "thought" -> {
                for (JsonNode summary : Json.at(given, "summary")) {
                    thought(step, summary);
                }
                signature(step, Json.textOf(given, "signature"));
            }
            case "function_call" -> {
                calls = true;
                latestCall = step;
                String id = Json.textOf(given, "id");
                step.callId = id == null || id.isEmpty() ? "call_" + UUID.randomUUID() : id;
                call(step, Json.textOf(given, "signature"));
            }
            case "user_input", "function_result" -> {} // what was sent
            default -> step.raw = given.deepCopy();
        }
    }

    /** Reads a piece of a step. */
    void delta(@Nullable Integer index, JsonNode delta) {
        String type = Json.textOf(delta, "type");
        if (type == null) {
            throw malformed("a piece has no type");
        }
        Step step = index == null ? latest : open.get(index);
        if (step == null) {
            step = begun(index, type);
        }
        switch (type) {
            case "text" -> text(step, word(delta, "text"));
            case "text_annotation_delta" -> citations(step, Json.at(delta, "annotations"));
            case "thought_summary" -> thought(step, Json.at(delta, "content"));
            case "thought_signature" -> signature(step, word(delta, "signature"));
            case "arguments_delta" -> arguments(step, word(delta, "arguments"));
            case "image", "audio", "video", "document" -> content(step, delta);
            default -> raw(step, delta);
        }
    }

    /** Returns a new step for a piece whose step did not begin, as where an answer that paused goes on. */
    private Step begun(@Nullable Integer index, String type) {
        String step = switch (type) {
            case "text", "text_annotation_delta", "image", "audio", "video", "document" -> "model_output";
            case "thought_summary", "thought_signature" -> "thought";
            default -> throw malformed("a piece came of a step that did not begin");
        };
        start(index, JsonNodeFactory.instance.objectNode().put("type", step));
        return Objects.requireNonNull(latest);
    }

    private void raw(Step step, JsonNode delta) {
        ObjectNode raw = step.raw;
        if (raw == null) {
            events.accept(new ChatEvent.Raw(provider, Json.map(delta)));
            return;
        }
        for (Map.Entry<String, JsonNode> field : delta.properties()) {
            if (field.getValue().isNull()) {
                throw malformed("a piece of the answer has no " + field.getKey());
            } else if (!field.getKey().equals("type")) {
                raw.set(field.getKey(), field.getValue());
            }
        }
        step.begun = true;
        began.run();
    }

    /** Ends steps of the vendor's own tools whose content came, so that they precede what follows. */
    private void endRaw() {
        for (Map.Entry<Integer, Step> each : List.copyOf(open.entrySet())) {
            if (each.getValue().raw != null && each.getValue().begun) {
                stop(each.getKey());
            }
        }
    }

    private static String word(JsonNode delta, String field) {
        String text = Json.textOf(delta, field);
        if (text == null) {
            throw malformed("a piece of the answer has no " + field);
        }
        return text;
    }

    private static GatewayException malformed(String why) {
        return GatewayException.of(ErrorKind.MALFORMED_RESPONSE, why);
    }

    /** Reads the end of a step; null for none. */
    void stop(@Nullable Integer index) {
        Step step = index == null ? null : open.remove(index);
        if (step == null) {
            return;
        }
        endSound(step);
        if (step.isCall() && !step.begun) {
            String arguments = Json.argumentsOf(step.given, "arguments");
            events.accept(new ChatEvent.ToolArgumentsDelta(step.first, arguments.isEmpty() ? "{}" : arguments));
        }
        if (step.raw != null) {
            events.accept(new ChatEvent.RawPart(step.first, new ContentPart.Raw(provider, Json.map(step.raw))));
        }
    }

    private void content(Step step, JsonNode content) {
        String type = Json.textOf(content, "type");
        if (type == null) {
            throw malformed("a piece of content has no type");
        }
        if (type.equals("text")) {
            text(step, word(content, "text"));
            citations(step, Json.at(content, "annotations"));
            return;
        }
        step.text = -1;
        ContentPart media = media(content, type);
        if (media instanceof ContentPart.Audio piece
                && piece.media().bytes() != null
                && ReplyDecoder.isRawSound(piece)) {
            hear(step, piece);
            return;
        }
        endSound(step);
        int at = step.next++;
        if (media == null) { // as a step, so that it can be sent back
            Map<String, Object> raw = Map.of("type", step.type, "content", List.of(Json.map(content)));
            events.accept(new ChatEvent.RawPart(at, new ContentPart.Raw(provider, raw)));
        } else {
            events.accept(new ChatEvent.PartStarted(at, media));
        }
    }

    private void text(Step step, String text) {
        endSound(step);
        if (!text.isEmpty()) {
            if (step.text < 0) {
                step.text = step.next++;
            }
            events.accept(new ChatEvent.TextDelta(step.text, text));
        }
    }

    private void citations(Step step, JsonNode annotations) {
        for (JsonNode annotation : annotations) {
            String type = Json.textOf(annotation, "type");
            if (type == null || !type.endsWith("_citation")) {
                events.accept(new ChatEvent.Raw(provider, Json.map(annotation)));
                continue;
            }
            if (step.text < 0) {
                step.text = step.next++;
            }
            events.accept(new ChatEvent.CitationAdded(step.text, citation(type, annotation)));
        }
    }

    private static Citation citation(String type, JsonNode annotation) {
        Integer end = Json.intOf(annotation, "end_index");
        String url = Json.textOf(annotation, type.equals("file_citation") ? "document_uri" : "url");
        String title = Json.textOf(annotation, "title");
        title = title == null ? Json.textOf(annotation, "file_name") : title;
        return Citation.builder(type)
                .url(url)
                .title(title == null ? Json.textOf(annotation, "name") : title)
                .start(
                        end == null
                                ? null
                                : Integer.valueOf(annotation.path("start_index").asInt(0)))
                .end(end)
                .raw(Json.map(annotation))
                .build();
    }

    private void thought(Step step, JsonNode summary) {
        String text = Json.textOf(summary, "text");
        if (text == null) {
            if (!"image".equals(Json.textOf(summary, "type"))) {
                throw malformed("a piece of a thought has no text");
            }
            events.accept(new ChatEvent.Raw(provider, Json.map(summary)));
            return;
        }
        if (!step.begun) {
            step.begun = true;
            events.accept(new ChatEvent.ReasoningSignature(step.first, null, null, origin.text()));
        }
        if (!text.isEmpty()) {
            events.accept(new ChatEvent.ReasoningDelta(step.first, text, true));
        }
    }

    /** Takes in a signature; an empty one is none, and the vendor would not take it back. */
    private void signature(Step step, @Nullable String signature) {
        if (signature == null || signature.isEmpty()) {
            return;
        }
        if (step.isCall()) {
            call(step, signature); // reported late
            return;
        }
        boolean thought = step.type.equals("thought");
        step.begun |= thought;
        step.text = -1;
        events.accept(
                new ChatEvent.ReasoningSignature(thought ? step.first : step.next++, signature, null, origin.text()));
    }

    private void call(Step step, @Nullable String signature) {
        String name = Json.textOf(step.given, "name");
        boolean signed = signature != null && !signature.isEmpty();
        events.accept(new ChatEvent.ToolCallStarted(
                step.first,
                step.callId,
                name == null ? "" : name,
                signed ? signature : null,
                signed ? origin.text() : null));
    }

    /** Takes in arguments, which belong to the latest call where their index is that of another step. */
    private void arguments(Step of, String json) {
        Step step = of.isCall() ? of : latestCall;
        if (step == null) {
            throw malformed("arguments came for a call that did not begin");
        }
        if (!json.isEmpty()) {
            step.begun = true;
            events.accept(new ChatEvent.ToolArgumentsDelta(step.first, json));
        }
    }

    private static @Nullable ContentPart media(JsonNode content, String kind) {
        String type = Json.textOf(content, "mime_type");
        Integer rate = Json.intOf(content, "sample_rate");
        boolean rated = type != null && rate != null && type.startsWith("audio/l16") && !type.contains("rate=");
        String uri = Json.textOf(content, "uri");
        if (content.hasNonNull("data") || uri == null) {
            return ReplyDecoder.media(rated ? type + ";rate=" + rate : type, Json.textOf(content, "data"));
        }
        return switch (kind) {
            case "image" -> new ContentPart.Image(Media.ofUrl(uri));
            case "audio" -> new ContentPart.Audio(Media.ofUrl(uri));
            case "video" -> new ContentPart.Video(Media.ofUrl(uri));
            default -> null;
        };
    }

    /** Takes in a piece of a sound; what follows of the same type belongs to it. */
    private void hear(Step step, ContentPart.Audio piece) {
        String type = String.valueOf(piece.media().mimeType());
        if (!type.equals(step.soundType)) {
            endSound(step);
            step.soundType = type;
        }
        step.sound.writeBytes(Objects.requireNonNull(piece.media().bytes()));
        began.run();
    }

    private void endSound(Step step) {
        if (step.soundType != null) {
            events.accept(new ChatEvent.PartStarted(
                    step.next++, new ContentPart.Audio(Media.ofBytes(step.soundType, step.sound.toByteArray()))));
            step.soundType = null;
            step.sound.reset();
        }
    }

    /** Reads the tokens used so far, and the uses of the vendor's tools. */
    void usage(JsonNode reported) {
        TokenUsage tokens = Usage.of(reported, Usage.Names.INTERACTIONS, counts);
        TokenUsage.Builder tools = TokenUsage.builder();
        boolean used = false;
        for (JsonNode tool : Json.at(reported, "grounding_tool_count")) {
            String type = Json.textOf(tool, "type");
            long uses = Counts.orZero(counts.of(tool, "count"));
            if (type != null && uses > 0) {
                used = true;
                tools.serverTool(type.equals("google_search") ? "web_search" : type, uses);
            }
        }
        TokenUsage all = used ? tokens.plus(tools.build()) : tokens;
        if (!all.isEmpty() && !all.equals(usage)) {
            usage = all;
            events.accept(new ChatEvent.UsageReported(all));
        }
    }

    /** Reads the end of an interaction, and its steps if none came before. */
    void finish(JsonNode interaction) {
        if (started == 0) {
            int index = 0;
            for (JsonNode step : Json.at(interaction, "steps")) {
                start(index, step);
                stop(index++);
            }
        }
        new ArrayList<>(open.keySet()).forEach(this::stop);
        String tier = Json.textOf(interaction, "service_tier");
        if (tier != null) {
            events.accept(new ChatEvent.Details(tier, Map.of()));
        }
        usage(Json.at(interaction, "usage"));
        JsonNode errors = Json.at(interaction, "errors");
        if (!errors.isEmpty()) {
            extra.put("errors", Json.plain(errors));
        }
        String status = Json.textOf(interaction, "status");
        String token = Json.textOf(interaction, TOKEN);
        if (PAUSED.equals(status)) {
            if (token != null) {
                extra.put(TOKEN, token);
            }
            events.accept(new ChatEvent.Warning(provider + " paused at its limit of one request: the answer is cut"
                    + (token == null ? "" : "; its extra has the " + TOKEN + " to go on with")));
        }
        if (!extra.isEmpty()) {
            events.accept(new ChatEvent.Details(null, new HashMap<>(extra)));
        }
        events.accept(new ChatEvent.Finished(finishReason(status == null ? "" : status, calls)));
    }

    private static FinishReason finishReason(String status, boolean calls) {
        FinishReason.Kind kind = switch (status) {
            case "completed" -> calls ? FinishReason.Kind.TOOL_CALLS : FinishReason.Kind.STOP;
            case "requires_action" -> FinishReason.Kind.TOOL_CALLS;
            case "incomplete", PAUSED -> FinishReason.Kind.LENGTH;
            case "failed" -> FinishReason.Kind.MALFORMED;
            default -> FinishReason.Kind.UNKNOWN;
        };
        return FinishReason.of(kind, status);
    }
}
