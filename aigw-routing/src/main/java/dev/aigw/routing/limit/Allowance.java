package dev.aigw.routing.limit;

import java.math.BigDecimal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What is left of one limit for one key. Safe for use by many threads. Those of a single JVM never block; see
 * {@link AllowanceStore} for others.
 */
public interface Allowance {

    /**
     * Takes an amount if it fits.
     *
     * @param amount how much, not negative
     * @param share the part of the limit that may be used up by this call, above 0 and up to 1
     * @param force whether to take it even where it does not fit
     * @return what came of it
     */
    Taking take(BigDecimal amount, BigDecimal share, boolean force);

    /** Returns how it stands. */
    Level level();

    /**
     * What came of taking.
     *
     * @param fits whether it fitted
     * @param grant what was taken; null when nothing was
     * @param remaining what remains now, at least zero
     * @param frees when the amount would fit; null when it fits, when it never will, or when nobody knows
     */
    record Taking(
            boolean fits,
            @Nullable Grant grant,
            BigDecimal remaining,
            @Nullable Duration frees) {}

    /**
     * How an allowance stands.
     *
     * @param used settled
     * @param reserved taken and not yet settled
     * @param remaining what remains, at least zero
     */
    record Level(BigDecimal used, BigDecimal reserved, BigDecimal remaining) {}

    /** An amount taken. */
    interface Grant {

        /** Returns how much was taken. */
        BigDecimal amount();

        /** Says how much it really was; called once. Never blocks, and never fails. */
        void settle(BigDecimal actual);
    }
}
