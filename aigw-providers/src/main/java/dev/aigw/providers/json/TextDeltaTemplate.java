package dev.aigw.providers.json;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the text of a common stream event without parsing it: a guarded fast path.
 *
 * <p><b>How.</b> Within one stream the events that carry a piece of text differ only in that text. When the full parser
 * has decoded an event into exactly one text delta, {@link #learn} keeps the bytes before and after the text. When the
 * next event has the same bytes around its slot, and the slot is a plain JSON string (no quote, escape or control
 * character, valid UTF-8, not empty), then it can only mean the slot's text at the same part, and {@link #match}
 * returns it. Anything else returns null and goes to the full parser.
 *
 * <p><b>Why it cannot go wrong.</b> An event with a backslash is never learned, so every quote in it is a real one and
 * no key is written with escapes; the text's key must occur exactly once in it. So the learned bytes fix the structure,
 * and the slot is the value of that one key. Two more values may differ on the same terms: a string of random length
 * under a key like {@code obfuscation}, which readers ignore, and the numbers in the value of one key, such as a count
 * of events, a time or an object of numbers. There a run of digits may be any other run of digits that forms a number;
 * {@link #looseOffset()} says where the value is, for readers that need it.
 *
 * <p>Learning pauses for a while when it does not pay off. For one stream; not safe for use by several threads.
 */
public final class TextDeltaTemplate {

    private static final int PATIENCE = 16;
    private static final int RETRY_EVERY = 64;
    private static final int MAX_DIGITS = 18;
    private static final Piece[] NOTHING = {};

    /** How a range of bytes must match. */
    private enum Kind {
        /** The same bytes. */
        SAME,
        /** The same bytes except for runs of digits. */
        LOOSE,
        /** The text. */
        TEXT,
        /** Any plain ASCII. */
        FILLER
    }

    private static final class Piece {
        final Kind kind;
        final byte[] bytes;

        Piece(Kind kind, byte[] bytes) {
            this.kind = kind;
            this.bytes = bytes;
        }
    }

    private final byte[] key;
    private final byte @Nullable [] fillerKey;
    private final byte @Nullable [] looseKey;
    private Piece[] pieces = NOTHING;
    private int index;
    private int fruitless;
    private int looseOffset;
    private int looseLength;
    private int textOffset;
    private int textLength;
    private boolean ascii;

    /** Creates an empty template; {@code key} is the field with the text, without quotes. */
    public TextDeltaTemplate(String key) {
        this(key, "obfuscation", null);
    }

    /**
     * Creates an empty template.
     *
     * @param key the field with the text, without quotes
     * @param fillerKey the field with a string of random length, or null
     * @param looseKey the field in whose value numbers differ from event to event, or null
     */
    public TextDeltaTemplate(String key, @Nullable String fillerKey, @Nullable String looseKey) {
        this.key = quoted(key);
        this.fillerKey = fillerKey == null ? null : quoted(fillerKey);
        this.looseKey = looseKey == null ? null : quoted(looseKey);
    }

    private static byte[] quoted(String key) {
        return ('"' + key + '"').getBytes(StandardCharsets.UTF_8);
    }

    /** Returns the part that the learned event belongs to. */
    public int index() {
        return index;
    }

    /** Returns where the value with varying numbers begins in the buffer of the latest match. */
    public int looseOffset() {
        return looseOffset;
    }

    /** Returns the length of the value with varying numbers in the latest match; 0 if there is none. */
    public int looseLength() {
        return looseLength;
    }

    /** Discards the learned event, since the meaning of such events has changed. */
    public void forget() {
        pieces = NOTHING;
    }

    /** Returns the text of an event that differs from the learned one in its slots only; null for any other. */
    public @Nullable String match(byte[] buffer, int offset, int length) {
        Piece[] learned = pieces;
        if (learned.length == 0) {
            return null;
        }
        int end = offset + length;
        int at = offset;
        for (Piece piece : learned) {
            at = switch (piece.kind) {
                case SAME -> same(piece.bytes, buffer, at, end);
                case LOOSE -> loose(piece.bytes, buffer, at, end);
                case TEXT -> text(buffer, at, end);
                case FILLER -> filler(buffer, at, end);
            };
            if (at < 0) {
                return null;
            }
        }
        if (at != end || !(ascii || isUtf8(buffer, textOffset, textOffset + textLength))) {
            return null;
        }
        fruitless = 0;
        return new String(buffer, textOffset, textLength, ascii ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
    }

    private static int same(byte[] bytes, byte[] buffer, int at, int end) {
        int to = at + bytes.length;
        return to <= end && Arrays.equals(buffer, at, to, bytes, 0, bytes.length) ? to : -1;
    }

    private int text(byte[] buffer, int from, int end) {
        int quote = from;
        int high = 0;
        while (quote < end && buffer[quote] != '"') {
            byte b = buffer[quote];
            if (b == '\\' || (b >= 0 && b < 0x20)) {
                return -1;
            }
            high |= b;
            quote++;
        }
        textOffset = from;
        textLength = quote - from;
        ascii = high >= 0;
        return quote == from ? -1 : quote;
    }

    private static int filler(byte[] buffer, int from, int end) {
        int quote = from;
        while (quote < end && buffer[quote] != '"') {
            if (buffer[quote] == '\\' || buffer[quote] < 0x20) {
                return -1; // negative too: the filler must be ASCII
            }
            quote++;
        }
        return quote;
    }

    private int loose(byte[] bytes, byte[] buffer, int from, int end) {
        boolean inNumber = bytes[0] != '"'; // a number has no zeros before it, a time in a string may
        int at = from;
        int i = 0;
        while (i < bytes.length) {
            if (isDigit(bytes[i])) {
                int first = at;
                while (at < end && isDigit(buffer[at])) {
                    at++;
                }
                int digits = at - first;
                if (digits == 0 || digits > MAX_DIGITS || (inNumber && digits > 1 && buffer[first] == '0')) {
                    return -1;
                }
                while (i < bytes.length && isDigit(bytes[i])) {
                    i++;
                }
            } else if (at < end && buffer[at] == bytes[i]) {
                at++;
                i++;
            } else {
                return -1;
            }
        }
        looseOffset = from;
        looseLength = at - from;
        return at;
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    /**
     * Learns an event that the full parser decoded into the text {@code text} of part {@code index} and nothing else.
     */
    public void learn(byte[] buffer, int offset, int length, int index, String text) {
        if (++fruitless > PATIENCE && fruitless % RETRY_EVERY != 0) {
            return;
        }
        pieces = NOTHING;
        looseLength = 0;
        int end = offset + length;
        for (int i = offset; i < end; i++) {
            if (buffer[i] == '\\') {
                return;
            }
        }
        int from = onlyValueOf(key, buffer, offset, end);
        int quote = from < 0 || buffer[from] != '"' ? -1 : endOfString(buffer, from + 1, end);
        if (quote < 0 || !text.equals(new String(buffer, from + 1, quote - from - 1, StandardCharsets.UTF_8))) {
            return;
        }
        int filler = fillerKey == null ? -1 : onlyValueOf(fillerKey, buffer, offset, end);
        int fillerEnd = filler < 0 || buffer[filler] != '"' ? -1 : endOfString(buffer, filler + 1, end);
        int loose = looseKey == null ? -1 : onlyValueOf(looseKey, buffer, offset, end);
        int looseEnd = loose < 0 ? -1 : endOfValue(buffer, loose, end);
        List<Piece> found = new ArrayList<>(7);
        int done = offset;
        for (int at = offset; at < end; at++) {
            if (at == from) {
                done = add(found, Kind.TEXT, buffer, done, from + 1, quote);
            } else if (at == filler && fillerEnd > 0) {
                done = add(found, Kind.FILLER, buffer, done, filler + 1, fillerEnd);
            } else if (at == loose && looseEnd > 0) {
                done = add(found, Kind.LOOSE, buffer, done, loose, looseEnd);
            }
            at = Math.max(at, done - 1);
        }
        found.add(new Piece(Kind.SAME, Arrays.copyOfRange(buffer, done, end)));
        if (found.stream().anyMatch(piece -> piece.kind == Kind.TEXT)) { // not within the loose value
            pieces = found.toArray(NOTHING);
            this.index = index;
        }
    }

    private static int add(List<Piece> pieces, Kind kind, byte[] buffer, int done, int from, int to) {
        pieces.add(new Piece(Kind.SAME, Arrays.copyOfRange(buffer, done, from)));
        pieces.add(new Piece(kind, Arrays.copyOfRange(buffer, from, to)));
        return to;
    }

    /** Returns where the value of {@code key} begins, if the key occurs once; or -1. */
    private static int onlyValueOf(byte[] key, byte[] buffer, int from, int end) {
        int found = -1;
        for (int i = from; i + key.length < end; i++) {
            if (buffer[i] == '"' && Arrays.equals(buffer, i, i + key.length, key, 0, key.length)) {
                int colon = skipSpaces(buffer, i + key.length, end);
                if (colon < end && buffer[colon] == ':') {
                    int value = skipSpaces(buffer, colon + 1, end);
                    if (found >= 0 || value >= end) {
                        return -1;
                    }
                    found = value;
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

    /** Returns where a value that is a string, a number or an object ends; or -1. */
    private static int endOfValue(byte[] buffer, int from, int end) {
        if (buffer[from] == '"') {
            return endOfString(buffer, from + 1, end);
        }
        int at = from;
        if (buffer[from] != '{') {
            while (at < end && isDigit(buffer[at])) {
                at++;
            }
            return at > from ? at : -1;
        }
        int depth = 0;
        boolean inString = false;
        for (; at < end; at++) {
            if (buffer[at] == '"') {
                inString = !inString;
            } else if (!inString && (buffer[at] == '{' || buffer[at] == '}')) {
                depth += buffer[at] == '{' ? 1 : -1;
                if (depth == 0) {
                    return at + 1;
                }
            }
        }
        return -1;
    }

    private static boolean isUtf8(byte[] buffer, int from, int end) {
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
