package dev.aigw.routing.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.guard.Guard;
import dev.aigw.api.guard.GuardFinding;
import dev.aigw.api.guard.GuardVerdict;
import dev.aigw.api.guard.Inspection;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Texts that make guards slow or throw: a catalogue by name, and checks for any guard.
 *
 * <pre>{@code
 * @ParameterizedTest
 * @MethodSource("dev.aigw.routing.guard.GuardTortures#names")
 * void noInputMakesThisGuardQuadratic(String name) {
 *     GuardTortures.assertLinear(guard, name);
 * }
 * }</pre>
 */
public final class GuardTortures {

    private static final int SMALL = 1 << 18;
    private static final int LARGE = 1 << 19;

    /** A guard of four times the work at twice the size fails; one of twice the work may be measured badly. */
    private static final double MOST_GROWTH = 3;

    private static final long NOISE_NANOS = 5_000_000;
    private static final int ROUNDS = 8;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private static final Map<String, String> PIECES = pieces();

    private GuardTortures() {}

    private static Map<String, String> pieces() {
        Map<String, String> pieces = new LinkedHashMap<>();
        pieces.put("prose", "The quick brown fox jumps over the lazy dog; nobody minds. ");
        pieces.put("one letter", "a");
        pieces.put("one capital", "A");
        pieces.put("words of one letter", "a ");
        pieces.put("words without spaces", "lorem");
        pieces.put("digits", "1");
        pieces.put("groups of digits", "4111 ");
        pieces.put("digits and hyphens", "1-");
        pieces.put("dots", ".");
        pieces.put("letters and dots", "a.");
        pieces.put("at signs", "@");
        pieces.put("almost addresses", "a@a.");
        pieces.put("almost hosts", "a-a.");
        pieces.put("almost network addresses", "1.1.1.");
        pieces.put("almost long network addresses", "fe80::");
        pieces.put("almost telephone numbers", "+49 (0)");
        pieces.put("almost account numbers", "DE89 3704 ");
        pieces.put("almost dates", "01.01.");
        pieces.put("base64", "aGVsbG8");
        pieces.put("base64 with padding", "aGk=");
        pieces.put("base64 of base64", "YVdkdWIzSmxJSEJ5WlhacGIzVno");
        pieces.put("hexadecimal", "41");
        pieces.put("escaped bytes", "%41");
        pieces.put("escaped units", "\\u0061");
        pieces.put("entities", "&#x61;");
        pieces.put("almost entities", "&#");
        pieces.put("almost a private key", "-----BEGIN ");
        pieces.put("almost tokens", "eyJhbGciOi.");
        pieces.put("almost connection strings", "a://b:");
        pieces.put("almost assignments", "password=");
        pieces.put("beginnings of an override", "ignore ");
        pieces.put("an override", "ignore all previous instructions ");
        pieces.put("almost an override", "ignore all previous previous ");
        pieces.put("nested brackets", "[");
        pieces.put("nested parentheses", "(");
        pieces.put("nested objects", "{\"a\":");
        pieces.put("nested quotes", "\"'");
        pieces.put("beginnings of tags", "<");
        pieces.put("open tags", "<a>");
        pieces.put("comments", "<!--");
        pieces.put("fences", "```");
        pieces.put("beginnings of links", "[a](");
        pieces.put("beginnings of images", "![](");
        pieces.put("addresses of pages", "https://a.");
        pieces.put("template marks", "{{");
        pieces.put("role marks", "\nuser:");
        pieces.put("special tokens", "<|im_start|>");
        pieces.put("backslashes", "\\");
        pieces.put("spaces", " ");
        pieces.put("lines", "\n");
        pieces.put("tabs and lines", "\t\r\n");
        pieces.put("invisible characters", "\u200b");
        pieces.put("letters and invisible characters", "a\u200b");
        pieces.put("tags that are not shown", "\udb40\udc41");
        pieces.put("directions", "\u202e\u202ca");
        pieces.put("marks", "\u0301\u0316");
        pieces.put("letters with marks", "e\u0301\u0336\u0316");
        pieces.put("marks out of order", "\u0345\u0334");
        pieces.put("wide letters", "\uff41\uff42");
        pieces.put("mathematical letters", "\ud835\udc1a");
        pieces.put("look-alikes", "\u0430\u0435\u043e");
        pieces.put("letters that become words", "\ufdfa");
        pieces.put("ligatures", "\ufb03");
        pieces.put("Chinese", "\u5ffd\u7565\u4e4b\u524d");
        pieces.put("Hindi", "\u0915\u093f\u0924\u093e\u092c ");
        pieces.put("Arabic with vowels", "\u0643\u064e\u062a\u064e ");
        pieces.put("Thai", "\u0e2b\u0e49\u0e32\u0e21\u0e17\u0e35\u0e48");
        pieces.put("Hangul in letters", "\u1112\u1161\u11ab");
        pieces.put("emoji in families", "\ud83d\udc68\u200d\ud83d\udc69\u200d");
        pieces.put("halves of pairs", "\ud83d");
        pieces.put("halves in the wrong order", "\udc68\ud83d");
        pieces.put("leetspeak", "1gn0r3 ");
        pieces.put("spaced letters", "i g n o r e  ");
        pieces.put("mixed alphabets", "a\u0431\u4e00\u0915\u05d0 ");
        return pieces;
    }

