package dev.aigw.routing.metering;

import dev.aigw.api.Cost;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.TokenUsage.Bucket;
import dev.aigw.api.TokenUsage.Provenance;
import dev.aigw.api.spi.MeterRecord;
import dev.aigw.api.spi.UsageLedger;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One row of the ledger: counts in one array, since there are many rows, and one decimal replaced by compare-and-set,
 * so that no cent is lost to rounding. Safe for use by many threads, without a lock.
 */
final class LedgerCell {

    private static final Bucket[] BUCKETS = Bucket.values();
    private static final int ESTIMATED = 1 << BUCKETS.length;

    /** Their names come from vendors, so they are bounded. */
    private static final int MOST_SERVER_TOOLS = 100;

    private static final String OTHER_TOOLS = "(others)";

    private static final int ATTEMPTS = 0;
    private static final int FAILED = 1;
    private static final int ABANDONED = 2;
    private static final int UNPRICED = 3;
    private static final int TOKENS = 4;

    private final AtomicLongArray counts = new AtomicLongArray(TOKENS + BUCKETS.length);

    /** How often each of the vendor's own tools was used; most rows have none. */
    private volatile Map<String, Long> serverTools = Map.of();

    /** The buckets that were ever present, by ordinal, and whether any usage was estimated. */
    private final AtomicInteger seen = new AtomicInteger();

    private final AtomicReference<Cost> cost = new AtomicReference<>(Cost.ZERO);

    void add(MeterRecord record) {
        counts.incrementAndGet(ATTEMPTS);
        switch (record.outcome()) {
            case FAILED -> counts.incrementAndGet(FAILED);
            case ABANDONED -> counts.incrementAndGet(ABANDONED);
            case SUCCESS -> {}
        }
        addUsage(record.usage());
        if (!addCost(record.cost())) {
            counts.incrementAndGet(UNPRICED);
        }
    }

    private void addUsage(TokenUsage usage) {
        int present = 0;
        for (int i = 0; i < BUCKETS.length; i++) {
            long count = usage.getOr(BUCKETS[i], -1);
            if (count >= 0) {
                present |= 1 << i;
                counts.addAndGet(TOKENS + i, count);
            }
        }
        if (!usage.serverToolUses().isEmpty()) {
            addServerTools(usage.serverToolUses());
        }
        if (present != 0 && usage.provenance() == Provenance.ESTIMATED) {
            present |= ESTIMATED;
        }
        if ((seen.get() & present) != present) {
            seen.accumulateAndGet(present, (before, more) -> before | more);
        }
    }

    private void addServerTools(Map<String, Long> uses) {
        synchronized (counts) {
            Map<String, Long> sums = new HashMap<>(serverTools);
            uses.forEach((tool, times) -> {
                boolean named = sums.containsKey(tool) || sums.size() < MOST_SERVER_TOOLS;
                sums.merge(named ? tool : OTHER_TOOLS, times, Long::sum);
            });
            serverTools = Map.copyOf(sums);
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
                .attempts(counts.get(ATTEMPTS))
                .failed(counts.get(FAILED))
                .abandoned(counts.get(ABANDONED))
                .usage(usage())
                .cost(cost())
                .unpriced(counts.get(UNPRICED))
                .build();
    }

    private Cost cost() {
        return Objects.requireNonNull(cost.get());
    }

    private TokenUsage usage() {
        int present = seen.get();
        Map<String, Long> tools = serverTools;
        if (present == 0 && tools.isEmpty()) {
            return TokenUsage.NONE;
        }
        TokenUsage.Builder usage = TokenUsage.builder()
                .provenance((present & ESTIMATED) != 0 ? Provenance.ESTIMATED : Provenance.REPORTED);
        for (int i = 0; i < BUCKETS.length; i++) {
            if ((present & 1 << i) != 0) {
                usage.set(BUCKETS[i], counts.get(TOKENS + i));
            }
        }
        tools.forEach(usage::serverTool);
        return usage.build();
    }
}
