package dev.aigw.routing.engine.pool;

import dev.aigw.api.Credential;
import dev.aigw.routing.deployment.ConcurrencyLimit;
import dev.aigw.routing.feature.CooldownListener;
import dev.aigw.routing.feature.Cooldowns;
import dev.aigw.routing.feature.Environment;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Keeps statistics and cooldowns by deployment id and credential, so that they survive a swap of the routing table.
 * Safe for use by many threads.
 */
public final class DeploymentRegistry implements Cooldowns {

    private final Breaker.Config breaker;
    private final long boundNanos;
    private final RetryBudget.Size budget;
    private final ConcurrentMap<String, RetryBudget> budgets = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, DeploymentStats> stats = new ConcurrentHashMap<>();
    private final ConcurrentMap<CredentialKey, CredentialCooldown> credentials = new ConcurrentHashMap<>();
    private final DeploymentPlaces places = new DeploymentPlaces();
    private Set<String> declared = Set.of(); // guarded by places
    private final ConcurrentMap<String, LiveDeployment> deployments = new ConcurrentHashMap<>();
    private final List<CooldownListener> cooldownListeners = new CopyOnWriteArrayList<>();
    private final WarmPrompts prompts = new WarmPrompts();
    private final DeploymentEvents events;
    private final DeploymentEvents eventsOfPassing;
    private volatile EventSink sink = EventSink.NONE;

    /** Creates an empty registry with this configuration of breakers and this bound on cooldowns. */
    public DeploymentRegistry(
            Environment environment, Breaker.Config breaker, Duration maxCooldown, RetryBudget.Size budget) {
        this.events = new DeploymentEvents(environment, () -> sink, cooldownListeners);
        this.eventsOfPassing = new DeploymentEvents(environment, () -> sink, List.of());
        this.breaker = breaker;
        this.boundNanos = maxCooldown.toNanos();
        this.budget = budget;
    }

    /**
     * Returns {@code definition} with the statistics kept for its id; {@link #keep} or a {@link Plan} makes it known.
     */
    public LiveDeployment deployment(DeploymentDefinition definition) {
        return new LiveDeployment(
                definition,
                stats.computeIfAbsent(definition.id(), id -> new DeploymentStats(id, breaker, events)),
                cooldown(CredentialKey.forModel(definition)),
                cooldown(CredentialKey.of(definition)),
                boundNanos,
                events);
    }

    /** Makes a deployment known that no table declares. */
    public void keep(LiveDeployment live) {
        deployments.put(live.id(), live);
    }

    /** What a cooldown of a credential is for: all models if {@code model} is null. */
    private record CredentialKey(
            String credential, @Nullable String model) {

        static CredentialKey of(DeploymentDefinition definition) {
            return new CredentialKey(definition.credentialKey(), null);
        }

        static CredentialKey forModel(DeploymentDefinition definition) {
            return new CredentialKey(definition.credentialKey(), definition.upstreamModel());
        }
    }

    /** Returns how many cooldowns of credentials it keeps, those included that do not run. */
    int credentialCooldowns() {
        return credentials.size();
    }

    private CredentialCooldown cooldown(CredentialKey key) {
        return credentials.computeIfAbsent(key, unknown -> new CredentialCooldown());
    }

    /** Returns {@code definition} with new statistics that the registry does not keep. */
    public LiveDeployment passingDeployment(DeploymentDefinition definition) {
        return ownDeployment(
                definition, passingStats(definition.id()), new CredentialCooldown(), new CredentialCooldown());
    }

    /** Returns statistics that the registry does not keep. */
    DeploymentStats passingStats(String id) {
        return new DeploymentStats(id, breaker, eventsOfPassing);
    }

    /** Returns {@code definition} with state that the registry does not keep. */
    LiveDeployment ownDeployment(
            DeploymentDefinition definition,
            DeploymentStats state,
            CredentialCooldown ofModel,
            CredentialCooldown ofCredential) {
        return new LiveDeployment(definition, state, ofModel, ofCredential, boundNanos, eventsOfPassing);
    }

    /** Returns the retry budget of a model, which survives changes of its definition. */
    public RetryBudget retryBudget(String model) {
        return budgets.computeIfAbsent(model, name -> new RetryBudget(budget));
    }

    /** Returns a retry budget that the registry does not keep. */
    public RetryBudget passingRetryBudget() {
        return new RetryBudget(budget);
    }

    /** Returns the deployment with this id, by its latest definition; null if there is none. */
    public @Nullable LiveDeployment find(String id) {
        return deployments.get(id);
    }

    @Override
    public Collection<LiveDeployment> deployments() {
        return List.copyOf(deployments.values());
    }

    @Override
    public void onCooldown(CooldownListener listener) {
        cooldownListeners.add(listener);
    }

    /** Sets where the events of deployments are published from now on. */
    public void publishTo(EventSink events) {
        sink = events;
    }

    /** Returns the id of a deployment that no table declares. */
    public String id(String name, @Nullable Credential credential, @Nullable String baseUrl) {
        synchronized (places) {
            return places.id(name, DeploymentPlaces.place(credential, baseUrl));
        }
    }

    /** Starts the plan of a new table. */
    public Plan plan() {
        return new Plan();
    }

    /**
     * The deployments of a table that is being built. Nothing changes before it is applied. Not safe for use by several
     * threads.
     */
    public final class Plan {

        private final DeploymentPlaces.Next next = places.next();
        private final Map<String, LiveDeployment> live = new HashMap<>();

        private Plan() {}

        /** Announces a place that the table declares; all of them before the first id is asked for. */
        public void announce(String name, @Nullable Credential credential, @Nullable String baseUrl) {
            next.want(name, DeploymentPlaces.place(credential, baseUrl));
        }

        /** Returns the id that a place will have. */
        public String id(String name, @Nullable Credential credential, @Nullable String baseUrl) {
            synchronized (places) {
                return next.id(name, DeploymentPlaces.place(credential, baseUrl), declared);
            }
        }

        /** Adds a deployment of the table, an instance of a scaled service too. */
        public void add(LiveDeployment deployment) {
            live.put(deployment.id(), deployment);
        }

        /**
         * Makes the table's deployments known, and forgets at once those that only the replaced table had: their
         * statistics, and the cooldowns of credentials that nothing uses any more.
         */
        public void apply() {
            synchronized (places) {
                next.apply(declared);
                deployments.keySet().removeIf(id -> declared.contains(id) && !live.containsKey(id));
                deployments.putAll(live);
                declared = Set.copyOf(live.keySet());
                stats.keySet().retainAll(deployments.keySet());
                Set<CredentialKey> used = new HashSet<>();
                for (LiveDeployment each : deployments.values()) {
                    used.add(CredentialKey.of(each.definition()));
                    used.add(CredentialKey.forModel(each.definition()));
                }
                credentials.keySet().retainAll(used);
            }
        }
    }

    /** Sets the concurrency limits by deployment id; deployments without an entry have no limit from now on. */
    public void limit(Map<String, ConcurrencyLimit> limits) {
        stats.forEach((id, known) -> known.limiter.configure(limits.get(id)));
    }

    /** Returns what the deployments' prompt caches have. */
    WarmPrompts prompts() {
        return prompts;
    }

    /** Returns the share of a model's deployments that breakers may eject at once. */
    double maxEjectedShare() {
        return breaker.maxEjectedShare();
    }
}
