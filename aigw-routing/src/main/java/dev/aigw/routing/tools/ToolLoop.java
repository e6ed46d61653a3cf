package dev.aigw.routing.tools;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Cost;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.Price;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.chat.ToolSpec;
import dev.aigw.api.client.ModelClient;
import dev.aigw.api.internal.DurationText;
import dev.aigw.api.internal.SetOnce;
import dev.aigw.api.spi.ContextPropagation;
import dev.aigw.api.spi.TokenMeter;
import dev.aigw.routing.feature.Environment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Calls a model and the tools that it asks for, in turn, until it answers or a bound is reached.
 *
 * <pre>{@code
 * ToolLoop loop = ToolLoop.builder(router)
 *     .tools(Tool.of("weather", "Returns the weather of a city.", City.class, city -> service.weather(city.name())))
 *     .maxRounds(5)
 *     .timeout(Duration.ofMinutes(2))
 *     .build();
 * ToolRun run = loop.run("assistant", "Is Oslo or Rome warmer?");
 * System.out.println(run.text());
 * }</pre>
 *
 * <p>Each model call is a call of the client, so routing, retries, limits and budgets apply to it. All calls of one run
 * share a session key, a new one unless the options have one, so that a router keeps them where the conversation's
 * reasoning can be read and its prompt is cached. A {@linkplain ChatRequest#toolChoice() choice} that requires a tool
 * holds until one was called.
 *
 * <p>What goes wrong with a tool is told to the model, which may try again: arguments that do not fit, an unknown name,
 * an exception's message, a timeout, a denied approval. An {@link Error}, an interrupt and a cancellation end the loop.
 *
 * <p>Bounds are checked before each model call, and before tools run whose results no model call would read. At a bound
 * the run says so, {@link ToolRun#end()}, and has the conversation, in which the calls that did not run are answered;
 * {@link ToolRun#text()} throws. By default a run has 10 rounds, 100 calls of tools, 60 seconds a call, and ends after
 * 3 rounds in a row without a successful call; tokens, cost and the whole time are not bounded.
 *
 * <p>Immutable, and safe for use by many threads. It holds nothing that needs closing.
 */
public final class ToolLoop {

    private static final Operation<ChatRequest, ToolRun> RUN =
            Operation.builder("tool_loop", ChatRequest.class, ToolRun.class).build();

    private final ModelClient client;
    private final List<ToolSource> sources;
    private final int maxRounds;
    private final int maxCalls;
    private final int maxFailedRounds;
    private final @Nullable Long maxTokens;
    private final @Nullable Cost maxCost;
    private final @Nullable TokenMeter meter;
    private final @Nullable Price price;
    private final @Nullable Duration timeout;
    private final Duration toolTimeout;
    private final int parallel;
    private final int maxResultChars;
    private final boolean answerAtLimit;
    private final Function<? super ToolRequest, ? extends CompletionStage<ToolDecision>> approval;
    private final BiFunction<ToolCall, Throwable, @Nullable String> errors;
    private final @Nullable Executor executor;
    private final Environment environment;

    private ToolLoop(Builder builder) {
        this.client = builder.client;
        this.sources = List.copyOf(builder.sources);
        this.maxRounds = builder.maxRounds;
        this.maxCalls = builder.maxCalls;
        this.maxFailedRounds = builder.maxFailedRounds;
        this.maxTokens = builder.maxTokens;
        this.maxCost = builder.maxCost;
        this.meter = builder.meter;
        this.price = builder.price;
        this.timeout = builder.timeout;
        this.toolTimeout = builder.toolTimeout;
        this.parallel = builder.parallel;
        this.maxResultChars = builder.maxResultChars;
        this.answerAtLimit = builder.answerAtLimit;
        this.approval = builder.approval;
        this.errors = builder.errors;
        this.executor = builder.executor;
        this.environment = builder.environment == null ? Environment.system(client.executor()) : builder.environment;
    }

    /** Starts a loop that calls models by {@code client}: a router, or {@code router.as(caller)}. */
    public static Builder builder(ModelClient client) {
        return new Builder(client);
    }

    /**
     * Asks a question and runs to the end.
     *
     * @throws GatewayException as by {@link #run(ChatRequest, CallOptions)}
     */
    public ToolRun run(String model, String text) {
        return run(ChatRequest.of(model, text));
    }

    /**
     * Runs to the end.
     *
     * @throws GatewayException as by {@link #run(ChatRequest, CallOptions)}
     */
    public ToolRun run(ChatRequest request) {
        return run(request, CallOptions.DEFAULT);
    }

    /**
     * Runs to the end. The tools are added to the request's own: functions of the request are for the application to
     * run, as {@link ToolRun.End#APPLICATION_CALLS} says, and tools of a vendor run there.
     *
     * @param options of each model call: its total timeout is that of one call, beside {@link Builder#timeout}
     * @throws GatewayException if a model call fails, or it is cancelled, with the run so far: {@link ToolRun#of}
     * @throws IllegalStateException if two tools have the same name
     */
    public ToolRun run(ChatRequest request, CallOptions options) {
        return run(request, options, event -> {});
    }

    /**
     * Runs to the end, with the model's answers whole, and reports what happens.
     *
     * @param listener gets the events in order, in this thread; what it throws ends the loop
     * @throws GatewayException as by {@link #run(ChatRequest, CallOptions)}
     */
    public ToolRun run(ChatRequest request, CallOptions options, Consumer<? super ToolEvent> listener) {
        return drain(new LoopRun(this, request, options, false), listener);
    }

    private static ToolRun drain(LoopRun run, Consumer<? super ToolEvent> listener) {
        try (run) {
            for (ToolEvent event = run.next(); event != null; event = run.next()) {
                listener.accept(event);
            }
            return run.result();
        }
    }

    /** Runs as {@link #run(ChatRequest, CallOptions)}, on the client's executor; cancelling the future stops it. */
    public CompletableFuture<ToolRun> runAsync(ChatRequest request, CallOptions options) {
        return async(request, options, linked -> run(request, linked));
    }

    /** Runs as {@link #runAsync(ChatRequest, CallOptions)}. */
    public CompletableFuture<ToolRun> runAsync(ChatRequest request) {
        return runAsync(request, CallOptions.DEFAULT);
    }

    /**
     * Runs with the model's answers streamed; close the stream. Nothing happens before it is read, so that it throws no
     * failure of a model call.
     *
     * @throws IllegalStateException if two tools have the same name
     */
    public ToolStream stream(ChatRequest request, CallOptions options) {
        return new ToolStream(new LoopRun(this, request, options, true));
    }

    /** Streams as {@link #stream(ChatRequest, CallOptions)}. */
    public ToolStream stream(ChatRequest request) {
        return stream(request, CallOptions.DEFAULT);
    }

    /**
     * Streams on the client's executor; cancelling the future stops it.
     *
     * @param listener gets the events in order, one at a time; what it throws ends the loop
     */
    public CompletableFuture<ToolRun> streamAsync(
            ChatRequest request, CallOptions options, Consumer<? super ToolEvent> listener) {
        Objects.requireNonNull(listener, "listener");
        return async(request, options, linked -> drain(new LoopRun(this, request, linked, true), listener));
    }

    private CompletableFuture<ToolRun> async(
            ChatRequest request, CallOptions options, Function<CallOptions, ToolRun> work) {
        ModelClient runner = new ModelClient() {
            @Override
            public <Q extends ModelRequest, R extends ModelReply> R call(
                    Operation<Q, R> operation, Q unused, CallOptions linked) {
                return operation.replyType().cast(work.apply(linked));
            }

            @Override
            public Executor executor() {
                return client.executor();
            }
        };
        return runner.callAsync(RUN, request, options);
    }

    // ------------------------------------------------------------------------------------------------- what a run asks

    Map<String, Tool> currentTools() {
        Map<String, Tool> tools = new LinkedHashMap<>();
        for (ToolSource source : sources) {
            for (Tool tool : source.tools()) {
                if (tools.put(tool.name(), tool) != null) {
                    throw new IllegalStateException(
                            "two tools are named " + tool.name() + ": rename one, by withName(…), or remove it");
                }
            }
        }
        return tools;
    }

    /** Returns the request's tools, but for functions that the loop has code for, and then the loop's. */
    static List<ToolSpec> specs(List<ToolSpec> requested, Map<String, Tool> tools) {
        List<ToolSpec> specs = new ArrayList<>();
        for (ToolSpec spec : requested) {
            if (spec.provider() != null || !tools.containsKey(spec.name())) {
                specs.add(spec);
            }
        }
        tools.values().forEach(tool -> specs.add(tool.spec()));
        return specs;
    }

    String newSession() {
        return "tools-" + Long.toHexString(environment.random().nextLong())
                + Long.toHexString(environment.random().nextLong());
    }

    LoopRun.@Nullable Bound costBound(Cost cost) {
        Cost most = maxCost;
        if (most == null || most.amount() == null) {
            return null;
        }
        if (cost.equals(Cost.ZERO)) {
            return null;
        }
        if (cost.amount() == null || !cost.currency().equals(most.currency())) {
            return new LoopRun.Bound(
                    ToolRun.End.COST,
                    "what it cost is not known in " + most.currency() + ", so that it may have reached " + most);
        }
        return cost.amount().compareTo(most.amount()) < 0
                ? null
                : new LoopRun.Bound(ToolRun.End.COST, "it cost " + cost + " of " + most);
    }

    /** Returns what the model reads about a tool that threw; null to fail instead. */
    @Nullable
    String explainError(ToolCall call, Throwable failure) {
        return errors.apply(call, failure);
    }

    String timeoutText() {
        return timeout == null ? "none" : DurationText.of(timeout);
    }

    static long nanos(Duration duration) {
        try {
            return Math.min(duration.toNanos(), Long.MAX_VALUE / 4); // sums with a clock's reading must not overflow
        } catch (ArithmeticException tooLong) {
            return Long.MAX_VALUE / 4;
        }
    }

    ModelClient client() {
        return client;
    }

    Environment environment() {
        return environment;
    }

    /** Returns what runs tools, each in the context of the thread that submits it. */
    Executor executor() {
        Executor own = executor;
        return own == null ? client.executor() : task -> own.execute(carried(task));
    }

    private Runnable carried(Runnable task) {
        ContextPropagation.Snapshot context = client.contextPropagation().capture();
        return () -> {
            try (ContextPropagation.Scope ignored = context.restore()) {
                task.run();
            }
        };
    }

    Function<? super ToolRequest, ? extends CompletionStage<ToolDecision>> approval() {
        return approval;
    }

    int maxRounds() {
        return maxRounds;
    }

    int maxCalls() {
        return maxCalls;
    }

    int maxFailedRounds() {
        return maxFailedRounds;
    }

    @Nullable
    Long maxTokens() {
        return maxTokens;
    }

    @Nullable
    TokenMeter meter() {
        return meter;
    }

    @Nullable
    Price price() {
        return price;
    }

    @Nullable
    Duration timeout() {
        return timeout;
    }

    Duration toolTimeout() {
        return toolTimeout;
    }

    int parallel() {
        return parallel;
    }

    int maxResultChars() {
        return maxResultChars;
    }

    boolean answersAtLimit() {
        return answerAtLimit;
    }

    /** Returns the bounds. */
    @Override
    public String toString() {
        return "ToolLoop{" + sources.size() + " sources of tools, " + maxRounds + " rounds, " + maxCalls + " calls}";
    }

    /**
     * Builds a {@link ToolLoop}. Setting the same thing twice throws {@link IllegalStateException}. Not safe for use by
     * several threads.
     */
    public static final class Builder {

        private final SetOnce once = new SetOnce();
        private final ModelClient client;
        private final List<ToolSource> sources = new ArrayList<>();
        private int maxRounds = 10;
        private int maxCalls = 100;
        private int maxFailedRounds = 3;
        private @Nullable Long maxTokens;
        private @Nullable Cost maxCost;
        private @Nullable TokenMeter meter;
        private @Nullable Price price;
        private @Nullable Duration timeout;
        private Duration toolTimeout = Duration.ofSeconds(60);
        private int parallel = 8;
        private int maxResultChars = 50_000;
        private boolean answerAtLimit;
        private Function<? super ToolRequest, ? extends CompletionStage<ToolDecision>> approval =
                request -> CompletableFuture.completedFuture(ToolDecision.allow());
        private BiFunction<ToolCall, Throwable, @Nullable String> errors =
                (call, failure) -> "The tool " + call.name() + " failed: " + Outputs.message(failure);
        private @Nullable Executor executor;
        private @Nullable Environment environment;

        private Builder(ModelClient client) {
            this.client = Objects.requireNonNull(client, "client");
        }

        /** Adds tools. */
        public Builder tools(Tool... tools) {
            return tools(List.of(tools));
        }

        /** Adds tools. */
        public Builder tools(List<Tool> tools) {
            List<Tool> fixed = List.copyOf(tools);
            sources.add(() -> fixed);
            return this;
        }

        /** Adds tools that may change from run to run, such as those of a server. */
        public Builder tools(ToolSource source) {
            sources.add(Objects.requireNonNull(source, "source"));
            return this;
        }

        /** Sets how many times the model may be called in one run, 10 by default. */
        public Builder maxRounds(int rounds) {
            once.check(0, "maxRounds");
            maxRounds = positive("maxRounds", rounds);
            return this;
        }

        /** Sets how many calls of tools the model may make in one run, 100 by default. */
        public Builder maxCalls(int calls) {
            once.check(1, "maxCalls");
            maxCalls = positive("maxCalls", calls);
            return this;
        }

        /**
         * Sets after how many rounds in a row without a successful call of a tool a run ends, 3 by default. It bounds
         * models that repeat a call which fails, or is denied, for ever.
         */
        public Builder maxFailedRounds(int rounds) {
            once.check(2, "maxFailedRounds");
            maxFailedRounds = positive("maxFailedRounds", rounds);
            return this;
        }

        /**
         * Sets after how many tokens, of prompts and answers together, no further model call is made; unbounded by
         * default. The call that reaches it is not cut short: {@link ChatRequest.Builder#maxOutputTokens} bounds one
         * answer. Where a reply reports no usage, an estimate counts.
         */
        public Builder maxTokens(long tokens) {
            once.check(3, "maxTokens");
            if (tokens < 1) {
                throw new IllegalArgumentException("maxTokens is " + tokens + ": use a positive number");
            }
            maxTokens = tokens;
            return this;
        }

        /**
         * Sets at what cost no further model call is made; unbounded by default. It needs {@link #meter} or
         * {@link #price}. A cost that is not known ends the run as well: it may have been reached.
         */
        public Builder maxCost(Cost cost) {
            once.check(4, "maxCost");
            if (cost.amount() == null) {
                throw new IllegalArgumentException("maxCost is unknown: use Cost.usd(amount)");
            }
            maxCost = cost;
            return this;
        }

        /**
         * Sets the meter of the router that the client calls, by which the cost of a run is known: all attempts, failed
         * ones included. It must keep enough recent calls: {@code Meters.builder().recentCalls(10_000)}.
         */
        public Builder meter(TokenMeter meter) {
            once.check(5, "meter");
            this.meter = Objects.requireNonNull(meter, "meter");
            return this;
        }

        /** Sets what the replies' tokens cost, where there is no meter; replies from a cache cost nothing. */
        public Builder price(Price price) {
            once.check(6, "price");
            this.price = Objects.requireNonNull(price, "price");
            return this;
        }

        /**
         * Sets how long a run may take in all, tools and approvals included; unbounded by default. Model calls get what
         * is left of it as their timeout, and what runs at its end is stopped.
         */
        public Builder timeout(Duration timeout) {
            once.check(7, "timeout");
            this.timeout = positive("timeout", timeout);
            return this;
        }

        /** Sets how long a call of a tool may take, 60 seconds by default; a tool may have its own. */
        public Builder toolTimeout(Duration timeout) {
            once.check(8, "toolTimeout");
            toolTimeout = positive("toolTimeout", timeout);
            return this;
        }

        /** Sets how many tools of one answer may run at once, 8 by default; 1 runs them in order. */
        public Builder parallel(int tools) {
            once.check(9, "parallel");
            parallel = positive("parallel", tools);
            return this;
        }

        /**
         * Sets how many characters of text a result may have, 50,000 by default. Of a longer one the model reads the
         * beginning and the end, and between them how much was left out.
         */
        public Builder maxResultChars(int chars) {
            once.check(10, "maxResultChars");
            maxResultChars = positive("maxResultChars", chars);
            return this;
        }

        /**
         * Asks the model for an answer without tools once rounds, calls or failed rounds are at their bound: one call
         * more, with what is known. By default the run ends there.
         */
        public Builder answerAtLimit() {
            once.check(11, "answerAtLimit");
            answerAtLimit = true;
            return this;
        }

        /**
         * Sets which calls may run; all by default. The model reads that a call was denied. All calls of an answer are
         * decided, in order, before the first of its tools runs.
         *
         * <pre>{@code
         * .approve(request -> !request.hints().mayDestroy() || request.caller().roles().contains("admin"))
         * }</pre>
         */
        public Builder approve(Predicate<? super ToolRequest> predicate) {
            Objects.requireNonNull(predicate, "predicate");
            return approveBy(request ->
                    predicate.test(request) ? ToolDecision.allow() : ToolDecision.deny("it is not permitted"));
        }

        /** Sets which calls may run, with a reason for the model; see {@link #approve}. */
        public Builder approveBy(Function<? super ToolRequest, ToolDecision> decision) {
            Objects.requireNonNull(decision, "decision");
            return approveAsync(request -> CompletableFuture.completedFuture(decision.apply(request)));
        }

        /**
         * Sets which calls may run, by a decision that comes later, such as a person's. The run waits for it, within
         * its {@link #timeout}, and cancels it, if it is a future, when it ends before. See {@link #approve}.
         */
        public Builder approveAsync(Function<? super ToolRequest, ? extends CompletionStage<ToolDecision>> decision) {
            once.check(12, "the approval of calls");
            approval = Objects.requireNonNull(decision, "decision");
            return this;
        }

        /**
         * Sets what the model reads when a tool throws, in place of the message of the exception, which is written for
         * developers and may hold what a model, or its vendor, should not see. It gets an {@link Exception}, never an
         * {@link Error}.
         */
        public Builder explainErrors(BiFunction<? super ToolCall, ? super Throwable, String> explanation) {
            once.check(13, "what follows from a tool's error");
            Objects.requireNonNull(explanation, "explanation");
            errors = (call, failure) -> Objects.requireNonNull(explanation.apply(call, failure), "explanation");
            return this;
        }

        /**
         * Ends the run with a failure of kind {@link ErrorKind#INTERNAL} when a tool throws, whose cause it has; by
         * default the model reads the message and goes on.
         */
        public Builder failOnToolError() {
            once.check(13, "what follows from a tool's error");
            errors = (call, failure) -> null;
            return this;
        }

        /**
         * Sets the executor that tools run on, which is not closed; the client's by default. A run waits for its tools:
         * an executor with few threads must not be the one that runs the loop as well.
         */
        public Builder executor(Executor executor) {
            once.check(14, "executor");
            this.executor = Objects.requireNonNull(executor, "executor");
            return this;
        }

        /** Sets clock and waits, for tests; the system's by default. */
        public Builder environment(Environment environment) {
            once.check(15, "environment");
            this.environment = Objects.requireNonNull(environment, "environment");
            return this;
        }

        /**
         * Returns the loop.
         *
         * @throws IllegalStateException if a cost is bounded and cannot be known, or meter and price are both set
         */
        public ToolLoop build() {
            if (maxCost != null && meter == null && price == null) {
                throw new IllegalStateException("maxCost needs to know what calls cost: set meter(…) or price(…)");
            }
            if (meter != null && price != null) {
                throw new IllegalStateException("meter and price are both set: remove one of the two");
            }
            return new ToolLoop(this);
        }

        private static int positive(String name, int value) {
            if (value < 1) {
                throw new IllegalArgumentException(name + " is " + value + ": use 1 or more");
            }
            return value;
        }

        private static Duration positive(String name, Duration value) {
            if (value.isNegative() || value.isZero()) {
                throw new IllegalArgumentException(name + " is " + value + ": use a positive duration");
            }
            return value;
        }
    }
}
