package dev.aigw.examples.stories;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The project's pages: all Markdown files but the change log, which describes the past. Immutable. */
final class Pages {

    /** The folder of the whole project. */
    static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();

    /** A block of code: its language, the words after the language, and the code. */
    static final Pattern FENCE = Pattern.compile("(?ms)^```(\\w*) ?([^\\n]*)\\n(.*?)^```$");

    private static final Pattern HEADING = Pattern.compile("(?m)^#+ +(.+?) *$");
    private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:)([^)#\\s]*)(?:#([^)\\s]+))?\\)");

    private final Map<Path, String> texts = new TreeMap<>();

    /**
     * A block of code on a page.
     *
     * @param line the line of the page on which the code begins, counted from 1
     * @param note what follows the language, such as {@code run}
     */
    record Block(Path page, int line, String language, String note, String code) {}

    /**
     * A link to another page or to a heading.
     *
     * @param target the page it leads to, which may be the page itself
     * @param anchor the heading, or an empty text
     */
    record Link(Path page, Path target, String anchor) {}

    private Pages() {}

    /** Reads all pages. */
    static Pages read() throws IOException {
        Pages pages = new Pages();
        for (Path file : files(".md")) {
            if (!file.endsWith("CHANGELOG.md")) {
                pages.texts.put(ROOT.relativize(file), Files.readString(file));
            }
        }
        return pages;
    }

    /** Returns the project's files whose name ends so, without what a build made. */
    static List<Path> files(String ending) throws IOException {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(ROOT)) {
            files.filter(file -> file.toString().endsWith(ending))
                    .filter(file -> !ROOT.relativize(file).toString().matches("(.*/)?(target|\\.git)/.*"))
                    .filter(Files::isRegularFile)
                    .forEach(found::add);
        }
        return found;
    }

    /** Returns the pages' texts, by their paths below {@link #ROOT}. */
    Map<Path, String> texts() {
        return texts;
    }

    /** Returns the text of one page. */
    String text(String page) {
        String text = texts.get(Path.of(page));
        if (text == null) {
            throw new AssertionError("there is no page " + page);
        }
        return text;
    }

    /** Returns the blocks of code in a language, of all pages. */
    List<Block> blocks(String language) {
        List<Block> blocks = new ArrayList<>();
        texts.forEach((page, text) -> FENCE.matcher(text)
                .results()
                .filter(block -> block.group(1).equals(language))
                .map(block -> new Block(
                        page,
                        1 + (int) text.substring(0, block.start(3)).lines().count(),
                        block.group(1),
                        block.group(2).strip(),
                        block.group(3)))
                .forEach(blocks::add));
        return blocks;
    }

    /** Returns all links that stay within the project. */
    List<Link> links() {
        List<Link> links = new ArrayList<>();
        texts.forEach((page, text) -> LINK.matcher(FENCE.matcher(text).replaceAll(""))
                .results()
                .forEach(link -> links.add(new Link(
                        page,
                        link.group(1).isEmpty() ? page : beside(page, link.group(1)),
                        link.group(2) == null ? "" : link.group(2)))));
        return links;
    }

    /** Returns the pages that a reader of the README reaches by following links. */
    Set<Path> reached() {
        List<Link> links = links();
        Set<Path> reached = new TreeSet<>();
        Deque<Path> next = new ArrayDeque<>(List.of(Path.of("README.md")));
        while (!next.isEmpty()) {
            Path page = next.remove();
            if (reached.add(page)) {
                links.stream()
                        .filter(link -> link.page().equals(page))
                        .map(Link::target)
                        .filter(texts::containsKey)
                        .forEach(next::add);
            }
        }
        return reached;
    }

    /** Returns the names by which links lead to a page's headings. */
    Set<String> anchors(Path page) {
        Set<String> anchors = new HashSet<>();
        HEADING.matcher(FENCE.matcher(texts.getOrDefault(page, "")).replaceAll(""))
                .results()
                .map((MatchResult heading) -> heading.group(1))
                .forEach(heading -> anchors.add(anchor(heading)));
        return anchors;
    }

    private static String anchor(String heading) {
        return heading.toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N}_ -]", "")
                .replace(' ', '-');
    }

    private static Path beside(Path page, String target) {
        return ROOT.relativize(ROOT.resolve(page).resolveSibling(target).normalize());
    }
}
