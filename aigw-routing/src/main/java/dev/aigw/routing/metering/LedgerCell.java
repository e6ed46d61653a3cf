package dev.aigw.routing.metering;

import dev.aigw.api.Cost;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.TokenUsage.Bucket;
import dev.aigw.api.TokenUsage.Provenance;
import dev.aigw.api.spi.MeterRecord;
import dev.aigw.api.spi.UsageLedger;
import java.math.BigDecimal;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;

/**
 * One row of the ledger: adders for counts, and one decimal replaced by compare-and-set, so that no cent is lost to
 * rounding. Safe for use by many threads, without a lock.
 */
final class LedgerCell {

    private static final Bucket[] BUCKETS = Bucket.values();
    private static final int ESTIMATED = 1 << BUCKETS.length;

    private final LongAdder attempts = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder abandoned = new LongAdder();
    private final LongAdder unpriced = new LongAdder();
    private final LongAdder[] tokens = new LongAdder[BUCKETS.length];
    private final ConcurrentMap<String, LongAdder> serverTools = new ConcurrentHashMap<>();

    /** The buckets that were ever present, by ordinal, and whether any usage was estimated. */
    private final AtomicInteger seen = new AtomicInteger();

    private final AtomicReference<Cost> cost = new AtomicReference<>(Cost.ZERO);

    LedgerCell() {
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = new LongAdder();
        }
    }

    void add(MeterRecord record) {
        attempts.increment();
        switch (record.outcome()) {
            case FAILED -> failed.increment();
            case ABANDONED -> abandoned.increment();
            case SUCCESS -> {}
        }
        addUsage(record.usage());
        if (!addCost(record.cost())) {
            unpriced.increment();
        }
    }

    private void addUsage(TokenUsage usage) {
        int present = 0;
        for (int i = 0; i < BUCKETS.length; i++) {
            long count = usage.getOr(BUCKETS[i], -1);
            if (count >= 0) {
                present |= 1 << i;
                tokens[i].add(count);
            }
        }
        if (!usage.serverToolUses().isEmpty()) {
            usage.serverToolUses()
                    .forEach((tool, uses) -> serverTools
                            .computeIfAbsent(tool, added -> new LongAdder())
                            .add(uses));
        }
        if (present != 0 && usage.provenance() == Provenance.ESTIMATED) {
            present |= ESTIMATED;
        }
        if ((seen.get() & present) != present) {
            seen.accumulateAndGet(present, (before, more) -> before | more);
        }
    }

    /** Adds an amount, unless it is unknown or in another currency than the row's. */
    private boolean addCost(Cost more) {
        BigDecimal amount = more.amount();
        if (amount == null) {
            return false;
        }
        if (amount.signum() == 0) {
            return true;
        }
        while (true) {
            Cost before = cost();
            BigDecimal sum = before.amount();
            Cost after;
            if (sum == null || sum.signum() == 0) {
                after = more;
            } else if (before.currency().equals(more.currency())) {
                after = before.plus(more);
            } else {
                return false;
            }
            if (cost.compareAndSet(before, after)) {
                return true;
            }
        }
    }

    UsageLedger.Sum sum() {
        return UsageLedger.Sum.builder()
                .attempts(attempts.sum())
                .failed(failed.sum())
                .abandoned(abandoned.sum())
                .usage(usage())
                .cost(cost())
                .unpriced(unpriced.sum())
                .build();
    }

    private Cost cost() {
        return Objects.requireNonNull(cost.get());
    }

    private TokenUsage usage() {
        int present = seen.get();
        if (present == 0 && serverTools.isEmpty()) {
            return TokenUsage.NONE;
        }
        TokenUsage.Builder usage = TokenUsage.builder()
                .provenance((present & ESTIMATED) != 0 ? Provenance.ESTIMATED : Provenance.REPORTED);
        for (int i = 0; i < BUCKETS.length; i++) {
            if ((present & 1 << i) != 0) {
                usage.set(BUCKETS[i], tokens[i].sum());
            }
        }
        serverTools.forEach((tool, uses) -> usage.serverTool(tool, uses.sum()));
        return usage.build();
    }
}
