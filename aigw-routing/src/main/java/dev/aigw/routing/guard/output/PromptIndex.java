package dev.aigw.routing.guard.output;

import dev.aigw.api.guard.ContentOrigin;
import dev.aigw.api.guard.GuardedPart;
import java.util.List;
import java.util.Optional;

/**
 * The instructions of one request, prepared for finding them in its answer: forwards, backwards and by ROT13. Immutable
 * once made.
 */
final class PromptIndex {

    /** How many letters and digits must be equal before they count: four or five words. */
    static final int PIECE = 24;

    /** How many must be equal before the text is held back. */
    static final int HINT = 8;

    private static final int MOST_CHARS = 64 * 1024;

    private final Fingerprint pieces;
    private final Fingerprint hints;
    private final Fingerprint known;
    private final int length;

    private PromptIndex(Letters prompt, Letters others) {
        this.length = Math.min(prompt.length(), MOST_CHARS);
        String text = prompt.text().substring(0, length);
        String reversed = new StringBuilder(text).reverse().toString();
        String rotated = rot13(text);
        this.pieces = new Fingerprint(PIECE, 3 * length);
        this.hints = new Fingerprint(HINT, 3 * length);
        for (String form : new String[] {text, reversed, rotated}) {
            pieces.add(form);
            hints.add(form);
        }
        int theirs = Math.min(others.length(), MOST_CHARS);
        this.known = new Fingerprint(PIECE, theirs);
        known.add(others.text().substring(0, theirs));
    }

    static String rot13(String text) {
        StringBuilder rotated = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            rotated.append(c >= 'a' && c <= 'z' ? (char) ('a' + (c - 'a' + 13) % 26) : c);
        }
        return rotated.toString();
    }

    /**
     * Returns the index of a request's instructions; empty if they are too short to be recognised.
     *
     * @param least how many letters they must have
     */
    static Optional<PromptIndex> of(List<GuardedPart> request, int least) {
        StringBuilder system = new StringBuilder();
        StringBuilder others = new StringBuilder();
        for (GuardedPart part : request) {
            if (part.text() != null && part.origin() == ContentOrigin.SYSTEM) {
                system.append(part.text()).append('\n');
            } else if (part.text() != null && part.origin() == ContentOrigin.USER) {
                others.append(part.text()).append('\n');
            }
        }
        Letters prompt = Letters.joined(system.toString());
        return prompt.length() < PIECE || prompt.weight() < least
                ? Optional.empty()
                : Optional.of(new PromptIndex(prompt, Letters.joined(others.toString())));
    }

    /** Returns which letters of an answer repeat the instructions, and not what the user wrote. */
    boolean[] repeated(Letters answer) {
        boolean[] repeated = pieces.covered(answer);
        boolean[] theirs = known.covered(answer);
        for (int i = 0; i < repeated.length; i++) {
            repeated[i] &= !theirs[i];
        }
        return repeated;
    }

    /** Returns the index from which on the last letters of an answer may be a beginning of the instructions. */
    int hintFrom(Letters answer) {
        boolean[] hinted = hints.covered(answer);
        int from = answer.length();
        while (from > 0 && hinted[from - 1]) {
            from--;
        }
        return Math.min(from, Math.max(0, answer.length() - (HINT - 1)));
    }
}
