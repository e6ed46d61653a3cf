package dev.aigw.routing.catalog;

import dev.aigw.api.Capability;
import dev.aigw.api.Credential;
import dev.aigw.api.ModelCard;
import dev.aigw.api.Price;
import dev.aigw.api.internal.SetOnce;
import dev.aigw.routing.deployment.ConcurrencyLimit;
import dev.aigw.routing.deployment.HealthCheck;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.semver4j.Semver;

/**
 * Configures one deployment of a model. Each property may be set once. Not safe for use by several threads.
 *
 * <pre>{@code
 * model.deployment("openai/gpt-6.1-terra", deployment -> deployment
 *     .weight(9)
 *     .keys(System.getenv("KEY_A"), System.getenv("KEY_B"))
 *     .price(Price.usdPerMillion("1", "5")));
 * }</pre>
 */
public final class DeploymentBuilder {

    final String name;
    private final SetOnce once;
    private @Nullable Double weight;
    private @Nullable Integer tier;
    private List<Credential> credentials = List.of();
    private @Nullable String account;
    private @Nullable String baseUrl;
    private @Nullable Instances instances;
    private @Nullable String region;
    private final Set<String> tags = new LinkedHashSet<>();
    private @Nullable Semver version;
    private @Nullable String cardOf;
    private final ModelCard.Builder card = ModelCard.builder();
    private @Nullable String priceFactor;
    private @Nullable ConcurrencyLimit concurrency;
    private @Nullable HealthCheck healthCheck;

    DeploymentBuilder(String name) {
        this.name = name;
        this.once = new SetOnce("deployment \"" + name + "\": ");
    }

    /**
     * Sets its share of the model's calls relative to its siblings, for strategies that use weights; 1 by default.
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

    /** Sets its tier for {@code RoutingStrategies.tiers}: lower tiers come first; 1 by default. */
    public DeploymentBuilder tier(int tier) {
        once.check(1, "tier");
        this.tier = tier;
        return this;
    }

    /** Sets the credential in place of the adapter's own. */
    public DeploymentBuilder credential(Credential credential) {
        return credentials(List.of(credential));
    }

    /**
     * Makes one deployment for each API key, with ids that end in {@code #1}, {@code #2}, …, balanced like any others.
     */
    public DeploymentBuilder keys(String... keys) {
        List<Credential> given = new ArrayList<>();
        for (String key : keys) {
            given.add(Credential.of(key));
        }
        return credentials(given);
    }

    /**
     * Makes one deployment for each credential, as {@link #keys} does.
     *
     * <pre>{@code
     * deployment.credentials(
     *     Credential.environment("KEY_A").account("acme"),
     *     Credential.environment("KEY_B").account("acme-labs"))
     * }</pre>
     */
    public DeploymentBuilder credentials(Credential... credentials) {
        return credentials(List.of(credentials));
    }

    /**
     * Says that all its credentials are of one account or organisation at the vendor, which has this name. Vendors bind
     * encrypted reasoning to an account, so without a name a conversation that holds reasoning stays at the key that it
     * came from; with one it may go to any key of that name. By default each credential counts as an account of its
     * own, by {@link Credential#account()}, and a key too short to be marked by its position in the table; the
     * adapter's own credential counts as one more, unless a deployment without credentials names its account here.
     *
     * @param account any name, without a secret: it is stored in conversations, so keep it
     * @throws IllegalArgumentException if it is blank
     */
    public DeploymentBuilder account(String account) {
        once.check(13, "account");
        if (account.isBlank()) {
            throw new IllegalArgumentException("deployment \"" + name + "\": the name of its account is blank");
        }
        this.account = account;
        return this;
    }

    private DeploymentBuilder credentials(List<Credential> given) {
        once.check(11, "its credential (credential, credentials or keys)");
        if (given.isEmpty()) {
            throw new IllegalArgumentException("deployment \"" + name + "\": keys() needs at least one key");
        }
        credentials = List.copyOf(given);
        return this;
    }

    /**
     * Sets the base URL in place of the adapter's own. Elsewhere than at the adapter's host the deployment needs a
     * credential of its own, unless the adapter's {@code allowedHosts} names the host.
     *
     * @throws IllegalArgumentException if it holds a user name or password
     */
    public DeploymentBuilder baseUrl(String baseUrl) {
        once.check(2, "baseUrl");
        if (baseUrl.contains("://")) {
            try {
                Place.of(baseUrl);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("deployment \"" + name + "\": " + e.getMessage(), e);
            }
        }
        this.baseUrl = baseUrl;
        return this;
    }

    /** Sets the base URLs of its instances, each of which is a separate deployment. */
    public DeploymentBuilder instances(String... baseUrls) {
        return instances(Instances.of(baseUrls));
    }

