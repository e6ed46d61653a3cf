package dev.aigw.routing;

import dev.aigw.api.AllowedHosts;
import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.Cost;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.JsonMapper;
import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.Price;
import dev.aigw.api.PromptCaching;
import dev.aigw.api.Route;
import dev.aigw.api.StreamRecovery;
import dev.aigw.api.Timeouts;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.WireFacts;
import dev.aigw.api.batch.BatchClient;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ModelFit;
import dev.aigw.api.client.ChatListener;
import dev.aigw.api.client.ModelClient;
import dev.aigw.api.internal.SetOnce;
import dev.aigw.api.spi.ContextPropagation;
import dev.aigw.api.spi.Phase;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.api.spi.ResultCache;
import dev.aigw.api.spi.RouterEvent;
import dev.aigw.api.spi.RouterListener;
import dev.aigw.api.spi.RoutingStrategy;
import dev.aigw.api.spi.SchemaFallback;
import dev.aigw.api.spi.Stage;
import dev.aigw.api.spi.TokenMeter;
import dev.aigw.api.spi.UsageLedger;
import dev.aigw.api.token.TokenCounter;
import dev.aigw.routing.access.Access;
import dev.aigw.routing.balance.RoutingStrategies;
import dev.aigw.routing.cache.Caches;
import dev.aigw.routing.catalog.Catalog;
import dev.aigw.routing.catalog.DirectModels;
import dev.aigw.routing.catalog.ModelBuilder;
import dev.aigw.routing.catalog.ModelCards;
import dev.aigw.routing.catalog.ModelTable;
import dev.aigw.routing.catalog.WatchedCards;
import dev.aigw.routing.deployment.Charging;
import dev.aigw.routing.deployment.Switch;
import dev.aigw.routing.engine.batch.Batches;
import dev.aigw.routing.engine.call.EngineInstaller;
import dev.aigw.routing.engine.call.Pipeline;
import dev.aigw.routing.engine.call.WaitBounds;
import dev.aigw.routing.engine.pool.Breaker;
import dev.aigw.routing.engine.pool.DeploymentRegistry;
import dev.aigw.routing.engine.pool.Grant;
import dev.aigw.routing.engine.pool.Homes;
import dev.aigw.routing.engine.pool.LiveDeployment;
import dev.aigw.routing.engine.pool.Model;
import dev.aigw.routing.engine.pool.Models;
import dev.aigw.routing.engine.pool.Query;
import dev.aigw.routing.engine.pool.RetryBudget;
import dev.aigw.routing.engine.pool.Selections;
import dev.aigw.routing.engine.pool.SessionHash;
import dev.aigw.routing.feature.Environment;
import dev.aigw.routing.feature.Feature;
import dev.aigw.routing.guard.Guards;
import dev.aigw.routing.limit.Limits;
import dev.aigw.routing.metering.Meters;
import dev.aigw.routing.resilience.BreakerPolicy;
import dev.aigw.routing.resilience.HedgePolicy;
import dev.aigw.routing.resilience.Resilience;
import dev.aigw.routing.resilience.RetryPolicy;
import dev.aigw.routing.rollout.Rollouts;
import dev.aigw.routing.route.Routes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Calls models for an application: resolves a name to a model, chooses a deployment, retries, falls back, caches and
 * meters, all inside the application's process.
 *
 * <pre>{@code
 * try (ModelRouter router = ModelRouter.builder()
 *     .provider(OpenAiAdapter.builder().apiKey(System.getenv("OPENAI_API_KEY")).build())
 *     .model("assistant", model -> model.deployment("openai/gpt-6.1-terra"))
 *     .build()) {
 *   System.out.println(router.chat("assistant", "Why is the sky blue?").text());
 * }
 * }</pre>
 *
 * <p>Safe for use by many threads; build one and share it. Closing it closes its adapters and the threads it made;
 * calls under way at that moment may fail.
 */
public final class ModelRouter implements ModelClient, AutoCloseable {

    private final Environment environment;
    private final Environment callEnvironment;
    private final ContextPropagation propagation;
    private final Pipeline pipeline;
    private final PromptCaching promptCaching;
    private final DeploymentRegistry registry;
    private final boolean ownsEnvironment;
    private final Map<String, ProviderAdapter> adapters;
    private final RoutingStrategy defaultStrategy;
    private final CardWatch cardWatch;
    private final SchemaFallback schemas;
    private final DirectModels directModels;
    private final @Nullable ResultCache cache;
    private final @Nullable TokenMeter meter;
    private final @Nullable Guards guards;
    private final List<Runnable> closers;
    private final RetryPolicy retry;
    private final InstanceWatch watch;
    private final List<Consumer<Models>> tableActions;
    private final Batches batches;
    private final Object updates = new Object();
    private ModelTable table;
    private ModelCards cards;
    private volatile Catalog catalog;
    private volatile boolean closed;

