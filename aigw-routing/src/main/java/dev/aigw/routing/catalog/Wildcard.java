package dev.aigw.routing.catalog;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model declared for every name that begins alike, such as {@code openai/*}. What a name has in place of the star
 * stands in place of the star in the deployments' names, too.
 */
record Wildcard(ModelSpec spec) {

    Wildcard {
        for (DeploymentSpec deployment : spec.deployments()) {
            if (deployment.healthCheck() != null) {
                throw new IllegalArgumentException("wildcard \"" + spec.name() + "\": deployment \"" + deployment.name()
                        + "\" has a health check, but its models are known only once they are asked for: declare the"
                        + " models");
            }
            if (deployment.concurrency() != null) {
                throw new IllegalArgumentException("wildcard \"" + spec.name() + "\": deployment \"" + deployment.name()
                        + "\" has a concurrency limit, which each of its models would have apart: declare the models");
            }
        }
    }

    static boolean isOne(String name) {
        return name.endsWith("*");
    }

    String prefix() {
        return spec.name().substring(0, spec.name().length() - 1);
    }

    /** Returns what {@code name} has in place of the star, or null when it does not match. */
    @Nullable
    String match(String name) {
        String prefix = prefix();
        return name.length() > prefix.length() && name.startsWith(prefix) ? name.substring(prefix.length()) : null;
    }

    /** Returns the deployments with {@code rest} in place of the star. */
    List<DeploymentSpec> deployments(String rest) {
        return spec.deployments().stream()
                .map(deployment -> deployment.named(deployment.name().replace("*", rest)))
                .toList();
    }
}
