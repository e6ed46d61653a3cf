package dev.aigw.providers.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Media;
import dev.aigw.providers.json.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what a message or delta holds beside plain text: pieces of a content list, pictures and sound. */
final class MessageParts {

    /** How many characters of base64 say what a sound is. */
    static final int AUDIO_MAGIC = 5;

    private MessageParts() {}

    /**
     * Returns the pieces of a content list in order, without thinking: texts that follow each other as one, pictures,
     * and what only the vendor knows, such as references, as it came.
     */
    static List<ContentPart> pieces(String provider, JsonNode content) {
        List<ContentPart> parts = new ArrayList<>(2);
        StringBuilder text = new StringBuilder();
        for (JsonNode piece : content) {
            String some = Json.textOf(piece, "text");
            if (some != null) {
                text.append(some);
            } else if (piece.isObject() && !piece.has("thinking")) {
                flush(text, parts);
                parts.add(part(provider, piece));
            }
        }
        flush(text, parts);
        return parts;
    }

    private static void flush(StringBuilder text, List<ContentPart> parts) {
        if (!text.isEmpty()) {
            parts.add(new ContentPart.Text(text.toString()));
            text.setLength(0);
        }
    }

    /** Returns the pictures that a message or delta lists beside its content. */
    static List<ContentPart> images(String provider, JsonNode message) {
        List<ContentPart> parts = new ArrayList<>(0);
        for (JsonNode image : Json.at(message, "images")) {
            parts.add(part(provider, image));
        }
        return parts;
    }

    private static ContentPart part(String provider, JsonNode piece) {
        String refusal = Json.textOf(piece, "refusal");
        if (refusal != null) {
            return new ContentPart.Refusal(refusal);
        }
        Media media = media(Json.textOf(Json.at(piece, "image_url"), "url"));
        return media != null ? new ContentPart.Image(media) : new ContentPart.Raw(provider, Json.map(piece));
    }

    private static @Nullable Media media(@Nullable String url) {
        if (url == null) {
            return null;
        }
        try {
            return url.startsWith("data:") || url.startsWith("http") ? Media.ofUrl(url) : null;
        } catch (IllegalArgumentException e) {
            return null; // the part is kept as it came
        }
    }

    /** Returns the sound of a whole message, or null if there is none. */
    static ContentPart.@Nullable Audio audio(JsonNode message) {
        String data = Json.textOf(Json.at(message, "audio"), "data");
        if (data == null || data.isEmpty()) {
            return null;
        }
        try {
            return new ContentPart.Audio(Media.ofBase64(audioType(data), data));
        } catch (IllegalArgumentException e) {
            throw GatewayException.of(ErrorKind.MALFORMED_RESPONSE, "the sound of the answer is not base64");
        }
    }

    /** Returns the words of a message's or delta's sound; empty if there are none. */
    static String transcript(JsonNode message) {
        String words = Json.textOf(Json.at(message, "audio"), "transcript");
        return words == null ? "" : words;
    }

    /** The reply does not say the format, the beginning of the bytes does. */
    static String audioType(String base64) {
        if (base64.startsWith("SUQz") || base64.startsWith("//")) {
            return "audio/mpeg";
        }
        if (base64.startsWith("T2dn")) {
            return "audio/ogg";
        }
        return base64.startsWith("ZkxhQ") ? "audio/flac" : base64.startsWith("UklGR") ? "audio/wav" : "audio/pcm";
    }
}
