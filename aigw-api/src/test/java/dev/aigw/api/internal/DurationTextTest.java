package dev.aigw.api.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DurationTextTest {

    @ParameterizedTest
    @CsvSource({
        "PT0S, 0 s",
        "PT-1S, 0 s",
        "PT0.000000007S, 7 ns",
        "PT0.00025S, 250 us",
        "PT0.25S, 250 ms",
        "PT1.5S, 1.5 s",
        "PT9S, 9 s",
        "PT30.4S, 30 s",
        "PT2M5S, 2 min 5 s",
        "PT25H, 1 d 1 h"
    })
    void aDurationIsWrittenForPeople(Duration duration, String text) {
        assertThat(DurationText.of(duration)).isEqualTo(text);
    }

    @Test
    void theLongestDurationIsWrittenToo() {
        assertThat(DurationText.of(Duration.ofSeconds(Long.MAX_VALUE))).startsWith("106751991167300 d");
    }
}
