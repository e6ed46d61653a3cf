package dev.aigw.api.spi;

import dev.aigw.api.CallOptions;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import java.time.Instant;
import java.util.List;
import java.util.random.RandomGenerator;

/** Forwards to other candidates: the base of strategies that show some of the deployments to another strategy. */
public abstract class ForwardingCandidates implements RoutingStrategy.Candidates {

    private final RoutingStrategy.Candidates all;

    /** Creates a view of {@code all}. */
    protected ForwardingCandidates(RoutingStrategy.Candidates all) {
        this.all = all;
    }

    @Override
    public int size() {
        return all.size();
    }

    @Override
    public boolean isEligible(int index) {
        return all.isEligible(index);
    }

    @Override
    public RoutingStrategy.Deployment get(int index) {
        return all.get(index);
    }

    @Override
    public Operation<?, ?> operation() {
        return all.operation();
    }

    @Override
    public ModelRequest request() {
        return all.request();
    }

    @Override
    public CallOptions options() {
        return all.options();
    }

    @Override
    public long promptTokens() {
        return all.promptTokens();
    }

    @Override
    public List<RoutingStrategy.WarmPrompt> warmPrompts() {
        return all.warmPrompts();
    }

    @Override
    public long nanoTime() {
        return all.nanoTime();
    }

    @Override
    public Instant time() {
        return all.time();
    }

    @Override
    public RandomGenerator random() {
        return all.random();
    }
}
