package dev.aigw.examples.stories;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What the pages (all Markdown files but the change log, which describes the past) and the Javadoc name exists: types
 * and their members, paths, headings, and what commands run.
 */
class NamedInDocsTest {

    /** What looks like a type in Javadoc and is a word of the wire: a header, a vendor's own type, a JSON literal. */
    private static final Set<String> WIRE = Set.of(
            "Accept",
            "Authorization",
            "Bearer",
            "ErrorInfo",
            "GenerateContentRequest",
            "GenerateContentResponse",
            "GrammarType",
            "Infinity",
            "NaN",
            "QuotaFailure",
            "RetryInfo",
            "UsageMetadata");

    /** What looks like a type and is one of a library, in places that don't import it. */
    private static final Set<String> LIBRARIES = Set.of("Assertions", "ContextRegistry", "JsonTypeInfo", "Nullable");

    /** What looks like a type and stands for one of the reader's, or for a part of a name. */
    private static final Set<String> PLACEHOLDERS = Set.of("Async", "MyRecord");

    private static final Path ROOT = Pages.ROOT;

    private static final Pattern FENCE = Pages.FENCE;
    private static final Pattern THEIRS = Pattern.compile("(?s)<!-- theirs: (.*?) -->");
    private static final Pattern SPAN = Pattern.compile("`([^`\\n]+)`");
    private static final Pattern OPTION =
            Pattern.compile("-D(test|exec\\.mainClass)=['\"]?([\\w.,*]+)|-pl ([\\w/,-]+)");
    private static final Pattern METHOD = Pattern.compile("(?<![\\w\\\\])([a-z]\\w*)\\(");
    private static final Pattern JAVADOC = Pattern.compile("(?s)/\\*\\*.*?\\*/");
    private static final Pattern CODE = Pattern.compile("\\{@code ([^}]*)}");
    private static final Pattern PRE = Pattern.compile("(?s)<pre>.*?</pre>");
    private static final Pattern GUIDE = Pattern.compile("aigw-[\\w-]+/guide/[\\w-]+\\.md");
    private static final Pattern DECLARED = Pattern.compile("\\b(?:class|record|interface|enum) +([A-Z]\\w*)");
    private static final Pattern IMPORTED = Pattern.compile("(?m)^import (?:static )?[a-z0-9_.]+\\.([A-Z]\\w*)");

    /** A type, and a member if one is named: what follows is what the name of a type is not part of. */
    private static final Pattern TYPE =
            Pattern.compile("(?<![\\w.\"/#<-])((?:[A-Z][a-z0-9]+\\w*\\.)*[A-Z][a-z]\\w*)(?:[.#](\\w+))?(?![\\w-])");

    /** The source of each top-level type of ours, tests and examples included, by its simple name. */
    private static final Map<String, String> SOURCES = new TreeMap<>();

    /** All types of ours, nested ones included, with the sources that declare one of that name. */
    private static final Map<String, List<String>> TYPES = new HashMap<>();

    private static final Map<String, String> MAIN = new TreeMap<>();
    private static Pages pages;

    @BeforeAll
    static void read() throws IOException {
        for (Path file : Pages.files(".java")) {
            String name = file.getFileName().toString();
            String source = Files.readString(file);
            SOURCES.put(name.substring(0, name.length() - ".java".length()), source);
            DECLARED.matcher(source)
                    .results()
                    .forEach(type -> TYPES.computeIfAbsent(type.group(1), any -> new ArrayList<>())
                            .add(source));
            if (file.toString().contains("/src/main/")) {
                MAIN.put(ROOT.relativize(file).toString(), source);
            }
        }
        pages = Pages.read();
        assertThat(pages.texts()).containsKeys(Path.of("README.md"), Path.of(".github/CONTRIBUTING.md"));
    }

