package dev.aigw.routing.engine.call;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What is settled when the results of a batch are known, by the id of the call that submitted it. Keeps the latest 1,000
 * batches; what an older one has reserved stays charged. Safe for use by many threads.
 */
public final class OpenSettlements {

    private static final int MOST = 1_000;

    private final Map<String, List<Consumer<Settlement>>> open = new LinkedHashMap<>();

    /** Adds what to do once the tokens and the cost of a batch are known. */
    public synchronized void add(String callId, Consumer<Settlement> settle) {
        open.computeIfAbsent(callId, unknown -> new ArrayList<>(1)).add(settle);
        if (open.size() > MOST) {
            open.remove(open.keySet().iterator().next());
        }
    }

    /** Settles a batch; does nothing for one that was settled before. */
    public void settle(String callId, Settlement settlement) {
        List<Consumer<Settlement>> waiting;
        synchronized (this) {
            waiting = open.remove(callId);
        }
        if (waiting != null) {
            waiting.forEach(each -> each.accept(settlement));
        }
    }
}