    private ModelRouter(Builder builder, Environment environment, Environment ofCalls, Assembly assembly) {
        this.environment = environment;
        this.callEnvironment = ofCalls;
        this.propagation = orElse(builder.propagation, ContextPropagation.NONE);
        this.ownsEnvironment = builder.environment == null;
        this.adapters = Map.copyOf(builder.adapters);
        this.defaultStrategy = builder.strategy == null ? RoutingStrategies.weighted() : builder.strategy;
        WatchedCards watchedCards = builder.watchedCards;
        this.cards = watchedCards == null ? orElse(builder.cards, ModelCards.builtIn()) : watchedCards.current();
        this.directModels = builder.directModels == null ? DirectModels.all() : builder.directModels;
        this.schemas = builder.schemas == null ? SchemaFallback.installed() : builder.schemas;
        this.registry = assembly.cooldowns();
        this.pipeline = assembly.pipeline();
        this.promptCaching = orElse(builder.promptCaching, PromptCaching.AUTO);
        this.tableActions = assembly.tableActions();
        this.closers = assembly.closers();
        this.cache = builder.cache;
        this.meter = builder.meter;
        this.guards = builder.guards;
        this.table = builder.table.copy();
        this.retry = builder.retry == null ? RetryPolicy.defaults() : builder.retry;
        this.catalog = Catalog.of(table, adapters, defaultStrategy, registry, cards, schemas, directModels);
        checkReach(catalog);
        this.batches = new Batches(
                ofCalls,
                (request, options) -> call(request.operation(), request, options),
                () -> catalog,
                pipeline.callerModels(),
                registry,
                meter,
                assembly.batches(),
                assembly.batchReplies());
        this.watch = new InstanceWatch(environment, () -> update(unchanged -> {}));
        watch.watch(catalog.instances());
        this.cardWatch = new CardWatch(
                environment,
                pipeline.events(),
                orElse(builder.shutdownNotice, Duration.ofDays(30)),
                orElse(builder.maxPriceAge, Duration.ofDays(90)));
        if (watchedCards != null) {
            cardWatch.read(watchedCards, cards, this::change);
        }
        tableActions.forEach(action -> action.accept(catalog));
        cardWatch.check(catalog);
    }

    private static <T> T orElse(@Nullable T given, T otherwise) {
        return given == null ? otherwise : given;
    }

    /** Starts a router. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public <Q extends ModelRequest, R extends ModelReply> R call(
            Operation<Q, R> operation, Q request, CallOptions options) {
        if (closed) {
            throw GatewayException.of(
                    ErrorKind.ROUTER_CLOSED, "the router is closed: build a new one and keep it open");
        }
        return pipeline.call(operation, request, options, catalog);
    }

    /** Makes a call like {@link #call} on {@link #executor()}. A total timeout of the options begins at once. */
    @Override
    public <Q extends ModelRequest, R extends ModelReply> CompletableFuture<R> callAsync(
            Operation<Q, R> operation, Q request, CallOptions options) {
        return options.timeouts().total() == null
                ? ModelClient.super.callAsync(operation, request, options)
                : new LateClient(this, environment).callAsync(operation, request, options);
    }

    @Override
    public CompletableFuture<ChatResponse> stream(ChatRequest request, CallOptions options, ChatListener listener) {
        return options.timeouts().total() == null
                ? ModelClient.super.stream(request, options, listener)
                : new LateClient(this, environment).stream(request, options, listener);
    }

    @Override
    public Executor executor() {
        return callEnvironment.callExecutor();
    }

    @Override
    public ContextPropagation contextPropagation() {
        return propagation;
    }

    /**
     * Returns a client for batches: many requests that a vendor answers within a day, at about half the price.
     *
     * <p>A submission is a call for the batch's model, with one {@link dev.aigw.api.batch.BatchRequest} as its request:
     * it gets a deployment by the usual rules, of those that take batches, and that all items can be served by. It is
     * retried and falls back while the vendor has surely accepted nothing. Status, results and {@code cancel} go to the
     * deployment that the handle names.
     *
     * <p>Each item is recorded in the meter when its result is read, at the price that the deployment's {@code batch}
     * tier had when the batch was submitted; the cost is unknown if it has none. It is recorded once: not again when
     * results are read twice by this router, nor by the handle that {@link dev.aigw.api.batch.BatchResults#handle()}
     * returns at the end. After a crash in the middle of reading, records may come a second time, with the same call id
     * and attempt number.
     *
     * <p>Limits count a batch as one request. Its tokens and money, the most that all items may use at the batch price,
     * are reserved when it is submitted, and settled to what was used when this router has read all results. If it
     * closes before, what was reserved is charged, and reading the results elsewhere charges and returns nothing. After
     * a crash, limits that several JVMs share return what it had reserved.
     */
    public BatchClient batches() {
        return batches;
    }

