package dev.aigw.routing.access;

import dev.aigw.api.Caller;
import dev.aigw.api.Cost;
import dev.aigw.routing.engine.call.LogLine;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Audit events as lines of a logger.
 *
 * <pre>{@code
 * Access access = Access.builder()
 *     .authenticator(keys)
 *     .audit(AuditLog.slf4j())
 *     .build();
 * }</pre>
 *
 * <p>What becomes of the lines is up to the logging system, which may drop them: {@link AuditFile} keeps them.
 */
public final class AuditLog {

    /** The name of the logger. */
    public static final String LOGGER = "dev.aigw.audit";

    private AuditLog() {}

    /**
     * Returns a listener that writes to the logger {@value #LOGGER}: what was denied, rejected or lost at WARN, all
     * else at INFO. Each event is one line of {@code key=value} fields. It is safe for use by many threads.
     */
    public static AuditListener slf4j() {
        return slf4j(LoggerFactory.getLogger(LOGGER));
    }

    /** Returns a listener that writes to {@code logger}. */
    public static AuditListener slf4j(Logger logger) {
        Objects.requireNonNull(logger, "logger");
        return event -> write(logger, event);
    }

    private static void write(Logger logger, AuditEvent event) {
        Level level = switch (event.type()) {
            case DENIED, REJECTED, LOST -> Level.WARN;
            default -> Level.INFO;
        };
        if (logger.isEnabledForLevel(level)) {
            logger.makeLoggingEventBuilder(level).log(line(event));
        }
    }

    private static String line(AuditEvent event) {
        Caller caller = event.caller();
        LogLine line = new LogLine(event.type().name().toLowerCase(Locale.ROOT))
                .with("time", event.time())
                .with("tenant", caller.tenant())
                .with("user", caller.user())
                .with("roles", String.join(",", caller.roles().stream().sorted().toList()))
                .with("tier", caller.tier())
                .with("authenticated", caller.isAuthenticated() ? "true" : null)
                .with("key", event.key())
                .with("source", event.source())
                .with("id", event.callId())
                .with("operation", event.operation())
                .with("requested", event.requestedModel())
                .with("model", event.model())
                .with("withheld", String.join(",", event.withheld()))
                .with("deployment", event.deployment())
                .with("rule", event.rule())
                .with("reason", event.reason())
                .with("outcome", event.outcome())
                .with("kind", event.error())
                .with("cost", cost(event.cost()));
        for (Map.Entry<String, String> label : caller.labels().entrySet()) {
            line.with("label", label.getKey() + ":" + label.getValue());
        }
        return line.toString();
    }

    private static @Nullable String cost(@Nullable Cost cost) {
        return cost == null ? null : cost.toString();
    }
}
