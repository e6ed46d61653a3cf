package dev.aigw.routing.guard.output;

import java.util.Locale;
import java.util.Set;

/**
 * Finds what leads out of a text that may be shown as Markdown or HTML: images, links, tags, addresses. Takes time in
 * proportion to the text. For one thread, and one text.
 */
final class LinkScanner {

    private static final int MOST_LABEL = 1000;
    private static final int MOST_ADDRESS = 2048;
    private static final int MOST_TAG = 4096;
    private static final int MOST_SCHEME = 32;
    private static final Set<String> LINKING = Set.of("a", "area");

    /** What the application thinks of a destination. */
    interface Judge {
        /**
         * Reports a destination.
         *
         * @param image whether it is loaded without a click
         * @param start where the piece begins that is replaced if the destination is refused
         * @param end where the text goes on behind it
         * @param removed what is put there
         * @return whether it was refused
         */
        boolean refuses(String destination, boolean image, int start, int end, String removed);

        /** Returns whether more of an address that goes to an allowed host does not matter. */
        boolean allows(String destination);

        /** Reports an image whose address stands elsewhere, and perhaps in text to come. */
        void byReference(int mark, String label);
    }

    private final String text;
    private final boolean complete;
    private final Judge judge;
    private int undecided;

    LinkScanner(String text, boolean complete, Judge judge) {
        this.text = text;
        this.complete = complete;
        this.judge = judge;
        this.undecided = text.length();
    }

    /** Scans all, and returns from where on more text may change what was found. */
    int scan() {
        int i = 0;
        while (i < text.length()) {
            int next = switch (text.charAt(i)) {
                case '!' -> image(i);
                case ']' -> destination(i);
                case '<' -> tag(i);
                case ':' -> address(i);
                case 'w', 'W' -> www(i);
                default -> i + 1;
            };
            i = Math.max(next, i + 1);
        }
        holdScheme();
        return undecided;
    }

    private int undecided(int from) {
        undecided = Math.min(undecided, from);
        return -1;
    }

    private boolean isAt(int index, char c) {
        return index < text.length() && text.charAt(index) == c;
    }

    /** Holds back a word at the end that may become a scheme. */
    private void holdScheme() {
        int end = text.length();
        while (end > 0 && text.length() - end < 3 && ":/\\".indexOf(text.charAt(end - 1)) >= 0) {
            end--;
        }
        int start = schemeStart(end);
        if (start < end) {
            undecided(start);
        }
    }

    /** Returns where the word begins that ends here and may be a scheme; {@code end} if there is none. */
    private int schemeStart(int end) {
        int start = end;
        while (start > 0 && end - start < MOST_SCHEME && isScheme(text.charAt(start - 1))) {
            start--;
        }
        while (start < end && !isLetter(text.charAt(start))) {
            start++;
        }
        return start;
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private static boolean isScheme(char c) {
        return isLetter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
    }

    private static boolean isSlash(char c) {
        return c == '/' || c == '\\';
    }

    /** Takes {@code ![…]}, which begins an image. */
    private int image(int mark) {
        if (mark + 1 == text.length()) {
            return undecided(mark);
        }
        if (!isAt(mark + 1, '[')) {
            return mark + 1;
        }
        int close = closing(mark + 1);
        if (close == text.length() || (close > 0 && close + 1 == text.length())) {
            return undecided(mark);
        }
        if (close < 0) {
            return mark + 2;
        }
        if (isAt(close + 1, '(')) {
            Inline inline = inline(close + 1);
            if (inline.end < 0) {
                return inline.open ? undecided(mark) : close + 1;
            }
            judge.refuses(inline.destination, true, mark, inline.end, "[image removed]");
            return inline.end;
        }
        int label = isAt(close + 1, '[') ? closing(close + 1) : -1;
        if (label == text.length()) {
            return undecided(mark);
        }
        String named = label > close + 2 ? text.substring(close + 2, label) : text.substring(mark + 2, close);
        judge.byReference(mark, named);
        return mark + 2;
    }

    /** Returns where a bracket closes; the text's end if it may close later, -1 if it does not. */
    private int closing(int open) {
        int depth = 0;
        int most = Math.min(text.length(), open + MOST_LABEL);
        for (int i = open; i < most; i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '[') {
                depth++;
            } else if (c == ']' && --depth == 0) {
                return i;
            } else if (c == '\n' && isAt(i + 1, '\n')) {
                return -1;
            }
        }
        return most < open + MOST_LABEL ? text.length() : -1;
    }

    /**
     * What is in the parentheses behind a bracket.
     *
     * @param end where the text goes on; -1 if it is no destination
     * @param open whether it may become one
     */
    private record Inline(String destination, int end, boolean open) {
        static final Inline NONE = new Inline("", -1, false);
        static final Inline OPEN = new Inline("", -1, true);
    }

