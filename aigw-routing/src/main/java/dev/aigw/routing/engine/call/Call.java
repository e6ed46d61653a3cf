package dev.aigw.routing.engine.call;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Cancellation;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.Outcome;
import dev.aigw.api.Route;
import dev.aigw.api.Timeouts;
import dev.aigw.api.spi.CallContext;
import dev.aigw.api.spi.RouterListener;
import dev.aigw.routing.deployment.Switch;
import dev.aigw.routing.engine.pool.Model;
import dev.aigw.routing.engine.pool.Models;
import dev.aigw.routing.engine.pool.Pool;
import dev.aigw.routing.engine.pool.Selections;
import dev.aigw.routing.engine.pool.TriedDeployment;
import dev.aigw.routing.feature.Environment;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One call of an application, and what is known of it so far. Fields below {@code attempts} are guarded by it. */
public final class Call implements CallContext, Models {

    private static final AtomicLong IDS = new AtomicLong();
    private static final Key<Map<Switch, String>> SWITCHES = Key.of("switches passed");

    private final Pipeline pipeline;
    private final Environment environment;
    private final Operation<?, ?> operation;
    private final CallOptions options;
    private final String requestedModel;
    private final Models models;
    private final Timeouts routerTimeouts;
    private final Cancellation cancellation;
    private final Scope scope;
    private final long number = IDS.incrementAndGet();

    private @Nullable String id; // made when asked for; two threads may make the same one
    private @Nullable Route lastRoute;
    private volatile Pool.@Nullable Query lastQuery;
    private volatile @Nullable Model model;
    private volatile Timeouts timeouts;
    private volatile long deadlineNanos;
    private volatile boolean hasDeadline;
    private volatile @Nullable SideCall sideCall;
    private volatile @Nullable AttemptWatch attemptWatch;

    private final List<Route.Attempt> attempts = new ArrayList<>(2);
    private int attemptNumbers;
    private List<GatewayException> failures = List.of();
    private List<TriedDeployment> visits = List.of();
    private List<String> warnings = List.of();
    private @Nullable IdentityHashMap<Key<?>, Object> facts;

    Call(
            Pipeline pipeline,
            Environment environment,
            Operation<?, ?> operation,
            CallOptions options,
            String requestedModel,
            Models models,
            Timeouts routerTimeouts) {
        this.pipeline = pipeline;
        this.environment = environment;
        this.operation = operation;
        this.options = options;
        this.requestedModel = requestedModel;
        this.models = models;
        this.routerTimeouts = routerTimeouts;
        Cancellation given = options.cancellation();
        this.cancellation = given != null ? given : new Cancellation();
        this.scope = new Scope(environment);
        this.timeouts = options.timeouts().orElse(routerTimeouts);
        applyDeadline();
    }

    /**
     * Returns a call like this one at this point of its way, that has nothing to do with it from here on. Where a
     * switch let this one in, the other is under way, too, until it is over.
     *
     * @throws GatewayException of kind NO_ROUTE if a model that a switch let this call in to has drained since
     */
    Call again() {
        Call again = again(options.toBuilder().cancellation(null).build());
        Model current = model;
        if (current != null) {
            again.switchTo(current);
        }
        Selections chosen = get(Selections.KEY);
        if (chosen != null) {
            again.put(Selections.KEY, chosen); // it is not chosen for anew
        }
        again.passLike(this);
        return again;
    }

    private void passLike(Call other) {
        Map<Switch, String> passed;
        synchronized (other.attempts) {
            Map<Switch, String> known = other.get(SWITCHES);
            if (known == null) {
                return;
            }
            passed = new HashMap<>(known);
        }
        put(SWITCHES, passed);
        passed.forEach((way, entered) -> {
            if (!way.enterAgain(entered)) {
                GatewayException drained = GatewayException.of(
                        ErrorKind.NO_ROUTE,
                        "model \"" + entered + "\" was switched from and has drained: nothing may go there any more");
                scope.fail(drained); // leaves what it was let in to before
                throw drained;
            }
            scope.add(end -> way.leave(entered));
        });
    }

    /** Returns a call for the same name with other options, whose model is not resolved yet. */
    Call again(CallOptions other) {
        return new Call(pipeline, environment, operation, other, requestedModel, models, routerTimeouts);
    }

    private void applyDeadline() {
        Duration total = timeouts.total();
        hasDeadline = total != null;
        deadlineNanos = total == null ? 0 : scope.startNanos() + Durations.nanos(total);
    }

    Pipeline pipeline() {
        return pipeline;
    }

    Scope scope() {
        return scope;
    }

    /** Tells every listener of the router something. */
    public void tell(Consumer<RouterListener> event) {
        pipeline.tell(event);
    }

    /** Returns time, chance and threads. */
    public Environment environment() {
        return environment;
    }

