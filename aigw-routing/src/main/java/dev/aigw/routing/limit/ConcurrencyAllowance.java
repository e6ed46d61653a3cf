package dev.aigw.routing.limit;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** How many calls may be under way at once. */
final class ConcurrencyAllowance implements Allowance {

    private final int maximum;
    private int underWay;

    ConcurrencyAllowance(int maximum) {
        this.maximum = maximum;
    }

    @Override
    public synchronized Taking take(BigDecimal amount, BigDecimal share, boolean force) {
        int limit = share.multiply(BigDecimal.valueOf(maximum))
                .setScale(0, RoundingMode.CEILING)
                .intValue();
        boolean fits = underWay < limit;
        if (!fits && !force) {
            return new Taking(false, null, remaining(), null);
        }
        underWay++;
        return new Taking(fits, new Permit(), remaining(), null);
    }

    private BigDecimal remaining() {
        return BigDecimal.valueOf(Math.max(0, maximum - underWay));
    }

    @Override
    public synchronized Level level() {
        return new Level(BigDecimal.ZERO, BigDecimal.valueOf(underWay), remaining());
    }

    @Override
    public synchronized boolean isUnused() {
        return underWay == 0;
    }

    private synchronized void leave() {
        underWay--;
    }

    private final class Permit implements Grant {

        @Override
        public BigDecimal amount() {
            return BigDecimal.ONE;
        }

        @Override
        public void settle(BigDecimal actual) {
            leave();
        }
    }
}