    /** Sets where its instances are found, which may change; each is a separate deployment. */
    public DeploymentBuilder instances(Instances instances) {
        once.check(3, "instances");
        this.instances = instances;
        return this;
    }

    /**
     * Sets the version of the model it serves, so that callers may ask for {@code model@^2.1}. Either all deployments
     * of a model have a version, or none.
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

    /** Sets its region, for {@code CallOptions.region} and custom strategies. */
    public DeploymentBuilder region(String region) {
        once.check(5, "region");
        this.region = region;
        return this;
    }

    /** Adds a tag, for {@code CallOptions.requireTags} and custom strategies. */
    public DeploymentBuilder tag(String tag) {
        tags.add(tag);
        return this;
    }

    /** Sets its price; by default the price of its model card, and without one the cost of its calls is unknown. */
    public DeploymentBuilder price(Price price) {
        once.check(6, "price");
        card.price(price);
        return this;
    }

    /**
     * Multiplies its price, that of its model card too: by 1.1 for a place whose vendor charges 10 % more for
     * processing in one region, by 0.85 for a discount of your contract. 1 by default, and what the adapter knows of
     * its place for the price of another vendor's model: 1.1 for {@code us.anthropic.claude-opus-5-5} on Bedrock, 1 for
     * {@code global.anthropic.claude-opus-5-5}. A factor that is set replaces that.
     *
     * <pre>{@code
     * model.deployment("openai/gpt-6-luna", deployment -> deployment
     *     .baseUrl("https://eu.api.openai.com/v1").region("eu").priceFactor("1.1"));
     * }</pre>
     *
     * @throws IllegalArgumentException if negative or not a decimal number
     */
    public DeploymentBuilder priceFactor(String factor) {
        once.check(14, "priceFactor");
        Price.usdPerMillion(factor, factor); // checks it
        priceFactor = factor;
        return this;
    }

    /**
     * Sets the most tokens that prompt and answer may have together, so that a call too long for one deployment goes to
     * a larger one.
     */
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
     * Uses the card of {@code vendor/model} from the router's {@link ModelCards}, for a deployment whose own name does
     * not identify its model, as with a name of your own on Azure, or an application's inference profile on Bedrock.
     * Properties set here take precedence. Documented ids of Bedrock and Vertex AI, and names on Azure and Foundry that
     * are those of the models, need it not.
     */
    public DeploymentBuilder cardOf(String name) {
        once.check(8, "cardOf");
        cardOf = name;
        return this;
    }

    /**
     * Adds capabilities, for example {@link Capability#PREFILL}. A capability in neither this list nor {@link #lacks}
     * is unknown, and an unknown capability excludes no call.
     */
    public DeploymentBuilder capabilities(Capability... capabilities) {
        card.capabilities(capabilities);
        return this;
    }

    /**
     * Sets whether plain chats are made by way of a stream, whose answer is then the reply: for servers that go on
     * generating when a plain call is cancelled or times out, and stop when a stream is closed. The timeouts of streams
     * then apply, for the first event and between events, beside that of the attempt. By default only where the card
     * says that the model lacks {@link Capability#PLAIN_CANCELLATION}, which this property sets.
     *
     * <pre>{@code
     * model.deployment("tgi/llama", deployment -> deployment.plainByStream(true));
     * }</pre>
     */
    public DeploymentBuilder plainByStream(boolean plainByStream) {
        once.check(12, "plainByStream");
        return plainByStream ? lacks(Capability.PLAIN_CANCELLATION) : capabilities(Capability.PLAIN_CANCELLATION);
    }

    /**
     * Sets how long prompts and answers may be kept there, for {@link dev.aigw.api.CallOptions#maxRetention calls that
     * limit it}; zero with a contract of zero data retention. By default what the model's card says.
     *
     * @throws IllegalArgumentException if negative
     */
    public DeploymentBuilder retention(Duration longest) {
        once.check(15, "retention");
        card.retention(longest);
        return this;
    }

    /** Adds capabilities that the deployment does not have. */
    public DeploymentBuilder lacks(Capability... capabilities) {
        card.lacks(capabilities);
        return this;
    }

    /**
     * Limits its attempts under way at once; no limit by default. Each of several {@link #keys} has its own limit.
     * Models that share a deployment share its limit.
     */
    public DeploymentBuilder concurrency(ConcurrencyLimit limit) {
        once.check(9, "concurrency");
        concurrency = limit;
        return this;
    }

    /**
     * Checks its health regularly and ejects it while the checks fail; no checks by default. Models that share a
     * deployment share its check.
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
                account,
                baseUrl,
                instances,
                region,
                Set.copyOf(tags),
                version,
                cardOf,
                card.build(),
                priceFactor,
                concurrency,
                healthCheck);
    }
}
