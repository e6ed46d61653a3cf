package dev.aigw.api.chat;

import dev.aigw.api.internal.ContentHash;
import dev.aigw.api.internal.JsonDepth;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One piece of a message. A message is an ordered list of parts, and the order of text, reasoning and tool calls
 * matters. All parts are immutable.
 */
public sealed interface ContentPart
        permits ContentPart.Text,
                ContentPart.Image,
                ContentPart.Audio,
                ContentPart.Video,
                ContentPart.Document,
                ToolCall,
                ContentPart.ToolResult,
                ContentPart.Reasoning,
                ContentPart.Refusal,
                ContentPart.CacheHint,
                ContentPart.Raw {

    /**
     * Returns the part for media by its {@linkplain Media#likelyType() type}: an image, audio or video, and a document
     * for any other type, such as PDF or text.
     *
     * @throws IllegalArgumentException if its type is not known, as that of a file id; make the part yourself then
     */
    static ContentPart of(Media media) {
        String type = media.likelyType();
        if (type == null) {
            throw new IllegalArgumentException("media of an unknown type: say what it is, for example by new"
                    + " ContentPart.Image(media) or new ContentPart.Document(media, title, false)");
        }
        return switch (type.substring(0, Math.max(0, type.indexOf('/')))) {
            case "image" -> new Image(media);
            case "audio" -> new Audio(media);
            case "video" -> new Video(media);
            default -> new Document(media, null, false);
        };
    }

    /**
     * Text, with the sources that the model cited for it.
     *
     * @param text the text
     * @param citations the sources, possibly none
     */
    record Text(String text, List<Citation> citations) implements ContentPart {
        /** Copies the list. */
        public Text {
            Objects.requireNonNull(text, "text");
            citations = List.copyOf(citations);
        }

        /** Creates a text without citations. */
        public Text(String text) {
            this(text, List.of());
        }

        @Override
        public int hashCode() {
            return 31 * ContentHash.of(text) + citations.hashCode();
        }
    }

    /**
     * An image.
     *
     * @param media the bytes, or where they are
     * @param detail the level of detail, in the vendor's word ({@code low}, {@code high}, {@code auto}), or null
     */
    record Image(Media media, @Nullable String detail) implements ContentPart {
        /** Creates an image with the vendor's default level of detail. */
        public Image(Media media) {
            this(media, null);
        }
    }

    /**
     * Audio.
     *
     * @param media the bytes, or where they are
     */
    record Audio(Media media) implements ContentPart {}

    /**
     * A video.
     *
     * @param media the bytes, or where they are
     */
    record Video(Media media) implements ContentPart {}

    /**
     * A document such as a PDF or a text file.
     *
     * @param media the bytes, or where they are
     * @param title its title or file name, or null
     * @param citations whether the model shall cite it
     */
    record Document(Media media, @Nullable String title, boolean citations) implements ContentPart {}

    /**
     * The result of a tool.
     *
     * @param toolCallId the {@link ToolCall#id()} it answers
     * @param content the result; most vendors take text, some also images
     * @param isError whether the tool failed
     */
    record ToolResult(String toolCallId, List<ContentPart> content, boolean isError) implements ContentPart {
        /** Copies the list. */
        public ToolResult {
            Objects.requireNonNull(toolCallId, "toolCallId");
            content = List.copyOf(content);
        }

        /** Returns the text parts joined. */
        public String text() {
            return Message.textOf(content);
        }
    }

    /**
     * The model's reasoning. Signed or encrypted reasoning belongs to the model that made it, and must be sent back to
     * it unchanged within a tool loop.
     *
     * @param text the text of the reasoning, or null when hidden
     * @param summary a summary of it, or null
     * @param signature the vendor's signature, or null
     * @param encrypted the reasoning in a form that only the vendor can read, or null
     * @param origin who made it and so can read it, in the form of a {@link ReasoningOrigin}; null if unknown
     */
    record Reasoning(
            @Nullable String text,
            @Nullable String summary,
            @Nullable String signature,
            @Nullable String encrypted,
            @Nullable String origin)
            implements ContentPart {
        /** Returns whether only the model that made it can read it. */
        public boolean isSigned() {
            return signature != null || encrypted != null;
        }
    }

    /**
     * The model's refusal.
     *
     * @param text its text
     */
    record Refusal(String text) implements ContentPart {}

    /**
     * Asks the provider to cache the prompt up to here. {@link dev.aigw.api.PromptCaching} sets such marks by itself.
     *
     * @param lifetime how long; providers round it to what they offer
     */
    record CacheHint(Duration lifetime) implements ContentPart {
        /** A cache hint for about five minutes. */
        public static final CacheHint SHORT = new CacheHint(Duration.ofMinutes(5));

        /** A cache hint for an hour. */
        public static final CacheHint LONG = new CacheHint(Duration.ofHours(1));
    }

    /**
     * A part of a kind that only one vendor has, such as a server-side tool call and its result. It is kept unchanged
     * and sent back only to that vendor.
     *
     * @param provider the name of the provider adapter it belongs to
     * @param json the part as the vendor sent it
     */
    record Raw(String provider, Map<String, ?> json) implements ContentPart {
        /** Copies the map. */
        public Raw {
            Objects.requireNonNull(provider, "provider");
            JsonDepth.check("the part of " + provider, json);
            json = Collections.unmodifiableMap(new LinkedHashMap<>(json));
        }
    }
}