    /**
     * Returns a view of this router that makes its calls for {@code caller}, unless their options name another. If
     * {@code caller} is {@linkplain Caller#isAuthenticated() authenticated}, a call whose options name another one
     * fails with {@link ErrorKind#DENIED}.
     */
    public ModelClient as(Caller caller) {
        return new BoundClient(this, caller);
    }

    /**
     * Explains which deployments would serve a chat request, and why the others would not. Sends nothing.
     *
     * @throws GatewayException of kind UNKNOWN_MODEL if there is no such model
     */
    public RoutePlan explain(ChatRequest request) {
        return explain(ChatRequest.CHAT, request, CallOptions.DEFAULT);
    }

    /**
     * Explains which deployments would serve a request, and why the others would not. Sends nothing.
     *
     * @throws GatewayException of kind UNKNOWN_MODEL if there is no such model
     */
    public <Q extends ModelRequest> RoutePlan explain(Operation<Q, ?> operation, Q request, CallOptions options) {
        Catalog current = catalog;
        Models mine = name -> {
            Model found = current.find(name);
            return found == null ? null : pipeline.callerModels().of(options.caller(), found);
        };
        Selections selections = Selections.follow(
                CatalogStage.resolve(mine, current, request.model()),
                mine,
                Selections.query(
                        "",
                        operation,
                        request,
                        options,
                        environment.now(),
                        Long.MAX_VALUE,
                        environment.random(),
                        propagation));
        Model first = selections.last();
        Query query = new Query(operation, request, options, List.of(), environment.nanoTime(), environment, null);
        String session = SessionHash.of(options);
        List<RoutePlan.Step> steps = new ArrayList<>();
        List<Model> models = mine.withFallbacks(first);
        for (Model model : models) {
            List<RoutePlan.Candidate> candidates = new ArrayList<>();
            List<LiveDeployment> deployments = model.pool().deployments();
            boolean cached = session != null && caching(options, model).mode() != PromptCaching.Mode.OFF;
            query.inSession(cached ? session : null);
            Grant grant = pipeline.permits().of(options.caller(), model.name()).grant(operation, request);
            query.within(grant);
            for (int i = 0; i < deployments.size(); i++) {
                LiveDeployment deployment = deployments.get(i);
                String reason = query.dropReasonNow(deployment);
                candidates.add(new RoutePlan.Candidate(
                        deployment.id(),
                        model.pool().score(query, i),
                        reason == null ? model.pool().skipReason(query, deployment) : reason,
                        query.emulatedBy(deployment),
                        request instanceof ChatRequest chat
                                ? ModelFit.of(chat, facts(deployment)).explain()
                                : List.of(),
                        prompt(deployment, query, model.pool().cachedTokens(query, deployment), cached),
                        Homes.losses(query, deployment, models, true)));
            }
            List<Route.Verdict> verdicts =
                    guards == null ? List.of() : guards.preview(operation, request, options, model.name());
            steps.add(new RoutePlan.Step(model.name(), permission(grant), verdicts, candidates));
        }
        return new RoutePlan(request.model(), selections.steps(), steps, pipeline.order());
    }

    /** Returns what permissions say; null if there are none. */
    private static RoutePlan.@Nullable Permission permission(Grant grant) {
        return grant.equals(Grant.ALL)
                ? null
                : new RoutePlan.Permission(grant.isAllowed(), grant.rule(), grant.refusal());
    }

    /** Returns what the card says about the model, and what its adapter has learnt. */
    private static WireFacts facts(LiveDeployment deployment) {
        return deployment.card().wire().plus(deployment.adapter().learned(deployment.upstreamModel()));
    }

    private PromptCaching caching(CallOptions options, Model model) {
        PromptCaching own = options.promptCaching() == null ? model.promptCaching() : options.promptCaching();
        return own == null ? promptCaching : own;
    }

    /** Returns what the prompt is expected to cost: what the cache has at its price, the rest as written to it. */
    private static RoutePlan.Prompt prompt(LiveDeployment deployment, Query query, long cachedTokens, boolean cached) {
        long tokens = query.promptTokens();
        Price price = deployment.card().price();
        Price valid = price == null ? null : price.at(query.time());
        TokenUsage usage = valid == null ? TokenUsage.NONE : valid.prompt(tokens, cachedTokens, cached);
        return new RoutePlan.Prompt(tokens, cachedTokens, valid == null ? Cost.UNKNOWN : valid.cost(usage));
    }

    /** Returns the present state of the router. */
    public RouterSnapshot snapshot() {
        long now = environment.nanoTime();
        List<RouterSnapshot.ModelState> models = new ArrayList<>();
        for (Model model : catalog.models().values()) {
            List<RouterSnapshot.DeploymentState> deployments = new ArrayList<>();
            for (LiveDeployment target : model.pool().deployments()) {
                deployments.add(state(target, now));
            }
            models.add(new RouterSnapshot.ModelState(model.name(), model.fallbacks(), deployments));
        }
        return new RouterSnapshot(
                models, meter == null ? UsageLedger.EMPTY : meter.ledger(), cache == null ? null : cache.stats());
    }

