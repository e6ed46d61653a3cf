package dev.aigw.routing.guard.sensitive;

import java.util.ArrayList;
import java.util.List;

/**
 * The shape of a token: literals and runs of characters of one class each. It is written as a regular expression of a
 * small subset: literals, groups of literals such as {@code (live|test)}, classes such as {@code [0-9a-f_-]} with
 * {@code {32}}, {@code {20,40}}, {@code {20,}}, {@code +} or {@code ?}, and {@code \d}, {@code \w}. Immutable.
 *
 * <p>A run takes as many characters as it can and gives none back, so matching never tries twice. A literal, the
 * anchor, says where to look; what stands before it is matched backwards.
 */
final class SecretPattern {

    private static final int MOST = 16_384;

    private sealed interface Part permits Literal, Run {}

    private record Literal(List<String> options) implements Part {}

    private record Run(long low, long high, int least, int most) implements Part {
        boolean has(char c) {
            return c < 64 ? (low >>> c & 1) != 0 : c < 128 && (high >>> (c - 64) & 1) != 0;
        }
    }

    private final List<Part> parts;
    private final int anchor;

    private SecretPattern(List<Part> parts) {
        this.parts = List.copyOf(parts);
        int best = -1;
        int longest = 0;
        for (int i = 0; i < parts.size(); i++) {
            if (parts.get(i) instanceof Literal literal) {
                int shortest = MOST;
                for (String option : literal.options()) {
                    shortest = Math.min(shortest, option.length());
                }
                // A literal at the beginning that is long enough is the cheapest to look for.
                if (shortest > longest && (best != 0 || longest < 3)) {
                    best = i;
                    longest = shortest;
                }
            }
        }
        this.anchor = best;
    }

    /**
     * Reads a pattern.
     *
     * @throws IllegalArgumentException if it is not of the subset; the message names the place
     */
    static SecretPattern parse(String text) {
        return new Reader(text).read();
    }

    /** Returns the literals to look for; empty for a pattern of runs alone. */
    List<String> anchors() {
        return anchor < 0 ? List.of() : ((Literal) parts.get(anchor)).options();
    }

    /** Returns how many characters before the variable part are always the same, if the anchor is the beginning. */
    int fixedPrefix(int anchorLength) {
        return anchor == 0 ? anchorLength : 0;
    }

    /**
     * Matches around an anchor that stands from {@code from} to {@code to}.
     *
     * @return the beginning in the upper and the end in the lower half; -1 where it does not match
     */
    long match(String text, int from, int to) {
        if (!isAnchor(text, from, to)) {
            return -1;
        }
        int start = from;
        for (int i = anchor - 1; i >= 0; i--) {
            start = back(text, start, parts.get(i));
            if (start < 0) {
                return -1;
            }
        }
        if (parts.get(0) instanceof Run run
                && start > 0
                && run.has(text.charAt(start - 1))
                && !SecretWord.isEscape(text, start)) {
            return -1;
        }
        int end = forward(text, to, anchor + 1);
        return end < 0 ? -1 : (long) start << 32 | end;
    }

    /** The search finds anchors in any case; the shape has them in one. */
    private boolean isAnchor(String text, int from, int to) {
        for (String option : anchors()) {
            if (option.length() == to - from && text.startsWith(option, from)) {
                return true;
            }
        }
        return false;
    }

    /** Matches at a place and returns the end; -1 where it does not match. */
    int matchAt(String text, int at) {
        return forward(text, at, 0);
    }

    private int forward(String text, int at, int firstPart) {
        int end = at;
        for (int i = firstPart; i < parts.size(); i++) {
            end = forward(text, end, parts.get(i));
            if (end < 0) {
                return -1;
            }
        }
        if (parts.get(parts.size() - 1) instanceof Run run && end < text.length() && run.has(text.charAt(end))) {
            return -1;
        }
        return end;
    }

    private static int forward(String text, int at, Part part) {
        if (part instanceof Run run) {
            int end = at;
            int bound = Math.min(text.length(), at + run.most());
            while (end < bound && run.has(text.charAt(end))) {
                end++;
            }
            return end - at < run.least() ? -1 : end;
        }
        for (String option : ((Literal) part).options()) {
            if (text.startsWith(option, at)) {
                return at + option.length();
            }
        }
        return -1;
    }

    private static int back(String text, int at, Part part) {
        if (part instanceof Run run) {
            int start = at;
            int bound = Math.max(0, at - run.most());
            while (start > bound && run.has(text.charAt(start - 1))) {
                start--;
            }
            return at - start < run.least() ? -1 : start;
        }
        for (String option : ((Literal) part).options()) {
            if (text.startsWith(option, at - option.length())) {
                return at - option.length();
            }
        }
        return -1;
    }

    /** Reads the notation. */
    private static final class Reader {

