package dev.aigw.examples.stories;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A piece of the guide that can answer a question by itself. Immutable.
 *
 * @param heading the title of its page, and the heading above it: {@code Failover and retries: Cooldowns}
 * @param source where it is: the path of its page, and the heading's anchor
 * @param text its text, followed by its code if there is any
 */
record Passage(String heading, String source, String text) {

    private static final Pattern MARKED = Pattern.compile("(?m)^## \\[\\d+] (.*) \\(([^()]+)\\)$");
    private static final Pattern ROW = Pattern.compile("^[^;:.]{1,40}: [^;]*; ");
    private static final int SHORTEST_SENTENCE = 20;

    /**
     * Returns the texts that are embedded for it: the whole first, then its sentences. A table row is embedded without
     * its heading, which would make all rows similar. Code is left out.
     */
    List<String> meanings() {
        int code = text.indexOf("\n    ");
        String words = code < 0 ? text : text.substring(0, code);
        List<String> meanings = new ArrayList<>();
        meanings.add(isRow() ? plain(words) : plain(heading + ". " + words));
        for (String sentence : words.split("(?<=[.:;?!])\\s+", -1)) {
            if (sentence.length() >= SHORTEST_SENTENCE) {
                meanings.add(plain(sentence));
            }
        }
        return meanings;
    }

    /** Returns whether it is one row of a table, which says less than its page does. */
    boolean isRow() {
        return ROW.matcher(text).find();
    }

    /** Returns a text with identifiers as words: {@code RATE_LIMITED} reads "rate limited". */
    private static String plain(String words) {
        return words.replaceAll("\\([^()]*\\)", " ")
                .replaceAll("[`_]|(?<=[a-z])(?=[A-Z])|[.](?=[a-zA-Z])", " ")
                .replaceAll("\\s+", " ")
                .toLowerCase(Locale.ROOT)
                .strip();
    }

    /** Returns the passages as one text for a model to read, marked so that {@link #unmark} finds them again. */
    static String mark(List<Passage> passages) {
        StringBuilder marked = new StringBuilder();
        for (int i = 0; i < passages.size(); i++) {
            Passage passage = passages.get(i);
            marked.append("## [").append(i + 1).append("] ").append(passage.heading);
            marked.append(" (").append(passage.source).append(")\n");
            marked.append(passage.text).append("\n\n");
        }
        return marked.toString();
    }

    /** Returns the passages that {@link #mark} put into {@code text}; text before the first is left out. */
    static List<Passage> unmark(String text) {
        List<Passage> passages = new ArrayList<>();
        Matcher mark = MARKED.matcher(text);
        boolean found = mark.find();
        while (found) {
            String heading = mark.group(1);
            String source = mark.group(2);
            int start = mark.end();
            found = mark.find();
            String body = text.substring(start, found ? mark.start() : text.length());
            passages.add(new Passage(heading, source, body.strip()));
        }
        return passages;
    }
}
