package dev.aigw.api.internal;

import java.util.List;

/**
 * Takes the one JSON value out of what models write around it: a byte order mark, a thought between tags, a Markdown
 * fence, an introduction, a closing remark. What is inside is not repaired: a value with a trailing comma, a comment or
 * quotes of another kind is none, and neither is a part of such a value. Two values that differ are no answer. Takes
 * time in proportion to the text's length.
 */
public final class BareJson {

    private static final List<String> THOUGHTS = List.of("think", "thinking", "thought", "reasoning");
    private static final int SHORTEST_FENCE = 3;

    private final String text;
    private final JsonScanner scanner;
    private int found = -1;
    private int foundEnd;
    private boolean ambiguous;

    private BareJson(String text) {
        this.text = text;
        this.scanner = new JsonScanner(text);
    }

    /** Returns the one JSON value that {@code text} holds, or the text without blanks around it if there is none. */
    public static String of(String text) {
        String stripped = strip(text);
        if (stripped.isEmpty() || new JsonScanner(stripped).valueEnd(0) == stripped.length()) {
            return stripped;
        }
        BareJson bare = new BareJson(stripped);
        bare.find(bare.afterThought());
        if (bare.found < 0 && THOUGHTS.stream().noneMatch(tag -> stripped.startsWith("<" + tag + ">"))) {
            bare.find(0); // the tag stood in a string
        }
        return bare.found < 0 || bare.ambiguous ? stripped : stripped.substring(bare.found, bare.foundEnd);
    }

    private void find(int from) {
        if (scanner.valueEnd(from) == text.length()) {
            add(from, text.length());
            return;
        }
        findFenced(from);
        if (found < 0) {
            findInProse(from);
        }
    }

    private static String strip(String text) {
        int begin = 0;
        int end = text.length();
        while (begin < end && isBlank(text.charAt(begin))) {
            begin++;
        }
        while (end > begin && isBlank(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(begin, end);
    }

    private static boolean isBlank(char c) {
        return c == '\uFEFF' || c == '\u200B' || c == '\u00A0' || Character.isWhitespace(c);
    }

    /**
     * Returns where the text goes on after its thought. Some servers put the opening tag into the prompt, so that the
     * text has only the closing one.
     */
    private int afterThought() {
        int after = 0;
        for (String tag : THOUGHTS) {
            String opening = "<" + tag + ">";
            int close = text.startsWith(opening) || !text.contains(opening) ? text.indexOf("</" + tag + ">") : -1;
            if (close >= 0) {
                after = Math.max(after, close + tag.length() + 3);
            }
        }
        while (after < text.length() && isBlank(text.charAt(after))) {
            after++;
        }
        return after;
    }

    private void findFenced(int from) {
        int at = from;
        while (at < text.length() && !ambiguous) {
            int run = fenceLength(at);
            if (run < SHORTEST_FENCE) {
                at += Math.max(1, run);
                continue;
            }
            int begin = afterLanguage(at + run);
            int end = scanner.valueEnd(begin);
            int close = end < 0 ? -1 : scanner.skipBlanks(end);
            if (close < 0) {
                at += run;
            } else if (close == text.length() || fenceLength(close) >= SHORTEST_FENCE) {
                add(begin, end);
                at = close + fenceLength(close);
            } else {
                at = close;
            }
        }
    }

    private int fenceLength(int at) {
        int end = at;
        if (at < text.length() && (text.charAt(at) == '`' || text.charAt(at) == '~')) {
            while (end < text.length() && text.charAt(end) == text.charAt(at)) {
                end++;
            }
        }
        return end - at;
    }

    /** Skips the name of a language, which a blank or a bracket ends. */
    private int afterLanguage(int at) {
        int begin = scanner.skipBlanks(at);
        int end = begin;
        while (end < text.length() && Character.isLetterOrDigit(text.charAt(end))) {
            end++;
        }
        boolean isLanguage = end > begin && scanner.valueEnd(begin) != end;
        return scanner.skipBlanks(isLanguage ? end : begin);
    }

    private void findInProse(int from) {
        int at = from;
        while (at < text.length() && !ambiguous) {
            char c = text.charAt(at);
            if (c != '{' && c != '[') {
                at++;
                continue;
            }
            int end = scanner.valueEnd(at);
            if (end >= 0) {
                add(at, end);
                at = end;
            } else {
                at = scanner.bracketsEnd(at); // a part of a broken value is not the answer
            }
        }
    }

    private void add(int begin, int end) {
        if (found < 0) {
            found = begin;
            foundEnd = end;
        } else {
            ambiguous |= end - begin != foundEnd - found || !text.regionMatches(found, text, begin, end - begin);
        }
    }
}
