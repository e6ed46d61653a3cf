package dev.aigw.routing.guard.injection;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Brings a text into the form that rules and classifier read: small letters, compatibility forms and accents folded,
 * look-alikes of Latin letters replaced where they stand among Latin ones, invisible characters dropped. Then looks for
 * disguises and payloads, and adds a {@link View} for each.
 *
 * <p>Takes time in proportion to the length of the text. A text of ASCII characters costs one copy.
 */
final class TextNormalizer {

    /** Payloads within payloads are decoded to this depth. */
    private static final int MAXIMUM_DEPTH = 3;

    private static final int MINIMUM_SPACED_LETTERS = 5;
    private static final int MINIMUM_LEET_WORDS = 1;
    private static final String LEET = "oizeasgtb";

    private TextNormalizer() {}

    /** Returns the views of {@code text}, the plain one first. */
    static List<View> views(String text) {
        List<View> views = new ArrayList<>(2);
        Folding folding = fold(text, View.Kind.PLAIN, null, -1, -1);
        views.add(folding.view());
        if (folding.hidden() != null) {
            views.add(View.of(View.Kind.INVISIBLE, folding.hidden().toCharArray(), 0, text.length()));
        }
        undisguise(folding.view(), views);
        int[] budget = {text.length() + 64};
        decode(text, -1, -1, 1, budget, views);
        return views;
    }

    /** Returns the plain form of {@code text} alone. */
    static char[] plain(String text) {
        View view = fold(text, View.Kind.PLAIN, null, -1, -1).view();
        return view.length == view.chars.length ? view.chars : Arrays.copyOf(view.chars, view.length);
    }

    /** Returns the letters of {@code view} moved by half the alphabet. */
    static View rot13(View view) {
        char[] chars = view.chars.clone();
        int[] map = new int[view.length];
        for (int i = 0; i < view.length; i++) {
            char c = chars[i];
            if (c >= 'a' && c <= 'z') {
                chars[i] = (char) ('a' + (c - 'a' + 13) % 26);
            }
            map[i] = view.originalStart(i);
        }
        return View.mapped(View.Kind.DECODED, chars, view.length, map, false);
    }

    /** Returns {@code view} from its end to its beginning. */
    static View reversed(View view) {
        char[] chars = new char[view.length];
        for (int i = 0; i < view.length; i++) {
            chars[i] = view.chars[view.length - 1 - i];
        }
        return View.of(View.Kind.UNDISGUISED, chars, 0, view.originalEnd(view.length));
    }

    private record Folding(View view, @Nullable String hidden) {}

