package dev.aigw.providers.http.errors;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The words of a body that is not JSON: plain text, or a page of HTML without its markup. */
final class ErrorText {

    private static final int READ_CHARS = 4 * 1024;
    private static final int MOST_CHARS = 300;
    private static final Pattern UNSEEN = Pattern.compile("(?is)<(script|style|noscript|svg)\\b.{0,4096}?(?:</\\1>|$)");
    private static final Pattern TAG = Pattern.compile("<[^>]{0,1024}+>?");
    private static final Pattern BLANKS = Pattern.compile("\\s++|&nbsp;");

    private ErrorText() {}

    /** Returns the words; null if there are none, or the body is JSON. */
    static @Nullable String of(String body) {
        String text = body.substring(0, Math.min(body.length(), READ_CHARS)).strip();
        if (text.isEmpty() || text.charAt(0) == '{' || text.charAt(0) == '[') {
            return null;
        }
        if (isMarkup(text)) {
            text = TAG.matcher(UNSEEN.matcher(text).replaceAll(" ")).replaceAll(" ");
        }
        text = BLANKS.matcher(text).replaceAll(" ").strip();
        return text.isEmpty() ? null : text.substring(0, Math.min(text.length(), MOST_CHARS));
    }

    /** Returns whether a body is a page of HTML or XML, whose words are for a person with a browser. */
    static boolean isMarkup(String body) {
        return body.stripLeading().startsWith("<");
    }
}
