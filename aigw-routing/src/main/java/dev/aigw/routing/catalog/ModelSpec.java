package dev.aigw.routing.catalog;

import dev.aigw.api.PromptCaching;
import dev.aigw.api.Timeouts;
import dev.aigw.api.spi.ModelSelector;
import dev.aigw.api.spi.RoutingStrategy;
import dev.aigw.routing.deployment.FailurePolicy;
import dev.aigw.routing.deployment.LastResort;
import dev.aigw.routing.deployment.ModelShadow;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The configuration of one model. */
record ModelSpec(
        String name,
        List<DeploymentSpec> deployments,
        @Nullable RoutingStrategy strategy,
        List<String> fallbacks,
        Timeouts timeouts,
        @Nullable PromptCaching promptCaching,
        FailurePolicy failures,
        @Nullable ModelSelector selector,
        @Nullable LastResort lastResort,
        @Nullable ModelShadow shadow,
        boolean keepsReasoning) {}
