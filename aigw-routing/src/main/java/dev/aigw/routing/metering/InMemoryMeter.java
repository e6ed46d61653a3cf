package dev.aigw.routing.metering;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.aigw.api.Caller;
import dev.aigw.api.spi.MeterRecord;
import dev.aigw.api.spi.TokenMeter;
import dev.aigw.api.spi.UsageLedger;
import dev.aigw.routing.engine.call.Listeners;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the ledger in the heap. Safe for use by many threads; recording takes no lock once its row exists.
 *
 * <p>Rows are bounded in number, and the names in them, which callers may choose, in length. A tenth of the rows is
 * kept for the sums of further callers by model and deployment. What has no row even there is in one last row, so that
 * no sum loses anything.
 */
final class InMemoryMeter implements TokenMeter {

    /** Stands for the names and callers for which there was no row left. */
    static final String OTHER = "(others)";

    /** The callers for whom there was no row left. */
    static final Caller OTHERS = Caller.ofTenant(OTHER);

    /** How many characters the names in a row have on average, at most. */
    static final int CHARS_PER_ROW = 200;

    private record RowKey(String model, String deployment, Caller caller, List<String> tags) {

        int chars() {
            int chars = model.length() + deployment.length();
            chars += chars(caller.tenant()) + chars(caller.user()) + chars(caller.tier()) + chars(caller.key());
            for (String role : caller.roles()) {
                chars += role.length();
            }
            for (String tag : tags) {
                chars += tag.length();
            }
            return chars;
        }

        private static int chars(@Nullable String text) {
            return text == null ? 0 : text.length();
        }
    }

    /** A number of rows, and of characters in them, that may still be added. */
    private static final class Space {

        private final AtomicInteger rows;
        private final AtomicLong chars;

        Space(int rows) {
            this.rows = new AtomicInteger(rows);
            this.chars = new AtomicLong((long) rows * CHARS_PER_ROW);
        }

        boolean take(RowKey key) {
            if (rows.decrementAndGet() >= 0) {
                if (chars.addAndGet(-key.chars()) >= 0) {
                    return true;
                }
                chars.addAndGet(key.chars());
            }
            rows.incrementAndGet();
            return false;
        }

        void giveBack(RowKey key) {
            rows.incrementAndGet();
            chars.addAndGet(key.chars());
        }
    }

    private static final Logger log = LoggerFactory.getLogger(InMemoryMeter.class);

    private final int maximumRows;
    private final Space own;
    private final Space combined;
    private final RowKey rest;
    private final AtomicBoolean warned = new AtomicBoolean();
    private final List<String> tags;
    private final Listeners<Consumer<MeterRecord>> listeners;
    private final ConcurrentMap<RowKey, LedgerCell> rows = new ConcurrentHashMap<>();
    private final @Nullable Cache<String, LedgerCell> calls;

    /**
     * Creates an empty ledger.
     *
     * @param maximumRows how many rows it has at most, the last one included
     * @param tags the tags whose values have separate rows
     * @param recentCalls how many calls are kept by id
     */
    InMemoryMeter(int maximumRows, List<String> tags, int recentCalls, List<Consumer<MeterRecord>> listeners) {
        this.maximumRows = maximumRows;
        this.combined = new Space(maximumRows / 10);
        this.own = new Space(maximumRows - maximumRows / 10 - 1);
        this.rest = new RowKey(OTHER, OTHER, OTHERS, Collections.nCopies(tags.size(), ""));
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
        if (cell == null) {
            cell = added(key, own);
        }
        if (cell == null) {
            warn();
            RowKey others = new RowKey(key.model(), key.deployment(), OTHERS, rest.tags());
            cell = rows.get(others);
            if (cell == null) {
                cell = added(others, combined);
            }
        }
        return cell != null ? cell : rows.computeIfAbsent(rest, any -> new LedgerCell());
    }

    /** Returns a new row, or that of another thread meanwhile; null if there is no space for it. */
    private @Nullable LedgerCell added(RowKey key, Space space) {
        if (!space.take(key)) {
            return null;
        }
        LedgerCell fresh = new LedgerCell();
        LedgerCell earlier = rows.putIfAbsent(key, fresh);
        if (earlier == null) {
            return fresh;
        }
        space.giveBack(key);
        return earlier;
    }

    private void warn() {
        if (!warned.get() && warned.compareAndSet(false, true)) {
            log.warn(
                    "the meter has no rows left for new callers, models or tags: they are combined as \"{}\"."
                            + " Raise Meters.builder().maximumRows from {}, or check who sends so many names",
                    OTHER,
                    maximumRows);
        }
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
