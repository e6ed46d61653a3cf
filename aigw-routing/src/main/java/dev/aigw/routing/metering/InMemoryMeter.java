package dev.aigw.routing.metering;

import dev.aigw.api.Caller;
import dev.aigw.api.spi.TokenMeter;
import dev.aigw.api.spi.UsageLedger;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Keeps the ledger in the heap. Safe for use by many threads; recording takes no lock once a row is there. */
final class InMemoryMeter implements TokenMeter {

    /** Those for whom there was no row left. */
    static final Caller OTHERS = Caller.ofTenant("(others)");

    private record RowKey(String model, String deployment, Caller caller) {}

    private final int maximumRows;
    private final ConcurrentMap<RowKey, LedgerCell> rows = new ConcurrentHashMap<>();

    /** Creates an empty ledger. The bound is soft: rows of {@link #OTHERS} come on top. */
    InMemoryMeter(int maximumRows) {
        this.maximumRows = maximumRows;
    }

    @Override
    public void record(MeterRecord record) {
        cell(new RowKey(record.model(), record.deployment(), record.caller())).add(record);
    }

    private LedgerCell cell(RowKey key) {
        LedgerCell cell = rows.get(key);
        if (cell != null) {
            return cell;
        }
        RowKey free = rows.size() < maximumRows ? key : new RowKey(key.model(), key.deployment(), OTHERS);
        return rows.computeIfAbsent(free, any -> new LedgerCell());
    }

    @Override
    public UsageLedger ledger() {
        List<UsageLedger.Row> snapshot = new ArrayList<>(rows.size());
        rows.forEach((key, cell) ->
                snapshot.add(new UsageLedger.Row(key.model(), key.deployment(), key.caller(), cell.sum())));
        return new UsageLedger(snapshot);
    }

    @Override
    public String toString() {
        return "Meters.inMemory{" + rows.size() + " rows}";
    }
}
