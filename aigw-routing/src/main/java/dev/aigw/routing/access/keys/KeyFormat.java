package dev.aigw.routing.access.keys;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * How a key is written: {@code prefix_id_secret}, where the id has 16 random characters of a to z and 0 to 9, and the
 * secret 30 random base62 characters (178 bits) with 6 more: the CRC-32 of all before, in base62. All is ASCII, so
 * nothing that only looks like a key can be one. The alphabet of ids has one case, so that databases that ignore case
 * cannot confuse two. Immutable.
 */
final class KeyFormat {

    static final String DEFAULT_PREFIX = "aigw";

    private static final String BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final String BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz";
    private static final int ID_CHARS = 16;
    private static final int SECRET_CHARS = 30;
    private static final int CHECKSUM_CHARS = 6;
    private static final Pattern PREFIX = Pattern.compile("[A-Za-z][A-Za-z0-9]{1,15}");

    private final String start;
    private final SecureRandom random;

    KeyFormat(String prefix, SecureRandom random) {
        if (!PREFIX.matcher(prefix).matches()) {
            throw new IllegalArgumentException(
                    "the prefix of keys must be 2 to 16 letters and digits of ASCII that begin with a letter");
        }
        this.start = prefix + "_";
        this.random = random;
    }

    /** What a presented key says, if its checksum is right. */
    record Parsed(String id, String secret) {

        @Override
        public String toString() {
            return id;
        }
    }

    String prefix() {
        return start.substring(0, start.length() - 1);
    }

    /** Returns a regular expression that finds keys in text. */
    String pattern() {
        return "\\b" + start + "[0-9a-z]{" + ID_CHARS + "}_[0-9A-Za-z]{" + (SECRET_CHARS + CHECKSUM_CHARS) + "}\\b";
    }

    /** Returns whether the text claims to be one of these keys: it begins as they do. */
    boolean isOurs(String text) {
        return text.startsWith(start);
    }

    /** Returns the parts of a key, or null if it is not written as keys are, or its checksum is wrong. */
    @Nullable
    Parsed parse(String text) {
        int idEnd = start.length() + ID_CHARS;
        int secretEnd = idEnd + 1 + SECRET_CHARS;
        if (text.length() != secretEnd + CHECKSUM_CHARS
                || !isOurs(text)
                || text.charAt(idEnd) != '_'
                || !isBase36(text, start.length(), idEnd)
                || !isBase62(text, idEnd + 1, text.length())
                || !text.startsWith(checksum(text.substring(0, secretEnd)), secretEnd)) {
            return null;
        }
        return new Parsed(text.substring(start.length(), idEnd), text.substring(idEnd + 1, secretEnd));
    }

    /** Returns the id that a key claims to have though the rest of it is not valid, or null if that is unclear. */
    @Nullable
    String claimedId(String text) {
        int idEnd = start.length() + ID_CHARS;
        return text.length() > idEnd
                        && isOurs(text)
                        && text.charAt(idEnd) == '_'
                        && isBase36(text, start.length(), idEnd)
                ? text.substring(start.length(), idEnd)
                : null;
    }

    /** Returns whether the text is written as ids are. */
    static boolean isId(String text) {
        return text.length() == ID_CHARS && isBase36(text, 0, ID_CHARS);
    }

    String newId() {
        return random(BASE36, ID_CHARS);
    }

    String newSecret() {
        return random(BASE62, SECRET_CHARS);
    }

    /** Returns the whole key. */
    String write(String id, String secret) {
        String text = start + id + "_" + secret;
        return text + checksum(text);
    }

    private String random(String alphabet, int length) {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }

    /** Returns the CRC-32 of ASCII text in base62, the most significant digit first. */
    static String checksum(String text) {
        CRC32 crc = new CRC32();
        crc.update(text.getBytes(StandardCharsets.ISO_8859_1));
        long rest = crc.getValue();
        byte[] digits = new byte[CHECKSUM_CHARS];
        for (int i = CHECKSUM_CHARS - 1; i >= 0; i--) {
            digits[i] = (byte) BASE62.charAt((int) (rest % BASE62.length()));
            rest /= BASE62.length();
        }
        return new String(digits, StandardCharsets.ISO_8859_1);
    }

    private static boolean isBase36(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (!isDigit(c) && !isBetween(c, 'a', 'z')) {
                return false;
            }
        }
        return true;
    }

    private static boolean isBase62(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (!isDigit(c) && !isBetween(c, 'a', 'z') && !isBetween(c, 'A', 'Z')) {
                return false;
            }
        }
        return true;
    }

    private static boolean isDigit(char c) {
        return isBetween(c, '0', '9');
    }

    private static boolean isBetween(char c, char first, char last) {
        return c >= first && c <= last;
    }
}
