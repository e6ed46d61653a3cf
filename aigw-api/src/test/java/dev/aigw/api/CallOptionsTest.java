package dev.aigw.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CallOptionsTest {

    private static final Duration SHORT = Duration.ofSeconds(1);
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Timeouts TIMEOUTS =
            Timeouts.builder().total(LONG).idle(LONG).build();

    @Test
    void theTimeoutOfTheWholeCallGoesFirstInWhicheverOrderItIsSet() {
        Timeouts expected = Timeouts.total(SHORT).orElse(TIMEOUTS);

        assertThat(CallOptions.builder()
                        .timeout(SHORT)
                        .timeouts(TIMEOUTS)
                        .build()
                        .timeouts())
                .isEqualTo(expected);
        assertThat(CallOptions.builder()
                        .timeouts(TIMEOUTS)
                        .timeout(SHORT)
                        .build()
                        .timeouts())
                .isEqualTo(expected);
    }

    @Test
    void aCopyKeepsTheTimeoutsAndMaySetAnotherTotal() {
        CallOptions options =
                CallOptions.builder().timeouts(TIMEOUTS).timeout(LONG).build();

        assertThat(options.toBuilder().build().timeouts()).isEqualTo(options.timeouts());
        assertThat(options.toBuilder().timeout(SHORT).build().timeouts().total())
                .isEqualTo(SHORT);
    }
}
