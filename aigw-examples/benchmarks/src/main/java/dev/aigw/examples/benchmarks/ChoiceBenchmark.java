package dev.aigw.examples.benchmarks;

import dev.aigw.api.Price;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.spi.RoutingStrategy;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.balance.RoutingStrategies;
import java.util.concurrent.TimeUnit;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/** Measures whether a call with many deployments costs more than with few, for each strategy, alone and contended. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ChoiceBenchmark {

    /** How many deployments the model has. */
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

    private final ChatRequest request = ChatRequest.of("assistant", "Why is the sky blue?");

    private ModelRouter router =
            ModelRouter.builder().provider(InMemory.adapter()).build();

    /** Builds a router with that many deployments. */
    @Setup
    public void build() {
        router.close();
        router = ModelRouter.builder()
                .provider(InMemory.adapter())
                .model("assistant", model -> {
                    for (int i = 0; i < deployments; i++) {
                        int number = i;
                        model.deployment(
                                "memory/m" + i,
                                deployment -> deployment
                                        .weight(1 + number % 7)
                                        .tier(1 + number % 3)
                                        .price(Price.usdPerMillion("" + (1 + number % 5), "4")));
                    }
                    model.strategy(strategy(strategy));
                })
                .build();
    }

    static RoutingStrategy strategy(String name) {
        return switch (name) {
            case "weighted" -> RoutingStrategies.weighted();
            case "roundRobin" -> RoutingStrategies.roundRobin();
            case "ordered" -> RoutingStrategies.ordered();
            case "tiers" -> RoutingStrategies.tiers(RoutingStrategies.weighted());
            case "leastInFlight" -> RoutingStrategies.leastInFlight();
            case "headroom" -> RoutingStrategies.headroom();
            case "peakEwma" -> RoutingStrategies.peakEwma();
            case "lowestCost" -> RoutingStrategies.lowestCost();
            case "affinity" -> RoutingStrategies.affinity();
            case "lowestCost.thenBy(leastInFlight)" ->
                RoutingStrategies.lowestCost().thenBy(RoutingStrategies.leastInFlight());
            default -> throw new IllegalArgumentException("there is no strategy " + name);
        };
    }

    /** A call, the choice included. */
    @Benchmark
    public ChatResponse call() {
        return router.chat(request);
    }

    /** The same with all threads at once. */
    @Benchmark
    @Threads(Threads.MAX)
    public ChatResponse contended() {
        return router.chat(request);
    }

    /** Closes the router. */
    @TearDown
    public void close() {
        router.close();
    }
}
