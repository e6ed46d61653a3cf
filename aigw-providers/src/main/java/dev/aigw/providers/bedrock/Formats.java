package dev.aigw.providers.bedrock;

import dev.aigw.api.chat.Media;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the vendor's word for the format of media, from its MIME type or the extension of its URL. */
final class Formats {

    static final Formats IMAGE = new Formats("image", Set.of("png", "jpeg", "gif", "webp"), Map.of("jpg", "jpeg"));
    static final Formats AUDIO = new Formats(
            "audio",
            Set.of("mp3", "opus", "wav", "aac", "flac", "mp4", "ogg", "mkv", "mka", "m4a", "mpga", "webm", "pcm"),
            Map.of("mpeg", "mp3", "x-wav", "wav", "wave", "wav", "x-m4a", "m4a"));
    static final Formats VIDEO = new Formats(
            "video",
            Set.of("mkv", "mov", "mp4", "webm", "flv", "mpeg", "mpg", "wmv", "three_gp"),
            Map.of(
                    "quicktime", "mov",
                    "x-matroska", "mkv",
                    "x-flv", "flv",
                    "x-ms-wmv", "wmv",
                    "3gpp", "three_gp",
                    "3gp", "three_gp"));
    static final Formats DOCUMENT = new Formats(
            "document",
            Set.of("pdf", "csv", "doc", "docx", "xls", "xlsx", "html", "txt", "md"),
            Map.of(
                    "plain", "txt",
                    "markdown", "md",
                    "msword", "doc",
                    "vnd.openxmlformats-officedocument.wordprocessingml.document", "docx",
                    "vnd.ms-excel", "xls",
                    "vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"));

    private final String field;
    private final Set<String> words;
    private final Map<String, String> others;

    private Formats(String field, Set<String> words, Map<String, String> others) {
        this.field = field;
        this.words = words;
        this.others = others;
    }

    /** Returns the field for such media. */
    String field() {
        return field;
    }

    /** Returns the vendor's word; null if it does not take the format. */
    @Nullable
    String of(Media media) {
        String name = media.mimeType();
        if (name == null) {
            String url = String.valueOf(media.url());
            name = url.substring(url.lastIndexOf('.') + 1);
        } else {
            name = name.substring(name.indexOf('/') + 1);
        }
        int parameters = name.indexOf(';');
        name = (parameters < 0 ? name : name.substring(0, parameters)).trim().toLowerCase(Locale.ROOT);
        return words.contains(name) ? name : others.get(name);
    }
}
