package dev.aigw.routing.limit;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Cancellation;
import dev.aigw.api.Operation;
import dev.aigw.api.spi.BudgetGauge;
import dev.aigw.api.spi.CallContext;
import dev.aigw.api.spi.ModelSelector;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads how much of some limits is left for a caller, without taking any. Safe for use by many threads. */
final class LimitGauge implements BudgetGauge {

    private final Set<String> names;
    private final Supplier<List<LimitCounter>> counters;

    /**
     * Creates a gauge.
     *
     * @param names the limits to read
     * @param counters the counters of all limits; empty before a router uses them
     */
    LimitGauge(Set<String> names, Supplier<List<LimitCounter>> counters) {
        this.names = Set.copyOf(names);
        this.counters = counters;
    }

    @Override
    public double left(ModelSelector.Query query) {
        CallContext call = new Asked(query);
        double least = 1;
        for (LimitCounter counter : counters.get()) {
            Limit limit = counter.limit();
            if (names.contains(limit.name()) && limit.isFor(call, null)) {
                least = Math.min(
                        least,
                        counter.left(
                                counter.key(call, null),
                                limit.share(call.options().priority())));
            }
        }
        return least;
    }

    /** A call as far as it is known before its model is chosen. */
    private record Asked(ModelSelector.Query query) implements CallContext {

        @Override
        public String id() {
            return query.callId();
        }

        @Override
        public Operation<?, ?> operation() {
            return query.operation();
        }

        @Override
        public CallOptions options() {
            return query.options();
        }

        @Override
        public String requestedModel() {
            return query.request().model();
        }

        @Override
        public String model() {
            return query.request().model();
        }

        @Override
        public long remainingNanos() {
            return query.remainingNanos();
        }

        @Override
        public Cancellation cancellation() {
            Cancellation given = query.options().cancellation();
            return given == null ? new Cancellation() : given;
        }

        @Override
        public <T> @Nullable T get(Key<T> key) {
            return null;
        }

        @Override
        public <T> void put(Key<T> key, T value) {
            throw new UnsupportedOperationException("a dimension of a limit reads the call and changes nothing");
        }

        @Override
        public void warn(String message) {
            throw new UnsupportedOperationException("a dimension of a limit reads the call and changes nothing");
        }
    }
}
