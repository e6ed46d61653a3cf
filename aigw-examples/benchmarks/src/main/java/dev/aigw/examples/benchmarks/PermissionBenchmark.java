package dev.aigw.examples.benchmarks;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.access.Access;
import dev.aigw.routing.access.AuthenticationResult;
import dev.aigw.routing.access.Permissions;
import dev.aigw.routing.access.PresentedCredential;
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

/** Measures what permissions add to a call of a model with one deployment. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class PermissionBenchmark {

    /** How many rules there are; the last one allows the call. */
    @Param({"none", "1", "20", "bounds"})
    public String rules = "none";

    private final ChatRequest request = ChatRequest.of("m", "Why is the sky blue?");
    private CallOptions options = CallOptions.DEFAULT;
    private ModelRouter router =
            ModelRouter.builder().provider(InMemory.adapter()).build();

    /** Builds a router of one model. */
    @Setup
    public void build() {
        router.close();
        Caller caller = Caller.builder().tenant("acme").user("ada").role("staff").build();
        options = CallOptions.builder()
                .caller(Access.builder()
                        .authenticator(credential -> AuthenticationResult.accepted(caller))
                        .build()
                        .authenticate(PresentedCredential.of("key")))
                .build();
        ModelRouter.Builder builder = ModelRouter.builder()
                .provider(InMemory.adapter())
                .model("m", model -> model.deployment("memory/m", deployment -> deployment.region("eu")));
        switch (rules) {
            case "none" -> {}
            case "bounds" ->
                builder.access(Access.builder()
                        .permissions(Permissions.parse("allow all: model=* region=eu maxOutputTokens=1000"))
                        .build());
            default -> {
                Permissions.Builder permissions = Permissions.builder();
                for (int i = 1; i < Integer.parseInt(rules); i++) {
                    String number = String.valueOf(i);
                    permissions.allow(number, rule -> rule.role("staff").model("other-" + number + "*"));
                }
                permissions.allow("last", rule -> rule.role("staff").model("m*"));
                builder.access(Access.builder().permissions(permissions.build()).build());
            }
        }
        router = builder.build();
    }

    /** Closes the router. */
    @TearDown
    public void close() {
        router.close();
    }

    /** Makes one call. */
    @Benchmark
    public ChatResponse call() {
        return router.chat(request, options);
    }
}
