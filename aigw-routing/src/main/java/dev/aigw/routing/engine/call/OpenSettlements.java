package dev.aigw.routing.engine.call;

import dev.aigw.api.Cost;
import dev.aigw.api.TokenUsage;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What is settled when the results of a batch are known, by the id of the call that submitted it. Keeps the latest
 * 1,000 batches. Those of an older batch, and of all when the router closes, are settled as unknown: what was reserved
 * is charged. Safe for use by many threads.
 */
public final class OpenSettlements {

    private static final int MOST = 1_000;
    private static final Settlement UNKNOWN = new Settlement(TokenUsage.NONE, Cost.UNKNOWN);

    private final Map<String, List<Consumer<Settlement>>> open = new LinkedHashMap<>();

    /** Adds what to do once the tokens and the cost of a batch are known. */
    public void add(String callId, Consumer<Settlement> settle) {
        List<Consumer<Settlement>> oldest = List.of();
        synchronized (open) {
            open.computeIfAbsent(callId, unknown -> new ArrayList<>(1)).add(settle);
            if (open.size() > MOST) {
                Iterator<List<Consumer<Settlement>>> all = open.values().iterator();
                oldest = all.next();
                all.remove();
            }
        }
        oldest.forEach(each -> each.accept(UNKNOWN));
    }

    /** Settles a batch; does nothing for one that was settled before. */
    public void settle(String callId, Settlement settlement) {
        List<Consumer<Settlement>> waiting;
        synchronized (open) {
            waiting = open.remove(callId);
        }
        if (waiting != null) {
            waiting.forEach(each -> each.accept(settlement));
        }
    }

    /** Settles all batches whose results are not known. */
    public void close() {
        List<List<Consumer<Settlement>>> left;
        synchronized (open) {
            left = List.copyOf(open.values());
            open.clear();
        }
        left.forEach(batch -> batch.forEach(each -> each.accept(UNKNOWN)));
    }
}
