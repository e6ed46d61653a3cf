package dev.aigw.providers.contract;

import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Media;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ReasoningEffort;
import dev.aigw.api.chat.ResponseFormat;
import dev.aigw.api.chat.ToolChoice;
import dev.aigw.api.chat.ToolSpec;
import java.net.URLConnection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads chat requests back from a vendor's wire form, so that {@link ProviderContractTest} can compare what an adapter
 * sent with what it was asked to send.
 *
 * <pre>{@code
 * class MyReader extends RequestReader {
 *     protected void take(SentJson body) {
 *         for (SentJson message : body.at("messages").items()) {
 *             String text = message.at("content").text();
 *             if (message.at("role").text().equals("assistant")) {
 *                 answered("{\"choices\":[{\"message\":%s}]}", message);
 *             } else {
 *                 said(Message.Role.USER, List.of(new ContentPart.Text(text)));
 *             }
 *         }
 *         number(body, "temperature", request()::temperature);
 *     }
 * }
 * }</pre>
 *
 * <p>What was asked is read here; what the model answered earlier is read by the adapter itself, from a reply that
 * holds it. A reader needs no code for what its adapter reports as unsupported. Not safe for use by several threads.
 */
public abstract class RequestReader {

    /** How much of what is said a vendor's protocol can tell apart. */
    public enum Blur {
        /** Everything is told. */
        NONE,
        /** Media of a turn come after its texts, and documents apart. */
        ORDER,
        /** A file's place does not tell what kind of media it holds. */
        KIND
    }

    private static final String JSON_WISH = "Answer with one JSON object and nothing else.";

    private ChatRequest.Builder request = ChatRequest.builder("any");
    private Function<String, List<ContentPart>> answers = reply -> List.of();
    private boolean wishesJson;

    /** For subclasses. */
    protected RequestReader() {}

    /** Takes in a body: sets on {@link #request()}, or by the methods here, all that it says. */
    protected abstract void take(SentJson body);

    // ------------------------------------------------------------------------------------------- the vendor's own

    /** Returns reasoning as this vendor gives it and takes it back; none by default. */
    protected List<ContentPart.Reasoning> thoughts() {
        return List.of();
    }

    /** Returns a content part of the vendor's own; null, the default, when it takes none. */
    protected ContentPart.@Nullable Raw ownPart() {
        return null;
    }

    /** Returns a tool of the vendor's own; null, the default, when it has none. */
    protected @Nullable ToolSpec ownTool() {
        return null;
    }

    /** Returns a service tier that the vendor knows; {@code default} by default. */
    protected String serviceTier() {
        return "default";
    }

    /** Returns how much the vendor's protocol can tell apart; everything by default. */
    protected Blur blur() {
        return Blur.NONE;
    }

    /**
     * Returns what changes without a report, since it is the same to the model or the vendor does it by itself; none by
     * default. Each is an exception from the rule that what is not sent is reported: say why beside it.
     */
    protected Set<ChatFeature> unreported() {
        return Set.of();
    }

    // ---------------------------------------------------------------------------------------------------- reading

    /** Returns the request of a body; {@code answers} reads a reply as the adapter does. */
    final ChatRequest read(SentJson body, Function<String, List<ContentPart>> answers) {
        this.answers = answers;
        request = ChatRequest.builder("any");
        wishesJson = false;
        take(body);
        if (wishesJson) {
            request.responseFormat(ResponseFormat.JSON);
        }
        return request.build();
    }

    /** Returns the request as read so far. */
    protected final ChatRequest.Builder request() {
        return request;
    }

    /** Adds an answer, as the adapter reads it from {@code reply}, in whose {@code %s} the message is put. */
    protected final void answered(String reply, SentJson message) {
        answered(reply.formatted(message));
    }

    /** Adds an answer, as the adapter reads it from {@code reply}. */
    protected final void answered(String reply) {
        request.message(Message.of(Message.Role.ASSISTANT, answers.apply(reply)));
    }

    /** Adds a message unless it says nothing. */
    protected final void said(Message.Role role, List<? extends ContentPart> parts) {
        List<ContentPart> kept = new ArrayList<>(parts);
        if (role == Message.Role.SYSTEM) {
            wishesJson |= kept.removeIf(part -> part.equals(new ContentPart.Text(JSON_WISH)));
        }
        if (!kept.isEmpty()) {
            request.message(Message.of(role, kept));
        }
    }

    /**
     * Adds a tool.
     *
     * @param definition all that was sent of it; {@link #ownTool()} is known by that
     * @param function where its name, description and strictness are
     * @param schema what its arguments must fit
     */
    protected final void tool(SentJson definition, SentJson function, SentJson schema) {
        ToolSpec own = ownTool();
        if (own != null && definition.map().equals(own.parameters())) {
            request.tool(own);
            return;
        }
        Boolean strict = function.has("strict") ? function.at("strict").isTrue() : null;
        String name = Objects.requireNonNull(function.text("name"), "a tool was sent without a name: " + definition);
        request.tool(new ToolSpec(name, function.text("description"), schema.map(), strict, null));
    }

    /** Sets the schema of the answer, unless it is missing. */
    protected final void schema(SentJson schema) {
        if (schema.isObject()) {
            request.responseFormat(ResponseFormat.schema("schema", schema.map()));
        }
    }

    /** Sets the tool to call or, when it is null, one of the modes {@code auto}, {@code none} and {@code required}. */
    protected final void choice(String mode, @Nullable String tool) {
        request.toolChoice(
                tool != null
                        ? ToolChoice.tool(tool)
                        : new ToolChoice(ToolChoice.Mode.valueOf(mode.toUpperCase(Locale.ROOT)), null));
    }

    /** Sets whether to think; how hard is not compared, since vendors have steps of their own. */
    protected final void thinks(boolean thinks) {
        request.reasoning(ReasoningEffort.of(thinks ? ReasoningEffort.Level.MEDIUM : ReasoningEffort.Level.NONE));
    }

    /** Adds words that end the answer, an array of texts. */
    protected final void stop(SentJson stop) {
        request.stop(stop.items().stream().map(SentJson::text).toList());
    }

    /** Adds labels, an object of texts. */
    protected final void metadata(SentJson labels) {
        labels.fields().forEach((name, value) -> request.metadata(name, value.text()));
    }

    /** Passes a number on, if the field is there. */
    protected static void number(SentJson json, String field, Consumer<Double> to) {
        if (json.has(field)) {
            to.accept(json.at(field).number());
        }
    }

    /** Passes a whole number on, if the field is there. */
    protected static void count(SentJson json, String field, Consumer<Integer> to) {
        if (json.has(field)) {
            to.accept(Math.toIntExact(json.at(field).wholeNumber()));
        }
    }

    /** Passes a text on, if the field is there. */
    protected static void word(SentJson json, String field, Consumer<String> to) {
        if (json.has(field)) {
            to.accept(json.at(field).text());
        }
    }

    /** Returns media by an address or, as a {@code data:} address, as bytes. */
    protected static Media url(String url) {
        if (!url.startsWith("data:")) {
            return Media.ofUrl(url);
        }
        int comma = url.indexOf(',');
        return Media.ofBase64(url.substring(5, url.indexOf(';')), url.substring(comma + 1));
    }

    /** Returns a part of the kind that its media's type or address tells. */
    protected static ContentPart part(Media media) {
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

    /** Returns a JSON object of plain values: names and values by turns, in that order. */
    protected static Map<String, Object> json(Object... namesAndValues) {
        Map<String, Object> json = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            json.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
        }
        return json;
    }
}
