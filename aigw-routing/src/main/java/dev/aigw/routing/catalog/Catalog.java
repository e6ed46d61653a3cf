package dev.aigw.routing.catalog;

import dev.aigw.api.Credential;
import dev.aigw.api.ModelCard;
import dev.aigw.api.Timeouts;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.api.spi.RoutingStrategy;
import dev.aigw.routing.target.ConcurrencyLimit;
import dev.aigw.routing.target.Deployment;
import dev.aigw.routing.target.Model;
import dev.aigw.routing.target.Models;
import dev.aigw.routing.target.Pool;
import dev.aigw.routing.target.Target;
import dev.aigw.routing.target.TargetRegistry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** The routing table as the router reads it. Immutable; safe for use by many threads. */
public final class Catalog implements Models {

    /** Direct names may come from outside the application: beyond this many, their models are made anew each time. */
    private static final int MAX_DIRECT = 1_000;

    private final Map<String, ProviderAdapter> adapters;
    private final RoutingStrategy defaultStrategy;
    private final TargetRegistry registry;
    private final Map<String, Model> models = new LinkedHashMap<>();
    private final Map<String, Model> byName = new LinkedHashMap<>();
    private final ConcurrentMap<String, Model> direct = new ConcurrentHashMap<>();
    private final Map<String, ConcurrencyLimit> limits = new HashMap<>();

    Catalog(
            Map<String, ModelSpec> specs,
            Map<String, String> aliases,
            Map<String, ProviderAdapter> adapters,
            RoutingStrategy defaultStrategy,
            TargetRegistry registry) {
        this.adapters = Map.copyOf(adapters);
        this.defaultStrategy = defaultStrategy;
        this.registry = registry;
        for (String name : new TreeSet<>(specs.keySet())) {
            models.put(name, model(Objects.requireNonNull(specs.get(name))));
        }
        byName.putAll(models);
        for (String alias : aliases.keySet()) {
            String name = alias;
            while (aliases.containsKey(name)) {
                name = Objects.requireNonNull(aliases.get(name));
            }
            Model model = find(name);
            if (model == null) {
                throw new IllegalArgumentException("alias \"" + alias + "\" points to \"" + name
                        + "\", but there is no such adapter; adapters are " + adapterNames());
            }
            byName.put(alias, model);
        }
        for (Model model : models.values()) {
            for (String fallback : model.fallbacks()) {
                if (find(fallback) == null) {
                    throw new IllegalArgumentException("model \"" + model.name() + "\" falls back to \"" + fallback
                            + "\", but there is no such adapter; adapters are " + adapterNames());
                }
            }
        }
        registry.limit(limits); // last: a table that is not valid changes nothing
    }

    private void limit(String deployment, @Nullable ConcurrencyLimit limit) {
        if (limit == null) {
            return;
        }
        ConcurrencyLimit other = limits.putIfAbsent(deployment, limit);
        if (other != null && !other.equals(limit)) {
            throw new IllegalArgumentException("deployment \"" + deployment + "\" has two concurrency limits, " + other
                    + " and " + limit + ": models share the limit of a deployment, so give it the same one in each");
        }
    }

    @Override
    public @Nullable Model find(String name) {
        Model model = byName.get(name);
        return model != null || name.indexOf('/') < 0 ? model : direct(name);
    }

    private @Nullable Model direct(String name) {
        Model known = direct.get(name);
        if (known != null) {
            return known;
        }
        int slash = name.indexOf('/');
        if (!adapters.containsKey(name.substring(0, slash)) || slash == name.length() - 1) {
            return null;
        }
        boolean kept = direct.size() < MAX_DIRECT;
        Deployment deployment = new Deployment(
                name,
                Objects.requireNonNull(adapters.get(name.substring(0, slash))),
                name.substring(slash + 1),
                null,
                null,
                1,
                null,
                Set.of(),
                ModelCard.UNKNOWN);
        Target target = kept ? registry.target(deployment) : registry.passingTarget(deployment);
        Model model =
                new Model(name, new Pool(List.of(target), defaultStrategy, registry), List.of(), Timeouts.NONE, null);
        if (!kept) {
            return model;
        }
        Model raced = direct.putIfAbsent(name, model);
        return raced == null ? model : raced;
    }

    /** Returns the declared models, by name in alphabetical order. */
    public Map<String, Model> models() {
        return java.util.Collections.unmodifiableMap(models);
    }

    /** Returns the names of the adapters, in alphabetical order. */
    public Set<String> adapterNames() {
        return new TreeSet<>(adapters.keySet());
    }

    private Model model(ModelSpec spec) {
        Map<String, Target> targets = new LinkedHashMap<>();
        for (DeploymentSpec deployment : spec.deployments()) {
            for (Target target : targets(spec.name(), deployment)) {
                limit(target.id(), deployment.concurrency());
                if (targets.put(target.id(), target) != null) {
                    throw new IllegalArgumentException("model \"" + spec.name() + "\" lists deployment \"" + target.id()
                            + "\" twice: give one another credential or base URL, or raise its weight");
                }
            }
        }
        RoutingStrategy strategy = spec.strategy() == null ? defaultStrategy : spec.strategy();
        return new Model(
                spec.name(),
                new Pool(List.copyOf(targets.values()), strategy, registry),
                spec.fallbacks(),
                spec.timeouts(),
                spec.lastResort());
    }

    private List<Target> targets(String model, DeploymentSpec spec) {
        int slash = spec.name().indexOf('/');
        if (slash <= 0 || slash == spec.name().length() - 1) {
            throw new IllegalArgumentException("model \"" + model + "\": deployment \"" + spec.name()
                    + "\" is not of the form \"adapter/upstream-model\"");
        }
        ProviderAdapter adapter = adapters.get(spec.name().substring(0, slash));
        if (adapter == null) {
            throw new IllegalArgumentException("model \"" + model + "\": deployment \"" + spec.name()
                    + "\" names no known adapter: add .provider(...) for it; adapters are " + adapterNames());
        }
        List<@Nullable Credential> credentials = new ArrayList<>(spec.credentials());
        if (credentials.isEmpty()) {
            credentials.add(null);
        }
        List<Target> targets = new ArrayList<>();
        for (Credential credential : credentials) {
            targets.add(registry.target(new Deployment(
                    registry.id(spec.name(), credential, spec.baseUrl()),
                    adapter,
                    spec.name().substring(slash + 1),
                    credential,
                    spec.baseUrl(),
                    spec.weight(),
                    spec.region(),
                    spec.tags(),
                    spec.card())));
        }
        return targets;
    }
}
