package dev.aigw.routing;

import dev.aigw.api.CallOptions;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.client.ModelClient;
import dev.aigw.api.spi.ContextPropagation;
import dev.aigw.routing.engine.time.Durations;
import dev.aigw.routing.feature.Environment;
import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * A client of one async call, whose total timeout has run since this was made: the call may have to wait for a thread.
 */
final class LateClient implements ModelClient {

    private final ModelClient client;
    private final Environment environment;
    private final long beganNanos;

    LateClient(ModelClient client, Environment environment) {
        this.client = client;
        this.environment = environment;
        this.beganNanos = environment.nanoTime();
    }

    @Override
    public <Q extends ModelRequest, R extends ModelReply> R call(
            Operation<Q, R> operation, Q request, CallOptions options) {
        return client.call(operation, request, remaining(options));
    }

    private CallOptions remaining(CallOptions options) {
        Duration total = options.timeouts().total();
        long waited = environment.nanoTime() - beganNanos;
        if (total == null || waited <= 0) {
            return options;
        }
        Duration left = total.minusNanos(waited);
        if (left.isNegative() || left.isZero()) {
            throw GatewayException.of(
                    ErrorKind.DEADLINE,
                    "the call's deadline passed before it got a thread, after " + Durations.text(total)
                            + ": raise asyncCalls, or make asyncQueue smaller");
        }
        return options.toBuilder().timeout(left).build();
    }

    @Override
    public Executor executor() {
        return client.executor();
    }

    @Override
    public ContextPropagation contextPropagation() {
        return client.contextPropagation();
    }
}
