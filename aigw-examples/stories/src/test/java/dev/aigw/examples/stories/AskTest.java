package dev.aigw.examples.stories;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AskTest {

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    private int ask(String input, String... args) {
        return Ask.run(
                List.of(args),
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                new PrintStream(printed, true, StandardCharsets.UTF_8),
                Map.of());
    }

    @Test
    void answersFromTheGuideAndTheRepeatedQuestionFromTheCache() {
        assertThat(ask("What happens when a provider fails?\nWhat happens when a provider fails?\n", "-"))
                .isZero();
        String output = printed.toString(StandardCharsets.UTF_8);
        assertThat(output).contains("quoted from").contains("MODEL").contains("CACHE");
        assertThat(output).contains("Not local: nothing");
    }

    @Test
    void manyQuestionsShowAFailoverAndWhatEachServiceUsed() {
        StringBuilder questions = new StringBuilder();
        for (int i = 0; i < 12; i++) {
            questions.append("How do I add a deployment number ").append(i).append("?\n");
        }
        assertThat(ask(questions.toString(), "-")).isZero();
        String output = printed.toString(StandardCharsets.UTF_8);
        assertThat(output).containsPattern("local-shaky/minilm OVERLOADED \\d+ ms -> local-\\d/minilm SUCCESS");
        assertThat(output).contains("Usage and cost by deployment").contains(" USD");
    }

    @Test
    void saysWhatToDoWithoutAQuestion() {
        assertThat(ask("\n", "-")).isEqualTo(2);
        assertThat(printed.toString(StandardCharsets.UTF_8)).contains("There is no question");
    }

    @Test
    void saysWhatToDoWithoutTheFile() {
        assertThat(ask("", "--file", "no-such-file")).isEqualTo(2);
        assertThat(printed.toString(StandardCharsets.UTF_8)).contains("Cannot read the questions");
    }
}
