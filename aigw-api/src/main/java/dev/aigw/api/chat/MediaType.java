package dev.aigw.api.chat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the MIME type of a file by its first bytes and its name. The bytes decide, since vendors refuse a file whose
 * declared type differs from them; the name decides between types that begin alike, and names texts, which begin with
 * anything.
 */
final class MediaType {

    private static final Map<String, String> BY_EXTENSION = Map.ofEntries(
            Map.entry("png", "image/png"),
            Map.entry("jpg", "image/jpeg"),
            Map.entry("jpeg", "image/jpeg"),
            Map.entry("jfif", "image/jpeg"),
            Map.entry("gif", "image/gif"),
            Map.entry("webp", "image/webp"),
            Map.entry("bmp", "image/bmp"),
            Map.entry("tif", "image/tiff"),
            Map.entry("tiff", "image/tiff"),
            Map.entry("heic", "image/heic"),
            Map.entry("heif", "image/heif"),
            Map.entry("avif", "image/avif"),
            Map.entry("svg", "image/svg+xml"),
            Map.entry("wav", "audio/wav"),
            Map.entry("mp3", "audio/mpeg"),
            Map.entry("m4a", "audio/mp4"),
            Map.entry("aac", "audio/aac"),
            Map.entry("flac", "audio/flac"),
            Map.entry("ogg", "audio/ogg"),
            Map.entry("oga", "audio/ogg"),
            Map.entry("opus", "audio/ogg"),
            Map.entry("weba", "audio/webm"),
            Map.entry("aiff", "audio/aiff"),
            Map.entry("mp4", "video/mp4"),
            Map.entry("m4v", "video/mp4"),
            Map.entry("mov", "video/quicktime"),
            Map.entry("webm", "video/webm"),
            Map.entry("mkv", "video/x-matroska"),
            Map.entry("ogv", "video/ogg"),
            Map.entry("avi", "video/x-msvideo"),
            Map.entry("mpg", "video/mpeg"),
            Map.entry("mpeg", "video/mpeg"),
            Map.entry("3gp", "video/3gpp"),
            Map.entry("pdf", "application/pdf"),
            Map.entry("doc", "application/msword"),
            Map.entry("xls", "application/vnd.ms-excel"),
            Map.entry("ppt", "application/vnd.ms-powerpoint"),
            Map.entry("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
            Map.entry("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            Map.entry("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
            Map.entry("odt", "application/vnd.oasis.opendocument.text"),
            Map.entry("rtf", "application/rtf"),
            Map.entry("json", "application/json"),
            Map.entry("xml", "text/xml"),
            Map.entry("txt", "text/plain"),
            Map.entry("text", "text/plain"),
            Map.entry("log", "text/plain"),
            Map.entry("md", "text/markdown"),
            Map.entry("markdown", "text/markdown"),
            Map.entry("csv", "text/csv"),
            Map.entry("tsv", "text/tab-separated-values"),
            Map.entry("html", "text/html"),
            Map.entry("htm", "text/html"),
            Map.entry("yaml", "text/yaml"),
            Map.entry("yml", "text/yaml"));

    /** What several types begin with; the name tells them apart. */
    private static final String ZIP = "a zip archive";

    private static final String OLE = "an old Office file";

    private MediaType() {}

    /** Returns the type that a file name, path or URL suggests, or null. */
    static @Nullable String ofName(String name) {
        int end = name.length();
        for (char after : new char[] {'#', '?'}) {
            int at = name.indexOf(after);
            end = at < 0 ? end : Math.min(end, at);
        }
        String path = name.substring(0, end);
        String file = path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
        int dot = file.lastIndexOf('.');
        return dot < 0 ? null : BY_EXTENSION.get(file.substring(dot + 1).toLowerCase(Locale.ROOT));
    }

    /** Returns a type without parameters, in lower case, and by its registered name where a common one is wrong. */
    static String normal(String type) {
        int parameters = type.indexOf(';');
        String bare =
                (parameters < 0 ? type : type.substring(0, parameters)).trim().toLowerCase(Locale.ROOT);
        return switch (bare) {
            case "image/jpg", "image/pjpeg" -> "image/jpeg";
            case "audio/mp3", "audio/x-mp3" -> "audio/mpeg";
            case "audio/x-wav", "audio/wave", "audio/vnd.wave" -> "audio/wav";
            case "application/x-pdf" -> "application/pdf";
            default -> bare;
        };
    }

    /** Returns whether such a file is text that a person can read. */
    static boolean isText(String type) {
        return type.startsWith("text/")
                || type.equals("application/json")
                || type.equals("application/rtf")
                || type.equals("image/svg+xml");
    }

    /**
     * Returns the type of a file.
     *
     * @param name its name, for the type and for messages
     * @throws IllegalArgumentException if it is not known, or name and bytes contradict each other
     */
    static String of(String name, byte[] file) {
        if (file.length == 0) {
            throw new IllegalArgumentException(name + " is empty: give a file with content");
        }
        String named = ofName(name);
        String begun = ofBytes(file);
        if (begun == null) {
            if (named == null) {
                throw new IllegalArgumentException("the type of " + name
                        + " is not known by its name or its first bytes: name it, by Media.ofBytes(mimeType, bytes)");
            }
            if (!isText(named)) {
                throw new IllegalArgumentException(name + " does not begin like " + named
                        + ": it may be a page with an error, cut off or renamed; if it is right, name its type by"
                        + " Media.ofBytes(mimeType, bytes)");
            }
            if (!isUtf8(file)) {
                throw new IllegalArgumentException(
                        name + " is " + named + " by its name, but not UTF-8: convert it, as models read UTF-8 only");
            }
            return named;
        }
        if (begun.equals(ZIP) || begun.equals(OLE)) {
            if (named == null || !named.startsWith("application/")) {
                throw new IllegalArgumentException(
                        name + " is " + begun + ": name its type, by Media.ofBytes(mimeType, bytes)");
            }
            return named;
        }
        return named != null && beginAlike(begun, named) ? named : begun;
    }

    private static boolean beginAlike(String begun, String named) {
        return switch (begun) {
            case "video/mp4" -> named.equals("audio/mp4");
            case "audio/ogg" -> named.equals("video/ogg");
            case "video/webm" -> named.equals("audio/webm");
            case "image/heif" -> named.equals("image/heic");
            default -> false;
        };
    }

    /** Returns the type that the first bytes of a file say, or null. */
    static @Nullable String ofBytes(byte[] file) {
        if (begins(file, 0, "\u0089PNG\r\n\u001a\n")) {
            return "image/png";
        }
        if (begins(file, 0, "\u00ff\u00d8\u00ff")) {
            return "image/jpeg";
        }
        if (begins(file, 0, "GIF87a") || begins(file, 0, "GIF89a")) {
            return "image/gif";
        }
        if (begins(file, 0, "II*\0") || begins(file, 0, "MM\0*")) {
            return "image/tiff";
        }
        if (begins(file, 0, "BM") && file.length >= 26 && (little(file, 14) == 40 || little(file, 2) == file.length)) {
            return "image/bmp";
        }
        if (begins(file, 0, "RIFF")) {
            return begins(file, 8, "WEBP")
                    ? "image/webp"
                    : begins(file, 8, "WAVE") ? "audio/wav" : begins(file, 8, "AVI ") ? "video/x-msvideo" : null;
        }
        if (begins(file, 4, "ftyp")) {
            return isoMedia(file);
        }
        String sound = sound(file);
        return sound != null ? sound : document(file);
    }

    /** Reads the brands of the ISO base media file format (ISO/IEC 14496-12). */
    private static String isoMedia(byte[] file) {
        String brands = new String(file, 8, Math.min(file.length, 64) - 8, StandardCharsets.ISO_8859_1);
        String major = brands.length() < 4 ? "" : brands.substring(0, 4);
        return switch (major) {
            case "heic", "heix", "heim", "heis", "hevc", "hevx" -> "image/heic";
            case "avif", "avis" -> "image/avif";
            case "mif1", "msf1" ->
                brands.contains("avif") ? "image/avif" : brands.contains("heic") ? "image/heic" : "image/heif";
            case "M4A ", "M4B " -> "audio/mp4";
            case "qt  " -> "video/quicktime";
            default -> major.startsWith("3gp") ? "video/3gpp" : "video/mp4";
        };
    }

    private static @Nullable String sound(byte[] file) {
        if (begins(file, 0, "ID3")) {
            return "audio/mpeg";
        }
        if (begins(file, 0, "fLaC")) {
            return "audio/flac";
        }
        if (begins(file, 0, "OggS")) {
            return "audio/ogg";
        }
        if (begins(file, 0, "FORM") && begins(file, 8, "AIF")) {
            return "audio/aiff";
        }
        if (file.length > 2 && (file[0] & 0xFF) == 0xFF) {
            int header = file[1] & 0xFF;
            return (header & 0xF6) == 0xF0 ? "audio/aac" : (header & 0xE6) == 0xE2 ? "audio/mpeg" : null;
        }
        return null;
    }

    private static @Nullable String document(byte[] file) {
        if (begins(file, 0, "\u001aE\u00df\u00a3")) {
            String head = new String(file, 0, Math.min(file.length, 64), StandardCharsets.ISO_8859_1);
            return head.contains("webm") ? "video/webm" : "video/x-matroska";
        }
        if (begins(file, 0, "\0\0\u0001\u00ba") || begins(file, 0, "\0\0\u0001\u00b3")) {
            return "video/mpeg";
        }
        if (begins(file, 0, "PK\u0003\u0004")) {
            return ZIP;
        }
        if (begins(file, 0, "\u00d0\u00cf\u0011\u00e0")) {
            return OLE;
        }
        return begins(file, 0, "%PDF-") || begins(file, 0, "\u00ef\u00bb\u00bf%PDF-") ? "application/pdf" : null;
    }

    private static boolean begins(byte[] file, int at, String latin1) {
        if (file.length < at + latin1.length()) {
            return false;
        }
        for (int i = 0; i < latin1.length(); i++) {
            if ((file[at + i] & 0xFF) != latin1.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static int little(byte[] file, int at) {
        return (file[at] & 0xFF) | ((file[at + 1] & 0xFF) << 8) | ((file[at + 2] & 0xFF) << 16) | (file[at + 3] << 24);
    }

    private static boolean isUtf8(byte[] file) {
        for (byte b : file) {
            if (b == 0) {
                return false;
            }
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(file));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
