package dev.aigw.routing.engine.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.BreakerState;
import dev.aigw.api.ErrorKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BreakerTest {

    private static final long SECOND = 1_000_000_000L;

    private final List<String> changes = new ArrayList<>();
    private final Breaker breaker = new Breaker(
            new Breaker.Config(2, 2, Duration.ofSeconds(1), 0.5),
            (from, to, kind) -> changes.add(from + " to " + to + " by " + kind));

    @Test
    void opensAfterFailuresAndClosesByAProbeThatWentWell() {
        open();
        assertThat(breaker.tryAcquire(0)).isEqualTo(Breaker.NO_TICKET);

        long probe = breaker.tryAcquire(SECOND);
        assertThat(probe).isNotEqualTo(Breaker.NO_TICKET);
        assertThat(breaker.tryAcquire(SECOND)).as("one probe at a time").isEqualTo(Breaker.NO_TICKET);
        breaker.succeeded(probe);

        assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);
        assertThat(breaker.remainingNanos(SECOND) == 0).isTrue();
        assertThat(changes).endsWith("HALF_OPEN to CLOSED by null");
    }

    @Test
    void aResetIsAChangeOnlyWhereItWasNotClosed() {
        breaker.reset();
        assertThat(changes).isEmpty();
        open();
        breaker.reset();
        assertThat(changes).endsWith("OPEN to CLOSED by null");
    }

    @Test
    void aProbeThatFailedOpensItForTheWholeDelayAgain() {
        open();
        long probe = breaker.tryAcquire(SECOND);
        breaker.failed(probe, SECOND, ErrorKind.SERVER_ERROR, true);
        assertThat(changes)
                .containsExactly(
                        "CLOSED to OPEN by SERVER_ERROR",
                        "OPEN to HALF_OPEN by SERVER_ERROR",
                        "HALF_OPEN to OPEN by SERVER_ERROR");
        assertThat(breaker.remainingNanos(SECOND)).isEqualTo(SECOND);
    }

    @Test
    void anAttemptBegunBeforeItOpenedCannotStandForTheProbe() {
        long early = breaker.tryAcquire(0);
        long alsoEarly = breaker.tryAcquire(0);
        open();
        long probe = breaker.tryAcquire(SECOND);

        breaker.succeeded(early);
        assertThat(breaker.state()).isEqualTo(BreakerState.HALF_OPEN);
        breaker.failed(alsoEarly, SECOND, ErrorKind.SERVER_ERROR, true);
        assertThat(breaker.state()).isEqualTo(BreakerState.HALF_OPEN);
        breaker.abandoned(alsoEarly);
        assertThat(breaker.tryAcquire(SECOND)).as("the probe is still out").isEqualTo(Breaker.NO_TICKET);

        breaker.succeeded(probe);
        assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);
    }

    @Test
    void aProbeThatSaidNothingGivesWayToAnother() {
        open();
        breaker.abandoned(breaker.tryAcquire(SECOND));
        assertThat(breaker.remainingNanos(SECOND)).isZero();
        assertThat(breaker.tryAcquire(SECOND)).isNotEqualTo(Breaker.NO_TICKET);
    }

    @Test
    void doesNotOpenWhenTooManySiblingsAreOpen() {
        breaker.failed(breaker.tryAcquire(0), 0, ErrorKind.SERVER_ERROR, false);
        breaker.failed(breaker.tryAcquire(0), 0, ErrorKind.SERVER_ERROR, false);
        assertThat(changes).isEmpty();
        assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);
        assertThat(breaker.tryAcquire(0)).isNotEqualTo(Breaker.NO_TICKET);
    }

    private void open() {
        breaker.failed(breaker.tryAcquire(0), 0, ErrorKind.SERVER_ERROR, true);
        breaker.failed(breaker.tryAcquire(0), 0, ErrorKind.SERVER_ERROR, true);
        assertThat(breaker.state()).isEqualTo(BreakerState.OPEN);
    }
}
