package dev.aigw.routing.catalog;

import dev.aigw.api.AllowedHosts;
import dev.aigw.api.Capability;
import dev.aigw.api.Credential;
import dev.aigw.api.ModelCard;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.api.spi.RoutingStrategy;
import dev.aigw.api.spi.SchemaFallback;
import dev.aigw.api.spi.ServedModel;
import dev.aigw.routing.deployment.ConcurrencyLimit;
import dev.aigw.routing.deployment.HealthCheck;
import dev.aigw.routing.engine.pool.DeploymentDefinition;
import dev.aigw.routing.engine.pool.DeploymentRegistry;
import dev.aigw.routing.engine.pool.LiveDeployment;
import dev.aigw.routing.engine.pool.Model;
import dev.aigw.routing.engine.pool.Pool;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes models with live deployments from their configuration. Models whose deployments have no concurrency limit may
 * be made by many threads.
 */
final class ModelFactory {

    private static final Logger log = LoggerFactory.getLogger(ModelFactory.class);

    private final Map<String, ProviderAdapter> adapters;
    private final RoutingStrategy defaultStrategy;
    private final DeploymentRegistry registry;
    private final ModelCards cards;
    private final SchemaFallback schemas;
    private final DirectModels directModels;
    private final Map<String, ConcurrencyLimit> limits = new HashMap<>();
    private final Map<String, HealthCheck> checks = new HashMap<>();
    private final DeploymentRegistry.Plan plan;
    private final Map<String, Map<Credential, Integer>> accounts = new HashMap<>(); // guarded by itself
    private boolean applied;

    ModelFactory(
            Map<String, ProviderAdapter> adapters,
            RoutingStrategy defaultStrategy,
            DeploymentRegistry registry,
            ModelCards cards,
            SchemaFallback schemas,
            DirectModels directModels) {
        this.adapters = Map.copyOf(adapters);
        this.defaultStrategy = defaultStrategy;
        this.registry = registry;
        this.cards = cards;
        this.schemas = schemas;
        this.directModels = directModels;
        this.plan = registry.plan();
    }

    /** Announces the deployments of a model that the table declares; all of them before the first model is made. */
    void announce(ModelSpec spec) {
        for (DeploymentSpec deployment : spec.deployments()) {
            if (deployment.instances() == null) {
                credentials(deployment)
                        .forEach(credential -> plan.announce(deployment.name(), credential, deployment.baseUrl()));
            }
        }
    }

    Set<String> adapterNames() {
        return new TreeSet<>(adapters.keySet());
    }

    /** Returns whether a call may ask for a direct name. */
    boolean admits(String directName) {
        return directModels.admits(directName);
    }

    boolean hasAdapterOf(String directName) {
        int slash = directName.indexOf('/');
        return slash > 0 && slash < directName.length() - 1 && adapters.containsKey(directName.substring(0, slash));
    }

    /** Returns a model of this name with these deployments, whose statistics the registry keeps. */
    Model kept(String name, ModelSpec spec, List<DeploymentSpec> deployments) {
        return model(name, spec, deployments, true);
    }

    /** Returns a model whose deployments have new statistics that the registry does not keep. */
    Model passing(String name, ModelSpec spec, List<DeploymentSpec> deployments) {
        return model(name, spec, deployments, false);
    }

    /**
     * Applies the concurrency limits of all models made so far, and no others; forgets deployments and instances that
     * have disappeared.
     */
    void apply() {
        plan.apply();
        registry.limit(limits);
        applied = true;
    }

    /** Forgets models of names that the table does not declare. */
    void forget(List<Model> models) {
        registry.forget(models);
    }

    /** Returns a reading of the clock, in nanoseconds. */
    long nanoTime() {
        return registry.nanoTime();
    }

    /** Returns the deployment's health check, or null. */
    @Nullable
    HealthCheck healthCheck(String deployment) {
        return checks.get(deployment);
    }

    /** Checks that models that share a deployment give it the same setting. */
    private static <T> void share(Map<String, T> known, String deployment, @Nullable T given, String what) {
        T other = given == null ? null : known.putIfAbsent(deployment, given);
        if (other != null && !other.equals(given)) {
            throw new IllegalArgumentException("deployment \"" + deployment + "\" has two " + what + "s, " + other
                    + " and " + given + ": models that share a deployment share its " + what
                    + ", so give it the same one in each");
        }
    }

