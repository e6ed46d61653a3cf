package dev.aigw.examples.stories;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What the README says in Java is compiled here: each block's lines stand, in order, in one of the stories. */
class ReadmeTest {

    private static final Path ROOT = Path.of("../..");
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w*)\\n(.*?)^```$");

    @TestFactory
    Stream<DynamicTest> everyJavaBlockIsCompiledInAStory() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (String file :
                List.of("README.md", "aigw-api/README.md", "aigw-routing/README.md", "aigw-providers/README.md")) {
            int number = 0;
            for (String block : blocks(file, "java")) {
                String name = file + " block " + ++number;
                tests.add(DynamicTest.dynamicTest(
                        name,
                        () -> assertThat(sources())
                                .as("a story that holds, in order:%n%s", block)
                                .anyMatch(source -> holds(source, block))));
            }
        }
        assertThat(tests).isNotEmpty();
        return tests.stream();
    }

    @Test
    void startHasTwoCommands() throws IOException {
        String readme = Files.readString(ROOT.resolve("README.md"));
        String start = readme.substring(readme.indexOf("## Start"));
        String section = start.substring(0, start.indexOf("\n## ", 1));

        assertThat(BLOCK.matcher(section).results().map(block -> block.group(1)))
                .containsExactly("sh", "sh");
        assertThat(BLOCK.matcher(section).results().map(block -> block.group(2)))
                .allMatch(command -> command.lines().count() == 1);
    }

    private static List<String> blocks(String file, String language) throws IOException {
        return BLOCK.matcher(Files.readString(ROOT.resolve(file)))
                .results()
                .filter(block -> block.group(1).equals(language))
                .map((MatchResult block) -> block.group(2))
                .toList();
    }

    private static List<String> sources() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            List<String> sources = new ArrayList<>();
            for (Path file :
                    files.filter(file -> file.toString().endsWith(".java")).toList()) {
                sources.add(Files.readString(file));
            }
            return sources;
        }
    }

    /** Compares without white space, so that line breaks and indentation may differ. */
    private static boolean holds(String source, String block) {
        String compact = source.replaceAll("\\s+", "");
        int from = 0;
        for (String line : block.lines().toList()) {
            String wanted = line.replaceAll("\\s+", "");
            int at = compact.indexOf(wanted, from);
            if (at < 0) {
                return false;
            }
            from = at + wanted.length();
        }
        return true;
    }
}