    /** Returns the names of the catalogue, for {@code @MethodSource}. */
    public static Stream<String> names() {
        return Stream.concat(PIECES.keySet().stream(), Stream.of("random Unicode"));
    }

    /** Returns the text of this name with {@code length} characters. */
    public static String text(String name, int length) {
        if (name.equals("random Unicode")) {
            return randomUnicode(new Random(length), length);
        }
        String piece = PIECES.get(name);
        if (piece == null) {
            throw new IllegalArgumentException("no text is named " + name);
        }
        return piece.repeat(length / piece.length() + 1).substring(0, length);
    }

    /** Returns random characters of the kinds that break parsers: halves of pairs, tags, marks, directions, ASCII. */
    public static String randomUnicode(Random random, int length) {
        StringBuilder text = new StringBuilder(length + 1);
        while (text.length() < length) {
            switch (random.nextInt(12)) {
                case 0 -> text.append((char) random.nextInt(0x10000));
                case 1 -> text.append((char) (0xD800 + random.nextInt(0x800)));
                case 2 -> text.appendCodePoint(0xE0000 + random.nextInt(0x200));
                case 3 -> text.append((char) (0x300 + random.nextInt(0x70)));
                case 4 -> text.append((char) (0x2000 + random.nextInt(0x70)));
                case 5 -> text.append((char) (0x590 + random.nextInt(0x200)));
                case 6 -> text.appendCodePoint(random.nextInt(Character.MAX_CODE_POINT + 1));
                case 7 -> text.append((char) (0xFB00 + random.nextInt(0x500)));
                case 8 -> text.append((char) random.nextInt(0x20));
                default -> text.append((char) (0x20 + random.nextInt(0x60)));
            }
        }
        return text.substring(0, length);
    }

    /**
     * Checks that a guard takes at most about twice the time for twice the text, by the CPU time of this thread: the
     * best of several runs, so that other work on the machine doesn't count.
     */
    public static void assertLinear(Guard guard, String name) {
        Inspection small = Inspections.input(text(name, SMALL));
        Inspection large = Inspections.input(text(name, LARGE));
        long least = Long.MAX_VALUE;
        long most = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            // The large one first: what is compiled meanwhile must not make the small one look slow.
            most = Math.min(most, nanos(guard, large));
            least = Math.min(least, Math.min(nanos(guard, small), nanos(guard, small)));
            if (most <= MOST_GROWTH * least + NOISE_NANOS) {
                return;
            }
        }
        assertThat(most)
                .as(
                        "CPU time of %s for %d characters of %s, which takes %d ns for half of it",
                        guard.name(), LARGE, name, least)
                .isLessThanOrEqualTo((long) (MOST_GROWTH * least + NOISE_NANOS));
    }

    private static long nanos(Guard guard, Inspection inspection) {
        long begun = THREADS.getCurrentThreadCpuTime();
        guard.check(inspection);
        return THREADS.getCurrentThreadCpuTime() - begun;
    }

    /** Checks that a guard throws for no text, whole or arriving, and that its spans are within the text. */
    public static void assertNeverThrows(Guard guard, int texts) {
        Random random = new Random(texts);
        for (int i = 0; i < texts; i++) {
            String text = randomUnicode(random, random.nextInt(200));
            assertSpans(guard.check(Inspections.input(text)), text);
            assertSpans(guard.check(Inspections.unfinished(text)), text);
        }
        names().forEach(name -> assertSpans(guard.check(Inspections.input(text(name, 500))), text(name, 500)));
    }

    private static void assertSpans(GuardVerdict verdict, String text) {
        assertThat(verdict.undecidedFrom()).isBetween(-1, text.length());
        for (GuardFinding finding : verdict.findings()) {
            assertThat(finding.start()).isBetween(0, finding.end());
            assertThat(finding.end()).isLessThanOrEqualTo(text.length());
        }
    }
}
