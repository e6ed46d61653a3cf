package dev.aigw.routing.guard;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Cancellation;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.Operation;
import dev.aigw.api.Route;
import dev.aigw.api.batch.BatchHandle;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.routing.feature.Environment;
import java.util.ArrayList;
import java.util.List;

/** One result of a batch. What guards find is in the route of its reply. For one thread. */
final class BatchSubject implements Subject {

    private final BatchHandle handle;
    private final CallOptions options;
    private final Environment environment;
    private final Cancellation cancellation;
    private final List<Route.Verdict> verdicts = new ArrayList<>(0);

    BatchSubject(BatchHandle handle, Environment environment, Cancellation cancellation) {
        this.handle = handle;
        CallOptions.Builder given = CallOptions.builder().caller(handle.caller());
        handle.tags().forEach(given::tag);
        this.options = given.build();
        this.environment = environment;
        this.cancellation = cancellation;
    }

    /** Returns the reply with a route that has the verdicts. */
    ModelReply routed(ModelReply reply) {
        return verdicts.isEmpty() ? reply : reply.withRoute(route(reply.route()));
    }

    /** Returns the failure with a route that has the verdicts. */
    GatewayException routed(GatewayException failure) {
        return failure.toBuilder().route(route(failure.route())).build();
    }

    private Route route(Route route) {
        return route.toBuilder().verdicts(verdicts).build();
    }

    @Override
    public Operation<?, ?> operation() {
        return handle.operation().equals(ChatRequest.CHAT.name()) ? ChatRequest.CHAT : EmbeddingRequest.EMBED;
    }

    @Override
    public CallOptions options() {
        return options;
    }

    @Override
    public String model() {
        return handle.model();
    }

    @Override
    public Environment environment() {
        return environment;
    }

    @Override
    public Cancellation cancellation() {
        return cancellation;
    }

    @Override
    public long remainingNanos() {
        return Long.MAX_VALUE;
    }

    @Override
    public void checkAlive() {
        cancellation.throwIfCancelled();
    }

    @Override
    public void found(Route.Verdict verdict) {
        synchronized (verdicts) { // a guard that only reports does so in its own thread
            verdicts.add(verdict);
        }
    }

    @Override
    public void guardFailed(String guard, GatewayException failure, boolean open) {
        // there is no call to name in an event: the log and the verdicts have it
    }
}
