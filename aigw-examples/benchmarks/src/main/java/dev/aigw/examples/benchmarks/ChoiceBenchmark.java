package dev.aigw.examples.benchmarks;

import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
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
import org.openjdk.jmh.annotations.Warmup;

/** Whether a call among many deployments costs more than a call among few. */
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
                        int weight = 1 + i % 7;
                        model.deployment("memory/m" + i, deployment -> deployment.weight(weight));
                    }
                    model.strategy(RoutingStrategies.weighted());
                })
                .build();
    }

    /** A call, the choice by weight included. */
    @Benchmark
    public ChatResponse weighted() {
        return router.chat(request);
    }

    /** Closes the router. */
    @TearDown
    public void close() {
        router.close();
    }
}
