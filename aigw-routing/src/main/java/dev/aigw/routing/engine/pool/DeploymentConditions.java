package dev.aigw.routing.engine.pool;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Price;
import dev.aigw.api.TokenUsage.Bucket;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a call's options require of a deployment, whatever its request: regions, tags, a price ceiling, a retention.
 * {@link Requirements} checks them. An option that decides which deployment may answer belongs here too, since replies
 * are only shared among calls with the same conditions.
 */
public final class DeploymentConditions {

    /** The buckets whose prices a ceiling bounds. */
    static final List<Bucket> CAPPED = List.of(Bucket.INPUT, Bucket.OUTPUT);

    private DeploymentConditions() {}

    /** Returns whether the options exclude no deployment. */
    public static boolean areNone(CallOptions options) {
        return options.regions().isEmpty()
                && options.requiredTags().isEmpty()
                && options.maxPrice() == null
                && options.maxRetention() == null;
    }

    /** Returns the conditions as texts, sorted: options with equal texts allow the same deployments. */
    public static List<String> of(CallOptions options) {
        if (areNone(options)) {
            return List.of();
        }
        List<String> conditions = new ArrayList<>();
        options.regions().forEach(region -> conditions.add("region " + region));
        options.requiredTags().forEach(tag -> conditions.add("tag " + tag));
        Price ceiling = options.maxPrice();
        if (ceiling != null) {
            conditions.add("price"); // even one that bounds no bucket excludes unknown prices
            for (Bucket bucket : CAPPED) {
                BigDecimal most = ceiling.perMillion(bucket);
                if (most != null) {
                    conditions.add("price " + bucket.name().toLowerCase(Locale.ROOT) + " "
                            + most.stripTrailingZeros().toPlainString());
                }
            }
        }
        Duration retention = options.maxRetention();
        if (retention != null) {
            conditions.add("retention " + retention);
        }
        conditions.sort(null);
        return List.copyOf(conditions);
    }
}
