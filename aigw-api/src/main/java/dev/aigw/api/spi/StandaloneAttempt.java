package dev.aigw.api.spi;

import dev.aigw.api.AllowedHosts;
import dev.aigw.api.Cancellation;
import dev.aigw.api.Credential;
import dev.aigw.api.ModelCard;
import dev.aigw.api.PromptCaching;
import dev.aigw.api.Timeouts;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An attempt outside a router. */
final class StandaloneAttempt implements AttemptContext {

    private final String model;
    private final String deployment;
    private final @Nullable Credential credential;
    private final @Nullable String baseUrl;
    private final AllowedHosts allowedHosts;
    private final Timeouts timeouts;
    private final Cancellation cancellation;
    private final @Nullable String idempotencyKey;
    private final Map<String, String> tags;
    private final ModelCard card;
    private final PromptCaching promptCaching;
    private final @Nullable String promptCacheKey;
    private final long startNanos = System.nanoTime();

    StandaloneAttempt(AttemptContext.Builder builder) {
        this.model = builder.model;
        this.deployment = builder.deployment == null ? builder.model : builder.deployment;
        this.credential = builder.credential;
        this.baseUrl = builder.baseUrl;
        this.allowedHosts = builder.allowedHosts;
        this.timeouts = builder.timeouts;
        this.cancellation = builder.cancellation;
        this.idempotencyKey = builder.idempotencyKey;
        this.tags = builder.tags;
        this.card = builder.card;
        this.promptCaching = builder.promptCaching;
        this.promptCacheKey = builder.promptCacheKey;
    }

    @Override
    public String model() {
        return model;
    }

    @Override
    public ModelCard card() {
        return card;
    }

    @Override
    public String deployment() {
        return deployment;
    }

    @Override
    public int number() {
        return 1;
    }

    @Override
    public @Nullable Credential credential() {
        return credential;
    }

    @Override
    public @Nullable String baseUrl() {
        return baseUrl;
    }

    @Override
    public AllowedHosts allowedHosts() {
        return allowedHosts;
    }

    @Override
    public Timeouts timeouts() {
        return timeouts;
    }

    @Override
    public long remainingNanos() {
        Duration total = timeouts.total();
        return total == null ? Long.MAX_VALUE : total.toNanos() - (System.nanoTime() - startNanos);
    }

    @Override
    public Cancellation cancellation() {
        return cancellation;
    }

    @Override
    public @Nullable String idempotencyKey() {
        return idempotencyKey;
    }

    @Override
    public PromptCaching promptCaching() {
        return promptCaching;
    }

    @Override
    public @Nullable String promptCacheKey() {
        return promptCacheKey;
    }

    @Override
    public Map<String, String> tags() {
        return tags;
    }

    /** Does nothing: without a router there is no route to report it in. */
    @Override
    public void warn(String message) {}
}
