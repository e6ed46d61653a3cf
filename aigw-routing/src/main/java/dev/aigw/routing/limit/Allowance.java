package dev.aigw.routing.limit;

import java.math.BigDecimal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What is left of one limit for one key. Safe for use by many threads. An allowance of a single JVM never blocks; see
 * {@link AllowanceStore} for others.
 */
public interface Allowance {

    /**
     * Takes an amount if it fits.
     *
     * @param amount how much, not negative
     * @param share the share of the limit that this call may use, above 0 and up to 1
     * @param force whether to take it even if it does not fit
     * @return whether it fits, and what was taken
     */
    Taking take(BigDecimal amount, BigDecimal share, boolean force);

    /** Returns its present level. */
    Level level();

    /**
     * Returns whether nothing of it is used, reserved or still to be settled or reported: it may be forgotten, since a
     * new one decides the same. Never blocks.
     */
    boolean isUnused();

    /**
     * The result of {@link #take}.
     *
     * @param fits whether the amount fits
     * @param grant what was taken; null if nothing was
     * @param remaining what remains now, at least zero
     * @param frees how long until the amount would fit; null if it fits, never will, or the time is unknown
     * @param note what a refused caller should know besides, such as that a shared store does not answer; may be null
     */
    record Taking(
            boolean fits,
            @Nullable Grant grant,
            BigDecimal remaining,
            @Nullable Duration frees,
            @Nullable String note) {

        /** Creates one without a note. */
        public Taking(boolean fits, @Nullable Grant grant, BigDecimal remaining, @Nullable Duration frees) {
            this(fits, grant, remaining, frees, null);
        }
    }

    /**
     * The level of an allowance.
     *
     * @param used what is settled
     * @param reserved what is taken and not yet settled
     * @param remaining what remains, at least zero
     */
    record Level(BigDecimal used, BigDecimal reserved, BigDecimal remaining) {}

    /** An amount taken. */
    interface Grant {

        /** Returns the amount that was taken. */
        BigDecimal amount();

        /** Reports the amount that was actually used; called once. Never blocks and never throws. */
        void settle(BigDecimal actual);
    }
}
