package dev.aigw.routing.catalog;

import dev.aigw.api.Credential;
import dev.aigw.api.ModelCard;
import dev.aigw.routing.target.ConcurrencyLimit;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a user said of one deployment. */
record DeploymentSpec(
        String name,
        double weight,
        List<Credential> credentials,
        @Nullable String baseUrl,
        @Nullable String region,
        Set<String> tags,
        ModelCard card,
        @Nullable ConcurrencyLimit concurrency) {}
