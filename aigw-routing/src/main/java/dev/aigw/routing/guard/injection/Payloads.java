package dev.aigw.routing.guard.injection;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds encoded text within a text: base64, hexadecimal, lists of character codes, and escapes of URLs, HTML, Java and
 * C. Only what decodes to readable text counts. Linear in the length of the text.
 */
final class Payloads {

    private static final int MINIMUM_BASE64 = 16;
    private static final int MINIMUM_CODES = 8;
    private static final int MINIMUM_ESCAPES = 2;
    /** How many bytes of a run are decoded to see whether it is text. */
    private static final int PROBE = 48;

    private final String text;
    private final List<Payload> found = new ArrayList<>(0);

    private Payloads(String text) {
        this.text = text;
    }

    /** Something decoded. */
    static final class Payload {

        /** What it says. */
        final String text;

        final int start;
        final int end;
        /** Where each of its characters comes from; null where it comes from the span as a whole. */
        final int @Nullable [] map;

        private Payload(String text, int start, int end, int @Nullable [] map) {
            this.text = text;
            this.start = start;
            this.end = end;
            this.map = map;
        }
    }

    /** Returns the payloads of {@code text}, possibly none. */
    static List<Payload> find(String text) {
        Payloads payloads = new Payloads(text);
        payloads.scan();
        return payloads.found;
    }

