package dev.aigw.routing.engine.pool;

import dev.aigw.api.Credential;
import dev.aigw.routing.deployment.ConcurrencyLimit;
import dev.aigw.routing.feature.CooldownListener;
import dev.aigw.routing.feature.Cooldowns;
import dev.aigw.routing.feature.Environment;
import java.time.Duration;
import java.util.ArrayList;
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
    private final ConcurrentMap<String, CredentialCooldown> credentials = new ConcurrentHashMap<>();
    private final Map<String, List<String>> places = new HashMap<>();
    private final Set<String> instances = new HashSet<>();
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

    /** Returns {@code definition} with the statistics kept for its id. */
    public LiveDeployment deployment(DeploymentDefinition definition) {
        LiveDeployment live = new LiveDeployment(
                definition,
                stats.computeIfAbsent(definition.id(), id -> new DeploymentStats(id, breaker, events)),
                cooldown(definition.credentialKey() + "|" + definition.upstreamModel()),
                cooldown(definition.credentialKey()),
                boundNanos,
                events);
        deployments.put(definition.id(), live);
        return live;
    }

    private CredentialCooldown cooldown(String key) {
        return credentials.computeIfAbsent(key, unknown -> new CredentialCooldown());
    }

    /** Returns {@code definition} with new statistics that the registry does not keep. */
    public LiveDeployment passingDeployment(DeploymentDefinition definition) {
        return new LiveDeployment(
                definition,
                new DeploymentStats(definition.id(), breaker, eventsOfPassing),
                new CredentialCooldown(),
                new CredentialCooldown(),
                boundNanos,
                eventsOfPassing);
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

    /**
     * Returns the id of the deployment {@code name} with this credential and base URL. The first one has the name
     * itself, further ones {@code name#2}, {@code name#3}, …; the same place always has the same id.
     */
    public String id(String name, @Nullable Credential credential, @Nullable String baseUrl) {
        String place = (credential == null ? "" : credential.id()) + "|" + (baseUrl == null ? "" : baseUrl);
        synchronized (places) {
            List<String> known = places.computeIfAbsent(name, key -> new ArrayList<>());
            int index = known.indexOf(place);
            if (index < 0) {
                index = known.size();
                known.add(place);
            }
            return index == 0 ? name : name + "#" + (index + 1);
        }
    }

    /**
     * Keeps these instances of scaled services, and drops the statistics of instances that are no longer among them.
     */
    public void instances(Set<String> ids) {
        synchronized (places) {
            instances.removeAll(ids);
            instances.forEach(stats::remove);
            instances.forEach(deployments::remove);
            instances.clear();
            instances.addAll(ids);
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
