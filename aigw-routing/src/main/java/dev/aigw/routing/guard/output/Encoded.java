package dev.aigw.routing.guard.output;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A run of base64 or hexadecimal digits in a text, decoded.
 *
 * @param start where the run begins
 * @param end where the text goes on behind it
 */
record Encoded(int start, int end, String decoded) {

    private static final int SHORTEST = 16;
    private static final int MOST_CHARS = 64 * 1024;

    /** Returns the runs of a text, in order; at most 64 KiB of one are decoded. */
    static List<Encoded> in(String text) {
        List<Encoded> found = new ArrayList<>(0);
        int i = 0;
        while (i < text.length()) {
            int start = i;
            boolean hex = true;
            boolean mixed = false;
            int digits = 0;
            while (i < text.length() && (isDigit(text.charAt(i)) || (isBreak(text, i) && digits >= SHORTEST))) {
                char c = text.charAt(i++);
                if (isDigit(c)) {
                    hex &= Character.digit(c, 16) >= 0;
                    mixed |= c < 'a';
                    digits++;
                }
            }
            if (digits >= SHORTEST && (mixed || hex)) {
                add(text, start, i, hex, found);
            }
            i = Math.max(i, start + 1);
        }
        return found;
    }

    /** Returns whether a run goes on behind a line's end. */
    private static boolean isBreak(String text, int at) {
        return text.charAt(at) == '\n' && at + 1 < text.length() && isDigit(text.charAt(at + 1));
    }

    private static boolean isDigit(char c) {
        return (c >= 'A' && c <= 'Z')
                || (c >= 'a' && c <= 'z')
                || (c >= '0' && c <= '9')
                || c == '+'
                || c == '/'
                || c == '-'
                || c == '_';
    }

    private static void add(String text, int start, int end, boolean hex, List<Encoded> found) {
        StringBuilder digits = new StringBuilder(Math.min(end - start, MOST_CHARS));
        for (int i = start; i < end && digits.length() < MOST_CHARS; i++) {
            char c = text.charAt(i);
            if (c != '\n') {
                digits.append(c == '-' ? '+' : c == '_' ? '/' : c);
            }
        }
        byte[] bytes = hex && digits.length() % 2 == 0 ? hex(digits) : base64(digits);
        if (bytes.length > 0) {
            found.add(new Encoded(start, end, new String(bytes, StandardCharsets.UTF_8)));
        }
    }

    private static byte[] hex(StringBuilder digits) {
        byte[] bytes = new byte[digits.length() / 2];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte)
                    (Character.digit(digits.charAt(2 * i), 16) << 4 | Character.digit(digits.charAt(2 * i + 1), 16));
        }
        return bytes;
    }

    private static byte[] base64(StringBuilder digits) {
        int rest = digits.length() % 4;
        String whole = digits.substring(0, digits.length() - (rest == 1 ? 1 : 0));
        return Base64.getDecoder().decode(whole);
    }
}
