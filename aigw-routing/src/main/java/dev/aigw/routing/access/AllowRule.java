package dev.aigw.routing.access;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Price;
import java.time.Duration;
import java.util.Objects;

/**
 * A rule of {@link Permissions} that allows, and the bounds within which it does. Setting a bound twice throws
 * {@link IllegalStateException}. Not safe for use by several threads.
 */
public final class AllowRule extends RuleBuilder<AllowRule> {

    private final CallOptions.Builder bounding = CallOptions.builder();
    private boolean bounded;

    AllowRule(String name) {
        super(name, true);
    }

    @Override
    AllowRule self() {
        return this;
    }

    /** Also allows callers that are not authenticated. */
    public AllowRule anyone() {
        anyone = true;
        return this;
    }

    /**
     * Adds regions, of which the deployment must be in one; {@code eu} also matches {@code eu-west-1}. A deployment of
     * unknown region is in none.
     */
    public AllowRule region(String... regions) {
        bounding.region(regions);
        bounded |= regions.length > 0;
        return this;
    }

    /** Adds labels that the deployment must have. */
    public AllowRule requireTags(String... tags) {
        bounding.requireTags(tags);
        bounded |= tags.length > 0;
        return this;
    }

    /** Sets the most that the deployment may charge; one whose price is unknown is not used. */
    public AllowRule maxPrice(Price ceiling) {
        bounding.maxPrice(Objects.requireNonNull(ceiling, "maxPrice"));
        bounded = true;
        return this;
    }

    /** Sets for how long the provider may keep prompt and answer; zero for not at all. */
    public AllowRule maxRetention(Duration longest) {
        bounding.maxRetention(Objects.requireNonNull(longest, "maxRetention"));
        bounded = true;
        return this;
    }

    /**
     * Sets the most tokens of an answer. A chat that asks for more is denied, and one that sets none is sent with this
     * number.
     *
     * @throws IllegalArgumentException if not positive
     */
    public AllowRule maxOutputTokens(int tokens) {
        if (tokens <= 0) {
            throw new IllegalArgumentException(
                    "rule \"" + name + "\": maxOutputTokens is " + tokens + ": use one or more");
        }
        if (maxOutputTokens != null) {
            throw new IllegalStateException(
                    "rule \"" + name + "\": maxOutputTokens is set twice: remove one of the two");
        }
        maxOutputTokens = tokens;
        return this;
    }

    @Override
    PermissionRule build() {
        bounds = bounded ? bounding.build() : null;
        return super.build();
    }
}
