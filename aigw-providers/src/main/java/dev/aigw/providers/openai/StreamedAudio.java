package dev.aigw.providers.openai;

import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Media;
import java.io.ByteArrayOutputStream;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Joins the pieces of a streamed sound. Each is base64; some servers pad each, others cut one text anywhere. Not safe
 * for use by several threads.
 */
final class StreamedAudio {

    private static final int QUARTET = 4;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private String beginning = "";
    private String rest = "";

    /**
     * Adds a piece.
     *
     * @throws IllegalArgumentException if it is not base64
     */
    void add(String base64) {
        if (beginning.length() < MessageParts.AUDIO_MAGIC) {
            beginning += base64.substring(0, Math.min(base64.length(), MessageParts.AUDIO_MAGIC));
        }
        String text = rest.isEmpty() ? base64 : rest + base64;
        int whole = text.length() - text.length() % QUARTET;
        bytes.writeBytes(Base64.getDecoder().decode(text.substring(0, whole)));
        rest = text.substring(whole);
    }

    /**
     * Returns the sound; null if there is none.
     *
     * @throws IllegalArgumentException if its end is not base64
     */
    ContentPart.@Nullable Audio part() {
        bytes.writeBytes(Base64.getDecoder().decode(rest));
        rest = "";
        return bytes.size() == 0
                ? null
                : new ContentPart.Audio(Media.ofBytes(MessageParts.audioType(beginning), bytes.toByteArray()));
    }
}
