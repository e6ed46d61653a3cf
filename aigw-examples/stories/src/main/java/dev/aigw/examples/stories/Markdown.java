package dev.aigw.examples.stories;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Splits a Markdown page into passages: paragraphs, list items and table rows under their headings, each with the code
 * that follows it. Comments, pictures, lists of links to pages and what begins with "See" are left out, and so are
 * pages with the comment {@value #NOT_SEARCHED}. It supports only the Markdown of this project's guides. Used once per
 * page.
 */
final class Markdown {

    private static final int WORDS_PER_PASSAGE = 35;

    /** On a page for looking up, whose rows say nothing by themselves. */
    private static final String NOT_SEARCHED = "<!-- Ask does not search this page. -->";

    private static final Pattern LINK_ONLY = Pattern.compile("\\[[^]]+]\\([^)]+\\)(?:, \\[[^]]+]\\([^)]+\\))*");
    private static final Pattern LINK = Pattern.compile("\\]\\(([\\w./-]+\\.md)(?:#[\\w-]+)?\\)");
    private static final Pattern LEFT_OUT = Pattern.compile("(?s)<!--.*?-->|</?(?:details|summary)>");

    private final String page;
    private final List<Passage> passages = new ArrayList<>();
    private final StringBuilder words = new StringBuilder();
    private final StringBuilder code = new StringBuilder();
    private List<String> columns = List.of();
    private String title = "";
    private String heading = "";
    private String anchor = "";
    private boolean fenced;
    private boolean item;

    private Markdown(String page) {
        this.page = page;
    }

    /** Returns the passages of {@code text} from the page of this path. */
    static List<Passage> passages(String page, String text) {
        if (text.contains(NOT_SEARCHED)) {
            return List.of();
        }
        Markdown markdown = new Markdown(page);
        LEFT_OUT.matcher(text).replaceAll("").lines().forEach(markdown::line);
        markdown.end();
        return markdown.passages;
    }

    /** Returns the paths of the pages that the page of this path and text links to. */
    static List<String> links(String page, String text) {
        Path folder = Path.of(page).resolveSibling("");
        return LINK.matcher(text)
                .results()
                .map(link ->
                        folder.resolve(link.group(1)).normalize().toString().replace('\\', '/'))
                .toList();
    }

    private void line(String line) {
        if (line.startsWith("```")) {
            fenced = !fenced;
        } else if (fenced) {
            code.append("    ").append(line).append('\n');
        } else if (line.startsWith("#")) {
            end();
            heading(line);
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

    private void heading(String line) {
        String words = line.replaceFirst("^#+\\s*", "");
        boolean first = line.startsWith("# ");
        title = first ? plain(words) : title;
        heading = first || title.isEmpty() ? plain(words) : title + ": " + plain(words);
        anchor = first
                ? ""
                : "#"
                        + words.toLowerCase(Locale.ROOT)
                                .replaceAll("[^\\p{L}\\p{N}_ -]", "")
                                .replace(' ', '-');
    }

    /** A row with its column names reads "kind: TIMEOUT; cooldown: breaker". */
    private void row(String line) {
        List<String> cells = new ArrayList<>();
        boolean leadsElsewhere = false;
        for (String cell : line.substring(1, line.lastIndexOf('|')).split("\\|", -1)) {
            leadsElsewhere |= LINK_ONLY.matcher(cell.strip()).matches();
            cells.add(plain(cell.strip()));
        }
        if (columns.isEmpty()) {
            end();
            columns = cells;
        } else if (!leadsElsewhere && !cells.stream().allMatch(cell -> cell.matches(":?-+:?"))) {
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
        if (!text.startsWith("See ") && (!text.isEmpty() || !code.isEmpty())) {
            String shown = code.isEmpty() ? text : text + "\n" + code.toString().stripTrailing();
            passages.add(new Passage(heading, page + anchor, shown));
        }
        words.setLength(0);
        code.setLength(0);
        item = false;
    }

    private static String plain(String line) {
        return line.replaceAll("!\\[[^]]*]\\([^)]+\\)", "")
                .replaceAll("\\[([^]]+)]\\([^)]+\\)", "$1")
                .replace("**", "")
                .strip();
    }
}
