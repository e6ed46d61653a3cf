package dev.aigw.routing.catalog;

import dev.aigw.routing.engine.pool.Model;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.semver4j.Semver;

/** A declared model with its versions. The plain name of a model with versions is its latest stable one. Immutable. */
final class Lineage {

    private final String name;
    private final @Nullable Model plain;
    private final NavigableMap<Semver, Model> versions = new TreeMap<>();

    Lineage(ModelSpec spec, ModelFactory factory) {
        this.name = spec.name();
        Map<Semver, List<DeploymentSpec>> byVersion = new TreeMap<>();
        List<String> without = new ArrayList<>();
        for (DeploymentSpec deployment : spec.deployments()) {
            if (deployment.version() == null) {
                without.add(deployment.name());
            } else {
                byVersion
                        .computeIfAbsent(deployment.version(), version -> new ArrayList<>())
                        .add(deployment);
            }
        }
        if (byVersion.isEmpty()) {
            this.plain = factory.kept(name, spec, spec.deployments());
            return;
        }
        if (!without.isEmpty()) {
            throw new IllegalArgumentException("model \"" + name + "\" has versions, but its deployments " + without
                    + " have none: give each a .version(...), or none");
        }
        byVersion.forEach(
                (version, deployments) -> versions.put(version, factory.kept(name + "@" + version, spec, deployments)));
        Semver latest = Versions.latest(versions.navigableKeySet());
        this.plain = latest == null ? null : factory.kept(name, spec, Objects.requireNonNull(byVersion.get(latest)));
    }

    /** Returns the model for the name without a version, or null if only pre-releases exist. */
    @Nullable
    Model plain() {
        return plain;
    }

    /** Returns the model of the highest version that the selector matches, or null if it matches none. */
    @Nullable
    Model select(String selector) {
        Semver version = Versions.select(selector, versions.navigableKeySet());
        return version == null ? null : versions.get(version);
    }

    /** Returns all models, by their names. */
    Map<String, Model> models() {
        Map<String, Model> all = new LinkedHashMap<>();
        if (plain != null) {
            all.put(name, plain);
        }
        versions.values().forEach(model -> all.put(model.name(), model));
        return all;
    }

    /** Returns why the selector (null for the plain name) finds nothing. */
    String missing(@Nullable String selector) {
        if (versions.isEmpty()) {
            return "model \"" + name + "\" has no versions: ask for \"" + name
                    + "\", or give its deployments a .version(...)";
        }
        String known = "its versions are " + Versions.list(versions.navigableKeySet());
        return selector == null
                ? "model \"" + name + "\" has pre-releases only: ask for one by name; " + known
                : "model \"" + name + "\" has no version for \"@" + selector + "\": " + known
                        + " (a pre-release is chosen only when named)";
    }
}