    private void scan() {
        int escapes = 0;
        int length = text.length();
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (isBase64(c)) {
                int end = i + 1;
                boolean codes = isHex(c);
                while (end < length && isBase64(text.charAt(end))) {
                    codes &= isHex(text.charAt(end++));
                }
                end = run(i, end, codes);
                i = end - 1;
            } else if (c == '%' || c == '&' || c == '\\') {
                escapes++;
            }
        }
        if (escapes >= MINIMUM_ESCAPES) {
            unescape();
        }
    }

    /** Decodes the run from {@code start} to {@code end} if it is a payload, and returns where to go on. */
    private int run(int start, int end, boolean hex) {
        if (hex && end - start >= MINIMUM_BASE64 && (end - start) % 2 == 0) {
            if (add(start, end, hex(start, end))) {
                return end;
            }
        }
        if (hex && end - start <= 8) {
            return codes(start, end);
        }
        if (end - start >= MINIMUM_BASE64) {
            int last = end;
            // Lines of a wrapped text in base64 are 60 characters long or more.
            while (last < text.length() && last - start >= 60 && isLineEnd(last)) {
                int next = last;
                while (next < text.length() && isLineEnd(next)) {
                    next++;
                }
                int stop = next;
                while (stop < text.length() && isBase64(text.charAt(stop))) {
                    stop++;
                }
                if (stop == next) {
                    break;
                }
                last = stop;
            }
            byte[] probe = base64(start, last, PROBE);
            if (isReadable(probe) && add(start, last, base64(start, last, Integer.MAX_VALUE))) {
                return last;
            }
            return end;
        }
        return end;
    }

    private boolean isLineEnd(int at) {
        return text.charAt(at) == '\n' || text.charAt(at) == '\r';
    }

    private byte[] base64(int start, int end, int maximum) {
        byte[] bytes = new byte[Math.min(maximum, (end - start) * 3 / 4 + 1)];
        int length = 0;
        int bits = 0;
        int value = 0;
        for (int i = start; i < end && length < bytes.length; i++) {
            int digit = digit(text.charAt(i));
            if (digit < 0) {
                continue;
            }
            value = value << 6 | digit;
            bits += 6;
            if (bits >= 8) {
                bits -= 8;
                bytes[length++] = (byte) (value >> bits);
            }
        }
        return Arrays.copyOf(bytes, length);
    }

    private static int digit(char c) {
        if (c >= 'A' && c <= 'Z') {
            return c - 'A';
        }
        if (c >= 'a' && c <= 'z') {
            return c - 'a' + 26;
        }
        if (c >= '0' && c <= '9') {
            return c - '0' + 52;
        }
        return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
    }

    private byte[] hex(int start, int end) {
        byte[] bytes = new byte[(end - start) / 2];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (Character.digit(text.charAt(start + 2 * i), 16) << 4
                    | Character.digit(text.charAt(start + 2 * i + 1), 16));
        }
        return bytes;
    }

    /** Decodes a list of character codes, such as {@code 69 67 6e} or {@code 105, 103, 110}. */
    private int codes(int start, int firstEnd) {
        int digits = firstEnd - start;
        if (digits != 2 && digits != 3 && digits != 8) {
            return firstEnd;
        }
        StringBuilder decimal = new StringBuilder();
        StringBuilder hexadecimal = new StringBuilder();
        StringBuilder binary = new StringBuilder();
        int count = 0;
        int at = start;
        int end = firstEnd;
        while (true) {
            int width = end - at;
            count++;
            append(decimal, at, end, 10, width <= 3);
            append(hexadecimal, at, end, 16, width == 2);
            append(binary, at, end, 2, width == 8);
            int next = end;
            while (next < text.length() && next - end < 2 && (text.charAt(next) == ' ' || text.charAt(next) == ',')) {
                next++;
            }
            int stop = next;
            while (stop < text.length() && stop - next < 9 && isHex(text.charAt(stop))) {
                stop++;
            }
            if (next == end || stop == next || stop - next > 8) {
                break;
            }
            at = next;
            end = stop;
        }
        if (count >= MINIMUM_CODES) {
            for (StringBuilder decoded : List.of(binary, decimal, hexadecimal)) {
                if (decoded.length() == count) {
                    add(start, end, decoded.toString().getBytes(StandardCharsets.UTF_8));
                    break;
                }
            }
        }
        return end;
    }

    private void append(StringBuilder decoded, int start, int end, int radix, boolean fits) {
        if (!fits) {
            return;
        }
        int value = 0;
        for (int i = start; i < end; i++) {
            int digit = Character.digit(text.charAt(i), radix);
            if (digit < 0) {
                return;
            }
            value = value * radix + digit;
        }
        if (value >= 0x20 && value < 0x7F) {
            decoded.append((char) value);
        }
    }

    private boolean add(int start, int end, byte[] bytes) {
        if (!isReadable(bytes)) {
            return false;
        }
        found.add(new Payload(new String(bytes, StandardCharsets.UTF_8), start, end, null));
        return true;
    }

    /** Returns whether nearly all of it are letters, spaces and usual punctuation of UTF-8. */
    private static boolean isReadable(byte[] bytes) {
        int bad = 0;
        int letters = 0;
        int follow = 0;
        for (byte b : bytes) {
            int c = b & 0xFF;
            if (follow > 0) {
                bad += (c & 0xC0) == 0x80 ? 0 : 4;
                follow--;
            } else if (c >= 0xC2 && c < 0xF5) {
                follow = c >= 0xF0 ? 3 : c >= 0xE0 ? 2 : 1;
                letters++;
            } else if (c >= 0x80 || (c < 0x20 && c != '\n' && c != '\t' && c != '\r') || c == 0x7F) {
                bad += 4;
            } else if (Character.isLetter(c) || c == ' ') {
                letters++;
            }
        }
        return bytes.length >= 8 && bad == 0 && letters * 10 >= bytes.length * 6;
    }

    private static boolean isBase64(char c) {
        return (c >= 'A' && c <= 'Z')
                || (c >= 'a' && c <= 'z')
                || (c >= '0' && c <= '9')
                || c == '+'
                || c == '/'
                || c == '-'
                || c == '_'
                || c == '=';
    }

    private static boolean isHex(char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    }

    private void unescape() {
        int length = text.length();
        StringBuilder plain = new StringBuilder(length);
        int[] map = new int[length];
        int count = 0;
        int first = -1;
        int last = 0;
        for (int i = 0; i < length; ) {
            char c = text.charAt(i);
            long escape = c == '%' ? percent(i) : c == '&' ? entity(i) : c == '\\' ? backslash(i) : 0;
            int size = (int) (escape >>> 32);
            map[plain.length()] = i;
            if (size == 0) {
                plain.append(c);
                i++;
                continue;
            }
            plain.append((char) escape);
            count++;
            first = first < 0 ? i : first;
            i += size;
            last = i;
        }
        if (count >= MINIMUM_ESCAPES) {
            found.add(new Payload(plain.toString(), first, last, Arrays.copyOf(map, plain.length())));
        }
    }

    private static long escape(int size, int value) {
        return (long) size << 32 | (value & 0xFFFF);
    }

    private long percent(int at) {
        int value = number(at + 1, at + 3, 16);
        return value >= 0x20 && value < 0x7F ? escape(3, value) : 0;
    }

    private long backslash(int at) {
        char kind = at + 1 < text.length() ? text.charAt(at + 1) : 0;
        int value = kind == 'u' ? number(at + 2, at + 6, 16) : kind == 'x' ? number(at + 2, at + 4, 16) : -1;
        return value >= 0x20 ? escape(kind == 'u' ? 6 : 4, value) : 0;
    }

    private long entity(int at) {
        int end = at + 1;
        int bound = Math.min(text.length(), at + 10);
        while (end < bound && text.charAt(end) != ';') {
            end++;
        }
        if (end >= bound) {
            return 0;
        }
        String name = text.substring(at + 1, end);
        int value = switch (name) {
            case "lt" -> '<';
            case "gt" -> '>';
            case "amp" -> '&';
            case "quot" -> '"';
            case "apos" -> '\'';
            case "nbsp" -> ' ';
            default -> {
                if (!name.startsWith("#")) {
                    yield -1;
                }
                boolean hex = name.length() > 1 && (name.charAt(1) == 'x' || name.charAt(1) == 'X');
                yield number(at + (hex ? 3 : 2), end, hex ? 16 : 10);
            }
        };
        return value >= 0x20 && value <= 0xFFFF ? escape(end + 1 - at, value) : 0;
    }

    private int number(int start, int end, int radix) {
        if (end > text.length() || start >= end) {
            return -1;
        }
        int value = 0;
        for (int i = start; i < end; i++) {
            int digit = Character.digit(text.charAt(i), radix);
            if (digit < 0) {
                return -1;
            }
            value = value * radix + digit;
        }
        return value;
    }
}
