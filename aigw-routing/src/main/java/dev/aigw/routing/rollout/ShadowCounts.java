package dev.aigw.routing.rollout;

import dev.aigw.api.Cost;
import dev.aigw.api.TokenUsage;
import dev.aigw.routing.engine.call.CallCost;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Counts copies and limits those under way. Safe for use by many threads. */
final class ShadowCounts {

    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger comparing = new AtomicInteger();
    private final AtomicLong copied = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicLong succeeded = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong compared = new AtomicLong();
    private TokenUsage usage = TokenUsage.NONE;
    private Cost cost = Cost.ZERO;
    private long unpriced;

    /** Takes a permit for a copy, or counts the copy as dropped. */
    boolean tryCopy(int most) {
        boolean taken = tryTake(inFlight, most);
        (taken ? copied : dropped).incrementAndGet();
        return taken;
    }

    /** Returns the permit of a copy that was not started after all. */
    void notCopied() {
        inFlight.decrementAndGet();
        copied.decrementAndGet();
        dropped.incrementAndGet();
    }

    /** Counts a finished copy and returns its permit. */
    void copied(boolean success, CallCost spent) {
        synchronized (this) {
            usage = usage.plus(spent.usage());
            Cost sum = CallCost.sum(cost, spent.cost());
            if (sum.isKnown()) {
                cost = sum;
            } else {
                unpriced++;
            }
        }
        (success ? succeeded : failed).incrementAndGet();
        inFlight.decrementAndGet();
    }

    /** Takes a permit for notifying the listeners of a pair. */
    boolean tryCompare(int most) {
        return tryTake(comparing, most);
    }

    /** Returns such a permit. */
    void compareEnded() {
        comparing.decrementAndGet();
    }

    void compared() {
        compared.incrementAndGet();
    }

    private static boolean tryTake(AtomicInteger taken, int most) {
        while (true) {
            int now = taken.get();
            if (now >= most) {
                return false;
            }
            if (taken.compareAndSet(now, now + 1)) {
                return true;
            }
        }
    }

    synchronized Shadow.Stats stats() {
        return Shadow.Stats.builder()
                .copied(copied.get())
                .dropped(dropped.get())
                .succeeded(succeeded.get())
                .failed(failed.get())
                .compared(compared.get())
                .inFlight(inFlight.get())
                .usage(usage)
                .cost(cost)
                .unpriced(unpriced)
                .build();
    }
}
