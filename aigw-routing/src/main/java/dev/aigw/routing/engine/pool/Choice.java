package dev.aigw.routing.engine.pool;

import dev.aigw.api.CallOptions;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.spi.RoutingStrategy;
import java.util.random.RandomGenerator;

/**
 * A choice among all that have room, or, to learn whether the strategy would choose it, of {@code only} one. One
 * thread's own.
 */
final class Choice implements RoutingStrategy.Candidates {

    private final Pool pool;
    private final Pool.Query query;
    private final boolean again;
    private final boolean unaided;
    private final boolean unspent;
    private final int only;

    /**
     * Creates a choice.
     *
     * @param again whether among those that the call has tried, or among the others
     * @param unaided whether only among those whose models can do all that is needed
     * @param unspent whether to go past those whose provider says that a rate limit is used up
     */
    Choice(Pool pool, Pool.Query query, boolean again, boolean unaided, boolean unspent, int only) {
        this.pool = pool;
        this.query = query;
        this.again = again;
        this.unaided = unaided;
        this.unspent = unspent;
        this.only = only;
    }

    @Override
    public int size() {
        return pool.targets().size();
    }

    @Override
    public boolean isEligible(int index) {
        if (only != Pool.ANY) {
            return index == only;
        }
        LiveDeployment target = pool.targets().get(index);
        if (!query.admits(target, again) || (unaided && query.emulatedBy(target) != null)) {
            return false;
        }
        if (unspent && target.isExhausted(query)) {
            query.wentPast = true;
            return false;
        }
        return true;
    }

    @Override
    public RoutingStrategy.Deployment get(int index) {
        return pool.targets().get(index);
    }

    @Override
    public Operation<?, ?> operation() {
        return query.operation;
    }

    @Override
    public ModelRequest request() {
        return query.request;
    }

    @Override
    public CallOptions options() {
        return query.options;
    }

    @Override
    public long promptTokens() {
        return query.promptTokens();
    }

    @Override
    public long nanoTime() {
        return query.nowNanos();
    }

    @Override
    public RandomGenerator random() {
        return query.random;
    }
}
