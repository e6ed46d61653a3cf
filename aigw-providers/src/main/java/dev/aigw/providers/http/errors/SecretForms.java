package dev.aigw.providers.http.errors;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;

/**
 * The forms in which known secrets may come back: as they are, escaped in JSON, encoded in a URL, and in base64 with
 * whatever stands before and after them. Immutable.
 *
 * <p>The beginning of a form is enough where it is long or the text is cut behind it, by an ellipsis, asterisks or its
 * end. Short secrets count only as words of their own, and only if they hold a digit or mixed case: local servers take
 * keys such as "none", and prose should stay readable.
 */
final class SecretForms {

    private static final int HEAD_CHARS = 10;
    private static final int LONG_CHARS = 16;
    private static final int TAIL_CHARS = 6;
    private static final int SHORT_CHARS = 12;
    private static final int SHORTEST_CHARS = 4;

    private final Set<String> forms = new LinkedHashSet<>();
    private final Set<String> words = new LinkedHashSet<>();

    SecretForms(Collection<String> secrets) {
        for (String raw : secrets) {
            String secret = raw.strip();
            if (secret.length() >= SHORT_CHARS) {
                addText(secret, forms);
                addBase64(secret.getBytes(StandardCharsets.UTF_8));
            } else if (secret.length() >= SHORTEST_CHARS && isDistinct(secret)) {
                addText(secret, words);
            }
        }
    }

    private static boolean isDistinct(String secret) {
        boolean digit = secret.chars().anyMatch(Character::isDigit);
        boolean letter = secret.chars().anyMatch(Character::isLetter);
        boolean mixed = secret.chars().skip(1).anyMatch(Character::isUpperCase)
                && secret.chars().anyMatch(Character::isLowerCase);
        return (digit && letter) || mixed || (digit && secret.length() >= 8);
    }

    private static void addText(String secret, Set<String> into) {
        into.add(secret);
        String encoded = URLEncoder.encode(secret, StandardCharsets.UTF_8);
        into.add(encoded);
        into.add(encoded.replace("+", "%20"));
        into.add(lowerHex(encoded));
        String escaped = secret.replace("\\", "\\\\").replace("\"", "\\\"");
        into.add(escaped);
        into.add(escaped.replace("/", "\\/"));
        into.add(unicode(escaped));
    }

    private static String lowerHex(String encoded) {
        StringBuilder lower = new StringBuilder(encoded);
        for (int at = encoded.indexOf('%'); at >= 0; at = encoded.indexOf('%', at + 1)) {
            lower.replace(at, at + 3, encoded.substring(at, at + 3).toLowerCase(Locale.ROOT));
        }
        return lower.toString();
    }

    /** Returns the form of serializers that escape what is special in HTML. */
    private static String unicode(String escaped) {
        return escaped.replace("+", "\\u002B")
                .replace("=", "\\u003D")
                .replace("&", "\\u0026")
                .replace("<", "\\u003C")
                .replace(">", "\\u003E");
    }

    /** Adds what base64 makes of the secret at each of the three places in a group that it may begin at. */
    private void addBase64(byte[] secret) {
        for (int before = 0; before < 3; before++) {
            byte[] padded = new byte[before + secret.length];
            System.arraycopy(secret, 0, padded, before, secret.length);
            byte[] whole = Arrays.copyOf(padded, padded.length - padded.length % 3);
            String encoded = Base64.getEncoder().encodeToString(whole);
            String own = encoded.substring(before == 0 ? 0 : before + 1);
            forms.add(own);
            forms.add(own.replace('+', '-').replace('/', '_'));
            forms.add(own.replace("/", "\\/"));
            forms.add(own.replace("+", "%2B").replace("/", "%2F"));
        }
    }

    /** Adds where {@code text} holds a form. */
    void find(CharSequence text, Spans spans) {
        for (String form : forms) {
            String head = form.substring(0, Math.min(HEAD_CHARS, form.length()));
            int at = indexOf(text, head, 0, text.length());
            while (at >= 0) {
                int length = common(text, at, form);
                boolean found = length == form.length() || length >= LONG_CHARS || isCut(text, at + length);
                if (found) {
                    spans.add(at, at + length);
                }
                at = indexOf(text, head, found ? at + length : at + 1, text.length());
            }
            findTail(text, head, spans);
        }
        for (String word : words) {
            int at = indexOf(text, word, 0, text.length());
            while (at >= 0) {
                int end = at + word.length();
                if (isEdge(text, at - 1) && isEdge(text, end)) {
                    spans.add(at, end);
                }
                at = indexOf(text, word, end, text.length());
            }
        }
    }

    private static void findTail(CharSequence text, String head, Spans spans) {
        for (int length = Math.min(head.length() - 1, text.length()); length >= TAIL_CHARS; length--) {
            int start = text.length() - length;
            if (common(text, start, head) == length && isEdge(text, start - 1)) {
                spans.add(start, text.length());
                return;
            }
        }
    }

    private static boolean isCut(CharSequence text, int at) {
        return at >= text.length() || "*….".indexOf(text.charAt(at)) >= 0;
    }

    private static boolean isEdge(CharSequence text, int at) {
        if (at < 0 || at >= text.length() || !Character.isLetterOrDigit(text.charAt(at))) {
            return true;
        }
        return (at >= 1 && text.charAt(at - 1) == '\\') || (at >= 2 && text.charAt(at - 2) == '%');
    }

    /** Returns how many characters of {@code form} stand in {@code text} from {@code at} on. */
    private static int common(CharSequence text, int at, String form) {
        int length = 0;
        while (length < form.length()
                && at + length < text.length()
                && text.charAt(at + length) == form.charAt(length)) {
            length++;
        }
        return length;
    }

    /** Returns where {@code part} stands in {@code text} between two places, or -1. */
    static int indexOf(CharSequence text, String part, int from, int to) {
        for (int at = from; at <= to - part.length(); at++) {
            if (common(text, at, part) == part.length()) {
                return at;
            }
        }
        return -1;
    }
}
