package dev.aigw.routing.engine.call;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.Cancellation;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.FailureSubject;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.Outcome;
import dev.aigw.api.PromptCaching;
import dev.aigw.api.Route;
import dev.aigw.api.Timeouts;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.spi.CallContext;
import dev.aigw.api.spi.ContextPropagation;
import dev.aigw.api.spi.End;
import dev.aigw.api.spi.RouterEvent;
import dev.aigw.routing.deployment.Charging;
import dev.aigw.routing.deployment.Switch;
import dev.aigw.routing.engine.pool.Grant;
import dev.aigw.routing.engine.pool.Model;
import dev.aigw.routing.engine.pool.Models;
import dev.aigw.routing.engine.pool.Permit;
import dev.aigw.routing.engine.pool.Query;
import dev.aigw.routing.engine.pool.Selections;
import dev.aigw.routing.engine.pool.SessionHash;
import dev.aigw.routing.engine.time.Durations;
import dev.aigw.routing.feature.Environment;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One call of an application: its caller, operation, model and deadline, its {@linkplain #log() log}, and the facts
 * that stages share. Safe for use by the threads that work for the call.
 */
public final class Call extends Scope implements CallContext, Models {

    /** What a permit says about a request. */
    private record Granted(Permit permit, ModelRequest request, Grant grant) {}

    private static final CallIds IDS = new CallIds(new SecureRandom());
    private static final Key<Map<Switch, String>> SWITCHES = Key.of("switches passed");

    private final Pipeline pipeline;
    private final Operation<?, ?> operation;
    private final CallOptions options;
    private final String requestedModel;
    private final Models models;
    private volatile @Nullable Cancellation cancellation; // made when first needed, unless one is given
    private final CallLog log = new CallLog();
    private final long number = IDS.next();

    private @Nullable String id; // made when first needed; two threads may make the same one
    private volatile @Nullable String sessionHash; // made when first needed, like the id
    private @Nullable Route lastRoute;
    private volatile @Nullable Query lastQuery;
    private volatile @Nullable Model model;
    private volatile @Nullable Granted granted;
    private volatile Timeouts timeouts;
    private volatile Timeouts modelTimeouts;
    private volatile Deadline deadline;
    private volatile @Nullable Patience patience;
    private volatile List<Model> fallbacks = List.of();
    private volatile @Nullable GatewayException unserved;
    private volatile @Nullable GatewayException expired;
    private boolean announced;
    private volatile boolean hung;
    private volatile boolean atFallback;
    private @Nullable Set<Cancellation> hedges; // guarded by the log
    private volatile boolean impatient;
    private volatile @Nullable SideCall sideCall;
    private volatile @Nullable AttemptWatch attemptWatch;
    private @Nullable IdentityHashMap<Key<?>, Object> facts; // guarded by the log
    private final AtomicReference<@Nullable String> firstVendor; // shared with the forks of the call

    Call(Pipeline pipeline, Operation<?, ?> operation, CallOptions options, String requestedModel, Models models) {
        this(pipeline, operation, options, requestedModel, models, new AtomicReference<>());
    }

    private Call(
            Pipeline pipeline,
            Operation<?, ?> operation,
            CallOptions options,
            String requestedModel,
            Models models,
            AtomicReference<@Nullable String> firstVendor) {
        super(pipeline.environment());
        this.firstVendor = firstVendor;
        this.pipeline = pipeline;
        this.operation = operation;
        this.options = options;
        this.requestedModel = requestedModel;
        this.models = models;
        this.cancellation = options.cancellation();
        this.modelTimeouts = pipeline.timeouts();
        this.timeouts = options.timeouts().orElse(modelTimeouts);
        this.deadline = Deadline.of(timeouts.total(), startNanos());
    }

    /**
     * Forks this call: the copy starts at the same point with its own id, deadline and cancellation. If a switch
     * admitted this call, it admits the copy too.
     *
     * @throws GatewayException of kind NO_ROUTE if a model that a switch admitted this call to has drained since
     */
    Call again() {
        Call again = again(options.toBuilder().cancellation(null).build());
        Model current = model;
        if (current != null) {
            again.switchTo(current);
        }
        Selections chosen = get(Selections.KEY);
        if (chosen != null) {
            again.put(Selections.KEY, chosen); // keeps the chosen model
        }
        again.passLike(this);
        return again;
    }

    private void passLike(Call other) {
        Map<Switch, String> passed;
        synchronized (other.log) {
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
                        "model \"" + entered + "\" was switched away from and has drained: it takes no more calls");
                fail(Outcome.FAILED, drained); // leaves the switches that admitted it before
                throw drained;
            }
            add(end -> way.leave(entered));
        });
    }

    /** Returns a call for the same name with other options. Its model is not resolved yet. */
    Call again(CallOptions other) {
        return new Call(pipeline, operation, other, requestedModel, models, firstVendor);
    }

    /**
     * Returns whether {@code vendor} is the one that was asked first, which it is from now on if none was. A side call
     * does not decide it: until the caller's call was sent, any vendor of the requested model may become the first.
     */
    boolean isFirstVendor(String vendor) {
        if (isSideCall() && firstVendor.get() == null) {
            Model requested = models.find(requestedModel);
            return requested != null
                    && requested.pool().deployments().stream()
                            .allMatch(each -> each.adapter().vendor().equals(vendor));
        }
        return firstVendor.compareAndSet(null, vendor) || vendor.equals(firstVendor.get());
    }

    Pipeline pipeline() {
        return pipeline;
    }

    /** Notes that the call enters the router. */
    void started() {
        if (pipeline.events().hasListeners()) {
            announced = true;
            pipeline.events().publish(new RouterEvent.CallStarted(this));
        }
    }

    @Override
    void last(End end) {
        if (announced) {
            pipeline.events().publish(new RouterEvent.CallEnded(this, end, route()));
        }
    }

    /** Returns the events of the router. */
    public Events events() {
        return pipeline.events();
    }

    /** Returns time, randomness and threads. */
    public Environment environment() {
        return pipeline.environment();
    }

    /** Returns what carries the caller's context to threads that this call's environment does not start. */
    public ContextPropagation propagation() {
        return pipeline.propagation();
    }

    /** Returns the routing table that this call keeps, even if another replaces it meanwhile. */
    public Models table() {
        return models;
    }

    /** Returns the models as this call sees them: a switch always gives it the same one. */
    public Models models() {
        return this;
    }

    @Override
    public @Nullable Model find(String name) {
        Switch passed = models.switchOf(name);
        Model found = models.find(passed == null ? name : pass(passed));
        // a side call is the application's own
        return found == null || isSideCall() ? found : pipeline.callerModels().of(options.caller(), found);
    }

    @Override
    public @Nullable Switch switchOf(String name) {
        return models.switchOf(name);
    }

    /** Returns the model that the switch admitted this call to, where it counts as under way until its end. */
    private String pass(Switch way) {
        String entered;
        synchronized (log) {
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
        add(end -> way.leave(entered));
        return entered;
    }

    /** Returns the call's present model, with its deployments. */
    public Model currentModel() {
        Model current = model;
        if (current == null) {
            throw new IllegalStateException("the model is not resolved yet: use a stage after Phase.CATALOG");
        }
        return current;
    }

    /** Switches the call to {@code next}. The deadline stays the first model's. */
    public void switchTo(Model next) {
        boolean first = model == null;
        model = next;
        modelTimeouts = next.timeouts().orElse(pipeline.timeouts());
        timeouts = options.timeouts().orElse(modelTimeouts);
        if (first) {
            deadline = Deadline.of(timeouts.total(), startNanos());
        }
    }

    private Permit permitFor(Model other) {
        return pipeline.permits().of(options.caller(), other.name());
    }

    /** Returns whether the call's caller may send {@code request} to the present model, and within which bounds. */
    public Grant grant(ModelRequest request) {
        Permit current = permitFor(currentModel()); // the permissions may have changed since the last attempt
        if (current == Permit.ALL) {
            return Grant.ALL;
        }
        Granted known = granted;
        if (known == null || known.request != request || known.permit != current) {
            known = new Granted(current, request, current.grant(operation, request));
            granted = known;
        }
        return known.grant;
    }

    /** Returns what was last decided about the call's caller: for the model that answered, or was denied; or null. */
    public @Nullable Grant lastGrant() {
        Granted known = granted;
        return known == null ? null : known.grant;
    }

    /** Returns whether the call's caller may send {@code request} to {@code other}. If not, it is noted as withheld. */
    public boolean mayUse(Model other, ModelRequest request) {
        boolean may = permitFor(other).grant(operation, request).isAllowed();
        if (!may) {
            log.withheld(other.name());
        }
        return may;
    }

    /** Returns the timeouts in force: the call's own, then the model's, then the router's. */
    public Timeouts timeouts() {
        return timeouts;
    }

    /** Returns how the call uses prompt caches: by its own options, the model's setting, or the router's. */
    PromptCaching promptCaching() {
        PromptCaching own = options.promptCaching();
        PromptCaching models = own == null ? currentModel().promptCaching() : own;
        return models == null ? pipeline.promptCaching() : models;
    }

    /** Returns the hash of the call's session; null without one, and if its prompts are not to be cached. */
    @Nullable
    String session() {
        if (options.sessionKey() == null || promptCaching().mode() == PromptCaching.Mode.OFF) {
            return null;
        }
        String known = sessionHash;
        if (known == null) {
            known = SessionHash.of(options);
            sessionHash = known;
        }
        return known;
    }

    /** Returns the timeouts without the caller's: the model's, then the router's. */
    Timeouts modelTimeouts() {
        return modelTimeouts;
    }

    /**
     * Returns the largest share of the remaining time that one attempt may take while another deployment or model could
     * serve.
     */
    double deadlineShare() {
        return pipeline.waits().deadlineShare();
    }

    /** Returns whether the reply is a stream. */
    public boolean isStreamed() {
        return operation.replyType() == ChatStream.class;
    }

    /**
     * Throws if the caller has cancelled or the deadline has passed.
     *
     * @throws GatewayException of kind CANCELLED or DEADLINE
     */
    public void checkAlive() {
        Cancellation known = cancellation;
        if (known != null) {
            known.throwIfCancelled();
        }
        if (Thread.currentThread().isInterrupted()) {
            throw GatewayException.of(ErrorKind.CANCELLED, "the calling thread is interrupted");
        }
        if (remainingNanos() <= 0) {
            throw timedOut();
        }
    }

    /** Returns the failure of a call that has reached its total timeout. */
    GatewayException timedOut() {
        Duration total = deadline.total();
        return GatewayException.of(
                ErrorKind.DEADLINE,
                "the call timed out after " + (total == null ? "its timeout" : Durations.text(total)) + " in all");
    }

    /** Returns whether the call has a total timeout. */
    boolean hasDeadline() {
        return deadline.total() != null;
    }

    /** Notes the failure that ends the call's stream from outside. */
    void expire(GatewayException failure) {
        expired = failure;
    }

    /** Returns the failure that has ended the call's stream from outside, or null. */
    @Nullable
    GatewayException expired() {
        return expired;
    }

    /** Makes this a side call of the router; only before it sends anything. */
    void makeSideCall(SideCall as) {
        sideCall = as;
    }

    /** Returns whether this is a side call of the router. */
    boolean isSideCall() {
        return sideCall != null;
    }

    /** Notes that attempts under {@code rival} are hedges. */
    public void hedgedUnder(Cancellation rival) {
        synchronized (log) {
            if (hedges == null) {
                hedges = Collections.newSetFromMap(new IdentityHashMap<>(2));
            }
            hedges.add(rival);
        }
    }

    boolean isHedge(@Nullable Cancellation rival) {
        if (rival == null) {
            return false;
        }
        synchronized (log) {
            return hedges != null && hedges.contains(rival);
        }
    }

    /** Returns who pays for attempts beyond the first. */
    Charging charging() {
        return pipeline.charging();
    }

    /** Returns whether the call has turned to a fallback model. */
    boolean isAtFallback() {
        return atFallback;
    }

    /** Switches the call to a fallback model. */
    public void fallBackTo(Model next) {
        switchTo(next);
        atFallback = true;
    }

    /** Returns the caller that the call is accounted to. */
    public Caller account() {
        SideCall side = sideCall;
        return side == null ? options.caller() : side.account();
    }

    /** Returns the labels that the call is accounted under: the caller's, and those of the model's selectors. */
    public Map<String, String> accountTags() {
        SideCall side = sideCall;
        return side == null ? Selections.tags(this, options.tags()) : side.tags();
    }

    /** Adds a watch that is notified of each attempt sent from now on. */
    public void watchAttempts(AttemptWatch watch) {
        AttemptWatch before = attemptWatch;
        attemptWatch = before == null ? watch : before.and(watch);
    }

    @Nullable
    AttemptWatch attemptWatch() {
        return attemptWatch;
    }

    /** Returns what has happened so far. */
    public CallLog log() {
        return log;
    }

    /** Returns how long the call may still wait for deployments. */
    Patience patience() {
        Patience known = patience;
        if (known == null) {
            synchronized (log) {
                known = patience;
                if (known == null) {
                    known = new Patience(this, isSideCall() ? WaitBounds.NONE : pipeline.waits());
                    patience = known;
                }
            }
        }
        return known;
    }

    /** Sets the models to try when the present one fails, in order. */
    public void fallbacks(List<Model> models) {
        fallbacks = models;
    }

    /** Returns the models to try when the present one fails. */
    public List<Model> fallbacks() {
        return fallbacks;
    }

    /** Returns whether a fallback model could serve the request now. */
    boolean fallbackCanServe(ModelRequest request) {
        for (Model next : fallbacks) {
            Grant grant = permitFor(next).grant(operation, request);
            if (grant.isAllowed() && next.pool().canServe(query(request).within(grant))) {
                return true;
            }
        }
        return false;
    }

    /** Returns a query for a deployment that could serve {@code request} now. */
    public Query query(ModelRequest request) {
        Query query = new Query(
                operation, request, options, log.tried(), environment().nanoTime(), environment(), lastQuery);
        query.inSession(session());
        query.within(grant(request));
        lastQuery = query;
        return isSideCall() ? query.withoutProbes() : query;
    }

    /** Notes that no deployment could be asked, with the failure that says why. */
    void unserved(GatewayException why) {
        unserved = why;
    }

    /** Returns whether {@code failure} says that no deployment could be asked: then no attempt was made. */
    public boolean isUnserved(GatewayException failure) {
        return failure == unserved;
    }

    /** Returns whether a failure came from a timeout of the caller that is shorter than the model's own. */
    public boolean isCallersDoing(GatewayException failure) {
        return failure.kind() == ErrorKind.TIMEOUT && impatient;
    }

    /** Notes whether the last failed attempt had less time than its model's timeouts give. */
    void impatient(boolean was) {
        impatient = was;
    }

    /** Notes that a deployment hung until the call's deadline. */
    void hung() {
        hung = true;
    }

    /** Returns how a call with this failure counts. */
    @Override
    Outcome outcomeOf(GatewayException failure) {
        return failure.kind() == ErrorKind.DEADLINE && hung ? Outcome.FAILED : super.outcomeOf(failure);
    }

    /**
     * Adds the attempt to the route, unless it is there already: one withdrawn from a race has ended for the caller.
     */
    void attemptEnded(Attempt attempt, Outcome outcome, @Nullable GatewayException failure) {
        Route.Attempt entry = entry(attempt, outcome, failure);
        if (failure != null && isOwnLimit(attempt, failure)) {
            log.refused(attempt, entry, failure);
        } else {
            log.ended(attempt, entry, failure);
        }
    }

    /** Returns whether one of the router's own limits on a deployment kept the attempt from being sent. */
    private static boolean isOwnLimit(Attempt attempt, GatewayException failure) {
        return !attempt.isSent() && failure.subject() == FailureSubject.DEPLOYMENT;
    }

    /** Corrects the route: a stream broke after its first content. */
    void attemptBroke(Attempt attempt, GatewayException failure) {
        log.broke(attempt, entry(attempt, attempt.outcomeOf(failure), failure), failure);
    }

    private Route.Attempt entry(Attempt attempt, Outcome outcome, @Nullable GatewayException failure) {
        return new Route.Attempt(
                model(),
                attempt.deployment(),
                outcome,
                Duration.ofNanos(attempt.elapsedNanos()),
                failure == null ? null : failure.kind());
    }

    /** Attaches the route and the earlier failures to the failure that ends the call. */
    GatewayException finish(GatewayException failure) {
        GatewayException.Builder last = failure.toBuilder().route(route());
        for (GatewayException earlier : log.failures()) {
            if (earlier != failure) {
                last.suppressed(earlier);
            }
        }
        GatewayException finished = last.build();
        finished.setStackTrace(failure.getStackTrace());
        return finished;
    }

    /** Returns the route of a call that is over; it is made once. */
    Route finalRoute() {
        Route known = route();
        lastRoute = known;
        return known;
    }

    /** Returns the route so far; the whole route once the call is over. */
    public Route route() {
        Route known = lastRoute;
        if (known != null) {
            return known;
        }
        Route.Source source = get(CallFacts.SOURCE);
        return log.route(id(), requestedModel, model(), source == null ? Route.Source.MODEL : source);
    }

    @Override
    public String id() {
        String known = id;
        if (known == null) {
            known = IDS.idOf(number);
            id = known;
        }
        return known;
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
        Deadline known = deadline;
        return known.total() == null
                ? Long.MAX_VALUE
                : known.remainingNanos(environment().nanoTime());
    }

    @Override
    public Cancellation cancellation() {
        Cancellation known = cancellation;
        if (known == null) {
            synchronized (log) {
                known = cancellation;
                if (known == null) {
                    known = new Cancellation();
                    cancellation = known;
                }
            }
        }
        return known;
    }

    @Override
    @SuppressWarnings("unchecked") // put() takes only values of the key's type
    public <T> @Nullable T get(Key<T> key) {
        synchronized (log) {
            return facts == null ? null : (T) facts.get(key);
        }
    }

    @Override
    public <T> void put(Key<T> key, T value) {
        synchronized (log) {
            if (facts == null) {
                facts = new IdentityHashMap<>(4);
            }
            facts.put(key, value);
        }
    }

    /** Removes the fact under {@code key}, if present. */
    public void remove(Key<?> key) {
        synchronized (log) {
            if (facts != null) {
                facts.remove(key);
            }
        }
    }

    @Override
    public void warn(String message) {
        log.warn(message);
    }

    /** Reports what a guard has found: it shows in the route, and listeners are notified. */
    public void found(Route.Verdict verdict) {
        log.found(verdict);
        pipeline.events().publish(new RouterEvent.GuardTriggered(this, verdict));
    }

    /** Reports that a guard could not tell. */
    public void guardFailed(String guard, GatewayException failure, boolean open) {
        pipeline.events().publish(new RouterEvent.GuardFailed(this, guard, failure, open));
    }
}
