package dev.aigw.routing.engine.call;

import dev.aigw.api.CallOptions;
import dev.aigw.api.ModelCard;
import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.Price;
import dev.aigw.api.Timeouts;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.CallContext;
import dev.aigw.api.spi.End;
import dev.aigw.api.spi.Phase;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.api.spi.RouterListener;
import dev.aigw.api.spi.Stage;
import dev.aigw.api.token.TokenCounter;
import dev.aigw.routing.balance.RoutingStrategies;
import dev.aigw.routing.deployment.FailurePolicy;
import dev.aigw.routing.engine.pool.Breaker;
import dev.aigw.routing.engine.pool.DeploymentDefinition;
import dev.aigw.routing.engine.pool.DeploymentRegistry;
import dev.aigw.routing.engine.pool.EventSink;
import dev.aigw.routing.engine.pool.LiveDeployment;
import dev.aigw.routing.engine.pool.Model;
import dev.aigw.routing.engine.pool.Models;
import dev.aigw.routing.engine.pool.Pool;
import dev.aigw.routing.engine.pool.RetryBudget;
import dev.aigw.routing.feature.Environment;
import dev.aigw.routing.feature.Feature;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where stages are tested alone: a real pipeline of the stages of one feature, behind which comes, in place of all
 * else, a function of each call. Calls, hops, attempts and leases are real.
 */
public final class StageLab {

    private static final CallContext.Key<Function<Call, ModelReply>> REST = CallContext.Key.of("rest");

    private final Environment environment;
    private final Pipeline pipeline;
    private final List<String> stages = new ArrayList<>();

    /** Creates one without stages: a test applies its own. */
    public StageLab(Environment environment) {
        this(environment, installer -> {});
    }

    /** Creates one with the stages of a feature. They come before a model's first attempt. */
    public StageLab(Environment environment, Feature feature) {
        this.environment = environment;
        Pipeline.Builder builder = Pipeline.builder(environment, Timeouts.NONE);
        feature.install(new Installing(builder));
        this.stages.addAll(builder.build().order());
        this.pipeline = builder.stage(Phase.RETRY, EngineInstaller.Reach.ALL_CALLS, hop -> rest(hop.call()))
                .build();
    }

    private static ModelReply rest(Call call) {
        Function<Call, ModelReply> rest = call.get(REST);
        if (rest == null) {
            throw new AssertionError("nothing here goes on");
        }
        return rest.apply(call);
    }

    /** Returns the stages of the feature, each as its phase and its name. */
    public List<String> stages() {
        return stages;
    }

    /** Returns a call for the model its request names, resolved, whose way goes nowhere. */
    public Call call(Operation<?, ?> operation, ModelRequest request, CallOptions options) {
        Call call = new Call(pipeline, operation, options, request.model(), name -> null);
        call.switchTo(model(request.model()));
        return call;
    }

    /** Returns the hop before all stages of a new call; behind them comes {@code rest}. */
    public Hop hop(
            Operation<?, ?> operation, ModelRequest request, CallOptions options, Function<Call, ModelReply> rest) {
        Call call = call(operation, request, options);
        call.put(REST, rest);
        return new Hop(-1, call, null, request, null);
    }

    /** Resolves the model of a call that begins apart from another, and lets it go on by {@code rest}. */
    public void prepare(Call call, Function<Call, ModelReply> rest) {
        call.switchTo(model(call.requestedModel()));
        call.put(REST, rest);
    }

    /**
     * Returns the hop in the first attempt of a new call, which is sent to {@code gpt-5-mini} and brings an empty
     * answer.
     *
     * @param price what the deployment charges, or null when unknown
     */
    public Hop attempt(Operation<?, ?> operation, ModelRequest request, CallOptions options, @Nullable Price price) {
        Call call = call(operation, request, options);
        call.switchTo(model(request.model(), price));
        call.put(REST, itself -> ChatResponse.of(""));
        Attempt attempt = new Attempt(call, null);
        attempt.leased(Leasing.lease(call, attempt, request), request);
        attempt.send();
        return new Hop(-1, call, attempt, request, null);
    }