    private Inline inline(int parenthesis) {
        int i = skipBlanks(parenthesis + 1);
        if (i == text.length()) {
            return Inline.OPEN;
        }
        boolean angled = text.charAt(i) == '<';
        int start = angled ? i + 1 : i;
        int end = angled ? angledEnd(start) : destinationEnd(start);
        if (end == text.length()) {
            return Inline.OPEN;
        }
        if (end < 0) {
            return Inline.NONE;
        }
        int close = closingParenthesis(angled ? end + 1 : end);
        return close == text.length()
                ? Inline.OPEN
                : close < 0 ? Inline.NONE : new Inline(text.substring(start, end), close + 1, false);
    }

    private int skipBlanks(int from) {
        int i = from;
        while (i < text.length() && text.charAt(i) <= ' ' && i - from < MOST_ADDRESS) {
            i++;
        }
        return i;
    }

    private int angledEnd(int start) {
        int most = Math.min(text.length(), start + MOST_ADDRESS);
        for (int i = start; i < most; i++) {
            if (text.charAt(i) == '>') {
                return i;
            }
        }
        return most == text.length() ? most : -1;
    }

    /** Returns where a destination without angles ends: at a blank, or at the parenthesis that closes it. */
    private int destinationEnd(int start) {
        int depth = 0;
        int most = Math.min(text.length(), start + 2 * MOST_ADDRESS);
        for (int i = start; i < most; i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c <= ' ' || (c == ')' && depth-- == 0)) {
                return i;
            } else if (c == '(') {
                depth++;
            }
        }
        return most;
    }

    /** Returns where the parenthesis closes behind a destination and perhaps a title. */
    private int closingParenthesis(int from) {
        char quote = 0;
        int most = Math.min(text.length(), from + MOST_ADDRESS);
        for (int i = from; i < most; i++) {
            char c = text.charAt(i);
            if (quote == 0 && c == ')') {
                return i;
            }
            if (c == quote) {
                quote = 0;
            } else if (quote == 0 && (c == '"' || c == '\'')) {
                quote = c;
            }
        }
        return most == text.length() ? most : -1;
    }

    /** Takes {@code ](…)}, a link, and {@code ]: …}, a definition. */
    private int destination(int bracket) {
        if (isAt(bracket + 1, '(')) {
            Inline inline = inline(bracket + 1);
            if (inline.end < 0) {
                return inline.open ? undecided(bracket + 1) : bracket + 1;
            }
            judge.refuses(inline.destination, false, bracket + 1, inline.end, " (link removed)");
            return inline.end;
        }
        if (!isAt(bracket + 1, ':')) {
            return bracket + 1;
        }
        int start = skipBlanks(bracket + 2);
        if (isAt(start, '<')) {
            start++;
        }
        boolean relative = start + 1 < text.length() && isSlash(text.charAt(start)) && isSlash(text.charAt(start + 1));
        if (start == text.length() || (start + 1 == text.length() && isSlash(text.charAt(start)))) {
            undecided(Math.min(start, text.length()));
        }
        return relative ? bare(start, start) : bracket + 2;
    }

    /** Returns the label of the definition whose destination begins here; empty if there is none. */
    static String label(String text, int start) {
        int i = start;
        while ((i > 0 && text.charAt(i - 1) <= ' ') || (i > 0 && text.charAt(i - 1) == '<')) {
            i--;
        }
        if (i < 3 || text.charAt(i - 1) != ':' || text.charAt(i - 2) != ']') {
            return "";
        }
        for (int open = i - 3; open >= 0 && i - open < MOST_LABEL; open--) {
            if (text.charAt(open) == '[') {
                return text.substring(open + 1, i - 2);
            }
        }
        return "";
    }

    /** Takes an address in the text, at the colon behind its scheme. */
    private int address(int colon) {
        boolean slashes =
                colon + 2 < text.length() && isSlash(text.charAt(colon + 1)) && isSlash(text.charAt(colon + 2));
        int start = schemeStart(colon);
        return slashes && start < colon ? bare(start, colon + 3) : colon + 1;
    }

    private int www(int at) {
        boolean begins = at == 0 || !Character.isLetterOrDigit(text.charAt(at - 1));
        if (!begins || !text.regionMatches(true, at, "www.", 0, 4)) {
            return at + 1;
        }
        return bare(at, at + 4);
    }

    /** Takes an address that begins here and has its host from {@code from} on. */
    private int bare(int start, int from) {
        int end = from;
        int most = Math.min(text.length(), start + MOST_ADDRESS);
        while (end < most && !endsAddress(text.charAt(end))) {
            end++;
        }
        boolean open = !complete && end == text.length();
        int trimmed = trimmed(from, end);
        String written = text.substring(start, trimmed);
        String address = isLetter(text.charAt(start)) && text.regionMatches(true, start, "www.", 0, 4)
                ? "http://" + written
                : written;
        if (open) {
            if (!hasWholeHost(from, end) || !judge.allows(address)) {
                undecided(start);
            }
            return end;
        }
        boolean image = start >= 4 && text.regionMatches(true, skipQuoteBack(start) - 4, "url(", 0, 4);
        judge.refuses(address, image, start, trimmed, "[link removed]");
        return end;
    }

    private int skipQuoteBack(int start) {
        char before = text.charAt(start - 1);
        return before == '"' || before == '\'' ? start - 1 : start;
    }

    private boolean hasWholeHost(int from, int end) {
        for (int i = from; i < end; i++) {
            if ("/?#".indexOf(text.charAt(i)) >= 0) {
                return true;
            }
        }
        return false;
    }

    private static boolean endsAddress(char c) {
        return c <= ' '
                || c == '<'
                || c == '>'
                || c == '"'
                || c == '`'
                || c == '|'
                || c == ']'
                || c == 0x3002
                || c == 0xFF0C
                || Character.isWhitespace(c)
                || Character.isSpaceChar(c);
    }

    /** Returns the end without marks that belong to the sentence. */
    private int trimmed(int from, int end) {
        int depth = 0;
        for (int i = from; i < end; i++) {
            depth += text.charAt(i) == '(' ? 1 : text.charAt(i) == ')' ? -1 : 0;
        }
        int trimmed = end;
        while (trimmed > from) {
            char c = text.charAt(trimmed - 1);
            if (c == ')' && depth < 0) {
                depth++;
            } else if (".,:;!?*_~'".indexOf(c) < 0) {
                break;
            }
            trimmed--;
        }
        return trimmed;
    }

    /** Takes a tag, or an address in angles. */
    private int tag(int open) {
        int i = open + 1;
        if (i < text.length() && !isLetter(text.charAt(i))) {
            return open + 1;
        }
        while (i < text.length() && i - open < MOST_SCHEME && (isScheme(text.charAt(i)) || text.charAt(i) == ':')) {
            if (text.charAt(i) == ':' && isAt(i + 1, '/')) {
                return open + 1; // an address
            }
            i++;
        }
        if (i == text.length()) {
            return complete ? open + 1 : undecided(open);
        }
        if (text.charAt(i) > ' ' && text.charAt(i) != '/' && text.charAt(i) != '>') {
            return open + 1; // as in i<n;
        }
        return new Tag(open, text.substring(open + 1, i).toLowerCase(Locale.ROOT)).read(i);
    }

    /** A tag of HTML. */
    private final class Tag {

        private final int open;
        private final boolean image;
        private final StringBuilder destinations = new StringBuilder();

        Tag(int open, String name) {
            this.open = open;
            this.image = !LINKING.contains(name);
        }

        int read(int from) {
            int i = from;
            int most = Math.min(text.length(), open + MOST_TAG);
            while (i < most && text.charAt(i) != '>') {
                i = attribute(i, most);
            }
            boolean closed = i < most;
            boolean tooLong = most == open + MOST_TAG;
            if (!closed && !complete && !tooLong) {
                return undecided(open);
            }
            int end = closed ? i + 1 : most; // what is shown behind an answer may close its tag
            if (!closed && tooLong) {
                destinations.append("//too-long.invalid "); // what follows cannot be seen in time
            }
            String removed = image ? "[image removed]" : "<a>";
            for (String destination : destinations.toString().split(" ", 0)) {
                if (!destination.isEmpty() && judge.refuses(destination, image, open, end, removed)) {
                    break;
                }
            }
            return end;
        }

        /** Reads a name and perhaps a value, and returns where the tag goes on. */
        private int attribute(int from, int most) {
            int i = from;
            while (i < most && (text.charAt(i) <= ' ' || text.charAt(i) == '/')) {
                i++;
            }
            while (i < most && text.charAt(i) > ' ' && "=>/".indexOf(text.charAt(i)) < 0) {
                i++;
            }
            int equals = i;
            while (equals < most && text.charAt(equals) <= ' ') {
                equals++;
            }
            if (equals >= most || text.charAt(equals) != '=') {
                return Math.max(i, from + (i == from && i < most && text.charAt(i) != '>' ? 1 : 0));
            }
            i = equals + 1;
            while (i < most && text.charAt(i) <= ' ') {
                i++;
            }
            char quote = i < most ? text.charAt(i) : 0;
            boolean quoted = quote == '"' || quote == '\'';
            int start = quoted ? i + 1 : i;
            int end = start;
            while (end < most
                    && (quoted ? text.charAt(end) != quote : text.charAt(end) > ' ' && text.charAt(end) != '>')) {
                end++;
            }
            collect(text.substring(start, end));
            return quoted && end < most ? end + 1 : end;
        }

        /** Notes the addresses in a value: one, several as in srcset, or those in a style. */
        private void collect(String value) {
            for (String word : value.split("[\\s,()'\"]+", 0)) {
                int url = word.toLowerCase(Locale.ROOT).lastIndexOf("url=");
                String address = url < 0 ? word : word.substring(url + 4);
                boolean leadsOut = address.indexOf(':') >= 0
                        || address.indexOf('&') >= 0
                        || (address.length() > 1 && isSlash(address.charAt(0)) && isSlash(address.charAt(1)));
                if (leadsOut) {
                    destinations.append(address).append(' ');
                }
            }
        }
    }
}
