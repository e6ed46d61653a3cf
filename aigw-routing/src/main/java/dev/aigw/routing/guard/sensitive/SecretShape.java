package dev.aigw.routing.guard.sensitive;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.CRC32;

/**
 * One line of a file of shapes: what the tokens of one vendor look like. Immutable.
 *
 * @param name the vendor and the kind of token; only for documentation and for {@code withoutShapes}
 * @param pattern the shape
 * @param after words one of which stands before the token on the same line; empty where the shape says enough
 * @param type what is found
 * @param leastDistinct how many different characters the variable part has at least
 * @param mixed whether the variable part has letters and digits
 * @param crc32 whether the last six characters are a checksum as GitHub defines it
 */
record SecretShape(
        String name,
        SecretPattern pattern,
        List<String> after,
        EntityType type,
        int leastDistinct,
        boolean mixed,
        boolean crc32) {

    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /**
     * Reads a file of shapes: {@code name pattern options source}, separated by white space; the options are joined by
     * commas or {@code -}, and the source is the rest of the line. Lines that are empty or begin with {@code #} are
     * left out.
     *
     * @param where what messages call the file
     * @throws IllegalArgumentException if a line cannot be read; the message names it
     */
    static List<SecretShape> read(String file, String where) {
        List<SecretShape> shapes = new ArrayList<>();
        int number = 0;
        for (String line : file.split("\n", -1)) {
            number++;
            String text = line.strip();
            if (!text.isEmpty() && text.charAt(0) != '#') {
                try {
                    shapes.add(line(text));
                } catch (IllegalArgumentException e) {
                    throw new IllegalArgumentException(where + ", line " + number + ": " + e.getMessage(), e);
                }
            }
        }
        return shapes;
    }

    private static SecretShape line(String line) {
        String[] columns = line.split("\\s+", 4);
        if (columns.length < 4) {
            throw new IllegalArgumentException(
                    "a shape has a name, a pattern, options or \"-\", and a source, separated" + " by white space");
        }
        Map<String, String> options = new HashMap<>();
        if (!columns[2].equals("-")) {
            for (String option : columns[2].split(",", -1)) {
                int equals = option.indexOf('=');
                String key = equals < 0 ? option : option.substring(0, equals);
                if (options.put(key, equals < 0 ? "" : option.substring(equals + 1)) != null) {
                    throw new IllegalArgumentException("the option " + key + " stands there twice");
                }
            }
        }
        String after = options.remove("after");
        String type = options.remove("type");
        String distinct = options.remove("distinct");
        boolean mixed = options.remove("mixed") != null;
        boolean crc32 = options.remove("crc32") != null;
        if (!options.isEmpty()) {
            throw new IllegalArgumentException("there is no option " + options.keySet() + ": there are after, type,"
                    + " distinct, mixed and crc32");
        }
        SecretPattern pattern = SecretPattern.parse(columns[1]);
        List<String> words = after == null
                ? List.of()
                : List.of(after.toLowerCase(Locale.ROOT).split("/", -1));
        if (words.isEmpty() && shortest(pattern.anchors()) < 2) {
            throw new IllegalArgumentException("the pattern \"" + columns[1] + "\" has no literal of two characters or"
                    + " more: name words that stand before it, by after=");
        }
        if (!words.isEmpty() && shortest(words) < 2) {
            throw new IllegalArgumentException("a word of after= is shorter than two characters");
        }
        return new SecretShape(
                columns[0],
                pattern,
                words,
                type == null ? EntityType.API_KEY : EntityType.secret(type),
                distinct == null ? 6 : number(distinct),
                mixed,
                crc32);
    }

    private static int shortest(List<String> words) {
        return words.stream().mapToInt(String::length).min().orElse(0);
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("distinct=" + text + " is not a number", e);
        }
    }

    /**
     * Returns whether the last six characters of a token are the CRC-32 of those between prefix and them, in base 62.
     */
    static boolean hasChecksum(String text, int start, int end) {
        int body = text.indexOf('_', start) + 1;
        if (body <= start || end - body < 7) {
            return false;
        }
        CRC32 crc = new CRC32();
        crc.update(text.substring(body, end - 6).getBytes(StandardCharsets.ISO_8859_1));
        long rest = crc.getValue();
        for (int i = end - 1; i >= end - 6; i--) {
            if (text.charAt(i) != DIGITS.charAt((int) (rest % 62))) {
                return false;
            }
            rest /= 62;
        }
        return true;
    }
}
