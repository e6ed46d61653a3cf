package dev.aigw.examples.benchmarks;

import dev.aigw.api.CallOptions;
import dev.aigw.api.ModelCard;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.Outcome;
import dev.aigw.api.Price;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.spi.End;
import dev.aigw.api.spi.RoutingStrategy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Measures the choice alone, with notifications of the beginning and end of its attempt, for each strategy, alone and
 * contended.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class PickBenchmark {

    private static final End END =
            End.builder(Outcome.SUCCESS).durationNanos(50_000_000).build();

    /** How many deployments there are. */
    @Param({"10", "1000"})
    public int deployments = 10;

    /** The strategy. */
    @Param({
        "weighted",
        "roundRobin",
        "ordered",
        "tiers",
        "leastInFlight",
        "headroom",
        "peakEwma",
        "lowestCost",
        "affinity",
        "lowestCost.thenBy(leastInFlight)"
    })
    public String strategy = "weighted";

    /** How many different prices they have; 0 for a different price each. */
    @Param("5")
    public int prices = 5;

    private RoutingStrategy.Picker picker = candidates -> -1;
    private All all = new All(List.of());

    /** Binds the strategy to that many deployments. */
    @Setup
    public void bind() {
        List<Place> places = new ArrayList<>();
        for (int i = 0; i < deployments; i++) {
            int price = prices == 0 ? i * 7919 % 1009 : i % prices;
            places.add(new Place(
                    "memory/m" + i,
                    1 + i % 7,
                    1 + i % 3,
                    ModelCard.builder()
                            .price(Price.usdPerMillion("" + (1 + price), "" + (1 + price * 31 % 97)))
                            .build()));
        }
        all = new All(places);
        picker = ChoiceBenchmark.strategy(strategy).bind(places);
    }

    /** A choice. */
    @Benchmark
    public int pick() {
        int index = picker.pick(all);
        picker.began(index);
        picker.ended(index, END, all.nanoTime());
        return index;
    }

    /** The same with all threads at once. */
    @Benchmark
    @Threads(Threads.MAX)
    public int contended() {
        return pick();
    }

    private record Place(String id, double weight, int tier, ModelCard card) implements RoutingStrategy.Deployment {
        @Override
        public String provider() {
            return "memory";
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
        public int inFlight() {
            return id.hashCode() & 7;
        }

        @Override
        public double latencyNanos() {
            return 50_000_000;
        }
    }

    private record All(List<Place> places) implements RoutingStrategy.Candidates {

        private static final ChatRequest REQUEST = ChatRequest.of("assistant", "Why is the sky blue?");

        @Override
        public int size() {
            return places.size();
        }

        @Override
        public boolean isEligible(int index) {
            return true;
        }

        @Override
        public RoutingStrategy.Deployment get(int index) {
            return places.get(index);
        }

        @Override
        public Operation<?, ?> operation() {
            return ChatRequest.CHAT;
        }

        @Override
        public ModelRequest request() {
            return REQUEST;
        }

        @Override
        public CallOptions options() {
            return CallOptions.DEFAULT;
        }

        @Override
        public long promptTokens() {
            return 5;
        }

        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public Instant time() {
            return Instant.EPOCH;
        }

        @Override
        public RandomGenerator random() {
            return ThreadLocalRandom.current();
        }
    }
}
