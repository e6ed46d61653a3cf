package dev.aigw.examples.stories;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadmeTest {

    @Test
    void startHasTwoCommands() throws IOException {
        String readme = Pages.read().text("README.md");
        String start = readme.substring(readme.indexOf("## Start"));
        String section = start.substring(0, start.indexOf("\n## ", 1));

        assertThat(Pages.FENCE.matcher(section).results().map(block -> block.group(1)))
                .containsExactly("sh", "sh");
        assertThat(Pages.FENCE.matcher(section).results().map(block -> block.group(3)))
                .allMatch(command -> command.lines().count() == 1);
    }

    /** The first program is the one a newcomer copies: it runs here as it stands, with another server and key. */
    @Test
    void theFirstProgramRuns(@TempDir Path classes) throws Exception {
        try (LocalModelService vendor = LocalModelService.start("vendor", LocalModel.load())) {
            Snippets.Unit program = Snippets.of(Pages.read()).units().stream()
                    .filter(unit -> unit.block().page().equals(Path.of("README.md")))
                    .findFirst()
                    .orElseThrow()
                    .replacing(
                            "OpenAiAdapter.builder().apiKeyFromEnvironment()",
                            "OpenAiAdapter.builder().baseUrl(\"" + vendor.baseUrl() + "\").apiKey(\"sk-test\")");

            assertThat(Snippets.compile(List.of(program), classes)).isEmpty();
            String printed = run(program.className(), classes);

            assertThat(vendor.chatCalls()).isEqualTo(2);
            assertThat(printed).contains("I found nothing about that in the guide.");
        }
    }

    private static String run(String type, Path classes) throws Exception {
        PrintStream out = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {classes.toUri().toURL()}, ReadmeTest.class.getClassLoader())) {
            System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
            loader.loadClass(type).getMethod("main", String[].class).invoke(null, (Object) new String[0]);
        } finally {
            System.setOut(out);
        }
        return printed.toString(StandardCharsets.UTF_8);
    }
}
