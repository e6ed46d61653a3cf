package dev.aigw.providers.kit;

import dev.aigw.api.AllowedHosts;
import dev.aigw.api.Cancellation;
import dev.aigw.api.Credential;
import dev.aigw.api.ModelCard;
import dev.aigw.api.PromptCaching;
import dev.aigw.api.Timeouts;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.RateLimit;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An attempt that is a part of another one, and like it unless a method says otherwise. */
abstract class ForwardingAttempt implements AttemptContext {

    private final AttemptContext whole;

    ForwardingAttempt(AttemptContext whole) {
        this.whole = whole;
    }

    @Override
    public String model() {
        return whole.model();
    }

    @Override
    public ModelCard card() {
        return whole.card();
    }

    @Override
    public @Nullable String account() {
        return whole.account();
    }

    @Override
    public String deployment() {
        return whole.deployment();
    }

    @Override
    public String callId() {
        return whole.callId();
    }

    @Override
    public int number() {
        return whole.number();
    }

    @Override
    public @Nullable Credential credential() {
        return whole.credential();
    }

    @Override
    public AllowedHosts allowedHosts() {
        return whole.allowedHosts();
    }

    @Override
    public @Nullable String baseUrl() {
        return whole.baseUrl();
    }

    @Override
    public Timeouts timeouts() {
        return whole.timeouts();
    }

    @Override
    public long remainingNanos() {
        return whole.remainingNanos();
    }

    @Override
    public Cancellation cancellation() {
        return whole.cancellation();
    }

    @Override
    public @Nullable String idempotencyKey() {
        return whole.idempotencyKey();
    }

    @Override
    public PromptCaching promptCaching() {
        return whole.promptCaching();
    }

    @Override
    public @Nullable String promptCacheKey() {
        return whole.promptCacheKey();
    }

    @Override
    public Map<String, String> tags() {
        return whole.tags();
    }

    @Override
    public void headroom(double share, Duration reset) {
        whole.headroom(share, reset);
    }

    @Override
    public void rateLimits(List<RateLimit> limits) {
        whole.rateLimits(limits);
    }

    @Override
    public void reached(boolean reached) {
        whole.reached(reached);
    }

    @Override
    public void warn(String message) {
        whole.warn(message);
    }
}
