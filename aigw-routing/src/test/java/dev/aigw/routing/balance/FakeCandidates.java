package dev.aigw.routing.balance;

import dev.aigw.api.CallOptions;
import dev.aigw.api.ModelCard;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.Price;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.spi.RoutingStrategy;
import java.time.Instant;
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

    Operation<?, ?> operation = ChatRequest.CHAT;
    ModelRequest request = ChatRequest.of("assistant", "Hi");
    CallOptions options = CallOptions.DEFAULT;
    long promptTokens = 1;
    List<RoutingStrategy.WarmPrompt> warm = List.of();
    long nanoTime = 1_000_000_000L;
    Instant time = Instant.EPOCH;

    static FakeCandidates ofWeights(double... weights) {
        FakeCandidates candidates = new FakeCandidates();
        for (double weight : weights) {
            candidates.deployments.add(
                    FakeDeployment.of("d/" + candidates.size()).weight(weight));
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
    public Operation<?, ?> operation() {
        return operation;
    }

    @Override
    public long promptTokens() {
        return promptTokens;
    }

    @Override
    public List<RoutingStrategy.WarmPrompt> warmPrompts() {
        return warm;
    }

    @Override
    public long nanoTime() {
        return nanoTime;
    }

    @Override
    public ModelRequest request() {
        return request;
    }

    @Override
    public CallOptions options() {
        return options;
    }

    @Override
    public Instant time() {
        return time;
    }

    @Override
    public RandomGenerator random() {
        return random;
    }

    record FakeDeployment(String id, double weight, int tier, int inFlight, double latencyNanos, ModelCard card)
            implements RoutingStrategy.Deployment {

        static FakeDeployment of(String id) {
            return new FakeDeployment(id, 1, 1, 0, 0, ModelCard.UNKNOWN);
        }

        FakeDeployment weight(double weight) {
            return new FakeDeployment(id, weight, tier, inFlight, latencyNanos, card);
        }

        FakeDeployment tier(int tier) {
            return new FakeDeployment(id, weight, tier, inFlight, latencyNanos, card);
        }

        FakeDeployment inFlight(int inFlight) {
            return new FakeDeployment(id, weight, tier, inFlight, latencyNanos, card);
        }

        FakeDeployment latencyNanos(double latencyNanos) {
            return new FakeDeployment(id, weight, tier, inFlight, latencyNanos, card);
        }

        FakeDeployment price(Price price) {
            return new FakeDeployment(
                    id,
                    weight,
                    tier,
                    inFlight,
                    latencyNanos,
                    card.toBuilder().price(price).build());
        }

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
    }
}
