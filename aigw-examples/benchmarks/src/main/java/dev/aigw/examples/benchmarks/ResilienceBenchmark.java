package dev.aigw.examples.benchmarks;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Timeouts;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.Phase;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.api.spi.RouterListener;
import dev.aigw.api.spi.SchemaFallback;
import dev.aigw.api.spi.Stage;
import dev.aigw.routing.balance.Balancing;
import dev.aigw.routing.balance.RoutingStrategies;
import dev.aigw.routing.catalog.Catalog;
import dev.aigw.routing.catalog.ModelCards;
import dev.aigw.routing.catalog.ModelTable;
import dev.aigw.routing.deployment.ConcurrencyLimit;
import dev.aigw.routing.engine.call.Call;
import dev.aigw.routing.engine.call.Pipeline;
import dev.aigw.routing.engine.pool.DeploymentRegistry;
import dev.aigw.routing.feature.Environment;
import dev.aigw.routing.feature.Feature;
import dev.aigw.routing.feature.Installer;
import dev.aigw.routing.resilience.BreakerPolicy;
import dev.aigw.routing.resilience.Resilience;
import dev.aigw.routing.resilience.StreamRecovery;
import dev.failsafe.CircuitBreaker;
import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeExecutor;
import dev.failsafe.RetryPolicy;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
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

/**
 * What retry, breaker, holds and a concurrency limit add to a call that succeeds: {@link #balancedAndResilient} less
 * {@link #balanced}, against bare Failsafe with retry and breaker: {@link #failsafe} less {@link #adapterAlone}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class ResilienceBenchmark {

    private final ChatRequest request = ChatRequest.of("assistant", "Why is the sky blue?");
    private final AttemptContext attempt = AttemptContext.builder("a").build();
    private final ProviderAdapter adapter = ProviderAdapter.deriving(InMemory.adapter());
    private final Environment environment = Environment.system();
    private final Catalog unlimited = catalog(false);
    private final Catalog limited = catalog(true);
    private final Pipeline balancing = pipeline(false);
    private final Pipeline resilient = pipeline(true);
    private final FailsafeExecutor<ChatResponse> failsafe = Failsafe.with(
            RetryPolicy.<ChatResponse>builder()
                    .withMaxRetries(2)
                    .withBackoff(Duration.ofMillis(200), Duration.ofSeconds(5))
                    .build(),
            CircuitBreaker.<ChatResponse>builder()
                    .withFailureThreshold(5, 10)
                    .withDelay(Duration.ofSeconds(10))
                    .build());

    private Catalog catalog(boolean limit) {
        return new ModelTable()
                .model(
                        "assistant",
                        model -> model.deployment("memory/a", deployment -> {
                            if (limit) {
                                deployment.concurrency(ConcurrencyLimit.fixed(1_000));
                            }
                        }))
                .build(
                        Map.of("memory", adapter),
                        RoutingStrategies.weighted(),
                        new DeploymentRegistry(BreakerPolicy.defaults().config()),
                        ModelCards.builtIn(),
                        SchemaFallback.installed());
    }

    private Pipeline pipeline(boolean withResilience) {
        Pipeline.Builder builder = Pipeline.builder(environment, Timeouts.NONE);
        Installer installer = new Installer() {
            @Override
            public void stage(Phase phase, Stage stage) {
                builder.stage(phase, stage);
            }

            @Override
            public void listener(RouterListener listener) {
                builder.listener(listener);
            }

            @Override
            public Environment environment() {
                return environment;
            }

            @Override
            public DeploymentRegistry targets() {
                throw new UnsupportedOperationException("nothing here watches deployments");
            }

            @Override
            public void onClose(Runnable action) {
                throw new UnsupportedOperationException("nothing here is closed");
            }
        };
        installer.stage(Phase.CATALOG, chain -> {
            Call call = (Call) chain.call();
            call.switchTo(Objects.requireNonNull(call.models().find(call.requestedModel())));
            return chain.proceed(chain.request());
        });
        Feature balance = Balancing.create();
        balance.install(installer);
        if (withResilience) {
            Resilience.of(dev.aigw.routing.resilience.RetryPolicy.defaults(), StreamRecovery.FAIL, null)
                    .install(installer);
        }
        return builder.build();
    }

    /** The adapter alone. */
    @Benchmark
    public ChatResponse adapterAlone() {
        return adapter.call(ChatRequest.CHAT, request, attempt);
    }

    /** The adapter by Failsafe's retry and breaker. */
    @Benchmark
    public ChatResponse failsafe() {
        return failsafe.get(() -> adapter.call(ChatRequest.CHAT, request, attempt));
    }

    /** The pipeline with nothing but the choice of a deployment. */
    @Benchmark
    public ChatResponse balanced() {
        return balancing.call(ChatRequest.CHAT, request, CallOptions.DEFAULT, unlimited);
    }

    /** The same with retry, fallback, breaker, holds and a concurrency limit. */
    @Benchmark
    public ChatResponse balancedAndResilient() {
        return resilient.call(ChatRequest.CHAT, request, CallOptions.DEFAULT, limited);
    }

    /** Releases the threads. */
    @TearDown
    public void close() {
        environment.close();
    }
}
