package dev.aigw.providers;

import dev.aigw.api.Cancellation;
import dev.aigw.api.Credential;
import dev.aigw.api.ModelCard;
import dev.aigw.api.PromptCaching;
import dev.aigw.api.Timeouts;
import dev.aigw.api.spi.AttemptContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An attempt that records what is reported to it. */
public final class RecordingAttempt implements AttemptContext {

    /** How often the call's id was asked for. */
    public int callIds;

    /** The warnings so far. */
    public final List<String> warnings = new ArrayList<>();

    /** The headrooms so far, each as share and reset with a slash between. */
    public final List<String> headrooms = new ArrayList<>();

    /** Whether the request may have reached the provider, each time it was reported. */
    public final List<Boolean> reached = new ArrayList<>();

    /** Thrown at a report of a rate limit, unless null. */
    public @Nullable RuntimeException refusal;

    /** What is known of the model. */
    public ModelCard card = ModelCard.UNKNOWN;

    /** The mark of the account that the attempt is made in, or null. */
    public @Nullable String account;
    /** How the attempt uses the prompt cache. */
    public PromptCaching promptCaching = PromptCaching.HINTS;

    /** The key for the prompt cache. */
    public @Nullable String promptCacheKey;

    private final String model;

    public RecordingAttempt(String model) {
        this.model = model;
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
        return "test/" + model;
    }

    @Override
    public String callId() {
        callIds++;
        return "c7";
    }

    @Override
    public void reached(boolean may) {
        reached.add(may);
    }

    @Override
    public int number() {
        return 1;
    }

    @Override
    public @Nullable String account() {
        return account;
    }

    @Override
    public @Nullable Credential credential() {
        return null;
    }

    @Override
    public @Nullable String baseUrl() {
        return null;
    }

    @Override
    public Timeouts timeouts() {
        return Timeouts.NONE;
    }

    @Override
    public long remainingNanos() {
        return Long.MAX_VALUE;
    }

    @Override
    public Cancellation cancellation() {
        return new Cancellation();
    }

    @Override
    public @Nullable String idempotencyKey() {
        return null;
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
        return Map.of();
    }

    @Override
    public void warn(String message) {
        warnings.add(message);
    }

    @Override
    public void headroom(double share, Duration reset) {
        if (refusal != null) {
            throw refusal;
        }
        headrooms.add(share + "/" + reset);
    }
}
