package dev.aigw.routing.catalog;

import dev.aigw.api.Capability;
import dev.aigw.api.Credential;
import dev.aigw.api.ModelCard;
import dev.aigw.api.Price;
import dev.aigw.api.internal.SetOnce;
import dev.aigw.routing.deployment.ConcurrencyLimit;
import dev.aigw.routing.deployment.HealthCheck;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.semver4j.Semver;

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
    private final SetOnce once;
    private @Nullable Double weight;
    private @Nullable Integer tier;
    private List<Credential> credentials = List.of();
    private @Nullable String baseUrl;
    private @Nullable Instances instances;
    private @Nullable String region;
    private final Set<String> tags = new LinkedHashSet<>();
    private @Nullable Semver version;
    private @Nullable String cardOf;
    private final ModelCard.Builder card = ModelCard.builder();
    private @Nullable ConcurrencyLimit concurrency;
    private @Nullable HealthCheck healthCheck;

    DeploymentBuilder(String name) {
        this.name = name;
        this.once = new SetOnce("deployment \"" + name + "\": ");
    }

    /**
     * Sets the share of the model's calls it takes relative to its siblings, under a strategy that goes by weight; 1 by
     * default.
     *
     * @throws IllegalArgumentException if not positive and finite
     */
    public DeploymentBuilder weight(double weight) {
        once.check(0, "weight");
        if (!(weight > 0) || Double.isInfinite(weight)) {
            throw new IllegalArgumentException("deployment \"" + name + "\": weight is " + weight
                    + "; use a positive number, or remove the deployment to send it nothing");
        }
        this.weight = weight;
        return this;
    }

    /**
     * Sets its place in the order of tiers, under {@code RoutingStrategies.tiers}: those of a lower tier come first; 1
     * by default.
     */
    public DeploymentBuilder tier(int tier) {
        once.check(1, "tier");
        this.tier = tier;
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
        once.check(11, "what it signs in with (credential or keys)");
        if (given.isEmpty()) {
            throw new IllegalArgumentException("deployment \"" + name + "\": keys() needs at least one key");
        }
        credentials = List.copyOf(given);
        return this;
    }

    /** Sets the base URL in place of the adapter's own. */
    public DeploymentBuilder baseUrl(String baseUrl) {
        once.check(2, "baseUrl");
        this.baseUrl = baseUrl;
        return this;
    }

    /** Says at which base URLs it is served, each of which is a deployment of its own. */
    public DeploymentBuilder instances(String... baseUrls) {
        return instances(Instances.of(baseUrls));
    }

    /** Says where its instances are found, which may come and go; each is a deployment of its own. */
    public DeploymentBuilder instances(Instances instances) {
        once.check(3, "instances");
        this.instances = instances;
        return this;
    }

    /**
     * Says which version of the model it serves, so that callers may ask for {@code model@^2.1}. All deployments of a
     * model have a version, or none.
     *
     * @throws IllegalArgumentException if it is not a semantic version such as {@code 2.1.0} or {@code 3.0.0-rc.1}
     */
    public DeploymentBuilder version(String version) {
        once.check(4, "version");
        try {
            this.version = Versions.parse(version);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("deployment \"" + name + "\": " + e.getMessage(), e);
        }
        return this;
    }

    /** Says where it is, for {@code CallOptions.region} and strategies of one's own. */
    public DeploymentBuilder region(String region) {
        once.check(5, "region");
        this.region = region;
        return this;
    }

    /** Adds a label, for {@code CallOptions.requireTags} and strategies of one's own. */
    public DeploymentBuilder tag(String tag) {
        tags.add(tag);
        return this;
    }

    /** Says what it charges; without it the cost of its calls is unknown. */
    public DeploymentBuilder price(Price price) {
        once.check(6, "price");
        card.price(price);
        return this;
    }

    /** Says how many tokens prompt and answer may have together, so that a call too long for one finds a larger one. */
    public DeploymentBuilder contextWindow(long tokens) {
        once.check(7, "contextWindow");
        if (tokens < 1) {
            throw new IllegalArgumentException(
                    "deployment \"" + name + "\": contextWindow is " + tokens + " tokens; use a positive number");
        }
        card.contextWindow(tokens);
        return this;
    }

    /**
     * Takes what is known of {@code vendor/model} from the router's {@link ModelCards}, for a deployment whose own name
     * does not tell, as at Azure. What is said here goes before.
     */
    public DeploymentBuilder cardOf(String name) {
        once.check(8, "cardOf");
        cardOf = name;
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
        once.check(9, "concurrency");
        concurrency = limit;
        return this;
    }

    /**
     * Checks regularly whether it is well, and leaves it alone while it is not; nothing is checked without it. Models
     * that share a deployment share its check.
     */
    public DeploymentBuilder healthCheck(HealthCheck check) {
        once.check(10, "healthCheck");
        healthCheck = check;
        return this;
    }

    DeploymentSpec build() {
        if (baseUrl != null && instances != null) {
            throw new IllegalArgumentException(
                    "deployment \"" + name + "\" has a base URL and instances: set one of the two");
        }
        return new DeploymentSpec(
                name,
                weight == null ? 1 : weight,
                tier == null ? 1 : tier,
                credentials,
                baseUrl,
                instances,
                region,
                Set.copyOf(tags),
                version,
                cardOf,
                card.build(),
                concurrency,
                healthCheck);
    }
}