    /** Ends the attempt of a hop, as {@code end} says. */
    public static void end(Hop hop, End end) {
        Attempt attempt = hop.leasedAttempt();
        StreamProgress progress = new StreamProgress();
        attempt.streams(progress);
        progress.usage(end.usage());
        progress.delivered(Math.toIntExact(end.outputChars()));
        if (end.serviceTier() != null) {
            progress.serviceTier(end.serviceTier());
        }
        if (end.firstContentNanos() > 0) {
            progress.firstContent(attempt.elapsedNanos());
        }
        if (!attempt.end(end.outcome(), end.reply(), end.failure())) {
            throw new AssertionError("the attempt has ended before");
        }
    }

    /** Returns a model of this name with one deployment of an unknown price. */
    public Model model(String name) {
        return model(name, null);
    }

    /** Makes the call one for a model with so many deployments, in whose order they are chosen. */
    public void spread(Call call, int deployments) {
        call.switchTo(model(call.requestedModel(), null, deployments));
    }

    private Model model(String name, @Nullable Price price) {
        return model(name, price, 1);
    }

    private Model model(String name, @Nullable Price price, int deployments) {
        DeploymentRegistry registry = new DeploymentRegistry(
                environment,
                new Breaker.Config(5, 10, Duration.ofSeconds(1), 0.5),
                Duration.ofMinutes(5),
                new RetryBudget.Size(100, 1));
        ModelCard card = price == null
                ? ModelCard.UNKNOWN
                : ModelCard.UNKNOWN.toBuilder().price(price).build();
        List<LiveDeployment> pool = new ArrayList<>();
        for (int i = 1; i <= deployments; i++) {
            String id = i == 1 ? "fake/gpt-5-mini" : "fake/gpt-5-mini#" + i;
            pool.add(registry.deployment(new DeploymentDefinition(
                    id, new Unreachable(), "gpt-5-mini", null, null, null, 1, 1, null, Set.of(), null, card)));
        }
        return new Model(
                name,
                new Pool(pool, RoutingStrategies.ordered(), registry, true),
                registry.retryBudget(name),
                List.of(),
                Timeouts.NONE,
                null,
                FailurePolicy.DEFAULT,
                null,
                null,
                null);
    }

    /** Serves all operations, as far as anybody asks before it sends. */
    private static final class Unreachable implements ProviderAdapter {

        @Override
        public String name() {
            return "fake";
        }

        @Override
        public boolean supports(Operation<?, ?> operation) {
            return true;
        }

        @Override
        public <Q extends ModelRequest, R extends ModelReply> R call(
                Operation<Q, R> operation, Q request, AttemptContext attempt) {
            throw new AssertionError("nothing is sent");
        }
    }

    /** Installs stages, and refuses whatever else a feature may want. */
    private final class Installing implements EngineInstaller {

        @Override
        public void batchReplies(BatchReplies replies) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void callerModels(CallerModels models) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void permits(Permits permits) {
            throw new UnsupportedOperationException();
        }

        private final Pipeline.Builder builder;

        Installing(Pipeline.Builder builder) {
            this.builder = builder;
        }

        @Override
        public void engineStage(Phase phase, Reach reach, EngineStage stage) {
            builder.stage(phase, reach, stage);
        }

        @Override
        public void stage(Phase phase, Stage stage) {
            builder.stage(phase, stage);
        }

        @Override
        public Environment environment() {
            return environment;
        }

        @Override
        public TokenCounter tokens() {
            return TokenCounter.calibrated();
        }

        @Override
        public void listener(RouterListener listener) {
            throw new AssertionError("no listener is expected");
        }

        @Override
        public DeploymentRegistry cooldowns() {
            return deployments();
        }

        @Override
        public DeploymentRegistry deployments() {
            throw new AssertionError("no deployment is expected");
        }

        @Override
        public OpenSettlements batches() {
            return new OpenSettlements();
        }

        @Override
        public EventSink events() {
            throw new AssertionError("no event is expected");
        }

        @Override
        public void onTable(Consumer<Models> action) {
            throw new AssertionError("no table is expected");
        }

        @Override
        public void onClose(Runnable action) {
            throw new AssertionError("nothing to close is expected");
        }
    }
}
