package dev.aigw.providers.contract;

import dev.aigw.api.AllowedHosts;
import dev.aigw.api.Cancellation;
import dev.aigw.api.Credential;
import dev.aigw.api.Timeouts;
import dev.aigw.api.spi.AttemptContext;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** An attempt that records warnings. Safe for use by many threads. */
final class ReportingAttempt implements AttemptContext {

    private final AttemptContext attempt;
    private final List<String> warnings = new CopyOnWriteArrayList<>();

    ReportingAttempt(String model) {
        this.attempt = AttemptContext.builder(model).build();
    }

    /** Returns the warnings so far. */
    List<String> warnings() {
        return warnings;
    }

    @Override
    public void warn(String message) {
        warnings.add(message);
    }

    @Override
    public String model() {
        return attempt.model();
    }

    @Override
    public String deployment() {
        return attempt.deployment();
    }

    @Override
    public String callId() {
        return attempt.callId();
    }

    @Override
    public int number() {
        return attempt.number();
    }

    @Override
    public @Nullable String account() {
        return attempt.account();
    }

    @Override
    public @Nullable Credential credential() {
        return attempt.credential();
    }

    @Override
    public AllowedHosts allowedHosts() {
        return attempt.allowedHosts();
    }

    @Override
    public @Nullable String baseUrl() {
        return attempt.baseUrl();
    }

    @Override
    public Timeouts timeouts() {
        return attempt.timeouts();
    }

    @Override
    public long remainingNanos() {
        return attempt.remainingNanos();
    }

    @Override
    public Cancellation cancellation() {
        return attempt.cancellation();
    }

    @Override
    public @Nullable String idempotencyKey() {
        return attempt.idempotencyKey();
    }

    @Override
    public Map<String, String> tags() {
        return attempt.tags();
    }
}
