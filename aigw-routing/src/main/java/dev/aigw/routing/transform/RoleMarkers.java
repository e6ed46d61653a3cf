package dev.aigw.routing.transform;

import java.util.Locale;
import java.util.Set;

/**
 * Breaks what chat templates of models take for the begin of another message, or for the end of a text: special tokens
 * such as {@code <|im_start|>}, tags such as {@code [INST]}, and labels such as "Human:" at the start of a line. A
 * space inside keeps them readable for people and for the model, and no longer special. Takes linear time.
 */
final class RoleMarkers {

    private static final int LONGEST = 48;

    /** Names of tags in angle brackets, in lower case. */
    private static final Set<String> TAGS = Set.of(
            "s",
            "bos",
            "eos",
            "pad",
            "unk",
            "sys",
            "start_of_turn",
            "end_of_turn",
            "start_of_image",
            "end_of_text",
            "system",
            "developer",
            "assistant",
            "user",
            "human",
            "instructions",
            "tool_call",
            "tool_calls",
            "tool_response",
            "tool_result",
            "tool_results",
            "function_call",
            "function_calls",
            "function_result",
            "function_results",
            "think",
            "thinking");

    /** Names of tags in square brackets, in lower case. */
    private static final Set<String> BRACKETS = Set.of(
            "inst",
            "sys",
            "system_prompt",
            "available_tools",
            "tool_calls",
            "tool_results",
            "tool_content",
            "prefix",
            "suffix",
            "middle");

    /** Labels of a line, in lower case. */
    private static final Set<String> LABELS = Set.of(
            "human", "assistant", "system", "user", "developer", "tool", "instruction", "instructions", "response");

    private final String text;
    private final StringBuilder out;
    private boolean lineStart = true;

    private RoleMarkers(String text) {
        this.text = text;
        this.out = new StringBuilder(text.length() + 16);
    }

    /** Returns the text without markers. */
    static String broken(String text) {
        return new RoleMarkers(text).run();
    }

    private String run() {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '<' && isTagAt(i)) {
                out.append("< ");
                lineStart = false;
            } else if (c == '[' && isBracketAt(i)) {
                out.append("[ ");
                lineStart = false;
            } else if (lineStart && isLetter(c)) {
                int end = labelEnd(i);
                out.append(text, i, end);
                if (end < text.length() && text.charAt(end) == ':' && isLabel(i, end)) {
                    out.append(' ');
                }
                lineStart = false;
                i = end - 1;
            } else {
                out.append(c);
                lineStart = c == '\n' || (lineStart && isLead(c));
            }
        }
        return out.toString();
    }

    /** Returns whether a label may follow: space, or what Markdown and mails put before one. */
    private static boolean isLead(char c) {
        return c == '#' || c == '*' || c == '>' || c == '_' || Character.isWhitespace(c) || Character.isSpaceChar(c);
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private int labelEnd(int from) {
        int end = from;
        while (end < text.length() && end - from < LONGEST && isLetter(text.charAt(end))) {
            end++;
        }
        return end;
    }

    private boolean isLabel(int from, int end) {
        return LABELS.contains(text.substring(from, end).toLowerCase(Locale.ROOT));
    }

    private boolean isTagAt(int at) {
        int next = at + 1;
        if (next >= text.length()) {
            return false;
        }
        char c = text.charAt(next);
        if (c == '|' || c == '\uFF5C') {
            return isSpecialToken(next + 1, c);
        }
        int from = c == '/' ? next + 1 : next;
        if (text.regionMatches(true, from, UntrustedText.TAG, 0, UntrustedText.TAG.length())) {
            return true;
        }
        int end = nameEnd(from);
        return end > from
                && end < text.length()
                && endsTag(text.charAt(end))
                && TAGS.contains(text.substring(from, end).toLowerCase(Locale.ROOT));
    }

    private static boolean endsTag(char c) {
        return c == '>' || c == '/' || Character.isWhitespace(c);
    }

    /** Returns whether a name and the bar and {@code >} that close it follow. */
    private boolean isSpecialToken(int from, char bar) {
        int most = Math.min(text.length() - 1, from + LONGEST);
        for (int i = from; i < most; i++) {
            char c = text.charAt(i);
            if (c == bar) {
                return i > from && text.charAt(i + 1) == '>';
            }
            if (!isNamed(c) && c != '\u2581' && c != '-' && c != '.' && c != ' ' && c != '/') {
                return false;
            }
        }
        return false;
    }

    private boolean isBracketAt(int at) {
        int from = at + 1 < text.length() && text.charAt(at + 1) == '/' ? at + 2 : at + 1;
        int end = nameEnd(from);
        return end > from
                && end < text.length()
                && text.charAt(end) == ']'
                && BRACKETS.contains(text.substring(from, end).toLowerCase(Locale.ROOT));
    }

    private int nameEnd(int from) {
        int end = from;
        while (end < text.length() && end - from < LONGEST && isNamed(text.charAt(end))) {
            end++;
        }
        return end;
    }

    private static boolean isNamed(char c) {
        return isLetter(c) || c == '_' || (c >= '0' && c <= '9');
    }
}
