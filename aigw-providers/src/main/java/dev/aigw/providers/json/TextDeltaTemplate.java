package dev.aigw.providers.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds the text of the common stream event without parsing it: a guarded fast path.
 *
 * <p><b>How.</b> Within one stream the events that carry a piece of text differ only in that text. When the full parser
 * has decoded an event into exactly one text delta, {@link #learn} keeps the bytes before and after the text. When the
 * next event has the same bytes around its slot, and the slot is a plain JSON string (no quote, escape or control
 * character, valid UTF-8, not empty), then it can only mean the slot's text at the same part, and {@link #match}
 * returns it. Anything else returns null and goes to the full parser.
 *
 * <p><b>Why it cannot go wrong.</b> An event that holds a backslash is never learned, so every quote in it is a real
 * one and no key is written with escapes; the text's key must occur exactly once in it. So the learned bytes fix the
 * structure, and the slot is the value of that one key. Some servers add a string of random length under a key like
 * {@code obfuscation}, which readers ignore; it may be a second slot on the same terms.
 *
 * <p>Learning is given up for a while when it does not pay. One a stream; not safe for use by several threads.
 */
public final class TextDeltaTemplate {

    private static final int PATIENCE = 16;
    private static final int RETRY_EVERY = 64;

    private final byte[] key;
    private final byte[] fillerKey;
    private byte[] prefix = {};
    private byte[] suffix = {};
    private byte @Nullable [] tail;
    private int index;
    private boolean learned;
    private int fruitless;

    /** Creates a template that knows nothing yet; {@code key} is the field that holds the text, without quotes. */
    public TextDeltaTemplate(String key) {
        this(key, "obfuscation");
    }

    /**
     * Creates a template that knows nothing yet.
     *
     * @param key the field that holds the text, without quotes
     * @param fillerKey the field behind it that holds a string of random length, if any does
     */
    public TextDeltaTemplate(String key, String fillerKey) {
        this.key = quoted(key);
        this.fillerKey = quoted(fillerKey);
    }

    private static byte[] quoted(String key) {
        return ('"' + key + '"').getBytes(StandardCharsets.UTF_8);
    }

    /** Returns the part that the learned event belongs to. */
    public int index() {
        return index;
    }

    /** Returns the text of an event that differs from the learned one in its slot only; null for any other. */
    public @Nullable String match(byte[] buffer, int offset, int length) {
        if (!learned || length <= prefix.length + suffix.length) {
            return null;
        }
        int end = offset + length;
        int from = offset + prefix.length;
        if (!Arrays.equals(buffer, offset, from, prefix, 0, prefix.length)) {
            return null;
        }
        int quote = from;
        int high = 0;
        while (quote < end && buffer[quote] != '"') {
            byte b = buffer[quote];
            if (b == '\\' || (b >= 0 && b < 0x20)) {
                return null;
            }
            high |= b;
            quote++;
        }
        if (quote == from || !restMatches(buffer, quote, end)) {
            return null;
        }
        if (high >= 0) {
            fruitless = 0;
            return new String(buffer, from, quote - from, StandardCharsets.ISO_8859_1);
        }
        if (!isUtf8(buffer, from, quote)) {
            return null;
        }
        fruitless = 0;
        return new String(buffer, from, quote - from, StandardCharsets.UTF_8);
    }

    private boolean restMatches(byte[] buffer, int from, int end) {
        byte[] last = tail;
        if (last == null) {
            return Arrays.equals(buffer, from, end, suffix, 0, suffix.length);
        }
        int filler = from + suffix.length;
        if (filler > end || !Arrays.equals(buffer, from, filler, suffix, 0, suffix.length)) {
            return false;
        }
        int quote = filler;
        while (quote < end && buffer[quote] != '"') {
            if (buffer[quote] == '\\' || buffer[quote] < 0x20) {
                return false; // negative too: the filler must be ASCII
            }
            quote++;
        }
        return Arrays.equals(buffer, quote, end, last, 0, last.length);
    }

    /**
     * Takes in an event that the full parser decoded into the text {@code text} of part {@code index} and nothing else.
     */
    public void learn(byte[] buffer, int offset, int length, int index, String text) {
        if (++fruitless > PATIENCE && fruitless % RETRY_EVERY != 0) {
            return;
        }
        learned = false;
        int end = offset + length;
        for (int i = offset; i < end; i++) {
            if (buffer[i] == '\\') {
                return;
            }
        }
        int from = onlyValueOf(key, buffer, offset, end);
        if (from < 0) {
            return;
        }
        int quote = endOfString(buffer, from, end);
        if (quote < 0 || !text.equals(new String(buffer, from, quote - from, StandardCharsets.UTF_8))) {
            return;
        }
        prefix = Arrays.copyOfRange(buffer, offset, from);
        int filler = onlyValueOf(fillerKey, buffer, quote, end);
        int fillerEnd = filler < 0 ? -1 : endOfString(buffer, filler, end);
        if (fillerEnd < 0) {
            suffix = Arrays.copyOfRange(buffer, quote, end);
            tail = null;
        } else {
            suffix = Arrays.copyOfRange(buffer, quote, filler);
            tail = Arrays.copyOfRange(buffer, fillerEnd, end);
        }
        this.index = index;
        learned = true;
    }

    /**
     * Returns where the string value of {@code key} begins, if the key occurs once and its value is a string; or -1.
     */
    private static int onlyValueOf(byte[] key, byte[] buffer, int from, int end) {
        int found = -1;
        for (int i = from; i + key.length < end; i++) {
            if (buffer[i] == '"' && Arrays.equals(buffer, i, i + key.length, key, 0, key.length)) {
                int colon = skipSpaces(buffer, i + key.length, end);
                if (colon < end && buffer[colon] == ':') {
                    int value = skipSpaces(buffer, colon + 1, end);
                    if (found >= 0 || value >= end || buffer[value] != '"') {
                        return -1;
                    }
                    found = value + 1;
                }
            }
        }
        return found;
    }

    private static int skipSpaces(byte[] buffer, int from, int end) {
        int i = from;
        while (i < end && (buffer[i] == ' ' || buffer[i] == '\t' || buffer[i] == '\n' || buffer[i] == '\r')) {
            i++;
        }
        return i;
    }

    private static int endOfString(byte[] buffer, int from, int end) {
        for (int i = from; i < end; i++) {
            if (buffer[i] == '"') {
                return i;
            }
        }
        return -1;
    }

    /** Returns whether the bytes are well-formed UTF-8 as the Unicode standard defines it, table 3-7. */
    static boolean isUtf8(byte[] buffer, int from, int end) {
        int i = from;
        while (i < end) {
            int lead = buffer[i++] & 0xFF;
            if (lead < 0x80) {
                continue;
            }
            int more =
                    lead >= 0xC2 && lead <= 0xDF ? 1 : (lead & 0xF0) == 0xE0 ? 2 : lead >= 0xF0 && lead <= 0xF4 ? 3 : 0;
            if (more == 0 || i + more > end) {
                return false;
            }
            int second = buffer[i] & 0xFF;
            int low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
            int high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
            if (second < low || second > high) {
                return false;
            }
            for (int k = 1; k < more; k++) {
                if ((buffer[i + k] & 0xC0) != 0x80) {
                    return false;
                }
            }
            i += more;
        }
        return true;
    }
}
