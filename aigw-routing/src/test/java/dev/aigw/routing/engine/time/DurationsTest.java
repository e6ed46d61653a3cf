package dev.aigw.routing.engine.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DurationsTest {

    @ParameterizedTest
    @CsvSource({
        "PT0S, 0 s",
        "PT0.000000999S, 999 ns",
        "PT0.000001S, 1 us",
        "PT0.25S, 250 ms",
        "PT1.96S, 1.9 s",
        "PT5S, 5 s",
        "PT30.9S, 30 s",
        "PT1M30S, 1 min 30 s",
        "PT2H0M5S, 2 h 5 s",
        "PT23H59M59S, 23 h 59 min 59 s",
        "P400D, 400 d",
        "PT-90S, -1 min 30 s"
    })
    void textIsForPeople(Duration duration, String text) {
        assertThat(Durations.text(duration)).isEqualTo(text);
    }

    @Test
    void nanosOfTheLongestDurationsAreCapped() {
        assertThat(Durations.nanos(Duration.ofMillis(3))).isEqualTo(3_000_000);
        assertThat(Durations.nanos(Duration.ofSeconds(Long.MAX_VALUE))).isEqualTo(Long.MAX_VALUE / 2);
    }
}
