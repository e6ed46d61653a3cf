package dev.aigw.providers.fake.assertj;

import java.util.List;

/** Lists what was asked, for messages. */
final class Requests {

    private static final int SHOWN_CHARS = 80;

    private Requests() {}

    static String times(int count) {
        return count == 0 ? "never" : count == 1 ? "once" : count + " times";
    }

    static String listed(List<String> requests) {
        StringBuilder lines = new StringBuilder();
        int number = 0;
        for (String request : requests) {
            lines.append("\n  ").append(++number).append(". ").append(request);
        }
        return lines.isEmpty() ? "\n  nothing" : lines.toString();
    }

    static String quoted(String text) {
        String line = text.replace('\n', ' ');
        return line.length() <= SHOWN_CHARS ? '"' + line + '"' : '"' + line.substring(0, SHOWN_CHARS) + "…\"";
    }
}