    /** Returns the routing table this call keeps, whatever is swapped in meanwhile. */
    public Models table() {
        return models;
    }

    /** Returns the models as this call sees them: by a switch it always finds the same one. */
    public Models models() {
        return this;
    }

    @Override
    public @Nullable Model find(String name) {
        Switch passed = models.switchOf(name);
        return models.find(passed == null ? name : pass(passed));
    }

    @Override
    public @Nullable Switch switchOf(String name) {
        return models.switchOf(name);
    }

    /** Returns the model that the switch let this call in to; until the call is over, it counts as under way there. */
    private String pass(Switch way) {
        String entered;
        synchronized (attempts) {
            Map<Switch, String> passed = get(SWITCHES);
            if (passed == null) {
                passed = new HashMap<>(2);
                put(SWITCHES, passed);
            }
            String known = passed.get(way);
            if (known != null) {
                return known;
            }
            entered = way.enter();
            passed.put(way, entered);
        }
        scope.add(end -> way.leave(entered));
        return entered;
    }

    /** Returns the model the call is for at present, with its deployments. */
    public Model currentModel() {
        Model current = model;
        if (current == null) {
            throw new IllegalStateException("the model is not resolved yet: stages after Phase.CATALOG know it");
        }
        return current;
    }

    /** Makes the call one for {@code next}. The deadline is the first model's: it never moves once set. */
    public void switchTo(Model next) {
        boolean first = model == null;
        model = next;
        timeouts = options.timeouts().orElse(next.timeouts()).orElse(routerTimeouts);
        if (first) {
            applyDeadline();
        }
    }

    /** Returns the limits in force: the call's own, then the model's, then the router's. */
    public Timeouts timeouts() {
        return timeouts;
    }

    /**
     * Throws if the caller has cancelled or its time is up.
     *
     * @throws GatewayException of kind CANCELLED or DEADLINE
     */
    public void checkAlive() {
        cancellation.throwIfCancelled();
        if (Thread.currentThread().isInterrupted()) {
            throw GatewayException.of(ErrorKind.CANCELLED, "the calling thread is interrupted");
        }
        if (hasDeadline && remainingNanos() <= 0) {
            throw GatewayException.of(
                    ErrorKind.DEADLINE, "the call's total timeout of " + timeouts.total() + " is over");
        }
    }

    /** Makes this a call that the router makes beside those of its callers; only before it sends anything. */
    public void makeSideCall(SideCall as) {
        sideCall = as;
    }

    /** Returns as what the router makes this call beside those of its callers, or null for a caller's own. */
    public @Nullable SideCall sideCall() {
        return sideCall;
    }

    /** Tells {@code watch}, too, how each attempt ends that is sent from now on. */
    public void watchAttempts(AttemptWatch watch) {
        AttemptWatch before = attemptWatch;
        attemptWatch = before == null ? watch : before.and(watch);
    }

    @Nullable
    AttemptWatch attemptWatch() {
        return attemptWatch;
    }

    int nextAttemptNumber() {
        synchronized (attempts) {
            return ++attemptNumbers;
        }
    }

    /** Returns the attempts begun so far, over all models. */
    public int attemptCount() {
        synchronized (attempts) {
            return attemptNumbers;
        }
    }

    /** Returns what an attempt with {@code request}, made now, needs of a deployment. */
    public Pool.Query query(ModelRequest request) {
        Pool.Query query = new Pool.Query(
                operation, request, options, visits(), environment.nanoTime(), environment.random(), lastQuery);
        lastQuery = query;
        return query;
    }

    /** Returns whether an attempt of this call has been sent and has neither failed nor brought a reply yet. */
    public boolean isAttemptUnderWay() {
        synchronized (attempts) {
            return attemptNumbers > attempts.size();
        }
    }

    /** Returns whether a failure only says that the caller is less patient than the model's own limits are. */
    public boolean isCallersOwnLimit(GatewayException failure) {
        Timeouts own = options.timeouts();
        return failure.kind() == ErrorKind.TIMEOUT
                && (own.attempt() != null || own.firstEvent() != null || own.idle() != null);
    }

    /** Puts the attempt into the route, unless it is there: one withdrawn from a race has ended for the caller. */
    void attemptEnded(Attempt attempt, Outcome outcome, @Nullable GatewayException failure) {
        Route.Attempt entry = entry(attempt, outcome, failure);
        synchronized (attempts) {
            if (attempt.entry == null) {
                attempt.entry = entry;
                attempts.add(entry);
                note(outcome, failure);
            }
        }
    }

    /** Corrects the route: a stream that had begun well broke. */
    void attemptBroke(Attempt attempt, GatewayException failure) {
        Outcome outcome = Scope.outcomeOf(failure);
        Route.Attempt entry = entry(attempt, outcome, failure);
        synchronized (attempts) {
            attempts.replaceAll(known -> known.equals(attempt.entry) ? entry : known);
            attempt.entry = entry;
            note(outcome, failure);
        }
    }

