package dev.aigw.examples.stories;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A piece of the guide that can answer a question by itself. Immutable.
 *
 * @param heading where it stands, for example {@code Failures}
 * @param source the file it comes from, for example {@code README.md}
 * @param text its words, and code after them if there is some
 */
record Passage(String heading, String source, String text) {

    private static final Pattern MARKED = Pattern.compile("(?m)^## \\[\\d+] (.*) \\(([^()]+)\\)$");

    /** Returns what its meaning is taken from: the heading and the words, without the code. */
    String meaning() {
        int code = text.indexOf("\n    ");
        return heading + ". " + (code < 0 ? text : text.substring(0, code));
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

    /** Returns the passages that {@link #mark} put into {@code text}; what stands before the first is left out. */
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
