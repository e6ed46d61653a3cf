package dev.aigw.routing.catalog;

import dev.aigw.routing.deployment.Switch;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The routing table under construction: models and aliases. Not safe for use by several threads.
 *
 * <p>A model's name has neither slash nor {@code @}: names with a slash are {@code adapter/upstream-model} and need no
 * entry, and a version follows an {@code @}. A name that ends in a star is a wildcard and may have a slash:
 * {@code openai/*} matches all names with this prefix, and the star in its deployments' names is replaced by the rest.
 */
public final class ModelTable {

    private final Map<String, ModelSpec> models;
    private final Map<String, String> aliases;
    private final Map<String, Switch> switches;
    private final Set<String> replaced = new LinkedHashSet<>();

    /** Creates an empty table. */
    public ModelTable() {
        this(new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>());
    }

    private ModelTable(Map<String, ModelSpec> models, Map<String, String> aliases, Map<String, Switch> switches) {
        this.models = models;
        this.aliases = aliases;
        this.switches = switches;
    }

    /** Returns an independent copy. */
    public ModelTable copy() {
        return new ModelTable(new LinkedHashMap<>(models), new LinkedHashMap<>(aliases), new LinkedHashMap<>(switches));
    }

    /**
     * Adds a model.
     *
     * @throws IllegalArgumentException if the name is taken or not valid; the message says which and how to fix it
     */
    public ModelTable model(String name, Consumer<ModelBuilder> how) {
        checkModelName(name);
        if (models.containsKey(name) || aliases.containsKey(name) || switches.containsKey(name)) {
            throw new IllegalArgumentException(
                    "model \"" + name + "\" is declared twice: choose another name, or use replaceModel in an update");
        }
        models.put(name, build(name, how));
        return this;
    }

    /** Adds a model, replacing the one of this name if there is one. */
    public ModelTable replaceModel(String name, Consumer<ModelBuilder> how) {
        checkModelName(name);
        models.put(name, build(name, how));
        replaced.add(name);
        return this;
    }

    /** Returns the names of the models that were replaced since this table was copied. */
    public Set<String> replaced() {
        return Collections.unmodifiableSet(replaced);
    }

    /**
     * Removes a model.
     *
     * @throws IllegalArgumentException if there is none of this name
     */
    public ModelTable removeModel(String name) {
        if (models.remove(name) == null) {
            throw new IllegalArgumentException(
                    "there is no model \"" + name + "\" to remove; models are " + models.keySet());
        }
        return this;
    }

    /** Makes {@code alias} another name for {@code model}, replacing an earlier alias of this name. */
    public ModelTable alias(String alias, String model) {
        checkAlias(alias);
        switches.remove(alias);
        aliases.put(alias, model);
        return this;
    }

    /**
     * Makes {@code alias} a name for the model that the switch points to, replacing an earlier alias of this name.
     * Turning the switch does not change the table.
     */
    public ModelTable alias(String alias, Switch models) {
        checkAlias(alias);
        aliases.remove(alias);
        switches.put(alias, Objects.requireNonNull(models, "models"));
        return this;
    }

    private void checkAlias(String alias) {
        checkName(alias);
        if (models.containsKey(alias)) {
            throw new IllegalArgumentException("alias \"" + alias + "\" is a model already: choose another name");
        }
    }

    private static ModelSpec build(String name, Consumer<ModelBuilder> how) {
        ModelBuilder builder = new ModelBuilder(name);
        how.accept(builder);
        return builder.build();
    }

    private static void checkModelName(String name) {
        if (!Wildcard.isOne(name)) {
            checkName(name);
        } else if (name.indexOf('*') != name.length() - 1) {
            throw new IllegalArgumentException(
                    "\"" + name + "\" is not a wildcard: use one star, at the end, as in \"openai/*\"");
        }
    }

    private static void checkName(String name) {
        if (name.isBlank() || name.indexOf('/') >= 0 || name.indexOf('@') >= 0 || name.indexOf('*') >= 0) {
            throw new IllegalArgumentException("\"" + name + "\" is not a model name: use one without a slash, @ or"
                    + " star; \"adapter/upstream-model\" works without being declared, and versions are the"
                    + " deployments'");
        }
    }

    /**
     * Returns the catalog of this table.
     *
     * @throws IllegalArgumentException if it refers to adapters or models that do not exist, or in a cycle
     */
    Catalog build(ModelFactory factory) {
        checkReferences();
        return new Catalog(Map.copyOf(models), Map.copyOf(aliases), Map.copyOf(switches), factory);
    }

    private void checkReferences() {
        for (String alias : aliases.keySet()) {
            Set<String> path = new LinkedHashSet<>();
            String name = alias;
            while (aliases.containsKey(base(name))) {
                if (!path.add(base(name))) {
                    throw new IllegalArgumentException("aliases form a cycle: " + String.join(" -> ", path) + " -> "
                            + base(name) + "; point one at a model");
                }
                name = Objects.requireNonNull(aliases.get(base(name)));
            }
            checkKnown(name, "alias \"" + alias + "\"");
        }
        for (ModelSpec model : models.values()) {
            for (String fallback : model.fallbacks()) {
                checkKnown(fallback, "the fallback of model \"" + model.name() + "\"");
            }
            checkNoCycle(model.name(), new LinkedHashSet<>());
        }
    }

    private void checkKnown(String name, String what) {
        if (name.indexOf('/') < 0
                && !models.containsKey(base(name))
                && !aliases.containsKey(base(name))
                && !switches.containsKey(name)
                && wildcards().noneMatch(wildcard -> wildcard.match(name) != null)) {
            throw new IllegalArgumentException(
                    what + " is \"" + name + "\", which is not a model: declare it; models are " + models.keySet());
        }
    }

    private Stream<Wildcard> wildcards() {
        return models.values().stream()
                .filter(model -> Wildcard.isOne(model.name()))
                .map(Wildcard::new);
    }

    /** Returns the name without its version. */
    private static String base(String name) {
        int at = name.indexOf('/') >= 0 ? -1 : name.indexOf('@');
        return at < 0 ? name : name.substring(0, at);
    }

    private void checkNoCycle(String name, Set<String> path) {
        String resolved = name;
        while (aliases.containsKey(base(resolved))) {
            resolved = Objects.requireNonNull(aliases.get(base(resolved)));
        }
        if (!path.add(resolved)) {
            throw new IllegalArgumentException("fallbacks form a cycle: " + String.join(" -> ", path) + " -> "
                    + resolved + "; remove one of them");
        }
        ModelSpec model = models.get(base(resolved));
        if (model != null) {
            for (String fallback : model.fallbacks()) {
                checkNoCycle(fallback, path);
            }
        }
        path.remove(resolved);
    }
}
