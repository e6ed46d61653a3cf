package dev.aigw.examples.stories;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AskTest {

    private static final String FAILOVER = "local-shaky/minilm OVERLOADED \\d+ ms -> local-\\d/minilm ok";

    /** Shared by all runs: it remembers the guide's passages, which take many seconds to read. */
    private static final LocalModel MODEL = LocalModel.load();

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    @Test
    void answersFromTheGuideAndTheRepeatedQuestionFromTheCache() {
        assertThat(ask(Map.of(), "What happens when a provider fails?\n", "-")).isZero();

        assertThat(output())
                .contains("What happens when a provider fails?  (guide)\n  When a provider fails, another")
                .contains("[from \"Failover and retries: What happens when a provider fails\",\n"
                        + "  aigw-routing/guide/failover.md#what-happens-when-a-provider-fails]")
                .containsPattern("What happens when a provider fails\\? +guide +MODEL")
                .containsPattern("What happens when a provider fails\\? +guide +CACHE +- +0\\n")
                .contains("Not local: nothing");
    }

    @Test
    void manyQuestionsShowAFailoverAndWhatEachServiceUsed() {
        StringBuilder questions = new StringBuilder();
        for (int i = 0; i < 24; i++) {
            questions.append("How do I add a deployment number ").append(i).append("?\n");
        }

        assertThat(ask(Map.of(), questions.toString(), "-")).isZero();

        assertThat(output())
                .containsPattern(FAILOVER)
                .containsPattern("guide +local-shaky/minilm +\\d+ +[1-9]\\d* +\\d+ +0\\.\\d+ USD")
                .containsPattern("meaning +local-1/minilm +\\d+ +0 +\\d+ +0\\.\\d+ USD")
                .containsPattern("total +\\d+ +\\d+ +\\d+ +0\\.\\d+ USD")
                .doesNotContain("these answers are not shown");
    }

    @Test
    void theDefaultQuestionsAreAllAnswered() {
        assertThat(ask(Map.of(), "")).isZero();

        assertThat(output()).doesNotContain("I found nothing").doesNotContain("failed with");
    }

    @Test
    void answersComeFromTheGuideOfTheTaskWithItsNameAndLink() {
        String questions = """
                How do I use several API keys?
                How do I get an answer as a Java type?
                How do I roll out a new model?
                How do I test without a model?
                """;

        assertThat(ask(Map.of(), questions, "-")).isZero();

        assertThat(output())
                .contains("[from \"Models and deployments\", aigw-routing/guide/models.md]")
                .contains("[from \"Structured output\", aigw-api/guide/structured-output.md]")
                .contains("[from \"Roll out a new model\", aigw-routing/guide/rollouts.md]")
                .contains("[from \"Test without a model\", aigw-providers/guide/testing.md]");
    }

    @Test
    void aQuestionOffTheSubjectIsToldSo() {
        assertThat(ask(Map.of(), "", "How", "do", "I", "bake", "bread?")).isZero();

        assertThat(output()).contains("How do I bake bread?  (guide)\n  I found nothing about that in the guide.");
    }

    @Test
    void wordsOfSeveralQuestionsAreToldApartByTheirMarks() {
        assertThat(ask(Map.of(), "", "What", "is", "aigw?", "Can", "I", "set", "a", "timeout?"))
                .isZero();

        assertThat(output()).contains("What is aigw?  (guide)").contains("Can I set a timeout?  (guide)");
    }

    @Test
    void questionsMayComeFromAFile(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("questions.txt"), "What is aigw?\n\nCan I set a timeout?\n");

        assertThat(ask(Map.of(), "", "--file", file.toString())).isZero();

        assertThat(output()).contains("What is aigw?  (guide)").contains("Can I set a timeout?  (guide)");
    }

    @Test
    void aVendorInTheEnvironmentIsAskedTooAndSaidToBeNotLocal() {
        try (LocalModelService vendor = LocalModelService.start("vendor", MODEL)) {
            Map<String, String> environment =
                    Map.of("OPENAI_API_KEY", "sk-secret", "OPENAI_BASE_URL", vendor.baseUrl(), "OPENAI_MODEL", "m-1");

            assertThat(ask(environment, "", "Can I set a timeout?")).isZero();

            assertThat(vendor.chatCalls()).isEqualTo(1);
        }
        assertThat(output())
                .contains("Not local: openai/m-1 at http://127.0.0.1:")
                .contains("Can I set a timeout?  (openai)")
                .containsPattern("openai +openai/m-1 +1 +0 +\\d+ +0 USD, and 1 attempts of unknown price")
                .doesNotContain("sk-secret");
    }

    @Test
    void anAddressOfOllamaIsUnderstoodInItsOwnForms() {
        assertThat(address("OLLAMA_HOST", "0.0.0.0")).isEqualTo("http://127.0.0.1:11434/v1");
        assertThat(address("OLLAMA_HOST", "192.168.0.7:8080")).isEqualTo("http://192.168.0.7:8080/v1");
        assertThat(address("OLLAMA_BASE_URL", "http://localhost:11434/")).isEqualTo("http://localhost:11434/v1");
        assertThat(address("OLLAMA_BASE_URL", "https://models.example.org/v1"))
                .isEqualTo("https://models.example.org/v1");
    }

    @Test
    void saysWhatToDoWithoutAQuestion() {
        assertThat(ask(Map.of(), "\n", "-")).isEqualTo(2);
        assertThat(ask(Map.of(), "", " ")).isEqualTo(2);
        assertThat(output().lines()).hasSize(2).allMatch(line -> line.startsWith("There is no question. Give"));
    }

    @Test
    void saysWhatToDoWithoutTheFile() {
        assertThat(ask(Map.of(), "", "--file", "no-such-file")).isEqualTo(2);
        assertThat(output()).contains("there is no file no-such-file. Give");
    }

    @Test
    void saysWhatToDoWithAnUnknownOption() {
        assertThat(ask(Map.of(), "", "--verbose")).isEqualTo(2);
        assertThat(ask(Map.of(), "", "--file")).isEqualTo(2);
        assertThat(output()).contains("\"--verbose\" is not understood. Give");
    }

    @Test
    void leavesNoThreadOfItsServicesBehind() {
        assertThat(ask(Map.of(), "", "What is aigw?")).isZero();

        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("HTTP-Dispatcher"));
    }

    private static String address(String variable, String value) {
        return Vendor.in(Map.of(variable, value)).get(0).where();
    }

    private int ask(Map<String, String> environment, String input, String... args) {
        return Ask.run(
                List.of(args),
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                new PrintStream(printed, true, StandardCharsets.UTF_8),
                environment,
                () -> MODEL);
    }

    private String output() {
        return printed.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
    }
}
