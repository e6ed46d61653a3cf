package dev.aigw.routing.engine.pool;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.aigw.api.Credential;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The deployments of callers that bring credentials of their own. Each has its own cooldowns, breaker, rate limits and
 * statistics by credential, so no account is held up by another's. The least recently used are forgotten. Safe for use
 * by many threads.
 */
public final class OwnDeployments {

    /** What follows the id of the deployment that it is made of. */
    public static final String SUFFIX = "~own";

    private static final int MOST_MODELS = 10_000;
    private static final int MOST_STATES = 50_000;
    private static final Duration UNUSED = Duration.ofHours(1);

    private record ModelKey(Pool pool, Map<String, Credential> own, Set<String> refused) {}

    private record StateKey(String id, Credential credential) {}

    private record CredentialKey(Credential credential, String provider, @Nullable String model) {}

    private final DeploymentRegistry registry;
    private final Cache<ModelKey, Model> models =
            Caffeine.newBuilder().maximumSize(MOST_MODELS).expireAfterAccess(UNUSED).build();
    private final Cache<StateKey, DeploymentStats> states =
            Caffeine.newBuilder().maximumSize(MOST_STATES).expireAfterAccess(UNUSED).build();
    private final Cache<CredentialKey, CredentialCooldown> cooldowns =
            Caffeine.newBuilder().maximumSize(MOST_STATES).expireAfterAccess(UNUSED).build();

    /** Starts without deployments. */
    public OwnDeployments(DeploymentRegistry registry) {
        this.registry = registry;
    }

    /**
     * Returns the model as it serves a caller.
     *
     * @param own the caller's credentials by the names of adapters
     * @param refused the adapters that may not serve the caller with the application's credentials
     */
    public Model of(Model model, Map<String, Credential> own, Set<String> refused) {
        return own.isEmpty() && refused.isEmpty()
                ? model
                : models.get(new ModelKey(model.pool(), own, refused), key -> derived(model, key));
    }

    private Model derived(Model model, ModelKey key) {
        Map<String, LiveDeployment> deployments = new LinkedHashMap<>();
        for (LiveDeployment each : model.pool().deployments()) {
            Credential credential = key.own.get(each.provider());
            if (credential != null) {
                // one for all keys of the application
                String id = (each.baseUrl() == null ? each.provider() + "/" + each.upstreamModel() : each.id()) + SUFFIX;
                deployments.computeIfAbsent(id, unknown -> live(id, each.definition(), credential));
            } else if (!key.refused.contains(each.provider())) {
                deployments.put(each.id(), each);
            }
        }
        return new Model(
                model.name(),
                model.pool().of(List.copyOf(deployments.values()), accounts(key)),
                registry.passingRetryBudget(),
                model.fallbacks(),
                model.timeouts(),
                model.promptCaching(),
                model.failures(),
                model.selector(),
                model.lastResort(),
                model.shadow());
    }

    private static List<String> accounts(ModelKey key) {
        List<String> accounts = new ArrayList<>();
        key.own.forEach((provider, credential) -> accounts.add("own " + provider + " " + credential.id()));
        key.refused.forEach(provider -> accounts.add("without " + provider));
        accounts.sort(null);
        return accounts;
    }

    private LiveDeployment live(String id, DeploymentDefinition of, Credential credential) {
        String account = credential.account();
        DeploymentDefinition definition = new DeploymentDefinition(
                id,
                of.adapter(),
                of.upstreamModel(),
                credential,
                account == null ? SUFFIX : account,
                of.baseUrl(),
                of.weight(),
                of.tier(),
                of.region(),
                of.tags(),
                of.version(),
                of.card());
        return registry.ownDeployment(
                definition,
                states.get(new StateKey(id, credential), key -> registry.passingStats(id)),
                cooldown(new CredentialKey(credential, of.adapter().name(), of.upstreamModel())),
                cooldown(new CredentialKey(credential, of.adapter().name(), null)));
    }

    private CredentialCooldown cooldown(CredentialKey key) {
        return cooldowns.get(key, unknown -> new CredentialCooldown());
    }
}
