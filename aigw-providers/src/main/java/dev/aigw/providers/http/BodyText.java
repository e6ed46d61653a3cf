package dev.aigw.providers.http;

import dev.aigw.api.internal.PlainWords;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;
import okhttp3.MediaType;
import okio.Buffer;
import org.jspecify.annotations.Nullable;

/** Shows bodies in a log. */
final class BodyText {

    /** Longer than any word, and what pictures, audio and vectors are sent as. */
    private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/_\\-]{512,}+={0,2}");

    private static final int SNIFFED_CHARS = 256;
    private static final char ESCAPE = '\u001b';

    private BodyText() {}

    /** Returns a body as text; null if it is none. */
    static @Nullable String of(Buffer body, @Nullable MediaType type) {
        if (type != null && !mayBeText(type)) {
            return null;
        }
        String text = body.readString(StandardCharsets.UTF_8);
        int end = Math.min(text.length(), SNIFFED_CHARS);
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            boolean undecodable = c == '\ufffd' && i + 4 < text.length(); // at the end a character may be cut
            if (undecodable || (Character.isISOControl(c) && !Character.isWhitespace(c) && c != ESCAPE)) {
                return null;
            }
        }
        return text;
    }

    private static boolean mayBeText(MediaType type) {
        String subtype = type.subtype().toLowerCase(Locale.ROOT);
        return type.type().equalsIgnoreCase("text")
                || subtype.contains("json")
                || subtype.contains("xml")
                || subtype.contains("urlencoded");
    }

    /** Returns a text in which long runs of base64 are only counted. */
    static String withoutBase64(String text) {
        return BASE64.matcher(text).replaceAll(run -> "[" + (run.end() - run.start()) + " characters of base64]");
    }

    /** Returns a text without control characters other than line breaks and tabs. */
    static String printable(String text) {
        StringBuilder safe = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean shown = c == '\n' || c == '\t' || Character.isSurrogate(c) || !PlainWords.isHarmful(c);
            if (!shown && safe == null) {
                safe = new StringBuilder(text.length()).append(text, 0, i);
            }
            if (safe != null) {
                safe.append(shown ? c : '\ufffd');
            }
        }
        return safe == null ? text : safe.toString();
    }

    /** Appends a text whose further lines are indented, so that none passes for one of the log. */
    static void appendIndented(StringBuilder into, String text) {
        into.append(printable(text.replace("\r\n", "\n")).stripTrailing().replace("\n", "\n  "));
    }
}
