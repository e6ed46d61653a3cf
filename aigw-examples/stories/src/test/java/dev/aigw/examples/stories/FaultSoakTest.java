package dev.aigw.examples.stories;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class FaultSoakTest {

    private static final int CALLS = 3_000;

    @Test
    @Timeout(300)
    void noAnswerIsWrongAndNothingIsLeftBehind() throws InterruptedException {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        FaultSoak.Leftovers left =
                FaultSoak.run(new PrintStream(printed, true, StandardCharsets.UTF_8), CALLS, 16, 20_261_125);

        String report = printed.toString(StandardCharsets.UTF_8);
        assertThat(left.tally().wrongAnswers()).as(report).isEmpty();
        assertThat(left.tally().calls())
                .as("calls that ended in one way or another")
                .isEqualTo(CALLS);
        assertThat(left.tally().answers()).as("calls that were answered").isGreaterThan(CALLS / 4);
        assertThat(left.tally().openCalls()).as("calls and streams").isZero();
        assertThat(left.tally().openAttempts()).as("attempts").isZero();
        assertThat(left.inFlight()).as("leases").isZero();
        assertThat(left.connections()).as("connections").isZero();
        assertThat(left.threads()).as("threads").isEmpty();
    }
}
