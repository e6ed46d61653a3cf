package dev.aigw.routing.guard.output;

import dev.aigw.api.guard.GuardedPart;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether an address carries data of the request away. What it needs of the request it makes when it needs it.
 */
final class CarriedData {

    private static final int PIECE = 32;
    private static final int LONGEST_LABEL = 40;
    private static final int SHORTEST_CODE = 8;
    private static final int MOST_CHARS = 256 * 1024;

    private final List<GuardedPart> request;
    private final int most;
    private @Nullable String text;
    private @Nullable String letters;
    private @Nullable Fingerprint pieces;

    CarriedData(List<GuardedPart> request, int most) {
        this.request = request;
        this.most = most;
    }

    /**
     * Returns whether an address carries data: it is long, or holds a piece of the request, plain or encoded, and does
     * not itself stand in the request.
     */
    boolean isIn(String written, Destination to) {
        String carried = to.user() + to.rest();
        String host = to.host() == null ? "" : to.host();
        boolean empty = carried.length() < SHORTEST_CODE && !hasLongLabel(host);
        return !empty
                && (carried.length() > most || hasLongLabel(host) || isQuoted(carried))
                && !text().contains(written);
    }

    private static boolean hasLongLabel(String host) {
        int start = 0;
        for (int i = 0; i <= host.length(); i++) {
            if (i == host.length() || host.charAt(i) == '.') {
                if (i - start > LONGEST_LABEL) {
                    return true;
                }
                start = i + 1;
            }
        }
        return false;
    }

    private boolean isQuoted(String carried) {
        if (holds(carried)) {
            return true;
        }
        for (Encoded run : Encoded.in(carried.replace('/', ' '))) { // a slash ends a segment here, and is no digit
            if (holds(run.decoded())) {
                return true;
            }
        }
        return false;
    }

    private boolean holds(String carried) {
        Letters address = Letters.joined(carried);
        for (boolean covered : pieces().covered(address)) {
            if (covered) {
                return true;
            }
        }
        int start = 0;
        boolean digit = false;
        for (int i = 0; i <= carried.length(); i++) {
            char c = i == carried.length() ? ' ' : carried.charAt(i);
            if (Character.isLetterOrDigit(c)) {
                digit |= Character.isDigit(c);
                continue;
            }
            if (digit && i - start >= SHORTEST_CODE) {
                String code = Letters.joined(carried.substring(start, i)).text();
                if (letters().contains(code)) {
                    return true;
                }
            }
            start = i + 1;
            digit = false;
        }
        return false;
    }

    private Fingerprint pieces() {
        Fingerprint made = pieces;
        if (made == null) {
            String all = letters();
            made = new Fingerprint(PIECE, all.length());
            made.add(all);
            pieces = made;
        }
        return made;
    }

    private String letters() {
        String made = letters;
        if (made == null) {
            made = Letters.joined(text()).text();
            letters = made;
        }
        return made;
    }

    private String text() {
        String made = text;
        if (made == null) {
            StringBuilder all = new StringBuilder();
            for (GuardedPart part : request) {
                String words = part.text();
                if (words != null && all.length() < MOST_CHARS) {
                    all.append(words, 0, Math.min(words.length(), MOST_CHARS)).append('\n');
                }
            }
            made = all.toString();
            text = made;
        }
        return made;
    }
}
