package dev.aigw.examples.stories;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits a Markdown file into passages: paragraphs, list items and table rows under their headings, each with the code
 * that follows it. It supports only the Markdown of this project's guides. Used once per file.
 */
final class Markdown {

    private static final int WORDS_PER_PASSAGE = 70;

    private final String source;
    private final List<Passage> passages = new ArrayList<>();
    private final StringBuilder words = new StringBuilder();
    private final StringBuilder code = new StringBuilder();
    private List<String> columns = List.of();
    private String heading = "";
    private boolean fenced;
    private boolean item;

    private Markdown(String source) {
        this.source = source;
    }

    /** Returns the passages of {@code text} from the file {@code source}. */
    static List<Passage> passages(String source, String text) {
        Markdown markdown = new Markdown(source);
        text.lines().forEach(markdown::line);
        markdown.end();
        return markdown.passages;
    }

    private void line(String line) {
        if (line.startsWith("```")) {
            fenced = !fenced;
        } else if (fenced) {
            code.append("    ").append(line).append('\n');
        } else if (line.startsWith("#")) {
            end();
            heading = plain(line.replaceFirst("^#+\\s*", ""));
        } else if (line.startsWith("|")) {
            row(line);
        } else if (line.isBlank()) {
            columns = List.of();
            if (item || !code.isEmpty() || words.toString().split("\\s+").length >= WORDS_PER_PASSAGE) {
                end();
            }
        } else {
            if (!code.isEmpty() || line.startsWith("- ")) {
                end();
            }
            item |= line.startsWith("- ");
            words.append(plain(line.replaceFirst("^\\s*(- |\\d+\\. )", ""))).append(' ');
        }
    }

    /** A row with its column names reads "kind: TIMEOUT; cooldown: breaker". */
    private void row(String line) {
        List<String> cells = new ArrayList<>();
        for (String cell : line.substring(1, line.lastIndexOf('|')).split("\\|", -1)) {
            cells.add(plain(cell.strip()));
        }
        if (columns.isEmpty()) {
            end();
            columns = cells;
        } else if (!cells.stream().allMatch(cell -> cell.matches(":?-+:?"))) {
            for (int i = 0; i < cells.size(); i++) {
                String column = i < columns.size() ? columns.get(i) : "";
                words.append(i == 0 ? "" : "; ").append(column.isEmpty() ? "" : column + ": ");
                words.append(cells.get(i));
            }
            end();
        }
    }

    /** Ends a passage. Code without text of its own belongs to the text before it. */
    private void end() {
        String text = words.toString().strip();
        int last = passages.size() - 1;
        if (!code.isEmpty()
                && text.isEmpty()
                && last >= 0
                && passages.get(last).heading().equals(heading)) {
            text = passages.remove(last).text();
        }
        if (!text.isEmpty() || !code.isEmpty()) {
            String shown = code.isEmpty() ? text : text + "\n" + code.toString().stripTrailing();
            passages.add(new Passage(heading, source, shown));
        }
        words.setLength(0);
        code.setLength(0);
        item = false;
    }

    private static String plain(String line) {
        return line.replaceAll("\\[([^]]+)]\\([^)]+\\)", "$1").replace("**", "").strip();
    }
}