    @Test
    void typesAndMembersNamedOnPagesExist() {
        List<String> unknown = new ArrayList<>();
        pages.texts()
                .forEach((page, text) -> spans(text)
                        .forEach(span -> unknown(span, theirs(text)).forEach(name -> unknown.add(page + ": " + name))));

        assertThat(unknown).isEmpty();
    }

    @Test
    void typesAndMembersNamedInJavadocExist() {
        List<String> unknown = new ArrayList<>();
        MAIN.forEach((file, source) -> {
            Set<String> imported = IMPORTED.matcher(source)
                    .results()
                    .map(type -> type.group(1))
                    .collect(toCollection(HashSet::new));
            codes(source).forEach(code -> unknown(code, imported).forEach(name -> unknown.add(file + ": " + name)));
        });

        assertThat(unknown).isEmpty();
    }

    /** Of a method it is checked that something of that name is called or declared somewhere. */
    @Test
    void methodsNamedOnPagesExist() {
        List<String> unknown = new ArrayList<>();
        pages.texts()
                .forEach((page, text) -> spans(text)
                        .flatMap(span -> METHOD.matcher(span).results())
                        .map(method -> method.group(1))
                        .filter(method -> !theirs(text).contains(method))
                        .filter(method -> MAIN.entrySet().stream()
                                .filter(source -> !source.getKey().startsWith("aigw-examples"))
                                .noneMatch(source -> hasWord(source.getValue(), method)))
                        .forEach(method -> unknown.add(page + ": " + method)));

        assertThat(unknown).isEmpty();
    }

    @Test
    void foreignNamesAreNotListedInVain() {
        Set<String> listed = new TreeSet<>(WIRE);
        listed.addAll(LIBRARIES);
        listed.addAll(PLACEHOLDERS);
        Stream<String> spans = pages.texts().values().stream()
                .flatMap(text -> SPAN.matcher(text).results().map(span -> span.group(1)));
        Stream.concat(spans, MAIN.values().stream().flatMap(NamedInDocsTest::codes))
                .flatMap(code -> TYPE.matcher(code).results())
                .forEach(name -> listed.removeAll(List.of(name.group(1).split("\\."))));

        assertThat(listed).isEmpty();
    }

    @Test
    void namesOfOtherLibrariesAreNotListedInVain() {
        List<String> unused = new ArrayList<>();
        pages.texts().forEach((page, text) -> {
            String code = spans(text).collect(joining("\n"));
            theirs(text).stream().filter(name -> !hasWord(code, name)).forEach(name -> unused.add(page + ": " + name));
        });

        assertThat(unused).isEmpty();
    }

    @Test
    void linksLeadToFilesAndHeadings() {
        List<String> broken = new ArrayList<>();
        for (Pages.Link link : pages.links()) {
            boolean there = Files.exists(ROOT.resolve(link.target()));
            if (!there
                    || (!link.anchor().isEmpty()
                            && !pages.anchors(link.target()).contains(link.anchor()))) {
                broken.add(link.page() + ": " + link.target() + "#" + link.anchor());
            }
        }

        assertThat(broken).isEmpty();
    }

    @Test
    void theReadmeLeadsToEveryGuide() {
        assertThat(pages.texts().keySet().stream()
                        .filter(page -> page.toString().contains("/guide/"))
                        .toList())
                .isNotEmpty()
                .isSubsetOf(pages.reached());
    }

    @Test
    void guidesNamedInJavadocExist() {
        List<String> named = new ArrayList<>();
        MAIN.values().forEach(source -> GUIDE.matcher(source).results().forEach(guide -> named.add(guide.group())));

        assertThat(named).isNotEmpty().allMatch(guide -> pages.texts().containsKey(Path.of(guide)));
    }

