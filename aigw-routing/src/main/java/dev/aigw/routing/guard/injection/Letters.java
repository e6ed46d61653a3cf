package dev.aigw.routing.guard.injection;

import java.text.Normalizer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Folds single characters: compatibility forms to plain ones (NFKD without accents), capital letters to small ones,
 * letters of other scripts that look Latin to the Latin ones.
 */
final class Letters {

    /** A folding that drops the character. */
    static final String NOTHING = "";

    /** Letters that look like a Latin letter, in pairs; from Unicode's confusables.txt, small letters and capitals. */
    private static final String LOOK_ALIKES =
            "аaеeоoрpсcуyхxіiјjѕsһhԁdԛqԝwӏlгrкkмmтtвbнhпnиuьbѵvүyғfԍgոnսuօoցgհhյjզqԼlѡw"
                    + "αaοoνvρpτtυuκkιiεeγyηnχxβbωwϲcϳjσoζzμuδdλl"
                    + "АaВbЕeЅsІiЈjКkМmНhОoРpСcТtУyХxҮyԌgԚqԜwΑaΒbΕeΖzΗhΙiΚkΜmΝnΟoΡpΤtΥyΧxϹc"
                    + "ɑaɡgɩiıiʏyʀrɴnʟlʙbɢgʜhɪiᴀaᴄcᴅdᴇeᴊjᴋkᴍmᴏoᴘpᴛtᴜuᴠvᴡwᴢzꜱsꜰfǃlǀl∣l×xØoøołlđdħhƒfœoæaßsÐd";

    private static final char[] LATIN = new char[0x10000];
    private static final @Nullable String[] FOLDED = new @Nullable String[0x10000];
    private static final @Nullable String[] MATH = new @Nullable String[0x400];
    private static final @Nullable String[] ENCLOSED = new @Nullable String[0x100];

    static {
        for (int i = 0; i < LOOK_ALIKES.length(); i += 2) {
            LATIN[LOOK_ALIKES.charAt(i)] = LOOK_ALIKES.charAt(i + 1);
        }
        for (int c = 0x80; c < 0x10000; c++) {
            if (c < 0x370
                    || (c >= 0x1D00 && c < 0x3040)
                    || (c >= 0x30FF && c < 0x3400)
                    || (c >= 0xA640 && c < 0xA800)
                    || (c >= 0xF900 && c < 0xFB07)
                    || c >= 0xFE00) {
                FOLDED[c] = fold(c);
            }
        }
        Arrays.setAll(MATH, i -> fold(0x1D400 + i));
        Arrays.setAll(ENCLOSED, i -> enclosed(0x1F100 + i));
    }

    private Letters() {}

    /** Returns what {@code c} is folded to, or null if it stays what it is but for its case. */
    static @Nullable String folded(char c) {
        return FOLDED[c];
    }

    /** Returns what a code point above U+FFFF is folded to, or null if it stays what it is. */
    static @Nullable String folded(int codePoint) {
        if (codePoint >= 0x1D400 && codePoint < 0x1D800) {
            return MATH[codePoint - 0x1D400];
        }
        if (codePoint >= 0x1F100 && codePoint < 0x1F200) {
            return ENCLOSED[codePoint - 0x1F100];
        }
        return codePoint >= 0xE0100 && codePoint <= 0xE01EF ? NOTHING : null;
    }

    /** Returns the Latin letter that {@code c} looks like, or 0. */
    static char latin(char c) {
        return LATIN[c];
    }

    /** Returns whether {@code c} is written without spaces between words: Chinese, Japanese. */
    static boolean isIdeograph(char c) {
        return c >= 0x3040 && (c <= 0x30FF || (c >= 0x3400 && c <= 0x9FFF));
    }

    /** Returns whether {@code c} belongs to a word. */
    static boolean isWord(char c) {
        if (c < 0x80) {
            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
        }
        int type = Character.getType(c);
        return Character.isLetterOrDigit(c)
                || type == Character.NON_SPACING_MARK
                || type == Character.COMBINING_SPACING_MARK;
    }

    private static @Nullable String fold(int c) {
        if (isInvisible(c)) {
            return NOTHING;
        }
        String decomposed = Normalizer.normalize(Character.toString(c), Normalizer.Form.NFKD);
        StringBuilder folded = new StringBuilder();
        decomposed.codePoints().forEach(part -> {
            if (Character.getType(part) != Character.NON_SPACING_MARK) {
                folded.appendCodePoint(Character.toLowerCase(part));
            }
        });
        if (Character.isWhitespace(c) || Character.isSpaceChar(c)) {
            return c == 0x85 || c == 0x2028 || c == 0x2029 ? "\n" : " ";
        }
        String result = folded.toString();
        if (c >= 0x2018 && c <= 0x201B) {
            return "'";
        }
        return result.equals(Character.toString(c)) ? null : result;
    }

    private static String enclosed(int c) {
        int letter = c < 0x1F110 ? -1 : (c - 0x1F110) % 0x20;
        String folded = fold(c);
        return folded != null ? folded : letter >= 0 && letter < 26 ? String.valueOf((char) ('a' + letter)) : " ";
    }

    private static boolean isInvisible(int c) {
        return Character.getType(c) == Character.FORMAT
                || (c >= 0xFE00 && c <= 0xFE0F)
                || c == 0x034F
                || c == 0x115F
                || c == 0x1160
                || c == 0x3164
                || c == 0xFFA0
                || c == 0x2800;
    }
}
