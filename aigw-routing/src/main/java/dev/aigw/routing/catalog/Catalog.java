package dev.aigw.routing.catalog;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import dev.aigw.api.ModelCard;
import dev.aigw.api.Timeouts;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.api.spi.RoutingStrategy;
import dev.aigw.api.spi.SchemaFallback;
import dev.aigw.routing.deployment.FailurePolicy;
import dev.aigw.routing.deployment.HealthCheck;
import dev.aigw.routing.deployment.Switch;
import dev.aigw.routing.engine.pool.CheckedDeployment;
import dev.aigw.routing.engine.pool.DeploymentRegistry;
import dev.aigw.routing.engine.pool.LiveDeployment;
import dev.aigw.routing.engine.pool.Model;
import dev.aigw.routing.engine.pool.Models;
import dev.aigw.routing.engine.pool.Pool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * The routing table as the router reads it. Immutable; safe for use by many threads.
 *
 * <p>A name is looked up as a model or alias; then as one with {@code @version}; then among wildcards, the longest
 * first; then as {@code adapter/upstream-model}.
 */
public final class Catalog implements Models {

    /**
     * How many undeclared names are kept, since names may come from outside the application; the models of others are
     * made for each call, without statistics of earlier calls.
     */
    static final int MAX_FOUND = 1_000;

    /** An undeclared name that no call has used for so long is forgotten, so that others get its place. */
    static final Duration FOUND_IDLE = Duration.ofHours(1);

    /** The longest name that a call may ask for; the ids of Bedrock's profiles have up to 2,048 characters. */
    private static final int LONGEST_NAME = 2_100;

    private final ModelFactory factory;
    private final Map<String, Lineage> lineages = new LinkedHashMap<>();
    private final Map<String, String> aliases;
    private final Map<String, Switch> switches;
    private final List<Wildcard> wildcards = new ArrayList<>();
    private final Set<Instances> instances = new HashSet<>();
    private final Map<String, Model> models = new LinkedHashMap<>();
    private final Map<String, Model> byName = new LinkedHashMap<>();

    /** What aliases, fallbacks and routes of the table name without declaring it. */
    private final Map<String, Model> configured = new HashMap<>();

    private final Cache<String, Found> found;
    private final Queue<Model> idle = new ConcurrentLinkedQueue<>();
    private boolean built;

    /** What a call named without the table declaring it; {@code made} unless it is a version of a declared model. */
    private record Found(Model model, boolean made) {}

    /**
     * Returns the catalog of {@code table} for a router with these parts. For the router only: its parameter types are
     * not exported.
     *
     * @throws IllegalArgumentException if it refers to adapters or models that do not exist, or in a cycle
     */
    public static Catalog of(
            ModelTable table,
            Map<String, ProviderAdapter> adapters,
            RoutingStrategy defaultStrategy,
            DeploymentRegistry registry,
            ModelCards cards,
            SchemaFallback schemas,
            DirectModels directModels) {
        return table.build(new ModelFactory(adapters, defaultStrategy, registry, cards, schemas, directModels));
    }

