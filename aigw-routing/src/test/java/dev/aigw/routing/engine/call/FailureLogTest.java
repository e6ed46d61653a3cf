package dev.aigw.routing.engine.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.routing.observe.CapturingLogger;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

class FailureLogTest {

    private final CapturingLogger log = new CapturingLogger(Level.INFO);
    private final FailureLog failures = new FailureLog(log, "listener X");

    @Test
    void theFirstFailureIsLoggedWithItsTraceAndLaterOnesAreCounted() {
        RuntimeException first = new IllegalStateException("first");
        failures.failed(first);
        for (int i = 2; i <= 1_234; i++) {
            failures.failed(new IllegalStateException("number " + i));
        }

        assertThat(log.lines)
                .containsExactly(
                        "WARN listener X failed; calls continue without it, and further failures are only counted",
                        "WARN listener X has failed 10 times, the last time with"
                                + " java.lang.IllegalStateException: number 10",
                        "WARN listener X has failed 100 times, the last time with"
                                + " java.lang.IllegalStateException: number 100",
                        "WARN listener X has failed 1000 times, the last time with"
                                + " java.lang.IllegalStateException: number 1000");
        assertThat(log.thrown).containsExactly(first);
    }
}
