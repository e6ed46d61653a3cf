package dev.aigw.examples.benchmarks;

import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.balance.RoutingStrategies;
import dev.aigw.routing.cache.Caches;
import dev.aigw.routing.metering.Meters;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Measures what a call through the router costs beyond the adapter. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class PipelineBenchmark {

    private final ChatRequest request = ChatRequest.of("assistant", "Why is the sky blue?");
    private final AttemptContext attempt = AttemptContext.builder("a").build();
    private final ProviderAdapter adapter = InMemory.adapter();

    private final ModelRouter one = ModelRouter.builder()
            .provider(InMemory.adapter())
            .model("assistant", model -> model.deployment("memory/a"))
            .build();

    private final ModelRouter full = ModelRouter.builder()
            .provider(InMemory.adapter())
            .model(
                    "assistant",
                    model -> model.deployment("memory/a")
                            .deployment("memory/b")
                            .deployment("memory/c")
                            .strategy(RoutingStrategies.weighted()))
            .meter(Meters.inMemory())
            .listener(event -> {})
            .build();

    private final ModelRouter cached = ModelRouter.builder()
            .provider(InMemory.adapter())
            .model("assistant", model -> model.deployment("memory/a"))
            .cache(Caches.inMemory().maximumEntries(100).build())
            .build();

    /** The adapter alone, as the baseline. */
    @Benchmark
    public ChatResponse adapterAlone() {
        return adapter.call(ChatRequest.CHAT, request, attempt);
    }

    /** One deployment, nothing optional: retry, breaker and cooldowns are always on. */
    @Benchmark
    public ChatResponse oneDeployment() {
        return one.chat(request);
    }

    /** Three deployments by weight, a meter and a listener. */
    @Benchmark
    public ChatResponse threeDeploymentsMeterListener() {
        return full.chat(request);
    }

    /** A reply from the result cache. */
    @Benchmark
    public ChatResponse cacheHit() {
        return cached.chat(request);
    }

    /** Closes the routers. */
    @TearDown
    public void close() {
        one.close();
        full.close();
        cached.close();
    }
}