    Catalog(
            Map<String, ModelSpec> specs,
            Map<String, String> aliases,
            Map<String, Switch> switches,
            ModelFactory factory) {
        this.factory = factory;
        this.found = Caffeine.newBuilder()
                .expireAfterAccess(FOUND_IDLE)
                .ticker(factory::nanoTime)
                .executor(Runnable::run)
                .evictionListener(this::dropped)
                .build();
        this.aliases = Map.copyOf(aliases);
        this.switches = Map.copyOf(switches);
        specs.forEach((name, spec) -> {
            if (!Wildcard.isOne(name)) {
                factory.announce(spec);
            }
        });
        for (String name : new TreeSet<>(specs.keySet())) {
            ModelSpec spec = Objects.requireNonNull(specs.get(name));
            for (DeploymentSpec deployment : spec.deployments()) {
                if (deployment.instances() != null) {
                    instances.add(deployment.instances());
                }
            }
            if (Wildcard.isOne(name)) {
                Wildcard wildcard = new Wildcard(spec);
                factory.passing(name, spec, wildcard.deployments("any")); // checks them
                wildcards.add(wildcard);
            } else {
                Lineage lineage = new Lineage(spec, factory);
                lineages.put(name, lineage);
                models.putAll(lineage.models());
            }
        }
        wildcards.sort(
                Comparator.comparing((Wildcard wildcard) -> wildcard.prefix().length())
                        .reversed());
        byName.putAll(models);
        switches.forEach(this::check);
        aliases.forEach((alias, target) -> {
            Model model = known(target, "alias \"" + alias + "\"");
            if (switchOf(target) == null) {
                byName.put(alias, model);
            }
        });
        for (Model model : models.values()) {
            for (String fallback : model.fallbacks()) {
                known(fallback, "the fallback of model \"" + model.name() + "\"");
            }
            if (model.selector() != null) {
                model.selector().models().forEach(name -> known(name, "a route of model \"" + model.name() + "\""));
            }
            if (model.shadow() != null) {
                known(model.shadow().model(), "the shadow of model \"" + model.name() + "\"");
            }
        }
        built = true;
        factory.apply(); // last: a table that is not valid changes nothing
    }

    private void dropped(@Nullable String name, @Nullable Found over, RemovalCause cause) {
        if (over != null && over.made) {
            idle.add(over.model); // forgotten together, when the next name is kept
        }
    }

    @Override
    public Map<String, CheckedDeployment> checked() {
        Map<String, CheckedDeployment> checked = new LinkedHashMap<>();
        for (Model model : models.values()) {
            for (LiveDeployment target : model.pool().deployments()) {
                HealthCheck check = factory.healthCheck(target.id());
                if (check != null) {
                    CheckedDeployment known = checked.get(target.id());
                    List<Pool> pools = new ArrayList<>(known == null ? List.of() : known.pools());
                    pools.add(model.pool());
                    checked.put(target.id(), new CheckedDeployment(target, check, pools));
                }
            }
        }
        return checked;
    }

    /** Returns the instances that provide deployments' base URLs. */
    public Set<Instances> instances() {
        return Set.copyOf(instances);
    }

    private void check(String alias, Switch way) {
        for (String name : way.models()) {
            if (switchOf(name) != null) {
                throw new IllegalArgumentException("alias \"" + alias + "\" switches to \"" + name
                        + "\", which is itself a switch: name the models that it points to");
            }
            known(name, "a model that alias \"" + alias + "\" switches to");
        }
    }

    private Model known(String name, String what) {
        Model model = find(name);
        if (model == null) {
            throw new IllegalArgumentException(what + " is \"" + name + "\": " + missing(name));
        }
        return model;
    }

    @Override
    public @Nullable Model find(String name) {
        Model model = byName.get(name);
        if (model == null) {
            Switch way = switchOf(name);
            if (way != null) {
                return find(way.current());
            }
            model = configured.get(name);
        }
        if (model != null) {
            return model;
        }
        Found known = found.getIfPresent(name);
        return known != null ? known.model : lookUp(name);
    }

    @Override
    public @Nullable Switch switchOf(String name) {
        if (switches.isEmpty()) {
            return null;
        }
        String resolved = name;
        while (aliases.containsKey(resolved)) {
            resolved = Objects.requireNonNull(aliases.get(resolved));
        }
        return switches.get(resolved);
    }

    private @Nullable Model lookUp(String name) {
        String alias = aliases.get(name);
        if (alias != null) {
            return find(alias);
        }
        int at = name.indexOf('/') >= 0 ? -1 : name.indexOf('@');
        if (at >= 0) {
            Lineage lineage = lineage(name.substring(0, at));
            Model model = lineage == null ? null : selected(lineage, name.substring(at + 1));
            if (model != null && hasSpace()) {
                found.put(name, new Found(model, false));
            }
            return model;
        }
        for (Wildcard wildcard : wildcards) {
            String rest = wildcard.match(name);
            if (rest != null) {
                return keep(name, wildcard.spec(), wildcard.deployments(rest));
            }
        }
        if (!factory.hasAdapterOf(name)) {
            return null;
        }
        ModelSpec direct = direct(name);
        return keep(name, direct, direct.deployments());
    }

