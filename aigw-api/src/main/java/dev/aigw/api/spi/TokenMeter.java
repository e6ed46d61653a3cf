package dev.aigw.api.spi;

import org.jspecify.annotations.Nullable;

/**
 * Accounts for every settled attempt, failed, hedged and abandoned ones included. Implementations are safe for use by
 * many threads and quick; what they throw is logged and dropped.
 */
public interface TokenMeter {

    /** Records one settled attempt; called exactly once for each. */
    void record(MeterRecord record);

    /** Returns the records so far, as an immutable snapshot. */
    UsageLedger ledger();

    /**
     * Returns the sum over the attempts of one call so far, or null when this meter does not keep single calls, or has
     * dropped this one.
     *
     * @param callId the call's id, as in {@code reply.route().callId()}
     */
    default UsageLedger.@Nullable Sum call(String callId) {
        return null;
    }
}
