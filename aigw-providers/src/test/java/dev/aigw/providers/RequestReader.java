package dev.aigw.providers;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Media;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ReasoningEffort;
import dev.aigw.api.chat.ResponseFormat;
import dev.aigw.api.chat.ToolChoice;
import dev.aigw.api.chat.ToolSpec;
import dev.aigw.providers.json.Json;
import java.net.URLConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Reads a chat request back from a vendor's wire form, for tests. What was asked is read here; what the model answered
 * is read by the adapter itself, from a reply that holds it. One a request.
 */
abstract class RequestReader {

    private static final String JSON_WISH = "Answer with one JSON object and nothing else.";

    final ChatRequest.Builder request = ChatRequest.builder("any");
    private final Function<String, List<ContentPart>> answers;
    private final ToolSpec own;
    private boolean wishesJson;

    /**
     * Creates a reader.
     *
     * @param answers reads a reply as the adapter does
     * @param own the vendor's own tool, known by its definition
     */
    RequestReader(Function<String, List<ContentPart>> answers, ToolSpec own) {
        this.answers = answers;
        this.own = own;
    }

    /** Takes in a body. */
    abstract void take(JsonNode body);

    /** Returns the request of a body. */
    final ChatRequest read(JsonNode body) {
        take(body);
        if (wishesJson) {
            request.responseFormat(ResponseFormat.JSON);
        }
        return request.build();
    }

    /** Adds an answer, as the adapter reads it from {@code reply}, in whose {@code %s} the message stands. */
    final void answered(String reply, JsonNode message) {
        request.message(Message.of(Message.Role.ASSISTANT, answers.apply(reply.formatted(message))));
    }

    /** Adds a message unless it says nothing. */
    final void said(Message.Role role, List<ContentPart> parts) {
        List<ContentPart> kept = new ArrayList<>(parts);
        if (role == Message.Role.SYSTEM) {
            wishesJson |= kept.removeIf(part -> part.equals(new ContentPart.Text(JSON_WISH)));
        }
        if (!kept.isEmpty()) {
            request.message(Message.of(role, kept));
        }
    }

    /** Adds a tool: the vendor's own if {@code json} is its definition, otherwise a function. */
    final void tool(JsonNode json, JsonNode function, String schema) {
        Map<String, Object> definition = Json.map(json);
        if (definition.equals(own.parameters())) {
            request.tool(own);
            return;
        }
        Boolean strict =
                function.has("strict") ? Boolean.valueOf(function.get("strict").booleanValue()) : null;
        request.tool(new ToolSpec(
                text(function, "name"), text(function, "description"), Json.map(function.path(schema)), strict, null));
    }

    final void schema(JsonNode schema) {
        if (schema.isObject()) {
            request.responseFormat(ResponseFormat.schema("schema", Json.map(schema)));
        }
    }

    final void choice(String mode, String tool) {
        request.toolChoice(
                tool != null
                        ? ToolChoice.tool(tool)
                        : new ToolChoice(ToolChoice.Mode.valueOf(mode.toUpperCase(Locale.ROOT)), null));
    }

    final void thinks(boolean thinks) {
        request.reasoning(ReasoningEffort.of(thinks ? ReasoningEffort.Level.MEDIUM : ReasoningEffort.Level.NONE));
    }

    static void number(JsonNode node, String field, Consumer<Double> to) {
        if (node.has(field)) {
            to.accept(node.get(field).doubleValue());
        }
    }

    static void count(JsonNode node, String field, Consumer<Integer> to) {
        if (node.has(field)) {
            to.accept(node.get(field).intValue());
        }
    }

    static void word(JsonNode node, String field, Consumer<String> to) {
        if (node.has(field)) {
            to.accept(node.get(field).textValue());
        }
    }

    final void stop(JsonNode stop) {
        List<String> words = new ArrayList<>();
        stop.forEach(word -> words.add(word.textValue()));
        request.stop(words);
    }

    final void metadata(JsonNode labels) {
        labels.properties()
                .forEach(label ->
                        request.metadata(label.getKey(), label.getValue().textValue()));
    }

    static String text(JsonNode node, String field) {
        return Json.textOf(node, field);
    }

    /** Returns media by a URL or, as a data URL, inline. */
    static Media url(String url) {
        if (!url.startsWith("data:")) {
            return Media.ofUrl(url);
        }
        int comma = url.indexOf(',');
        return Media.ofBase64(url.substring(5, url.indexOf(';')), url.substring(comma + 1));
    }

    /** Returns a part whose kind its media's type tells. */
    static ContentPart part(Media media) {
        String type = media.mimeType() != null
                ? media.mimeType()
                : String.valueOf(URLConnection.guessContentTypeFromName(String.valueOf(media.url())));
        if (type.startsWith("image/")) {
            return new ContentPart.Image(media);
        } else if (type.startsWith("audio/")) {
            return new ContentPart.Audio(media);
        } else if (type.startsWith("video/")) {
            return new ContentPart.Video(media);
        }
        return new ContentPart.Document(media, null, false);
    }
}
