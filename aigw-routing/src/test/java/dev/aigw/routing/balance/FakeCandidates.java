package dev.aigw.routing.balance;

import dev.aigw.api.CallOptions;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.spi.RoutingStrategy;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Deployments with set weights and loads; counts how often a strategy asks whether one is eligible. */
final class FakeCandidates implements RoutingStrategy.Candidates {

    final List<FakeDeployment> deployments = new ArrayList<>();
    final BitSet ineligible = new BitSet();
    private final RandomGenerator random = new SplittableRandom(42);
    long checks;

    static FakeCandidates ofWeights(double... weights) {
        FakeCandidates candidates = new FakeCandidates();
        for (double weight : weights) {
            candidates.deployments.add(new FakeDeployment("d/" + candidates.size(), weight, 0));
        }
        return candidates;
    }

    @Override
    public int size() {
        return deployments.size();
    }

    @Override
    public boolean isEligible(int index) {
        checks++;
        return !ineligible.get(index);
    }

    @Override
    public FakeDeployment get(int index) {
        return deployments.get(index);
    }

    @Override
    public ModelRequest request() {
        return ChatRequest.of("assistant", "Hi");
    }

    @Override
    public CallOptions options() {
        return CallOptions.DEFAULT;
    }

    @Override
    public RandomGenerator random() {
        return random;
    }

    record FakeDeployment(String id, double weight, int inFlight) implements RoutingStrategy.Deployment {
        @Override
        public String provider() {
            return "d";
        }

        @Override
        public String upstreamModel() {
            return id;
        }

        @Override
        public @Nullable String region() {
            return null;
        }

        @Override
        public Set<String> tags() {
            return Set.of();
        }

        @Override
        public double latencyNanos() {
            return 0;
        }
    }
}