        private final String text;
        private int at;

        Reader(String text) {
            this.text = text;
        }

        SecretPattern read() {
            List<Part> parts = new ArrayList<>();
            StringBuilder literal = new StringBuilder();
            while (at < text.length()) {
                char c = text.charAt(at);
                if (c == '(') {
                    flush(parts, literal);
                    parts.add(group());
                } else if (c == '[' || (c == '\\' && "dw".indexOf(peek(1)) >= 0)) {
                    flush(parts, literal);
                    parts.add(run());
                } else {
                    char plain = plain();
                    if (peek(0) == '?') {
                        at++;
                        flush(parts, literal);
                        long[] set = new long[2];
                        add(set, plain, plain);
                        parts.add(new Run(set[0], set[1], 0, 1));
                    } else {
                        literal.append(plain);
                    }
                }
            }
            flush(parts, literal);
            if (parts.isEmpty()) {
                throw wrong("is empty");
            }
            return new SecretPattern(parts);
        }

        private static void flush(List<Part> parts, StringBuilder literal) {
            if (literal.length() > 0) {
                parts.add(new Literal(List.of(literal.toString())));
                literal.setLength(0);
            }
        }

        private char peek(int ahead) {
            return at + ahead < text.length() ? text.charAt(at + ahead) : 0;
        }

        private char plain() {
            char c = text.charAt(at++);
            if (c == '\\') {
                if (at == text.length()) {
                    throw wrong("ends with a backslash");
                }
                return text.charAt(at++);
            }
            if ("*+?{}|)]^$.".indexOf(c) >= 0) {
                throw wrong("has \"" + c + "\" at " + (at - 1) + ": put a backslash before it if it is meant literally;"
                        + " other uses are not supported");
            }
            return c;
        }

        private Literal group() {
            at++;
            List<String> options = new ArrayList<>();
            StringBuilder option = new StringBuilder();
            while (peek(0) != ')') {
                if (at >= text.length()) {
                    throw wrong("has a group without its end");
                }
                if (peek(0) == '|') {
                    at++;
                    options.add(option.toString());
                    option.setLength(0);
                } else {
                    option.append(plain());
                }
            }
            at++;
            options.add(option.toString());
            for (String each : options) {
                if (each.isEmpty()) {
                    throw wrong("has an empty literal in a group");
                }
            }
            return new Literal(List.copyOf(options));
        }

        private Run run() {
            long[] set = new long[2];
            if (peek(0) == '\\') {
                named(set);
            } else {
                at++;
                while (peek(0) != ']') {
                    if (at >= text.length()) {
                        throw wrong("has a class without its end");
                    }
                    if (peek(0) == '\\' && "dw".indexOf(peek(1)) >= 0) {
                        named(set);
                        continue;
                    }
                    char from = classCharacter();
                    if (peek(0) == '-' && peek(1) != ']' && peek(1) != 0) {
                        at++;
                        add(set, from, classCharacter());
                    } else {
                        add(set, from, from);
                    }
                }
                at++;
            }
            return quantified(set);
        }

        private char classCharacter() {
            char c = text.charAt(at++);
            return c == '\\' && at < text.length() ? text.charAt(at++) : c;
        }

        private void named(long[] set) {
            at++;
            add(set, '0', '9');
            if (text.charAt(at++) == 'w') {
                add(set, 'a', 'z');
                add(set, 'A', 'Z');
                add(set, '_', '_');
            }
        }

        private void add(long[] set, char from, char to) {
            if (from > to || to >= 128) {
                throw wrong("has a class with the range " + from + "-" + to + ": use ASCII characters, in order");
            }
            for (int c = from; c <= to; c++) {
                set[c >> 6] |= 1L << (c & 63);
            }
        }

        private Run quantified(long[] set) {
            int least = 1;
            int most = 1;
            if (peek(0) == '+') {
                at++;
                most = MOST;
            } else if (peek(0) == '?') {
                at++;
                least = 0;
            } else if (peek(0) == '{') {
                at++;
                least = number();
                most = least;
                if (peek(0) == ',') {
                    at++;
                    most = peek(0) == '}' ? MOST : number();
                }
                if (peek(0) != '}' || most < least || most > MOST) {
                    throw wrong("has a repetition that is not {n}, {n,} or {n,m} with at most " + MOST);
                }
                at++;
            }
            return new Run(set[0], set[1], least, most);
        }

        private int number() {
            int from = at;
            while (Character.isDigit(peek(0)) && at - from < 5) {
                at++;
            }
            if (from == at) {
                throw wrong("has a repetition without a number at " + at);
            }
            return Integer.parseInt(text.substring(from, at));
        }

        private IllegalArgumentException wrong(String what) {
            return new IllegalArgumentException("the pattern \"" + text + "\" " + what);
        }
    }
}
