package dev.aigw.routing.deployment;

import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.internal.SetOnce;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.routing.engine.time.Durations;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How to check a deployment's health actively, without waiting for calls. Immutable; safe for use by many threads.
 *
 * <pre>{@code
 * model.deployment("triton/resnet", deployment -> deployment
 *     .healthCheck(HealthCheck.every(Duration.ofSeconds(10)).path("/v2/health/ready").build()))
 * }</pre>
 *
 * <p>A deployment whose checks fail several times in a row is ejected: it gets no calls until a check succeeds. At most
 * the breaker's share of a model's deployments is ejected at once, so a wrong check cannot take all of them away.
 * Checks run on the router's executor, one at a time for each deployment, from when the router is built until it closes
 * or an update removes the deployment. A rate-limited check counts neither as a success nor as a failure. There are no
 * checks by default. A {@link Builder#path} check costs nothing; a {@link Builder#chat} with a paid vendor does, and
 * the meter does not record it.
 */
public final class HealthCheck {

    /** Checks whether a deployment is healthy. Safe for use by many threads. */
    @FunctionalInterface
    public interface Probe {

        /**
         * Returns if the deployment is healthy. Throws if it is not, or does not answer before the attempt's
         * cancellation trips.
         *
         * @param adapter the deployment's adapter
         * @param attempt the deployment's model, credential and base URL, and the check's timeout
         * @throws Exception if the deployment is not healthy
         */
        void check(ProviderAdapter adapter, AttemptContext attempt) throws Exception;
    }

    private final Probe probe;
    private final String name;
    private final Duration interval;
    private final Duration timeout;
    private final double jitter;
    private final int unhealthyAfter;
    private final int healthyAfter;

    private HealthCheck(Builder builder, Probe probe) {
        this.probe = probe;
        this.name = builder.name;
        this.interval = builder.interval;
        this.timeout = builder.timeout == null ? Duration.ofSeconds(5) : builder.timeout;
        this.jitter = builder.jitter == null ? 0.2 : builder.jitter;
        this.unhealthyAfter = builder.unhealthyAfter == null ? 3 : builder.unhealthyAfter;
        this.healthyAfter = builder.healthyAfter == null ? 1 : builder.healthyAfter;
    }

    /** Starts a check that runs every {@code interval}. Set what to check before {@link Builder#build()}. */
    public static Builder every(Duration interval) {
        return new Builder(interval);
    }

    /** Returns the probe. */
    public Probe probe() {
        return probe;
    }

    /** Returns the time from the end of a check to the next. */
    public Duration interval() {
        return interval;
    }

    /** Returns how long a check may take. */
    public Duration timeout() {
        return timeout;
    }

    /** Returns the share by which each interval is lengthened or shortened at random. */
    public double jitter() {
        return jitter;
    }

    /** Returns how many failures in a row make a deployment unhealthy. */
    public int unhealthyAfter() {
        return unhealthyAfter;
    }

    /** Returns how many successes in a row make it healthy again. */
    public int healthyAfter() {
        return healthyAfter;
    }

    @Override
    public String toString() {
        return "HealthCheck{" + name + " every " + Durations.text(interval) + "}";
    }

    /** Builds a {@link HealthCheck}. Each property may be set once. Not safe for use by several threads. */
    public static final class Builder {

        private final SetOnce once = new SetOnce("health check: ");
        private final Duration interval;
        private String name = "";
        private @Nullable Probe probe;
        private @Nullable Duration timeout;
        private @Nullable Double jitter;
        private @Nullable Integer unhealthyAfter;
        private @Nullable Integer healthyAfter;

        private Builder(Duration interval) {
            this.interval = Objects.requireNonNull(interval, "interval");
        }

        /**
         * Requests a path of the service, such as {@code /v2/health/ready} (Triton, KServe), {@code /health} (vLLM) or
         * {@code /ping} (TorchServe); a 2xx status is healthy. A path that begins with a slash is relative to the root
         * of the base URL's host. Adapters for self-hosted HTTP servers support this; the others report that they do
         * not, and the deployment is not checked.
         */
        public Builder path(String path) {
            return probe("GET " + path, (adapter, attempt) -> adapter.probe(path, attempt));
        }

        /** Sends a chat that asks for one token. It costs what any other chat costs. */
        public Builder chat() {
            return call(
                    ChatRequest.CHAT,
                    ChatRequest.builder("health")
                            .user("ping")
                            .maxOutputTokens(1)
                            .build());
        }

        /** Makes a custom call; any reply is healthy. It costs what any other call costs. */
        public <Q extends ModelRequest, R extends ModelReply> Builder call(Operation<Q, R> operation, Q request) {
            return probe(operation.name(), (adapter, attempt) -> {
                R reply = adapter.call(operation, request, attempt);
                if (reply instanceof AutoCloseable closeable) {
                    closeable.close();
                }
            });
        }

        /** Runs a custom probe. */
        public Builder function(Probe probe) {
            return probe("function", probe);
        }

        private Builder probe(String name, Probe probe) {
            once.check(0, "what to ask (path, chat, call or function)");
            this.name = name;
            this.probe = Objects.requireNonNull(probe, "probe");
            return this;
        }

        /** Sets how long a check may take; 5 seconds by default. */
        public Builder timeout(Duration timeout) {
            once.check(1, "timeout");
            this.timeout = timeout;
            return this;
        }

        /** Sets the share by which each interval is lengthened or shortened at random, from 0 to 1; 0.2 by default. */
        public Builder jitter(double share) {
            once.check(2, "jitter");
            this.jitter = share;
            return this;
        }

        /** Sets how many failures in a row make the deployment unhealthy; 3 by default. */
        public Builder unhealthyAfter(int failures) {
            once.check(3, "unhealthyAfter");
            this.unhealthyAfter = failures;
            return this;
        }

        /** Sets how many successes in a row make it healthy again; 1 by default. */
        public Builder healthyAfter(int successes) {
            once.check(4, "healthyAfter");
            this.healthyAfter = successes;
            return this;
        }

        /**
         * Returns the check.
         *
         * @throws IllegalArgumentException if it does not say how to check, or a value is out of its bounds
         */
        public HealthCheck build() {
            Probe how = probe;
            check(
                    how != null,
                    "does not say how to check: set path(\"/health\"), chat(), call(operation, request) or"
                            + " function(...)");
            check(positive(interval), "runs every " + Durations.text(interval) + ": use a positive interval");
            if (timeout != null) {
                check(positive(timeout), "has a timeout of " + Durations.text(timeout) + ": use a positive one");
            }
            check(
                    jitter == null || (jitter >= 0 && jitter <= 1),
                    "has a jitter of " + jitter + ": use a share from 0 to 1");
            check(
                    unhealthyAfter == null || unhealthyAfter >= 1,
                    "has unhealthyAfter(" + unhealthyAfter + "): use 1 or more");
            check(healthyAfter == null || healthyAfter >= 1, "has healthyAfter(" + healthyAfter + "): use 1 or more");
            return new HealthCheck(this, Objects.requireNonNull(how));
        }

        private static boolean positive(Duration duration) {
            return !duration.isNegative() && !duration.isZero();
        }

        private static void check(boolean holds, String message) {
            if (!holds) {
                throw new IllegalArgumentException("the health check " + message);
            }
        }
    }
}
