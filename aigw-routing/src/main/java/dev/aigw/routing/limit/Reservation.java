package dev.aigw.routing.limit;

import dev.aigw.api.Cost;
import dev.aigw.routing.engine.call.Settlement;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Everything that one call, model or attempt has taken from its limits. Returned or settled once; the first call of a
 * method counts.
 */
final class Reservation {

    private record Item(Limit limit, Allowance.Grant grant) {}

    private final List<Item> items = new ArrayList<>(2);
    private final AtomicBoolean over = new AtomicBoolean();

    void add(Limit limit, Allowance.Grant grant) {
        items.add(new Item(limit, grant));
    }

    boolean isEmpty() {
        return items.isEmpty();
    }

    /** Returns everything: nothing was used. */
    void cancel() {
        if (over.compareAndSet(false, true)) {
            items.forEach(item -> item.grant().settle(BigDecimal.ZERO));
        }
    }

    /** Settles to what was taken; concurrency is free again. */
    void release() {
        if (over.compareAndSet(false, true)) {
            items.forEach(item -> item.grant().settle(item.grant().amount()));
        }
    }

    /**
     * Settles what does not wait for the results of a batch, requests and concurrency, and returns the rest: what was
     * taken for it stays taken until then.
     */
    Reservation deferred() {
        Reservation rest = new Reservation();
        if (over.compareAndSet(false, true)) {
            for (Item item : items) {
                if (item.limit().measure().isSettledLater()) {
                    rest.items.add(item);
                } else {
                    item.grant().settle(item.grant().amount());
                }
            }
        }
        return rest;
    }

    /** Settles to what was used. If that is unknown, what was taken counts: it is the known maximum. */
    void settle(Settlement settlement) {
        if (over.compareAndSet(false, true)) {
            items.forEach(item -> item.grant().settle(actual(item, settlement)));
        }
    }

    private static BigDecimal actual(Item item, Settlement settlement) {
        BigDecimal taken = item.grant().amount();
        boolean untold = settlement.usage().isEmpty() && !settlement.cost().isKnown();
        return switch (item.limit().measure()) {
            case REQUESTS, CONCURRENCY -> taken;
            case INPUT_TOKENS ->
                untold ? taken : BigDecimal.valueOf(settlement.usage().inputTokens());
            case OUTPUT_TOKENS ->
                untold ? taken : BigDecimal.valueOf(settlement.usage().outputTokens());
            case TOKENS ->
                untold ? taken : BigDecimal.valueOf(settlement.usage().totalTokens());
            case COST -> money(item.limit(), settlement.cost(), taken);
        };
    }

    private static BigDecimal money(Limit limit, Cost cost, BigDecimal taken) {
        BigDecimal amount = cost.amount();
        if (amount == null) {
            return taken;
        }
        return amount.signum() == 0 || cost.currency().equals(limit.currency()) ? amount : taken;
    }
}
