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
 * Reads chat requests back from a vendor's wire format, so that {@link ProviderContractTest} can compare what an
 * adapter sent with the original request.
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
 * <p>User messages are read here; earlier answers of the model are read by the adapter itself, from a reply that
 * contains them. A reader needs no code for what its adapter reports as unsupported. Not safe for use by several
 * threads.
 */
public abstract class RequestReader {

    /** How precisely a vendor's protocol represents messages. */
    public enum Blur {
        /** Everything is represented. */
        NONE,
        /** Media of a turn come after its texts, and documents separately. */
        ORDER,
        /** A file id does not show which kind of media the file contains. */
        KIND
    }

    private static final String JSON_WISH = "Answer with one JSON object and nothing else.";

    private ChatRequest.Builder request = ChatRequest.builder("any");
    private Function<String, List<ContentPart>> answers = reply -> List.of();
    private boolean wishesJson;

    /** For subclasses. */
    protected RequestReader() {}

    /** Reads a body: sets everything in it on {@link #request()} or by the methods here. */
    protected abstract void take(SentJson body);

    // --------------------------------------------------------------------------------------- vendor specifics

    /** Returns reasoning as this vendor returns and accepts it; none by default. */
    protected List<ContentPart.Reasoning> thoughts() {
        return List.of();
    }

    /** Returns a content part of a vendor-specific kind; null, the default, if there is none. */
    protected ContentPart.@Nullable Raw ownPart() {
        return null;
    }

    /** Returns a vendor-specific tool; null, the default, if there is none. */
    protected @Nullable ToolSpec ownTool() {
        return null;
    }

    /** Returns a service tier that the vendor knows; {@code default} by default. */
    protected String serviceTier() {
        return "default";
    }

    /** Returns how precisely the vendor's protocol represents messages; everything by default. */
    protected Blur blur() {
        return Blur.NONE;
    }

    /**
     * Returns the features that may be changed or left out without a report, because that makes no difference to the
     * model or the vendor does them by itself; none by default. Each is an exception to the rule that what is not sent
     * is reported: say why in a comment.
     */
    protected Set<ChatFeature> unreported() {
        return Set.of();
    }

    // ---------------------------------------------------------------------------------------------------- reading

    /** Returns the request in a body; {@code answers} reads a reply as the adapter does. */
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

    /** Returns the request read so far. */
    protected final ChatRequest.Builder request() {
        return request;
    }

    /** Adds an answer as the adapter reads it from {@code reply}, with the message in place of {@code %s}. */
    protected final void answered(String reply, SentJson message) {
        answered(reply.formatted(message));
    }

    /** Adds an answer as the adapter reads it from {@code reply}. */
    protected final void answered(String reply) {
        request.message(Message.of(Message.Role.ASSISTANT, answers.apply(reply)));
    }

    /** Adds a message unless it is empty. */
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
     * @param definition its whole definition as sent, by which {@link #ownTool()} is recognized
     * @param function the object with its name, description and strictness
     * @param schema the schema of its arguments
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

    /** Sets the schema of the answer unless it is missing. */
    protected final void schema(SentJson schema) {
        if (schema.isObject()) {
            request.responseFormat(ResponseFormat.schema("schema", schema.map()));
        }
    }

    /** Sets the tool to call, or if it is null one of the modes {@code auto}, {@code none} and {@code required}. */
    protected final void choice(String mode, @Nullable String tool) {
        request.toolChoice(
                tool != null
                        ? ToolChoice.tool(tool)
                        : new ToolChoice(ToolChoice.Mode.valueOf(mode.toUpperCase(Locale.ROOT)), null));
    }

    /** Sets whether to reason; how much is not compared, since vendors have their own levels. */
    protected final void thinks(boolean thinks) {
        request.reasoning(ReasoningEffort.of(thinks ? ReasoningEffort.Level.MEDIUM : ReasoningEffort.Level.NONE));
    }

    /** Adds stop texts, an array of strings. */
    protected final void stop(SentJson stop) {
        request.stop(stop.items().stream().map(SentJson::text).toList());
    }

    /** Adds labels, an object of strings. */
    protected final void metadata(SentJson labels) {
        labels.fields().forEach((name, value) -> request.metadata(name, value.text()));
    }

    /** Passes on a number if the field exists. */
    protected static void number(SentJson json, String field, Consumer<Double> to) {
        if (json.has(field)) {
            to.accept(json.at(field).number());
        }
    }

    /** Passes on an integer if the field exists. */
    protected static void count(SentJson json, String field, Consumer<Integer> to) {
        if (json.has(field)) {
            to.accept(Math.toIntExact(json.at(field).wholeNumber()));
        }
    }

    /** Passes on a text if the field exists. */
    protected static void word(SentJson json, String field, Consumer<String> to) {
        if (json.has(field)) {
            to.accept(json.at(field).text());
        }
    }

    /** Returns media by URL, or as bytes from a {@code data:} URL. */
    protected static Media url(String url) {
        return Media.ofUrl(url);
    }

    /** Returns a part of the kind that its media's type or URL indicates. */
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

    /** Returns a JSON object of plain values from alternating names and values, in that order. */
    protected static Map<String, Object> json(Object... namesAndValues) {
        Map<String, Object> json = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            json.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
        }
        return json;
    }
}
