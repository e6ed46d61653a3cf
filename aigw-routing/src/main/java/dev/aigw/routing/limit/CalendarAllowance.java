package dev.aigw.routing.limit;

import dev.aigw.routing.feature.Environment;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;

/**
 * An exact sum that restarts with each calendar window. An amount that was taken in one window and is settled in a
 * later one belongs to the first and no longer counts.
 */
final class CalendarAllowance implements Allowance {

    private final BigDecimal maximum;
    private final Window window;
    private final Environment environment;

    private Window.Span span;
    private BigDecimal used = BigDecimal.ZERO;
    private BigDecimal reserved = BigDecimal.ZERO;
    private int open;

    CalendarAllowance(BigDecimal maximum, Window window, Environment environment) {
        this.maximum = maximum;
        this.window = window;
        this.environment = environment;
        this.span = window.span(environment.now());
    }

    @Override
    public synchronized Taking take(BigDecimal amount, BigDecimal share, boolean force) {
        Instant now = environment.now();
        turn(now);
        BigDecimal after = used.add(reserved).add(amount);
        BigDecimal limit = maximum.multiply(share);
        boolean fits = amount.signum() == 0 || after.compareTo(limit) <= 0;
        Duration frees = fits || amount.compareTo(limit) > 0 ? null : Duration.between(now, span.end());
        if (!fits && !force) {
            return new Taking(false, null, remaining(), frees);
        }
        reserved = reserved.add(amount);
        open++;
        return new Taking(fits, new Reserved(amount, span), remaining(), frees);
    }

    /** Begins the next window if it is time. A clock that is set back a little does not return to an earlier window. */
    private void turn(Instant now) {
        if (!now.isBefore(span.end())) {
            span = window.span(now);
            used = BigDecimal.ZERO;
            reserved = BigDecimal.ZERO;
            open = 0; // what is settled late belongs to its own window
        }
    }

    private BigDecimal remaining() {
        return maximum.subtract(used).subtract(reserved).max(BigDecimal.ZERO);
    }

    @Override
    public synchronized Level level() {
        turn(environment.now());
        return new Level(used, reserved, remaining());
    }

    @Override
    public synchronized boolean isUnused() {
        turn(environment.now());
        return open == 0 && used.signum() == 0;
    }

    private synchronized void settle(BigDecimal taken, Window.Span since, BigDecimal actual) {
        turn(environment.now());
        if (since.equals(span)) {
            open--;
            reserved = reserved.subtract(taken);
            used = used.add(actual);
        }
    }

    private final class Reserved implements Grant {

        private final BigDecimal amount;
        private final Window.Span since;

        Reserved(BigDecimal amount, Window.Span since) {
            this.amount = amount;
            this.since = since;
        }

        @Override
        public BigDecimal amount() {
            return amount;
        }

        @Override
        public void settle(BigDecimal actual) {
            CalendarAllowance.this.settle(amount, since, actual);
        }
    }
}
