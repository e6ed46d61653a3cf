package dev.aigw.routing.observe;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Outcome;
import dev.aigw.api.Route;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.CallContext;
import dev.aigw.api.spi.End;
import dev.aigw.api.spi.RouterListener;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/** Writes what happens to a logger. Safe for use by many threads. */
final class Slf4jListener implements RouterListener {

    private final Logger log;

    Slf4jListener(Logger log) {
        this.log = log;
    }

    @Override
    public void onCallEnd(CallContext call, End end, Route route) {
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

    @Override
    public void onAttemptEnd(CallContext call, AttemptContext attempt, End end) {
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

    @Override
    public void onCooldown(String deployment, ErrorKind kind, Duration duration) {
        if (log.isInfoEnabled()) {
            log.info(new LogLine("hold")
                    .with("deployment", deployment)
                    .with("kind", kind)
                    .withMillis("ms", duration.toNanos())
                    .toString());
        }
    }

    private static String finish(LogLine line, End end) {
        line.with("outcome", end.outcome()).withMillis("ms", end.durationNanos());
        if (end.firstContentNanos() > 0) {
            line.withMillis("first_ms", end.firstContentNanos());
        }
        line.withCount("input_tokens", end.usage().inputTokens())
                .withCount("output_tokens", end.usage().outputTokens());
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
