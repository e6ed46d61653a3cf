package dev.aigw.providers.openai;

import dev.aigw.api.chat.Media;
import dev.aigw.providers.http.HttpForm;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Names and types of media files for OpenAI's endpoints. */
final class MediaFiles {

    private MediaFiles() {}

    /**
     * Adds media to a form, with a file name whose extension shows the server the format.
     *
     * @return false if the media has no bytes to send
     */
    static boolean addTo(HttpForm form, String field, Media media, String baseName) {
        byte[] bytes = media.bytes();
        String mimeType = media.mimeType();
        if (bytes == null || mimeType == null) {
            return false;
        }
        form.file(field, baseName + "." + format(mimeType), mimeType, bytes);
        return true;
    }

    /** Returns the URL of media, a {@code data:} URL for bytes; null if only the vendor knows where it is. */
    static @Nullable String url(Media media) {
        String base64 = media.base64();
        return base64 == null ? media.url() : "data:" + media.mimeType() + ";base64," + base64;
    }

    /** Returns the vendor's word for a format, which is also the file extension. */
    static String format(String mimeType) {
        int parameters = mimeType.indexOf(';');
        String subtype = mimeType.substring(mimeType.indexOf('/') + 1, parameters < 0 ? mimeType.length() : parameters)
                .strip()
                .toLowerCase(Locale.ROOT);
        return switch (subtype) {
            case "mpeg", "mp3" -> "mp3";
            case "wav", "x-wav", "wave", "vnd.wave" -> "wav";
            case "x-m4a", "m4a" -> "m4a";
            case "x-flac" -> "flac";
            default -> subtype;
        };
    }

    /** Returns the MIME type of audio in this format. */
    static String audioType(String format) {
        return switch (format) {
            case "mp3" -> "audio/mpeg";
            case "opus" -> "audio/ogg";
            default -> "audio/" + format;
        };
    }
}
