package dev.aigw.routing.catalog;

import dev.aigw.api.Credential;
import dev.aigw.api.ModelCard;
import dev.aigw.routing.deployment.ConcurrencyLimit;
import dev.aigw.routing.deployment.HealthCheck;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.semver4j.Semver;

/** The configuration of one deployment. */
record DeploymentSpec(
        String name,
        double weight,
        int tier,
        List<Credential> credentials,
        @Nullable String account,
        @Nullable String baseUrl,
        @Nullable Instances instances,
        @Nullable String region,
        Set<String> tags,
        @Nullable Semver version,
        @Nullable String cardOf,
        ModelCard card,
        @Nullable String priceFactor,
        @Nullable ConcurrencyLimit concurrency,
        @Nullable HealthCheck healthCheck) {

    /** Returns the name: a base URL may hold a secret. */
    @Override
    public String toString() {
        return name;
    }

    DeploymentSpec named(String name) {
        return new DeploymentSpec(
                name,
                weight,
                tier,
                credentials,
                account,
                baseUrl,
                instances,
                region,
                tags,
                version,
                cardOf,
                card,
                priceFactor,
                concurrency,
                healthCheck);
    }
}