    private static RouterSnapshot.DeploymentState state(LiveDeployment target, long now) {
        return RouterSnapshot.DeploymentState.builder(target.id())
                .weight(target.weight())
                .inFlight(target.inFlight())
                .latency(Duration.ofNanos((long) target.latencyNanos()))
                .succeeded(target.succeeded())
                .failed(target.failed())
                .abandoned(target.abandoned())
                .breaker(target.breaker().state())
                .cooldown(Duration.ofNanos(target.unavailableNanos(now)))
                .cooldownReason(target.unavailableKind(now))
                .health(target.health().state())
                .concurrencyLimit(target.concurrencyLimit())
                .queued(target.queued())
                .headroom(target.headroom(now))
                .shutdown(target.card().shutdown())
                .build();
    }

    /**
     * Changes models and aliases at once: calls that begin afterwards see all of it, calls under way none of it.
     * Statistics, cooldowns and limits survive by deployment id. A key or base URL that replaces another of the same
     * deployment takes over its id; deployments and keys that are no longer declared are forgotten at once.
     *
     * <pre>{@code
     * router.update(table -> table
     *     .replaceModel("assistant", model -> model.deployment("openai/gpt-6.2-sol"))
     *     .alias("default", "assistant"));
     * }</pre>
     *
     * @throws IllegalArgumentException if the new table is not valid; then nothing changes
     */
    public void update(Consumer<ModelTable> change) {
        synchronized (updates) {
            ModelTable next = table.copy();
            change.accept(next);
            update(next, cards);
        }
    }

    /** Changes the cards at once, as {@link #update} changes the table. */
    private void change(ModelCards next) {
        synchronized (updates) {
            update(table.copy(), next);
        }
    }

    private void update(ModelTable nextTable, ModelCards nextCards) {
        Catalog built = Catalog.of(nextTable, adapters, defaultStrategy, registry, nextCards, schemas, directModels);
        checkReach(built);
        liftReplaced(nextTable, built);
        catalog = built;
        table = nextTable;
        cards = nextCards;
        if (!closed) {
            watch.watch(built.instances());
            tableActions.forEach(action -> action.accept(built));
            cardWatch.check(built); // last: its listeners may update the table again
        }
    }

    /** Checks that the attempts a call may make suffice to reach each fallback model. */
    private void checkReach(Catalog next) {
        Integer attempts = retry.maxAttempts();
        if (attempts == null) {
            return;
        }
        for (Model model : next.models().values()) {
            int models = next.withFallbacks(model).size();
            if (models > attempts) {
                throw new IllegalArgumentException("model \"" + model.name() + "\" and its fallback models are "
                        + models + ", but a call makes at most " + attempts + " attempts: raise maxAttempts to "
                        + models
                        + " in RetryPolicy, or remove fallback models");
            }
        }
    }

    /** Ends the cooldowns of models that were replaced: their cause may be fixed. */
    private static void liftReplaced(ModelTable table, Catalog next) {
        for (String name : table.replaced()) {
            Model model = next.models().get(name);
            if (model != null) {
                model.pool().deployments().forEach(LiveDeployment::lift);
            }
        }
    }

    /**
     * Ends all cooldowns of a deployment, those of its credential too, and closes its breaker. Call it when the cause
     * is fixed.
     *
     * @param deployment its id, as {@link #snapshot()} lists it
     * @throws IllegalArgumentException if there is no such deployment
     */
    public void release(String deployment) {
        LiveDeployment known = registry.find(deployment);
        if (known == null) {
            throw new IllegalArgumentException("there is no deployment \"" + deployment
                    + "\" to release: use an id that snapshot() lists, such as \"openai/gpt-6.1-terra#2\"");
        }
        known.liftAll();
    }

    /**
     * Reports how good a reply was, to the selectors of the models (a bandit learns from it) and to all listeners.
     *
     * <pre>{@code
     * router.feedback(reply.route().callId(), 1.0); // thumbs up
     * }</pre>
     *
     * @param callId the {@link dev.aigw.api.Route#callId()} of the reply
     * @param score from 0, useless, to 1, perfect
     * @throws IllegalArgumentException if the score is out of bounds
     */
    public void feedback(String callId, double score) {
        if (!(score >= 0 && score <= 1)) {
            throw new IllegalArgumentException("the score is " + score + ": use 0 for useless to 1 for perfect");
        }
        for (Model model : catalog.models().values()) {
            if (model.selector() != null) {
                model.selector().feedback(callId, score);
            }
        }
        pipeline.events().publish(new RouterEvent.FeedbackGiven(callId, score));
    }