    private static Folding fold(String text, View.Kind kind, int @Nullable [] origin, int start, int end) {
        int length = text.length();
        char[] chars = new char[length];
        int i = 0;
        for (; i < length; i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                break;
            }
            chars[i] = c >= 'A' && c <= 'Z' ? (char) (c + 32) : c;
        }
        if (i == length && origin == null) {
            return new Folding(kind == View.Kind.PLAIN ? View.same(chars) : View.of(kind, chars, start, end), null);
        }
        return new Fold(text, chars, i, origin).finish(kind, start, end);
    }

    /** The slow path: some characters are dropped, others become several. */
    private static final class Fold {

        private final String text;
        private final int @Nullable [] origin;
        private char[] chars;
        private int[] map;
        private int length;
        private boolean lookAlikes;
        private @Nullable StringBuilder hidden;

        Fold(String text, char[] chars, int done, int @Nullable [] origin) {
            this.text = text;
            this.origin = origin;
            this.chars = chars;
            this.length = done;
            this.map = new int[chars.length];
            for (int i = 0; i < done; i++) {
                map[i] = origin == null ? i : origin[i];
            }
        }

        Folding finish(View.Kind kind, int start, int end) {
            for (int i = length; i < text.length(); i++) {
                int from = origin == null ? i : origin[i];
                char c = text.charAt(i);
                String folded;
                if (Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1))) {
                    int point = Character.toCodePoint(c, text.charAt(i + 1));
                    i++;
                    if (point >= 0xE0000 && point <= 0xE007F) {
                        hide(point);
                        continue;
                    }
                    folded = Letters.folded(point);
                    if (folded == null) {
                        put(c, from);
                        put(text.charAt(i), from);
                        continue;
                    }
                } else if (c < 0x80) {
                    put(c >= 'A' && c <= 'Z' ? (char) (c + 32) : c, from);
                    continue;
                } else {
                    folded = Letters.folded(c);
                    if (folded == null) {
                        lookAlikes |= Letters.latin(c) != 0;
                        put(
                                Letters.latin(c) != 0 && Character.isUpperCase(c)
                                        ? Letters.latin(c)
                                        : Character.toLowerCase(c),
                                from);
                        continue;
                    }
                }
                for (int k = 0; k < folded.length(); k++) {
                    lookAlikes |= Letters.latin(folded.charAt(k)) != 0;
                    put(folded.charAt(k), from);
                }
            }
            if (lookAlikes) {
                replaceLookAlikes();
            }
            View view = kind == View.Kind.PLAIN || origin != null
                    ? View.mapped(kind, chars, length, map, false)
                    : View.of(kind, Arrays.copyOf(chars, length), start, end);
            return new Folding(view, hidden == null || hidden.length() < 4 ? null : hidden.toString());
        }

        private void put(char c, int from) {
            if (length == chars.length) {
                chars = Arrays.copyOf(chars, length * 2 + 8);
                map = Arrays.copyOf(map, length * 2 + 8);
            }
            chars[length] = c;
            map[length++] = from;
        }

        private void hide(int point) {
            if (hidden == null) {
                hidden = new StringBuilder();
            }
            if (point >= 0xE0020 && point < 0xE007F) {
                hidden.append(Character.toLowerCase((char) (point - 0xE0000)));
            }
        }

        /** Replaces look-alikes in words that have Latin letters too, and in whole words where the text is Latin. */
        private void replaceLookAlikes() {
            int latin = 0;
            int other = 0;
            for (int i = 0; i < length; i++) {
                if (chars[i] >= 'a' && chars[i] <= 'z') {
                    latin++;
                } else if (chars[i] >= 0x370 && Letters.latin(chars[i]) == 0 && Letters.isWord(chars[i])) {
                    other++;
                }
            }
            for (int i = 0; i < length; i++) {
                int begin = i;
                int latinHere = 0;
                int otherHere = 0;
                int alike = 0;
                while (i < length && (Letters.isWord(chars[i]) || Letters.latin(chars[i]) != 0)) {
                    char c = chars[i++];
                    if (c >= 'a' && c <= 'z') {
                        latinHere++;
                    } else if (Letters.latin(c) != 0) {
                        alike++;
                    } else if (c >= 0x80) {
                        otherHere++;
                    }
                }
                if (alike > 0 && otherHere == 0 && (latinHere > 0 || latin > other)) {
                    for (int k = begin; k < i; k++) {
                        char looks = Letters.latin(chars[k]);
                        chars[k] = looks == 0 ? chars[k] : looks;
                    }
                }
            }
        }
    }

    /** Adds views without leetspeak and markup within words, and of letters that are written apart. */
    private static void undisguise(View plain, List<View> views) {
        char[] chars = plain.chars;
        int length = plain.length;
        int leetWords = 0;
        boolean joined = false;
        int single = 0;
        int mostSingle = 0;
        for (int i = 0; i < length; i++) {
            char c = chars[i];
            if (isLetter(c)) {
                int begin = i;
                int end = leetEnd(chars, begin, length);
                int letters = 0;
                int others = 0;
                for (; i < end; i++) {
                    if (isLetter(chars[i])) {
                        letters++;
                    } else {
                        others++;
                    }
                }
                if (others > 0 && letters >= 2 && letters + others >= 4) {
                    leetWords++;
                }
                single = end - begin == 1 ? single + 1 : 0;
                mostSingle = Math.max(mostSingle, single);
                i--;
            } else if (isLeet(c)) {
                int end = leetEnd(chars, i, length);
                boolean word = false;
                for (int k = i; k < end; k++) {
                    word |= isLetter(chars[k]);
                }
                if (word && end - i >= 3) {
                    leetWords++;
                }
                i = end - 1;
                single = 0;
            } else if ((c == '<' || c == '*') && i > 0 && isLetter(chars[i - 1])) {
                joined |= markupEnd(chars, i, length) > i;
            }
        }
        if (leetWords >= MINIMUM_LEET_WORDS || joined) {
            views.add(withoutLeet(plain, leetWords >= MINIMUM_LEET_WORDS));
        }
        if (mostSingle >= MINIMUM_SPACED_LETTERS) {
            views.add(closed(plain));
        }
    }

    private static int leetEnd(char[] chars, int from, int length) {
        int i = from;
        while (i < length && (isLetter(chars[i]) || isLeet(chars[i]))) {
            i++;
        }
        while (i > from && chars[i - 1] == '!') {
            i--;
        }
        return Math.max(i, from + 1);
    }

    private static boolean isLetter(char c) {
        return c >= 'a' && c <= 'z';
    }

    private static boolean isLeet(char c) {
        return (c >= '0' && c <= '9') || c == '@' || c == '$' || c == '!' || c == '|';
    }

    private static char unleet(char c) {
        return switch (c) {
            case '@' -> 'a';
            case '$' -> 's';
            case '!', '|' -> 'i';
            default -> c >= '0' && c <= '8' ? LEET.charAt(c - '0') : c == '9' ? 'g' : c;
        };
    }

    /** Returns where markup ends that begins at {@code from} within a word, or {@code from} if none does. */
    private static int markupEnd(char[] chars, int from, int length) {
        int i = from;
        if (chars[i] == '*') {
            while (i < length && chars[i] == '*' && i - from < 4) {
                i++;
            }
            return i < length && isLetter(chars[i]) ? i : from;
        }
        int bound = Math.min(length, from + 200);
        if (i + 1 >= bound || (chars[i + 1] != '/' && chars[i + 1] != '!' && !isLetter(chars[i + 1]))) {
            return from;
        }
        while (i < bound && chars[i] != '>') {
            i++;
        }
        return i + 1 < bound && (isLetter(chars[i + 1]) || chars[i + 1] == '<') ? i + 1 : from;
    }

    private static View withoutLeet(View plain, boolean leet) {
        char[] chars = new char[plain.length];
        int[] map = new int[plain.length];
        int length = 0;
        for (int i = 0; i < plain.length; i++) {
            char c = plain.chars[i];
            if ((c == '<' || c == '*') && i > 0 && (isLetter(plain.chars[i - 1]) || plain.chars[i - 1] == '>')) {
                int end = markupEnd(plain.chars, i, plain.length);
                if (end > i) {
                    i = end - 1;
                    continue;
                }
            }
            if (leet && (isLetter(c) || isLeet(c))) {
                int end = leetEnd(plain.chars, i, plain.length);
                boolean word = false;
                for (int k = i; k < end; k++) {
                    word |= isLetter(plain.chars[k]);
                }
                for (; i < end; i++) {
                    map[length] = plain.originalStart(i);
                    chars[length++] = word || end - i == 1 ? unleet(plain.chars[i]) : plain.chars[i];
                }
                i--;
                continue;
            }
            map[length] = plain.originalStart(i);
            chars[length++] = c;
        }
        return View.mapped(View.Kind.UNDISGUISED, chars, length, map, false);
    }

    /** Joins letters that are written apart; where all of them are, words are no longer apart. */
    private static View closed(View plain) {
        char[] chars = new char[plain.length];
        int[] map = new int[plain.length];
        int length = 0;
        int separators = 0;
        for (int i = 0; i < plain.length; i++) {
            boolean word = Letters.isWord(plain.chars[i]);
            separators = word ? 0 : separators + 1;
            if (word || !isAlone(plain, i - separators) || separators > 1 || !isAlone(plain, i + 1)) {
                map[length] = plain.originalStart(i);
                chars[length++] = plain.chars[i];
            }
        }
        return View.mapped(View.Kind.UNDISGUISED, chars, length, map, true);
    }

    /** Returns whether a letter stands at {@code i} with none beside it. */
    private static boolean isAlone(View view, int i) {
        return i >= 0
                && i < view.length
                && Letters.isWord(view.chars[i])
                && (i == 0 || !Letters.isWord(view.chars[i - 1]))
                && (i + 1 == view.length || !Letters.isWord(view.chars[i + 1]));
    }

    private static void decode(String text, int start, int end, int depth, int[] budget, List<View> views) {
        if (depth > MAXIMUM_DEPTH) {
            return;
        }
        for (Payloads.Payload payload : Payloads.find(text)) {
            String decoded = payload.text;
            if (decoded.length() > budget[0]) {
                return;
            }
            budget[0] -= decoded.length();
            int from = start < 0 ? payload.start : start;
            int to = start < 0 ? payload.end : end;
            Folding folding = fold(decoded, View.Kind.DECODED, start < 0 ? payload.map : null, from, to);
            views.add(folding.view());
            undisguise(folding.view(), views);
            decode(decoded, from, to, depth + 1, budget, views);
        }
    }
}
