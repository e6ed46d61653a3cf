package dev.aigw.routing.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PromptRegistryTest {

    @TempDir
    Path folder;

    private void write(String file, String text) throws IOException {
        Path path = folder.resolve(file);
        Files.createDirectories(Objects.requireNonNull(path.getParent()));
        Files.writeString(path, text);
    }

    @Test
    void aFolderHasItsFilesAndThoseOfItsFolders() throws IOException {
        write("support@2.prompt", "--- user\ntwo");
        write("support@10.prompt", "--- user\nten");
        write("billing/refund@1.prompt", "--- user\nrefund");
        write("mounted.prompt", "name: support\nversion: 3\n--- user\nthree");
        write("notes.txt", "no prompt");
        write(".old/support@99.prompt", "--- user\nold");

        PromptRegistry prompts = PromptRegistry.folder(folder);

        assertThat(text(prompts, "support", null)).isEqualTo("ten");
        assertThat(text(prompts, "support", "2")).isEqualTo("two");
        assertThat(text(prompts, "support", "3")).isEqualTo("three");
        assertThat(text(prompts, "billing/refund", null)).isEqualTo("refund");
        assertThat(prompts.find("notes", null)).isNull();
        assertThat(prompts.interval()).isNull();
    }

    @Test
    void aFileWithoutAVersionSaysHowToNameIt() throws IOException {
        write("support.prompt", "--- user\nx");

        assertThatThrownBy(() -> PromptRegistry.folder(folder)).hasMessageContaining("name it support@1.prompt");
    }

    @Test
    void aRefreshReadsAllOrChangesNothing() throws IOException {
        write("a@1.prompt", "--- user\none");
        PromptRegistry prompts = PromptRegistry.folder(folder, Duration.ofSeconds(5));

        write("a@2.prompt", "--- user\ntwo");
        assertThat(text(prompts, "a", null)).isEqualTo("one");
        prompts.refresh();
        assertThat(text(prompts, "a", null)).isEqualTo("two");

        Files.delete(folder.resolve("a@1.prompt"));
        prompts.refresh();
        assertThat(prompts.find("a", "1")).isNull();

        write("a@3.prompt", "--- user\nthree");
        write("broken@1.prompt", "--- nobody\nx");
        assertThatThrownBy(prompts::refresh).hasMessageContaining("broken@1.prompt, line 1");
        assertThat(text(prompts, "a", null)).isEqualTo("two");
    }

    @Test
    void resourcesArePrompts() {
        PromptRegistry prompts = PromptRegistry.classpath(PromptRegistryTest.class, "greeting@2.prompt");

        assertThat(text(prompts, "greeting", "2")).isEqualTo("Hello {{name}}.");
        assertThatThrownBy(() -> PromptRegistry.classpath(PromptRegistryTest.class, "none@1.prompt"))
                .hasMessageContaining("there is no resource none@1.prompt");
    }

    @Test
    void oneRegistryStandsInForAnother() {
        PromptRegistry first = PromptRegistry.of(prompt("a", "1"), prompt("a", "2"));
        PromptRegistry second = PromptRegistry.of(prompt("a", "3"), prompt("b", "1"));

        assertThat(text(first.orElse(second), "a", null)).isEqualTo("a 2");
        assertThat(text(first.orElse(second), "a", "3")).isEqualTo("a 3");
        assertThat(text(first.orElse(second), "b", null)).isEqualTo("b 1");
    }

    private static PromptTemplate prompt(String name, String version) {
        return PromptTemplate.builder(name, version).user(name + " " + version).build();
    }

    private static String text(PromptRegistry prompts, String name, String version) {
        return Objects.requireNonNull(prompts.find(name, version))
                .parts()
                .get(0)
                .text();
    }
}