    /** Returns the names of the models, and the stages that a call passes, in order. */
    @Override
    public String toString() {
        return "ModelRouter{models=" + catalog.models().keySet() + ", stages=" + pipeline.order() + "}";
    }

    /**
     * Refuses further calls and closes the adapters. Closing twice is harmless. If an adapter throws, the others are
     * closed before the exception is rethrown.
     */
    @Override
    public void close() {
        synchronized (updates) {
            if (closed) {
                return;
            }
            closed = true;
        }
        List<Runnable> parts =
                new ArrayList<>(List.of(batches::close, watch::close, cardWatch::close, pipeline::close));
        parts.addAll(closers);
        adapters.values().forEach(adapter -> parts.add(adapter::close));
        if (ownsEnvironment) {
            parts.add(environment::close);
        }
        closeAll(parts);
    }

    private static void closeAll(List<Runnable> parts) {
        Throwable failure = null;
        for (Runnable part : parts) {
            try {
                part.run();
            } catch (RuntimeException | Error e) {
                if (failure == null) {
                    failure = e;
                } else if (failure != e) {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure instanceof RuntimeException exception) {
            throw exception;
        }
    }

    /**
     * Builds a {@link ModelRouter}. Each property may be set once; {@link #build()} checks the whole. Not safe for use
     * by several threads.
     */
    public static final class Builder {

        /** The timeouts where none are set, so that no call hangs forever on a silent deployment. */
        private static final Timeouts DEFAULT_TIMEOUTS = Timeouts.builder()
                .connect(Duration.ofSeconds(10))
                .attempt(Duration.ofMinutes(10))
                .idle(Duration.ofSeconds(60))
                .heartbeats(Duration.ofMinutes(10))
                .build();

        private final SetOnce once = new SetOnce();
        private final Map<String, ProviderAdapter> adapters = new LinkedHashMap<>();
        private final ModelTable table = new ModelTable();
        private final List<Feature> features = new ArrayList<>();
        private final List<RouterListener> listeners = new ArrayList<>();
        private @Nullable RoutingStrategy strategy;
        private @Nullable ModelCards cards;
        private @Nullable WatchedCards watchedCards;
        private @Nullable Duration shutdownNotice;
        private @Nullable Duration maxPriceAge;
        private @Nullable SchemaFallback schemas;
        private @Nullable DirectModels directModels;
        private @Nullable AllowedHosts allowedHosts;
        private @Nullable RetryPolicy retry;
        private @Nullable HedgePolicy hedge;
        private @Nullable StreamRecovery streamRecovery;
        private @Nullable BreakerPolicy breaker;
        private @Nullable Timeouts timeouts;
        private @Nullable PromptCaching promptCaching;
        private @Nullable ResultCache cache;
        private @Nullable TokenMeter meter;
        private @Nullable TokenCounter counter;
        private @Nullable Limits limits;
        private @Nullable Access access;
        private @Nullable Guards guards;
        private @Nullable Charging charging;
        private @Nullable Environment environment;
        private @Nullable ContextPropagation propagation;
        private @Nullable Integer asyncCalls;
        private @Nullable Integer asyncQueue;

        private Builder() {}

        /**
         * Adds an adapter; deployments name it by {@link ProviderAdapter#name()}. The router closes it.
         *
         * @throws IllegalArgumentException if another adapter has this name, or the name has a slash
         */
        public Builder provider(ProviderAdapter adapter) {
            String name = adapter.name();
            if (name.isBlank() || name.indexOf('/') >= 0) {
                throw new IllegalArgumentException(
                        "adapter name \"" + name + "\" is blank or has a slash: give it a plain name");
            }
            if (adapters.putIfAbsent(name, ProviderAdapter.deriving(adapter)) != null) {
                throw new IllegalArgumentException(
                        "there are two adapters named \"" + name + "\": give one another name in its builder");
            }
            return this;
        }

        /**
         * Adds a model.
         *
         * @throws IllegalArgumentException if the name is taken or has a slash
         */
        public Builder model(String name, Consumer<ModelBuilder> how) {
            table.model(name, how);
            return this;
        }

        /** Makes {@code alias} another name for {@code model}. */
        public Builder alias(String alias, String model) {
            table.alias(alias, model);
            return this;
        }

        /**
         * Makes {@code alias} a name for the model that a switch, such as a {@link dev.aigw.routing.rollout.BlueGreen},
         * currently points to.
         */
        public Builder alias(String alias, Switch models) {
            table.alias(alias, models);
            return this;
        }

        /**
         * Sets which names {@code adapter/upstream-model} a call may ask for without a declared model;
         * {@link DirectModels#all()} by default. Others are unknown models. The application's own models, fallbacks,
         * aliases and routes may name any.
         *
         * <pre>{@code
         * builder.directModels(DirectModels.none());
         * }</pre>
         */
        public Builder directModels(DirectModels directModels) {
            once.check(20, "directModels");
            this.directModels = Objects.requireNonNull(directModels, "directModels");
            return this;
        }

        /**
         * Sets the hosts that calls of this router may go to, whatever the adapters and the deployments say;
         * {@link AllowedHosts#any()} by default. A base URL of a deployment that is not allowed is refused when the
         * table is built, an instance that is found at run time gets no calls, and any other call fails with
         * {@link dev.aigw.api.ErrorKind#INVALID_REQUEST} before a connection is opened. Adapters that are not of this
         * library must obey {@link dev.aigw.api.spi.AttemptContext#allowedHosts()} themselves.
         *
         * <pre>{@code
         * builder.allowedHosts(AllowedHosts.only("api.openai.com", "*.models.svc").httpsOnly());
         * }</pre>
         *
         * @throws IllegalStateException if they are set already
         */
        public Builder allowedHosts(AllowedHosts allowedHosts) {
            once.check(22, "allowedHosts");
            this.allowedHosts = Objects.requireNonNull(allowedHosts, "allowedHosts");
            return this;
        }

        /**
         * Sets the strategy of models that set none; {@link dev.aigw.routing.balance.RoutingStrategies#weighted()} by
         * default.
         */
        public Builder strategy(RoutingStrategy strategy) {
            once.check(0, "strategy");
            this.strategy = Objects.requireNonNull(strategy, "strategy");
            return this;
        }

        /**
         * Sets the known prices and capabilities of models; {@link ModelCards#builtIn()} by default.
         * {@link ModelCards#with} adds to those, {@link ModelCards#load} reads newer ones.
         */
        public Builder cards(ModelCards cards) {
            once.check(1, "cards");
            this.cards = Objects.requireNonNull(cards, "cards");
            return this;
        }

        /**
         * Sets the known prices and capabilities of models, which are read again while the router is open:
         * {@link ModelCards#watch}.
         */
        public Builder cards(WatchedCards cards) {
            once.check(1, "cards");
            this.watchedCards = Objects.requireNonNull(cards, "cards");
            return this;
        }

        /**
         * Sets how long before a vendor shuts a model down the router warns of it, once, in its log and by
         * {@link dev.aigw.api.spi.RouterEvent.ModelShutdown}; 30 days by default, zero for not before the day. From
         * that day on, deployments of the model are asked after all others.
         */
        public Builder shutdownNotice(Duration notice) {
            once.check(13, "shutdownNotice");
            this.shutdownNotice = Objects.requireNonNull(notice, "shutdownNotice");
            return this;
        }

        /**
         * Sets how old the price of a model card may be before the router warns of it, once, in its log; 90 days by
         * default. Prices that you set yourself have no date and are never old.
         */
        public Builder maxPriceAge(Duration age) {
            once.check(14, "maxPriceAge");
            this.maxPriceAge = Objects.requireNonNull(age, "maxPriceAge");
            return this;
        }

        /**
         * Sets how deployments whose models cannot enforce a JSON schema serve requests that have one;
         * {@link SchemaFallback#installed()} by default. With {@code aigw-providers} on the class path, that default
         * asks by prompt, checks the answer and has it repaired once. Deployments that enforce schemas are preferred.
         * With {@link SchemaFallback#none()}, requests with a strict schema go only to those.
         */
        public Builder schemaFallback(SchemaFallback fallback) {
            once.check(2, "schemaFallback");
            this.schemas = Objects.requireNonNull(fallback, "schemaFallback");
            return this;
        }

        /**
         * Sets the mapper that reads replies as an application's types, where the adapter has none of its own;
         * {@link JsonMapper#installed()} by default. Make the schemas with the same mapper:
         *
         * <pre>{@code
         * JsonMapper mapper = JacksonMapper.of(objectMapper);
         * ModelRouter router = ModelRouter.builder().jsonMapper(mapper) // …
         * ResponseFormat format = ResponseFormat.schema(Verdict.class, mapper);
         * }</pre>
         *
         * @see dev.aigw.api.chat.ChatResponse#as(Class)
         */
        public Builder jsonMapper(JsonMapper mapper) {
            once.check(16, "jsonMapper");
            return stage(Phase.OBSERVE, new MapperStage(Objects.requireNonNull(mapper, "jsonMapper")));
        }

        /** Sets how often to retry and how long to wait before it; {@link RetryPolicy#defaults()} by default. */
        public Builder retry(RetryPolicy policy) {
            once.check(3, "retry");
            this.retry = Objects.requireNonNull(policy, "retry");
            return this;
        }

        /** Sends a slow call to a second deployment as well; there are no hedges by default. */
        public Builder hedge(HedgePolicy policy) {
            once.check(4, "hedge");
            this.hedge = Objects.requireNonNull(policy, "hedge");
            return this;
        }

        /**
         * Sets what happens when a stream breaks in the middle of its answer; {@link StreamRecovery#RESUME} by default.
         */
        public Builder streamRecovery(StreamRecovery recovery) {
            once.check(5, "streamRecovery");
            this.streamRecovery = Objects.requireNonNull(recovery, "streamRecovery");
            return this;
        }

        /** Sets when the circuit breaker of a failing deployment opens; {@link BreakerPolicy#defaults()} by default. */
        public Builder breaker(BreakerPolicy policy) {
            once.check(6, "breaker");
            this.breaker = Objects.requireNonNull(policy, "breaker");
            return this;
        }

        /**
         * Sets the timeouts of calls and models that set none. By default: 10 s to connect, 10 minutes for an attempt,
         * 60 s between the events of a stream, and none for the whole call. The first content of a stream may take 10 s
         * if another deployment or a fallback model can serve and neither card nor request says that the model reasons;
         * otherwise 2 minutes.
         */
        public Builder timeouts(Timeouts timeouts) {
            once.check(7, "timeouts");
            this.timeouts = Objects.requireNonNull(timeouts, "timeouts");
            return this;
        }

        /**
         * Sets how calls and models that set none use the vendors' prompt caches; {@link PromptCaching#AUTO} by
         * default.
         */
        public Builder promptCaching(PromptCaching promptCaching) {
            once.check(15, "promptCaching");
            this.promptCaching = Objects.requireNonNull(promptCaching, "promptCaching");
            return this;
        }

        /** Answers equal requests from {@code cache}, and joins identical calls under way; no cache by default. */
        public Builder cache(ResultCache cache) {
            once.check(8, "cache");
            this.cache = Objects.requireNonNull(cache, "cache");
            return this;
        }

        /** Records every attempt in {@code meter}; no meter by default. */
        public Builder meter(TokenMeter meter) {
            once.check(9, "meter");
            this.meter = Objects.requireNonNull(meter, "meter");
            return this;
        }

        /** Counts tokens where the provider does not report them; {@link TokenCounter#calibrated()} by default. */
        public Builder tokenCounter(TokenCounter counter) {
            once.check(10, "tokenCounter");
            this.counter = Objects.requireNonNull(counter, "tokenCounter");
            return this;
        }

        /** Enforces limits, quotas and budgets; none by default. */
        public Builder limits(Limits limits) {
            once.check(11, "limits");
            this.limits = Objects.requireNonNull(limits, "limits");
            return this;
        }

        /** Sets who pays for hedges, retries and fallbacks; the caller by default. */
        public Builder charging(Charging charging) {
            once.check(26, "charging");
            this.charging = Objects.requireNonNull(charging, "charging");
            return this;
        }

        /** Holds callers to their permissions, and audits them; none by default. */
        public Builder access(Access access) {
            once.check(25, "access");
            this.access = Objects.requireNonNull(access, "access");
            return this;
        }

        /**
         * Has guards check what goes to models and what comes back; none by default.
         *
         * <pre>{@code
         * builder.guards(Guards.builder().input(PromptInjection.guard()).build())
         * }</pre>
         */
        public Builder guards(Guards guards) {
            once.check(24, "guards");
            this.guards = Objects.requireNonNull(guards, "guards");
            return this;
        }

        /** Adds a listener. */
        public Builder listener(RouterListener listener) {
            listeners.add(Objects.requireNonNull(listener, "listener"));
            return this;
        }

        /**
         * Carries what is bound to the caller's thread, such as the MDC of a log or a trace, to the threads that work
         * for the call: asynchronous calls, publishers and listeners of streams, hedges, shadows, refreshed cache
         * entries, waits for batches. None by default, which costs nothing; blocking calls stay in their thread anyway.
         *
         * <pre>{@code
         * ModelRouter.builder().contextPropagation(Observers.mdc())
         * }</pre>
         *
         * <p>What the router does for itself, such as health checks, has no caller's context. A propagation that throws
         * is logged, and the call continues without it.
         */
        public Builder contextPropagation(ContextPropagation propagation) {
            once.check(17, "contextPropagation");
            this.propagation = new GuardedPropagation(Objects.requireNonNull(propagation, "contextPropagation"));
            return this;
        }

        /**
         * Sets how many async calls run at once. By default 256 before Java 21, where each takes a thread; any number
         * from Java 21 on, where calls run on virtual threads, unless it is set. What these calls start, such as hedges
         * and tools, has threads of its own, as many again before Java 21, so that no call waits for what waits behind
         * it.
         *
         * <pre>{@code
         * ModelRouter.builder().asyncCalls(1_000).asyncQueue(0)
         * }</pre>
         *
         * @throws IllegalArgumentException if it is not positive
         * @see #asyncQueue
         */
        public Builder asyncCalls(int calls) {
            once.check(18, "asyncCalls");
            if (calls < 1) {
                throw new IllegalArgumentException("asyncCalls is " + calls + ": use 1 or more");
            }
            this.asyncCalls = calls;
            return this;
        }

        /**
         * Sets how many async calls may wait while as many as {@link #asyncCalls} run; 1,024 by default. A call beyond
         * that fails at once with {@link ErrorKind#LIMIT_EXCEEDED}, and no provider is asked. Zero refuses each call
         * that finds no thread.
         *
         * @throws IllegalArgumentException if it is negative
         */
        public Builder asyncQueue(int calls) {
            once.check(19, "asyncQueue");
            if (calls < 0) {
                throw new IllegalArgumentException("asyncQueue is " + calls + ": use 0 or more");
            }
            this.asyncQueue = calls;
            return this;
        }

        /** Adds a custom stage, after earlier ones of the same phase. */
        public Builder stage(Phase phase, Stage stage) {
            return feature(installer -> installer.stage(phase, stage));
        }

        /** Adds a custom feature. */
        public Builder feature(Feature feature) {
            features.add(Objects.requireNonNull(feature, "feature"));
            return this;
        }

        /**
         * Sets the source of time, randomness and threads; {@link Environment#system()} by default. The router does not
         * close one given here.
         */
        public Builder environment(Environment environment) {
            once.check(12, "environment");
            this.environment = Objects.requireNonNull(environment, "environment");
            return this;
        }

        /**
         * Returns the router.
         *
         * @throws IllegalArgumentException if something is missing or contradicts itself; the message names the fix
         */
        public ModelRouter build() {
            if (adapters.isEmpty()) {
                throw new IllegalArgumentException("the router has no provider: add one with .provider(adapter)");
            }
            Environment surroundings = environment();
            Timeouts times = timeouts == null ? DEFAULT_TIMEOUTS : timeouts.orElse(DEFAULT_TIMEOUTS);
            RetryPolicy retrying = orElse(retry, RetryPolicy.defaults());
            Environment ofCalls =
                    propagation == null ? surroundings : new PropagatingEnvironment(surroundings, propagation);
            Assembly assembly = new Assembly(
                    surroundings,
                    ofCalls,
                    orElse(propagation, ContextPropagation.NONE),
                    times,
                    registry(surroundings, retrying),
                    orElse(counter, TokenCounter.calibrated()));
            assembly.promptCaching(orElse(promptCaching, PromptCaching.AUTO));
            assembly.charging(orElse(charging, Charging.defaults()));
            assembly.waits(
                    WaitBounds.of(retrying.maxRetryAfter(), retrying.maxBreakerWait(), retrying.deadlineShare()));
            assembly.engineStage(Phase.CATALOG, EngineInstaller.Reach.CALLERS_ONLY, new CatalogStage());
            assembly.install(Resilience.feature(retrying, orElse(streamRecovery, StreamRecovery.RESUME), hedge));
            if (cache != null) {
                assembly.install(Caches.feature(cache));
            }
            assembly.install(Rollouts.feature());
            assembly.install(Routes.feature());
            if (access != null) { // behind the routes: it checks the chosen model
                assembly.install(Access.feature(access));
            }
            if (guards != null) { // behind permissions: what is denied is not checked
                assembly.install(Guards.feature(guards));
            }
            if (limits != null) {
                assembly.install(Limits.feature(limits));
            }
            if (meter != null) {
                assembly.install(Meters.feature(meter));
            }
            listeners.forEach(assembly::listener);
            features.forEach(assembly::install);
            return new ModelRouter(this, surroundings, ofCalls, assembly);
        }

        private Environment environment() {
            if (environment == null) {
                return asyncCalls == null && asyncQueue == null
                        ? Environment.system()
                        : Environment.system(
                                orElse(asyncCalls, Environment.USUAL_ASYNC_CALLS),
                                orElse(asyncQueue, Environment.USUAL_ASYNC_QUEUE));
            }
            if (asyncCalls != null || asyncQueue != null) {
                throw new IllegalArgumentException(
                        "asyncCalls and asyncQueue are bounds of the router's own environment,"
                                + " but it is given another: use .environment(Environment.system(calls, queue))");
            }
            return environment;
        }

        private DeploymentRegistry registry(Environment surroundings, RetryPolicy retrying) {
            BreakerPolicy breaking = orElse(breaker, BreakerPolicy.defaults());
            DeploymentRegistry registry = new DeploymentRegistry(
                    surroundings,
                    new Breaker.Config(
                            breaking.failures(), breaking.executions(), breaking.delay(), breaking.maxEjectedShare()),
                    breaking.maxCooldown(),
                    new RetryBudget.Size(retrying.budgetTokens(), retrying.budgetRatio()));
            registry.allow(orElse(allowedHosts, AllowedHosts.any()));
            return registry;
        }
    }
}
