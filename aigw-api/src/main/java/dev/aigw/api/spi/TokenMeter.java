package dev.aigw.api.spi;

import org.jspecify.annotations.Nullable;

/**
 * Accounts for every settled attempt, failed, hedged and abandoned ones included. Implementations are safe for use by
 * many threads and quick; what they throw is logged and dropped.
 */
public interface TokenMeter {

    /** Takes one settled attempt; called exactly once for each. */
    void record(MeterRecord record);

    /** Returns what has been recorded so far, as an immutable snapshot. */
    UsageLedger ledger();

    /**
     * Returns what the attempts of one call have come to so far, or null when this meter does not keep calls, or no
     * longer this one.
     *
     * @param callId the call's id, as in {@code reply.route().callId()}
     */
    default UsageLedger.@Nullable Sum call(String callId) {
        return null;
    }
}