    private Model model(String name, ModelSpec spec, List<DeploymentSpec> deployments, boolean kept) {
        Map<String, LiveDeployment> targets = new LinkedHashMap<>();
        Map<String, Integer> counts = new HashMap<>();
        for (DeploymentSpec deployment : deployments) {
            int before = counts.getOrDefault(deployment.name(), 0);
            List<DeploymentDefinition> definitions = definitions(name, deployment, kept, before);
            counts.put(deployment.name(), before + definitions.size());
            for (DeploymentDefinition definition : definitions) {
                share(limits, definition.id(), deployment.concurrency(), "concurrency limit");
                share(checks, definition.id(), deployment.healthCheck(), "health check");
                LiveDeployment target = kept ? kept(definition) : registry.passingDeployment(definition);
                if (targets.put(definition.id(), target) != null) {
                    throw new IllegalArgumentException("model \"" + name + "\" lists deployment \"" + definition.id()
                            + "\" twice: give one another credential or base URL, or raise its weight");
                }
            }
        }
        if (kept && applied) {
            registry.keep(name);
        } else if (kept) {
            plan.add(name);
        }
        RoutingStrategy strategy = spec.strategy() == null ? defaultStrategy : spec.strategy();
        return new Model(
                name,
                pool(name, List.copyOf(targets.values()), strategy, spec.keepsReasoning()),
                kept ? registry.retryBudget(name) : registry.passingRetryBudget(),
                spec.fallbacks(),
                spec.timeouts(),
                spec.promptCaching(),
                spec.failures(),
                spec.selector(),
                spec.lastResort(),
                spec.shadow());
    }

    private LiveDeployment kept(DeploymentDefinition definition) {
        LiveDeployment live = registry.deployment(definition);
        if (applied) {
            registry.keep(live); // of a name that the table does not declare
        } else {
            plan.add(live);
        }
        return live;
    }

