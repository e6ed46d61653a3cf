package dev.aigw.routing.guard.screening;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A text for patterns: NFKC, with case and white space as written and without what is invisible, and where each unit of
 * it comes from. Immutable.
 */
final class PlainText {

    private final String text;
    private final int @Nullable [] starts;
    private final int @Nullable [] ends;

    private PlainText(String text, int @Nullable [] starts, int @Nullable [] ends) {
        this.text = text;
        this.starts = starts;
        this.ends = ends;
    }

    static PlainText of(String original) {
        if (isPlain(original)) {
            return new PlainText(original, null, null);
        }
        FoldedText folded = FoldedText.cased(original);
        StringBuilder text = new StringBuilder(original.length());
        int[] starts = new int[original.length() + 1];
        int[] ends = new int[original.length() + 1];
        while (folded.next()) {
            int at = text.length();
            if (at == starts.length) {
                starts = Arrays.copyOf(starts, 2 * at);
                ends = Arrays.copyOf(ends, 2 * at);
            }
            starts[at] = folded.start();
            ends[at] = folded.end();
            text.append(folded.unit());
        }
        return new PlainText(text.toString(), starts, ends);
    }

    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (unit > 0x7E || (unit < ' ' && unit != '\n' && unit != '\t' && unit != '\r')) {
                return false;
            }
        }
        return true;
    }

    String text() {
        return text;
    }

    /** Returns where a match that begins at {@code index} begins in the original. */
    int start(int index) {
        return starts == null ? index : starts[index];
    }

    /** Returns where a match that ends in front of {@code index}, which is not 0, ends in the original. */
    int end(int index) {
        return ends == null ? index : ends[index - 1];
    }
}
