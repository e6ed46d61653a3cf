package dev.aigw.routing.observe;

import dev.aigw.api.GatewayException;
import dev.aigw.api.Outcome;
import dev.aigw.api.Route;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.TokenUsage.Bucket;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.CallContext;
import dev.aigw.api.spi.End;
import dev.aigw.api.spi.RouterEvent;
import dev.aigw.api.spi.RouterListener;
import dev.aigw.routing.engine.call.LogLine;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/** Writes events to a logger. Safe for use by many threads. */
final class Slf4jListener implements RouterListener {

    private final Logger log;

    Slf4jListener(Logger log) {
        this.log = log;
    }

    @Override
    public void onEvent(RouterEvent event) {
        if (event instanceof RouterEvent.CallEnded ended) {
            callEnded(ended.call(), ended.end(), ended.route());
        } else if (event instanceof RouterEvent.AttemptEnded ended) {
            attemptEnded(ended.call(), ended.attempt(), ended.end());
        } else if (event instanceof RouterEvent.CooldownStarted started) {
            if (log.isInfoEnabled()) {
                log.info(new LogLine("cooldown")
                        .with("deployment", started.deployment())
                        .with("scope", started.scope())
                        .with("kind", started.kind())
                        .withMillis("ms", started.duration().toNanos())
                        .toString());
            }
        } else if (event instanceof RouterEvent.BreakerChanged changed) {
            if (log.isInfoEnabled()) {
                log.info(new LogLine("breaker")
                        .with("deployment", changed.deployment())
                        .with("state", changed.to())
                        .with("kind", changed.kind())
                        .toString());
            }
        } else if (event instanceof RouterEvent.HealthChanged changed) {
            if (log.isInfoEnabled()) {
                log.info(new LogLine("health")
                        .with("deployment", changed.deployment())
                        .with("state", changed.state())
                        .with("kind", changed.kind())
                        .toString());
            }
        } else if (log.isDebugEnabled()) {
            detail(event);
        }
    }

    private void callEnded(CallContext call, End end, Route route) {
        Level level = end.outcome() == Outcome.FAILED ? Level.WARN : Level.DEBUG;
        if (!log.isEnabledForLevel(level)) {
            return;
        }
        LogLine line = new LogLine("call")
                .with("id", call.id())
                .with("operation", call.operation().name())
                .with("requested", call.requestedModel())
                .with("model", route.model())
                .with("deployment", route.deployment())
                .with("source", route.source())
                .with("tenant", call.options().caller().tenant())
                .withCount("attempts", route.attempts().size())
                .withCount("warnings", route.warnings().size());
        log.makeLoggingEventBuilder(level).log(finish(line, end));
    }

    private void attemptEnded(CallContext call, AttemptContext attempt, End end) {
        Level level = switch (end.outcome()) {
            case FAILED -> Level.INFO;
            case ABANDONED -> Level.DEBUG;
            case SUCCESS -> Level.TRACE;
        };
        if (!log.isEnabledForLevel(level)) {
            return;
        }
        LogLine line = new LogLine("attempt")
                .with("id", call.id())
                .withCount("number", attempt.number())
                .with("operation", call.operation().name())
                .with("deployment", attempt.deployment());
        log.makeLoggingEventBuilder(level).log(finish(line, end));
    }

    private void detail(RouterEvent event) {
        if (event instanceof RouterEvent.Retried retried) {
            log.debug(new LogLine("retry")
                    .with("id", retried.call().id())
                    .with("model", retried.call().model())
                    .with("kind", retried.failure().kind())
                    .toString());
        } else if (event instanceof RouterEvent.FellBack fell) {
            log.debug(new LogLine("fallback")
                    .with("id", fell.call().id())
                    .with("from", fell.from())
                    .with("to", fell.to())
                    .with("kind", fell.failure().kind())
                    .toString());
        } else if (event instanceof RouterEvent.Hedged hedged) {
            log.debug(new LogLine("hedge").with("id", hedged.call().id()).toString());
        } else if (event instanceof RouterEvent.StreamRecovered recovered) {
            log.debug(new LogLine(recovered.resumed() ? "resume" : "restart")
                    .with("id", recovered.call().id())
                    .with("kind", recovered.failure().kind())
                    .toString());
        } else if (event instanceof RouterEvent.CooldownEnded ended) {
            log.debug(new LogLine("cooldown over")
                    .with("deployment", ended.deployment())
                    .with("scope", ended.scope())
                    .toString());
        }
    }

    private static String finish(LogLine line, End end) {
        line.with("outcome", end.outcome()).withMillis("ms", end.durationNanos());
        if (end.firstContentNanos() > 0) {
            line.withMillis("first_ms", end.firstContentNanos());
        }
        TokenUsage usage = end.usage();
        line.withCount("input_tokens", usage.inputTokens())
                .withCount("cache_read_tokens", usage.getOrZero(Bucket.CACHE_READ))
                .withCount(
                        "cache_write_tokens",
                        usage.getOrZero(Bucket.CACHE_WRITE) + usage.getOrZero(Bucket.CACHE_WRITE_LONG))
                .withCount("output_tokens", usage.outputTokens());
        GatewayException failure = end.failure();
        if (failure != null) {
            line.with("kind", failure.kind())
                    .with("provider", failure.provider())
                    .withCount("status", failure.status())
                    .with("code", failure.vendorCode())
                    .with("request", failure.requestId());
        }
        return line.toString();
    }
}
