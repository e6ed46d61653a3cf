package dev.aigw.routing.target;

import dev.aigw.api.Credential;
import dev.aigw.api.ErrorKind;
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
 * Keeps statistics and holds by deployment id and credential, so that they survive a swap of the routing table. Safe
 * for use by many threads.
 */
public final class TargetRegistry {

    private final Breaker.Config breaker;
    private final ConcurrentMap<String, TargetStats> stats = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, CredentialHold> credentials = new ConcurrentHashMap<>();
    private final Map<String, List<String>> places = new HashMap<>();
    private final Set<String> instances = new HashSet<>();
    private final ConcurrentMap<String, Target> targets = new ConcurrentHashMap<>();
    private final List<HoldListener> holdListeners = new CopyOnWriteArrayList<>();

    /** Creates an empty registry whose breakers follow {@code breaker}. */
    public TargetRegistry(Breaker.Config breaker) {
        this.breaker = breaker;
    }

    /** Returns {@code deployment} with the statistics known for its id. */
    public Target target(Deployment deployment) {
        Target target = new Target(
                deployment,
                stats.computeIfAbsent(deployment.id(), id -> new TargetStats(breaker)),
                credentials.computeIfAbsent(deployment.credentialKey(), key -> new CredentialHold()),
                this::held);
        targets.put(deployment.id(), target);
        return target;
    }

    /** Returns {@code deployment} with statistics of its own that nobody keeps. */
    public Target passingTarget(Deployment deployment) {
        return new Target(
                deployment, new TargetStats(breaker), new CredentialHold(), (target, scope, nanos, kind) -> {});
    }

    /** Returns the deployments that statistics are kept of, as they were last defined. */
    public Collection<Target> targets() {
        return List.copyOf(targets.values());
    }

    /** Tells {@code listener} of each hold that is found to be due from now on. */
    public void onHold(HoldListener listener) {
        holdListeners.add(listener);
    }

    private void held(Target target, HoldScope scope, long nanos, ErrorKind kind) {
        for (HoldListener listener : holdListeners) {
            listener.held(target, scope, nanos, kind);
        }
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

    /** Keeps these instances of scaled services, and forgets the statistics of instances that were known before. */
    public void instances(Set<String> ids) {
        synchronized (places) {
            instances.removeAll(ids);
            instances.forEach(stats::remove);
            instances.forEach(targets::remove);
            instances.clear();
            instances.addAll(ids);
        }
    }

    /** Sets the concurrency limits by deployment id; deployments without an entry have none from now on. */
    public void limit(Map<String, ConcurrencyLimit> limits) {
        stats.forEach((id, known) -> known.limiter.configure(limits.get(id)));
    }

    /** Returns the share of a model's deployments that breakers may eject at once. */
    double maxEjectedShare() {
        return breaker.maxEjectedShare();
    }
}
