package dev.aigw.routing.engine.pool;

import dev.aigw.api.Capability;
import dev.aigw.api.Credential;
import dev.aigw.api.ModelCard;
import dev.aigw.api.Price;
import dev.aigw.api.spi.ProviderAdapter;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The definition of one place that serves a model. Immutable.
 *
 * @param id the name in messages and snapshots, for example {@code openai/gpt-6.1-terra#2}
 * @param adapter the adapter that calls it
 * @param upstreamModel the vendor's id of the model, verbatim
 * @param credential the credential in place of the adapter's own, or null
 * @param account the mark of the account that it is in, for reasoning that is bound to one; null for the adapter's own
 * @param baseUrl the base URL in place of the adapter's own, or null
 * @param weight its intended share of calls relative to its siblings; positive
 * @param tier its place in the order of tiers, lower first
 * @param region where it is, or null
 * @param tags its labels
 * @param version the semantic version of the model it serves, or null
 * @param card what is known of the model it serves
 */
public record DeploymentDefinition(
        String id,
        ProviderAdapter adapter,
        String upstreamModel,
        @Nullable Credential credential,
        @Nullable String account,
        @Nullable String baseUrl,
        double weight,
        int tier,
        @Nullable String region,
        Set<String> tags,
        @Nullable String version,
        ModelCard card) {

    /** Copies the tags. */
    public DeploymentDefinition {
        tags = Set.copyOf(tags);
    }

    /** Returns the id: a base URL may hold a secret. */
    @Override
    public String toString() {
        return id;
    }

    /** Returns the known capabilities of the model. */
    public Set<Capability> capabilities() {
        return card.capabilities();
    }

    /** Returns its price, or null if unknown. */
    public @Nullable Price price() {
        return card.price();
    }

    /** Returns the most tokens that prompt and answer may have together, or null if unknown. */
    public @Nullable Long contextWindow() {
        return card.contextWindow();
    }

    /** Returns a key of the account in use, which outlives its secrets and holds nothing of them. */
    public String accountKey() {
        return adapter.name() + "/" + (account == null ? "" : account);
    }

    /** Returns a key of the credential in use, for this process: deployments with the same key share its cooldowns. */
    public String credentialKey() {
        return adapter.name() + "|" + (credential == null ? "default" : credential.id());
    }
}