    private Pool pool(String model, List<LiveDeployment> targets, RoutingStrategy strategy, boolean keepsReasoning) {
        try {
            return new Pool(targets, strategy, registry, keepsReasoning);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    "model \"" + model + "\": its strategy " + strategy + " cannot be bound to its deployments: "
                            + (e instanceof IllegalArgumentException ? e.getMessage() : e),
                    e);
        }
    }

    /**
     * Returns the definitions of a deployment.
     *
     * @param before how many of this name the model has already
     */
    private List<DeploymentDefinition> definitions(String model, DeploymentSpec spec, boolean kept, int before) {
        int slash = spec.name().indexOf('/');
        if (slash <= 0 || slash == spec.name().length() - 1) {
            throw new IllegalArgumentException("model \"" + model + "\": deployment \"" + spec.name()
                    + "\" is not of the form \"adapter/upstream-model\"");
        }
        ProviderAdapter adapter = adapters.get(adapterName(spec));
        if (adapter == null) {
            throw new IllegalArgumentException("model \"" + model + "\": deployment \"" + spec.name()
                    + "\" names an unknown adapter: add .provider(...) for it; adapters are " + adapterNames());
        }
        List<@Nullable Credential> credentials = credentials(spec);
        ModelCard card = card(model, spec, adapter);
        ProviderAdapter taken = withSchemas(adapter, card);
        List<DeploymentDefinition> definitions = new ArrayList<>();
        List<@Nullable String> instances = instances(model, spec);
        for (Credential credential : credentials) {
            for (String instance : instances) {
                String id = instance == null
                        ? kept ? id(spec, credential) : passingId(spec, before + definitions.size())
                        : instanceId(spec, instance, credentials.indexOf(credential));
                definitions.add(new DeploymentDefinition(
                        id,
                        taken,
                        spec.name().substring(slash + 1),
                        credential,
                        account(spec, credential),
                        instance == null ? spec.baseUrl() : instance,
                        spec.weight(),
                        spec.tier(),
                        spec.region(),
                        spec.tags(),
                        spec.version() == null ? null : spec.version().toString(),
                        card));
            }
        }
        return definitions;
    }

    /** Returns the base URLs of a deployment's instances that calls may go to; a single null if it has none. */
    private List<@Nullable String> instances(String model, DeploymentSpec spec) {
        AllowedHosts hosts = registry.allowedHosts();
        String own = spec.baseUrl();
        if (own != null && own.contains("://")) {
            String refusal = Place.of(own).refusal(hosts);
            if (refusal != null) {
                throw new IllegalArgumentException(
                        "model \"" + model + "\": deployment \"" + spec.name() + "\": " + refusal);
            }
        }
        List<@Nullable String> allowed = new ArrayList<>();
        if (spec.instances() == null) {
            allowed.add(null);
            return allowed;
        }
        for (String instance : spec.instances().current()) {
            String refusal = Place.of(instance).refusal(hosts);
            if (refusal == null) {
                allowed.add(instance);
            } else {
                log.warn("an instance of the deployment \"{}\" gets no calls: {}", spec.name(), refusal);
            }
        }
        return allowed;
    }

    private static List<@Nullable Credential> credentials(DeploymentSpec spec) {
        List<@Nullable Credential> credentials = new ArrayList<>(spec.credentials());
        if (credentials.isEmpty()) {
            credentials.add(null);
        }
        return credentials;
    }

    private String id(DeploymentSpec spec, @Nullable Credential credential) {
        return applied
                ? registry.id(spec.name(), credential, spec.baseUrl())
                : plan.id(spec.name(), credential, spec.baseUrl());
    }

    private @Nullable String account(DeploymentSpec spec, @Nullable Credential credential) {
        if (spec.account() != null || credential == null) {
            return spec.account();
        }
        return credential.account() == null ? number(spec, credential) : credential.account();
    }

    /** Returns the number of an account that has no name, in the order in which the table lists them. */
    private String number(DeploymentSpec spec, Credential credential) {
        synchronized (accounts) {
            Map<Credential, Integer> known = accounts.computeIfAbsent(adapterName(spec), adapter -> new HashMap<>());
            return "#" + known.computeIfAbsent(credential, unknown -> known.size() + 1);
        }
    }

    private static String adapterName(DeploymentSpec spec) {
        return spec.name().substring(0, spec.name().indexOf('/'));
    }

    private static String instanceId(DeploymentSpec spec, String baseUrl, int credential) {
        return spec.name() + "@" + Place.of(baseUrl).text() + (credential == 0 ? "" : "#" + (credential + 1));
    }

    private static String passingId(DeploymentSpec spec, int before) {
        return before == 0 ? spec.name() : spec.name() + "#" + (before + 1);
    }

    private ProviderAdapter withSchemas(ProviderAdapter adapter, ModelCard card) {
        boolean needed =
                card.lacks(Capability.JSON_SCHEMA) && !adapter.emulated().contains(Capability.JSON_SCHEMA);
        return needed ? schemas.around(adapter) : adapter;
    }

    private ModelCard card(String model, DeploymentSpec spec, ProviderAdapter adapter) {
        ModelCard card = unscaledCard(model, spec, adapter);
        return spec.priceFactor() == null || card.price() == null
                ? card
                : card.toBuilder()
                        .priceDate(card.priceDate())
                        .price(card.price().times(spec.priceFactor()))
                        .build();
    }

    /** Returns the card of the vendor's model that the adapter serves under the deployment's id. */
    private ModelCard served(DeploymentSpec spec, ProviderAdapter adapter) {
        ServedModel served = adapter.served(spec.name().substring(spec.name().indexOf('/') + 1));
        if (served.card().equals(spec.name())) {
            return ModelCard.UNKNOWN;
        }
        ModelCard card = cards.find(served.card());
        if (!served.byVendor()) {
            card = card.elsewhere();
        }
        String factor = spec.priceFactor() == null ? served.priceFactor() : "1"; // which is that of the deployment then
        if (card.price() == null || "1".equals(factor)) {
            return card;
        }
        return factor == null
                ? card.withoutPrice()
                : card.toBuilder()
                        .priceDate(card.priceDate())
                        .price(card.price().times(factor))
                        .build();
    }

    /** The deployment's builder takes precedence over what its adapter lacks, and that over the model cards. */
    private ModelCard unscaledCard(String model, DeploymentSpec spec, ProviderAdapter adapter) {
        ModelCard said = spec.card()
                .orElse(ModelCard.builder()
                        .lacks(adapter.lacking().toArray(Capability[]::new))
                        .build());
        if (spec.cardOf() == null) {
            return said.orElse(cards.find(spec.name())).orElse(served(spec, adapter));
        }
        ModelCard named = cards.find(spec.cardOf());
        if (named.equals(ModelCard.UNKNOWN)) {
            throw new IllegalArgumentException("model \"" + model + "\": deployment \"" + spec.name()
                    + "\" asks for the card of \"" + spec.cardOf()
                    + "\", which does not exist: name a known model, or add a card by ModelCards.with");
        }
        return said.orElse(named);
    }
}
