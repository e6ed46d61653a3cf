package dev.aigw.api.spi;

import dev.aigw.api.Cancellation;
import dev.aigw.api.Credential;
import dev.aigw.api.ModelCard;
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
    private final Timeouts timeouts;
    private final Cancellation cancellation;
    private final @Nullable String idempotencyKey;
    private final Map<String, String> tags;
    private final ModelCard card;
    private final long startNanos = System.nanoTime();

    StandaloneAttempt(
            String model,
            String deployment,
            @Nullable Credential credential,
            @Nullable String baseUrl,
            Timeouts timeouts,
            Cancellation cancellation,
            @Nullable String idempotencyKey,
            Map<String, String> tags,
            ModelCard card) {
        this.model = model;
        this.deployment = deployment;
        this.credential = credential;
        this.baseUrl = baseUrl;
        this.timeouts = timeouts;
        this.cancellation = cancellation;
        this.idempotencyKey = idempotencyKey;
        this.tags = tags;
        this.card = card;
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
    public Map<String, String> tags() {
        return tags;
    }

    /** Does nothing: without a router there is no route to report it in. */
    @Override
    public void warn(String message) {}
}
