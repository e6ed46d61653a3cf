package dev.aigw.routing.catalog;

import dev.aigw.api.Capability;
import dev.aigw.api.Credential;
import dev.aigw.api.ModelCard;
import dev.aigw.api.Price;
import dev.aigw.routing.target.ConcurrencyLimit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Says how one deployment of a model is used. Each property may be set once. Not safe for use by several threads.
 *
 * <pre>{@code
 * model.deployment("openai/gpt-5-mini", deployment -> deployment
 *     .weight(9)
 *     .keys(System.getenv("KEY_A"), System.getenv("KEY_B"))
 *     .price(Price.usdPerMillion("0.25", "2.00")));
 * }</pre>
 */
public final class DeploymentBuilder {

    final String name;
    private @Nullable Double weight;
    private List<Credential> credentials = List.of();
    private @Nullable String baseUrl;
    private @Nullable String region;
    private final Set<String> tags = new LinkedHashSet<>();
    private @Nullable Price price;
    private @Nullable Long contextWindow;
    private final ModelCard.Builder card = ModelCard.builder();
    private @Nullable ConcurrencyLimit concurrency;

    DeploymentBuilder(String name) {
        this.name = name;
    }

    /**
     * Sets the share of the model's calls it takes relative to its siblings, under a strategy that goes by weight; 1 by
     * default.
     *
     * @throws IllegalArgumentException if not positive and finite
     */
    public DeploymentBuilder weight(double weight) {
        Once.check(this.weight, "weight");
        if (!(weight > 0) || Double.isInfinite(weight)) {
            throw new IllegalArgumentException("deployment \"" + name + "\": weight is " + weight
                    + "; use a positive number, or remove the deployment to send it nothing");
        }
        this.weight = weight;
        return this;
    }

    /** Sets the credential in place of the adapter's own. */
    public DeploymentBuilder credential(Credential credential) {
        return credentials(List.of(credential));
    }

    /** Makes one deployment for each API key, told apart as {@code #1}, {@code #2}, … and balanced like any others. */
    public DeploymentBuilder keys(String... keys) {
        List<Credential> given = new ArrayList<>();
        for (String key : keys) {
            given.add(Credential.of(key));
        }
        return credentials(given);
    }

    private DeploymentBuilder credentials(List<Credential> given) {
        if (!credentials.isEmpty()) {
            throw new IllegalStateException(
                    "deployment \"" + name + "\": credential or keys is set twice; set it once");
        }
        if (given.isEmpty()) {
            throw new IllegalArgumentException("deployment \"" + name + "\": keys() needs at least one key");
        }
        credentials = List.copyOf(given);
        return this;
    }

    /** Sets the base URL in place of the adapter's own. */
    public DeploymentBuilder baseUrl(String baseUrl) {
        Once.check(this.baseUrl, "baseUrl");
        this.baseUrl = baseUrl;
        return this;
    }

    /** Says where it is, for strategies of one's own. */
    public DeploymentBuilder region(String region) {
        Once.check(this.region, "region");
        this.region = region;
        return this;
    }

    /** Adds a label, for strategies of one's own. */
    public DeploymentBuilder tag(String tag) {
        tags.add(tag);
        return this;
    }

    /** Says what it charges; without it the cost of its calls is unknown. */
    public DeploymentBuilder price(Price price) {
        Once.check(this.price, "price");
        this.price = price;
        card.price(price);
        return this;
    }

    /** Says how many tokens prompt and answer may have together, so that a call too long for one finds a larger one. */
    public DeploymentBuilder contextWindow(long tokens) {
        Once.check(contextWindow, "contextWindow");
        if (tokens < 1) {
            throw new IllegalArgumentException(
                    "deployment \"" + name + "\": contextWindow is " + tokens + " tokens; use a positive number");
        }
        contextWindow = tokens;
        card.contextWindow(tokens);
        return this;
    }

    /**
     * Adds to what the model can do here, for example {@link Capability#PREFILL}. What is neither said here nor by
     * {@link #lacks} is unknown, and an unknown capability keeps no call away.
     */
    public DeploymentBuilder capabilities(Capability... capabilities) {
        card.capabilities(capabilities);
        return this;
    }

    /** Adds to what the model cannot do here. */
    public DeploymentBuilder lacks(Capability... capabilities) {
        card.lacks(capabilities);
        return this;
    }

    /**
     * Limits how many attempts it has under way at once; no limit without it. Each of several {@link #keys} has the
     * limit for itself, and models that share a deployment share its limit.
     */
    public DeploymentBuilder concurrency(ConcurrencyLimit limit) {
        Once.check(concurrency, "concurrency");
        concurrency = limit;
        return this;
    }

    DeploymentSpec build() {
        return new DeploymentSpec(
                name,
                weight == null ? 1 : weight,
                credentials,
                baseUrl,
                region,
                Set.copyOf(tags),
                card.build(),
                concurrency);
    }
}