    private static @Nullable Model selected(Lineage lineage, String selector) {
        try {
            return lineage.select(selector);
        } catch (IllegalArgumentException e) {
            return null; // missing() says why
        }
    }

    private @Nullable Lineage lineage(String name) {
        String resolved = name;
        while (aliases.containsKey(resolved)) {
            resolved = Objects.requireNonNull(aliases.get(resolved));
        }
        return lineages.get(resolved);
    }

    private static ModelSpec direct(String name) {
        DeploymentSpec deployment = new DeploymentSpec(
                name,
                1,
                1,
                List.of(),
                null,
                null,
                null,
                null,
                Set.of(),
                null,
                null,
                ModelCard.UNKNOWN,
                null,
                null,
                null);
        return new ModelSpec(
                name,
                List.of(deployment),
                null,
                List.of(),
                Timeouts.NONE,
                null,
                FailurePolicy.DEFAULT,
                null,
                null,
                null,
                true);
    }

    private Model keep(String name, ModelSpec spec, List<DeploymentSpec> deployments) {
        if (!built) {
            Model model = factory.kept(name, spec, deployments);
            configured.put(name, model);
            return model;
        }
        if (!hasSpace()) {
            return factory.passing(name, spec, deployments);
        }
        return Objects.requireNonNull(found.get(name, any -> new Found(factory.kept(name, spec, deployments), true)))
                .model;
    }

    /** Returns whether one more undeclared name may be kept; forgets those that were not used for long. */
    private boolean hasSpace() {
        if (found.estimatedSize() >= MAX_FOUND) {
            found.cleanUp();
        }
        List<Model> over = new ArrayList<>();
        for (Model model = idle.poll(); model != null; model = idle.poll()) {
            over.add(model);
        }
        if (!over.isEmpty()) {
            factory.forget(over);
        }
        return found.estimatedSize() < MAX_FOUND;
    }

    /** Returns why a call may not ask for this name, though the application's own models may refer to it; else null. */
    public @Nullable String refusal(String name) {
        if (name.length() > LONGEST_NAME) {
            return "the model's name has " + name.length() + " characters: the longest has " + LONGEST_NAME;
        }
        if (isDeclared(name) || !factory.hasAdapterOf(name) || factory.admits(name)) {
            return null;
        }
        return "model \"" + name + "\" is not declared, and .directModels(...) does not allow it: declare it with"
                + " .model(...), or add it there; models are " + models.keySet();
    }

    private boolean isDeclared(String name) {
        return byName.containsKey(name)
                || aliases.containsKey(name)
                || wildcards.stream().anyMatch(wildcard -> wildcard.match(name) != null);
    }

    /** Returns why {@link #find} finds nothing under this name, and how to fix it. */
    public String missing(String name) {
        int at = name.indexOf('/') >= 0 ? -1 : name.indexOf('@');
        Lineage lineage = lineage(at < 0 ? name : name.substring(0, at));
        if (lineage == null) {
            return "there is no model \"" + name + "\": declare it with .model(...), or use adapter/upstream-model;"
                    + " models are " + models.keySet() + ", adapters are " + adapterNames();
        }
        if (at < 0) {
            return lineage.missing(null);
        }
        String selector = name.substring(at + 1);
        try {
            lineage.select(selector);
            return lineage.missing(selector);
        } catch (IllegalArgumentException e) {
            return e.getMessage() + "; " + lineage.missing(selector);
        }
    }

    /** Returns the declared models by name, in alphabetical order, with one entry for each version. */
    public Map<String, Model> models() {
        return Collections.unmodifiableMap(models);
    }

    /** Returns the names of the adapters, in alphabetical order. */
    public Set<String> adapterNames() {
        return factory.adapterNames();
    }
}
