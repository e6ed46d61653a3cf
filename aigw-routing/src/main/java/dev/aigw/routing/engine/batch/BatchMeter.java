package dev.aigw.routing.engine.batch;

import dev.aigw.api.Cost;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.Outcome;
import dev.aigw.api.Price;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.batch.BatchHandle;
import dev.aigw.api.batch.BatchResult;
import dev.aigw.api.spi.MeterRecord;
import dev.aigw.api.spi.TokenMeter;
import dev.aigw.routing.engine.call.CallCost;
import dev.aigw.routing.engine.call.FailureLog;
import dev.aigw.routing.engine.call.OpenSettlements;
import dev.aigw.routing.engine.call.Settlement;
import dev.aigw.routing.engine.pool.LiveDeployment;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Records each item of a batch once, at the price of batches when it was submitted. A record has the batch's id as its
 * call id and the item's position as its attempt, from 1, in every process. So a store that outlives the process can
 * recognise a record that is made again after a crash in the middle of reading. Safe for use by many threads.
 */
final class BatchMeter {

    /**
     * How many batches are remembered; reading an older one again, with a handle not marked as metered, counts again.
     */
    private static final int MOST = 1_000;

    private final @Nullable TokenMeter meter;
    private final OpenSettlements open;
    private final FailureLog failures = new FailureLog(LoggerFactory.getLogger(BatchMeter.class), "the token meter");
    private final Map<String, BitSet> recorded = new LinkedHashMap<>();

    BatchMeter(@Nullable TokenMeter meter, OpenSettlements open) {
        this.meter = meter;
        this.open = open;
    }

    /** Returns what an item used and cost: nothing if it failed, since vendors do not charge for those. */
    static Settlement settlement(BatchHandle handle, LiveDeployment deployment, BatchResult result) {
        ModelReply reply = result.reply();
        if (reply == null) {
            GatewayException failure = result.failure();
            reply = failure == null ? null : failure.partial();
        }
        TokenUsage usage = reply == null ? TokenUsage.NONE : reply.usage();
        if (usage.isEmpty()) {
            return new Settlement(usage, result.succeeded() ? Cost.UNKNOWN : Cost.ZERO);
        }
        Price price = deployment.price();
        return new Settlement(usage, price == null ? Cost.UNKNOWN : price.cost(usage, Price.BATCH, handle.submitted()));
    }

    /** Records the item at {@code position}, unless that has been done. */
    void record(BatchHandle handle, LiveDeployment deployment, int position, BatchResult result, Settlement settled) {
        if (meter == null || handle.metered() || !claim(handle.id(), position)) {
            return;
        }
        try {
            meter.record(MeterRecord.builder()
                    .callId(handle.id())
                    .attempt(position + 1)
                    .operation(handle.operation())
                    .model(handle.model())
                    .deployment(handle.deployment())
                    .caller(handle.caller())
                    .tags(handle.tags())
                    .outcome(outcome(result.failure()))
                    .usage(settled.usage())
                    .cost(settled.cost())
                    .build());
        } catch (RuntimeException e) {
            failures.failed(e);
        }
    }

    private static Outcome outcome(@Nullable GatewayException failure) {
        return failure == null
                ? Outcome.SUCCESS
                : failure.kind() == ErrorKind.CANCELLED ? Outcome.ABANDONED : Outcome.FAILED;
    }

    private boolean claim(String batch, int position) {
        synchronized (recorded) {
            BitSet items = recorded.computeIfAbsent(batch, unknown -> new BitSet());
            if (recorded.size() > MOST) {
                recorded.remove(recorded.keySet().iterator().next());
            }
            boolean first = !items.get(position);
            items.set(position);
            return first;
        }
    }

    /** Settles what the submission had reserved. */
    void settle(BatchHandle handle, Settlement whole) {
        open.settle(handle.id(), whole);
    }

    /** Returns the sum of two items. */
    static Settlement sum(Settlement one, Settlement other) {
        return new Settlement(one.usage().plus(other.usage()), CallCost.sum(one.cost(), other.cost()));
    }
}