    private Route.Attempt entry(Attempt attempt, Outcome outcome, @Nullable GatewayException failure) {
        return new Route.Attempt(
                model(),
                attempt.deployment(),
                outcome,
                Duration.ofNanos(attempt.scope().elapsedNanos()),
                failure == null ? null : failure.kind());
    }

    private void note(Outcome outcome, @Nullable GatewayException failure) {
        if (failure != null && outcome == Outcome.FAILED) {
            failures = append(failures, failure);
        }
    }

    /** Attaches the route and the earlier failures to the failure that ends the call. */
    GatewayException finish(GatewayException failure) {
        GatewayException.Builder last = failure.toBuilder().route(route());
        for (GatewayException earlier : failures()) {
            if (earlier != failure) {
                last.suppressed(earlier);
            }
        }
        GatewayException finished = last.build();
        finished.setStackTrace(failure.getStackTrace());
        return finished;
    }

    /** Returns the failures of attempts so far, in order. */
    public List<GatewayException> failures() {
        synchronized (attempts) {
            return List.copyOf(failures);
        }
    }

    /** Returns the deployments tried so far. The list never changes; a visit makes a new one. */
    public List<TriedDeployment> visits() {
        synchronized (attempts) {
            return visits;
        }
    }

    /** Notes that a deployment was tried and failed. */
    public void visited(TriedDeployment visit) {
        synchronized (attempts) {
            List<TriedDeployment> next = new ArrayList<>(visits.size() + 1);
            for (TriedDeployment earlier : visits) {
                if (!earlier.deployment().equals(visit.deployment())) {
                    next.add(earlier);
                }
            }
            next.add(visit);
            visits = List.copyOf(next);
        }
    }

    /** Forgets that deployments were asked whose visit is of {@code kind}: the call may ask them again. */
    public void forgetVisits(ErrorKind kind) {
        synchronized (attempts) {
            visits = visits.stream().filter(visit -> visit.kind() != kind).toList();
        }
    }

    /** Returns the route of a call that is over: it is made once. */
    Route finalRoute() {
        Route known = route();
        lastRoute = known;
        return known;
    }

    /** Returns what has happened so far; once the call is over, the whole. */
    public Route route() {
        Route known = lastRoute;
        if (known != null) {
            return known;
        }
        Route.Source source = get(CallFacts.SOURCE);
        Model current = model;
        synchronized (attempts) {
            return new Route(
                    id(),
                    requestedModel,
                    current == null ? requestedModel : current.name(),
                    attempts,
                    source == null ? Route.Source.MODEL : source,
                    warnings);
        }
    }

    @Override
    public String id() {
        String known = id;
        if (known == null) {
            known = idOf(number);
            id = known;
        }
        return known;
    }

    /** Returns a c and the number in base 36, with less garbage than {@link Long#toString(long, int)} leaves. */
    private static String idOf(long number) {
        byte[] text = new byte[14];
        int start = text.length;
        for (long rest = number; rest > 0; rest /= 36) {
            text[--start] = (byte) Character.forDigit((int) (rest % 36), 36);
        }
        text[--start] = 'c';
        return new String(text, start, text.length - start, StandardCharsets.ISO_8859_1);
    }

    @Override
    public Operation<?, ?> operation() {
        return operation;
    }

    @Override
    public CallOptions options() {
        return options;
    }

    @Override
    public String requestedModel() {
        return requestedModel;
    }

    @Override
    public String model() {
        Model current = model;
        return current == null ? requestedModel : current.name();
    }

    @Override
    public long remainingNanos() {
        return hasDeadline ? deadlineNanos - environment.nanoTime() : Long.MAX_VALUE;
    }

    @Override
    public Cancellation cancellation() {
        return cancellation;
    }

    @Override
    @SuppressWarnings("unchecked") // put() takes only values of the key's type
    public <T> @Nullable T get(Key<T> key) {
        synchronized (attempts) {
            return facts == null ? null : (T) facts.get(key);
        }
    }

    @Override
    public <T> void put(Key<T> key, T value) {
        synchronized (attempts) {
            if (facts == null) {
                facts = new IdentityHashMap<>(4);
            }
            facts.put(key, value);
        }
    }

    /** Takes the fact under {@code key} away, if it is there. */
    public void remove(Key<?> key) {
        synchronized (attempts) {
            if (facts != null) {
                facts.remove(key);
            }
        }
    }

    @Override
    public void warn(String message) {
        synchronized (attempts) {
            warnings = append(warnings, message);
        }
    }

    private static <T> List<T> append(List<T> list, T element) {
        List<T> longer = list.isEmpty() ? new ArrayList<>(2) : list;
        longer.add(element);
        return longer;
    }
}
