package dev.aigw.api.spi;

import dev.aigw.api.Caller;
import dev.aigw.api.Cost;
import dev.aigw.api.Outcome;
import dev.aigw.api.TokenUsage;
import java.util.Map;
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

    /**
     * One settled attempt.
     *
     * @param callId the call's id
     * @param attempt which attempt of the call, from 1
     * @param operation the operation's name
     * @param model the logical model it was for
     * @param deployment the deployment's id
     * @param caller who asked
     * @param tags the caller's labels, and those of the routes that chose the model, such as an experiment's arm
     * @param outcome how it ended
     * @param usage tokens, reported or estimated
     * @param cost what they cost; unknown without a price
     */
    record MeterRecord(
            String callId,
            int attempt,
            String operation,
            String model,
            String deployment,
            Caller caller,
            Map<String, String> tags,
            Outcome outcome,
            TokenUsage usage,
            Cost cost) {}
}
