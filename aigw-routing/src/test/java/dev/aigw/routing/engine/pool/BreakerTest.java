package dev.aigw.routing.engine.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.ErrorKind;
import dev.aigw.routing.deployment.BreakerState;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class BreakerTest {

    private static final long SECOND = 1_000_000_000L;

    private final Breaker breaker = new Breaker(new Breaker.Config(2, 2, Duration.ofSeconds(1), 0.5));

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
    }

    @Test
    void aProbeThatFailedOpensItForTheWholeDelayAgain() {
        open();
        long probe = breaker.tryAcquire(SECOND);
        assertThat(breaker.failed(probe, SECOND, ErrorKind.SERVER_ERROR, true)).isTrue();
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
        assertThat(breaker.failed(alsoEarly, SECOND, ErrorKind.SERVER_ERROR, true))
                .isFalse();
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
        assertThat(breaker.failed(breaker.tryAcquire(0), 0, ErrorKind.SERVER_ERROR, false))
                .isFalse();
        assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);
        assertThat(breaker.tryAcquire(0)).isNotEqualTo(Breaker.NO_TICKET);
    }

    private void open() {
        breaker.failed(breaker.tryAcquire(0), 0, ErrorKind.SERVER_ERROR, true);
        assertThat(breaker.failed(breaker.tryAcquire(0), 0, ErrorKind.SERVER_ERROR, true))
                .isTrue();
        assertThat(breaker.state()).isEqualTo(BreakerState.OPEN);
    }
}
