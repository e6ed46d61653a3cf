package dev.aigw.examples.stories;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class StoriesTest {

    @Test
    void failoverShowsEachKindOfFailureAndThePlanAfterwards() {
        assertThat(printed(Failover::run))
                .contains("first/minilm OVERLOADED -> second/minilm answered")
                .contains("first/minilm SERVER_ERROR -> second/minilm answered")
                .contains("first/minilm CONNECTION -> second/minilm answered")
                .contains("first/minilm MALFORMED_RESPONSE -> second/minilm answered")
                .contains("first/minilm RATE_LIMITED -> second/minilm answered")
                .contains("6  spare/minilm   second/minilm AUTHENTICATION -> spare/minilm answered")
                .contains("7  spare/minilm   spare/minilm answered")
                .contains("first/minilm  dropped: ")
                .contains("second/minilm  dropped: ")
                .contains("spare/minilm  kept");
    }

    @Test
    void streamingReadsTheSameAnswerInThreeWays() {
        String answer = "A stream is read in a loop, by a listener, or as a publisher.";

        assertThat(printed(Streaming::run))
                .containsPattern("loop: +" + answer)
                .containsPattern("listener: +" + answer)
                .containsPattern("publisher: +" + answer);
    }

    @Test
    void aProviderOfOnesOwnAnswersChatsAndStreams() {
        assertThat(printed(CustomProvider::run)).isEqualTo("""
                chat:   HELLO!, from legacy/shout
                stream: HELLO AGAIN!
                """);
    }

    @Test
    void theRecipeForTestsRuns() {
        assertThat(Recipes.test()).containsExactly("from another model", "small");
    }

    private static String printed(Consumer<PrintStream> story) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        story.accept(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        return bytes.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
    }
}
