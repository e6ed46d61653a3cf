package dev.aigw.routing.metering;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.aigw.api.Caller;
import dev.aigw.api.spi.MeterRecord;
import dev.aigw.api.spi.TokenMeter;
import dev.aigw.api.spi.UsageLedger;
import dev.aigw.routing.engine.call.Listeners;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the ledger in the heap. Safe for use by many threads; recording takes no lock once its row exists. */
final class InMemoryMeter implements TokenMeter {

    /** The callers for whom there was no row left. */
    static final Caller OTHERS = Caller.ofTenant("(others)");

    private record RowKey(String model, String deployment, Caller caller, List<String> tags) {}

    private static final Logger log = LoggerFactory.getLogger(InMemoryMeter.class);

    private final int maximumRows;
    private final List<String> tags;
    private final Listeners<Consumer<MeterRecord>> listeners;
    private final ConcurrentMap<RowKey, LedgerCell> rows = new ConcurrentHashMap<>();
    private final @Nullable Cache<String, LedgerCell> calls;

    /**
     * Creates an empty ledger. The bound is soft: rows of {@link #OTHERS} are not counted.
     *
     * @param tags the tags whose values have separate rows
     * @param recentCalls how many calls are kept by id
     */
    InMemoryMeter(int maximumRows, List<String> tags, int recentCalls, List<Consumer<MeterRecord>> listeners) {
        this.maximumRows = maximumRows;
        this.tags = tags;
        this.listeners = new Listeners<>(listeners, log, "meter listener");
        this.calls = recentCalls == 0
                ? null
                : Caffeine.newBuilder()
                        .maximumSize(recentCalls)
                        .executor(Runnable::run)
                        .build();
    }

    @Override
    public void record(MeterRecord record) {
        cell(new RowKey(record.model(), record.deployment(), record.caller(), values(record.tags())))
                .add(record);
        if (calls != null) {
            calls.get(record.callId(), any -> new LedgerCell()).add(record);
        }
        if (!listeners.isEmpty()) {
            listeners.notify(listener -> listener.accept(record));
        }
    }

    private List<String> values(Map<String, String> given) {
        if (tags.isEmpty()) {
            return List.of();
        }
        List<String> values = new ArrayList<>(tags.size());
        for (String tag : tags) {
            values.add(given.getOrDefault(tag, ""));
        }
        return values;
    }

    private LedgerCell cell(RowKey key) {
        LedgerCell cell = rows.get(key);
        if (cell != null) {
            return cell;
        }
        RowKey free =
                rows.size() < maximumRows ? key : new RowKey(key.model(), key.deployment(), OTHERS, values(Map.of()));
        return rows.computeIfAbsent(free, any -> new LedgerCell());
    }

    @Override
    public UsageLedger ledger() {
        List<UsageLedger.Row> snapshot = new ArrayList<>(rows.size());
        rows.forEach((key, cell) -> snapshot.add(
                new UsageLedger.Row(key.model(), key.deployment(), key.caller(), named(key.tags()), cell.sum())));
        return new UsageLedger(snapshot);
    }

    private Map<String, String> named(List<String> values) {
        Map<String, String> named = new HashMap<>();
        for (int i = 0; i < values.size(); i++) {
            named.put(tags.get(i), values.get(i));
        }
        return named;
    }

    @Override
    public UsageLedger.@Nullable Sum call(String callId) {
        LedgerCell cell = calls == null ? null : calls.getIfPresent(callId);
        return cell == null ? null : cell.sum();
    }

    @Override
    public String toString() {
        return "Meters.inMemory{" + rows.size() + " rows}";
    }
}
