package dev.aigw.routing.catalog;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model declared for every name with a prefix, such as {@code openai/*}. The rest of a name replaces the star in the
 * deployments' names too.
 */
record Wildcard(ModelSpec spec) {

    Wildcard {
        for (DeploymentSpec deployment : spec.deployments()) {
            if (deployment.healthCheck() != null) {
                throw new IllegalArgumentException("wildcard \"" + spec.name() + "\": deployment \"" + deployment.name()
                        + "\" has a health check, but its models are known only once they are requested: declare the"
                        + " models");
            }
            if (deployment.concurrency() != null) {
                throw new IllegalArgumentException("wildcard \"" + spec.name() + "\": deployment \"" + deployment.name()
                        + "\" has a concurrency limit, which each of its models would have separately: declare"
                        + " the models");
            }
        }
    }

    static boolean isOne(String name) {
        return name.endsWith("*");
    }

    String prefix() {
        return spec.name().substring(0, spec.name().length() - 1);
    }

    /** Returns the part of {@code name} that matches the star, or null if it does not match. */
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
