package dev.aigw.examples.benchmarks;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.rollout.BlueGreen;
import dev.aigw.routing.rollout.Canary;
import dev.aigw.routing.rollout.Experiment;
import dev.aigw.routing.rollout.Shadow;
import dev.aigw.routing.route.Condition;
import dev.aigw.routing.route.Routes;
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

/** Measures what a route or rollout adds to a call of a model with one deployment, alone and contended. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class RolloutBenchmark {

    /** The route or rollout between the requested name and the model. */
    @Param({"none", "alias", "blueGreen", "rules", "complexity", "canary", "experiment", "shadow of 1 %"})
    public String way = "none";

    private final ChatRequest request = ChatRequest.of("m", "Why is the sky blue?");
    private final CallOptions options = CallOptions.builder()
            .caller(Caller.builder().tenant("acme").user("ada").build())
            .build();

    private ModelRouter router =
            ModelRouter.builder().provider(InMemory.adapter()).build();

    /** Builds a router of two models. */
    @Setup
    public void build() {
        router.close();
        ModelRouter.Builder builder = ModelRouter.builder()
                .provider(InMemory.adapter())
                .model("old", model -> model.deployment("memory/old"))
                .model("new", model -> model.deployment("memory/new"));
        switch (way) {
            case "none" -> builder.model("m", model -> model.deployment("memory/m"));
            case "alias" -> builder.alias("m", "old");
            case "blueGreen" -> builder.alias("m", BlueGreen.of("old", "new"));
            case "rules" ->
                builder.model(
                        "m",
                        model -> model.route(Routes.rules()
                                .when(Condition.tenant("other"), "old")
                                .otherwise("new")));
            case "complexity" ->
                builder.model(
                        "m",
                        model -> model.route(Routes.complexity().upTo(15, "old").otherwise("new")));
            case "canary" ->
                builder.model(
                        "m",
                        model -> model.deployment("memory/m")
                                .route(Canary.builder("new")
                                        .stages(5)
                                        .minimumCalls(Integer.MAX_VALUE)
                                        .build()));
            case "experiment" ->
                builder.model(
                        "m",
                        model -> model.route(Experiment.builder("e")
                                .arm("a", "old", 50)
                                .arm("b", "new", 50)
                                .build()));
            case "shadow of 1 %" ->
                builder.model(
                        "m",
                        model -> model.deployment("memory/m")
                                .shadow(Shadow.builder("new").share(0.01).build()));
            default -> throw new IllegalArgumentException("there is no way " + way);
        }
        router = builder.build();
    }

    /** A call. */
    @Benchmark
    public ChatResponse call() {
        return router.chat(request, options);
    }

    /** The same with all threads at once. */
    @Benchmark
    @Threads(Threads.MAX)
    public ChatResponse contended() {
        return router.chat(request, options);
    }

    /** Closes the router. */
    @TearDown
    public void close() {
        router.close();
    }
}