    /**
     * A path is checked as far as it has no part for the reader to fill in: {@code <vendor>}, {@code XCodec},
     * {@code …}.
     */
    @Test
    void pathsNamedOnPagesExist() {
        List<String> missing = new ArrayList<>();
        pages.texts()
                .forEach((page, text) -> SPAN.matcher(text).results().forEach(span -> {
                    if (!span.group(1).matches("aigw-[\\w-]+/.*")) {
                        return;
                    }
                    Path path = ROOT;
                    for (String part : span.group(1).split("/", -1)) {
                        if (!part.matches("[\\w.-]+") || part.matches("X[A-Z].*")) {
                            break;
                        }
                        path = path.resolve(part);
                    }
                    if (!Files.exists(path)) {
                        missing.add(page + ": " + ROOT.relativize(path));
                    }
                }));

        assertThat(missing).isEmpty();
    }

    @Test
    void whatCommandsRunExists() {
        List<String> missing = new ArrayList<>();
        pages.texts()
                .forEach((page, text) -> OPTION.matcher(text).results().forEach(option -> {
                    boolean isModule = option.group(3) != null;
                    for (String name : (isModule ? option.group(3) : option.group(2)).split(",", -1)) {
                        boolean there = isModule
                                ? Files.exists(ROOT.resolve(name).resolve("pom.xml"))
                                : SOURCES.containsKey(name.substring(name.lastIndexOf('.') + 1));
                        if (!there) {
                            missing.add(page + ": " + option.group());
                        }
                    }
                }));

        assertThat(missing).isEmpty();
    }

    // --------------------------------------------------------------------------------------------------------- names

    private static Stream<String> spans(String page) {
        return SPAN.matcher(FENCE.matcher(page).replaceAll("")).results().map(span -> span.group(1));
    }

    /** Returns the names of other libraries that a page lists in a comment. */
    private static Set<String> theirs(String page) {
        return THEIRS.matcher(page)
                .results()
                .flatMap(names -> Stream.of(names.group(1).split("\\s+")))
                .collect(toCollection(HashSet::new));
    }

    private static Stream<String> codes(String source) {
        return JAVADOC.matcher(source)
                .results()
                .map(comment -> PRE.matcher(comment.group()).replaceAll(""))
                .flatMap(comment -> CODE.matcher(comment).results())
                .map(code -> code.group(1));
    }

    /** Returns the types, and the members of types of ours, that {@code code} names and that do not exist. */
    private static Set<String> unknown(String code, Set<String> foreign) {
        Set<String> unknown = new TreeSet<>();
        Matcher names = TYPE.matcher(code);
        while (names.find()) {
            String[] types = names.group(1).split("\\.", -1);
            if (!TYPES.containsKey(types[0])) {
                if (!isForeign(types[0], foreign)) {
                    unknown.add(names.group(1));
                }
                continue;
            }
            for (int i = 1; i < types.length; i++) {
                if (!isIn(types[i - 1], types[i])) {
                    unknown.add(names.group(1));
                }
            }
            String member = names.group(2);
            if (member != null && !isIn(types[types.length - 1], member)) {
                unknown.add(names.group());
            }
        }
        return unknown;
    }

    /** Returns whether the source of a type of ours has a member or constant. */
    private static boolean isIn(String type, String member) {
        return TYPES.getOrDefault(type, List.of()).stream().anyMatch(source -> hasWord(source, member));
    }

    private static boolean isForeign(String type, Set<String> known) {
        return known.contains(type)
                || type.matches("X([A-Z].*)?")
                || WIRE.contains(type)
                || LIBRARIES.contains(type)
                || PLACEHOLDERS.contains(type)
                || isOfTheJdk(type);
    }

    private static boolean isOfTheJdk(String type) {
        return Object.class.getModule().getPackages().stream()
                .filter(name -> name.startsWith("java."))
                .anyMatch(name -> {
                    try {
                        Class.forName(name + "." + type, false, null);
                        return true;
                    } catch (ClassNotFoundException e) {
                        return false;
                    }
                });
    }

    private static boolean hasWord(String text, String word) {
        return Pattern.compile("\\b" + Pattern.quote(word) + "\\b")
                .matcher(text)
                .find();
    }
}
