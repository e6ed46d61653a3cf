package dev.aigw.routing.engine.batch;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Cancellation;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Route;
import dev.aigw.api.Timeouts;
import dev.aigw.api.batch.BatchClient;
import dev.aigw.api.batch.BatchHandle;
import dev.aigw.api.batch.BatchPart;
import dev.aigw.api.batch.BatchPolling;
import dev.aigw.api.batch.BatchRequest;
import dev.aigw.api.batch.BatchResults;
import dev.aigw.api.batch.BatchStatus;
import dev.aigw.api.batch.BatchSubmitted;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.BatchSupport;
import dev.aigw.api.spi.TokenMeter;
import dev.aigw.routing.engine.call.BatchReplies;
import dev.aigw.routing.engine.call.CallerModels;
import dev.aigw.routing.engine.call.OpenSettlements;
import dev.aigw.routing.engine.pool.DeploymentRegistry;
import dev.aigw.routing.engine.pool.LiveDeployment;
import dev.aigw.routing.engine.pool.Model;
import dev.aigw.routing.engine.pool.Models;
import dev.aigw.routing.feature.Environment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A router's client for batches. Safe for use by many threads. */
public final class Batches implements BatchClient {

    /** The timeouts of a poll, where the caller sets none: it is small, and repeated. */
    private static final Timeouts POLL = Timeouts.builder()
            .connect(Duration.ofSeconds(10))
            .attempt(Duration.ofMinutes(2))
            .idle(Duration.ofMinutes(1))
            .build();

    private final Environment environment;
    private final BiFunction<BatchRequest, CallOptions, BatchSubmitted> submission;
    private final Supplier<Models> models;
    private final CallerModels callerModels;
    private final DeploymentRegistry registry;
    private final BatchMeter meter;
    private final OpenSettlements open;
    private final BatchReplies replies;
    private final Set<BatchWait> waiting = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /**
     * Creates a client.
     *
     * @param submission makes the call that submits a batch
     * @param models the present routing table
     * @param callerModels what gives callers their models
     * @param meter records the results, or null
     * @param open what waits for them
     * @param replies checks the replies
     */
    public Batches(
            Environment environment,
            BiFunction<BatchRequest, CallOptions, BatchSubmitted> submission,
            Supplier<Models> models,
            CallerModels callerModels,
            DeploymentRegistry registry,
            @Nullable TokenMeter meter,
            OpenSettlements open,
            BatchReplies replies) {
        this.environment = environment;
        this.submission = submission;
        this.models = models;
        this.callerModels = callerModels;
        this.registry = registry;
        this.meter = new BatchMeter(meter, open);
        this.open = open;
        this.replies = replies;
    }

    @Override
    public BatchHandle submit(BatchRequest request, CallOptions options) {
        BatchSubmitted submitted = submission.apply(request, options);
        Route route = submitted.route();
        BatchHandle.Builder handle = BatchHandle.builder()
                .id(route.callId())
                .deployment(Objects.requireNonNull(route.deployment(), "deployment"))
                .model(route.model())
                .operation(request.itemOperation().name())
                .submitted(environment.now())
                .caller(options.caller())
                .tags(options.tags())
                .warnings(route.warnings());
        submitted.parts().forEach(handle::part);
        return handle.build();
    }

    @Override
    public BatchStatus status(BatchHandle handle, CallOptions options) {
        Place place = place(handle, options);
        return place.statuses().stream().reduce(BatchStatus::plus).orElseThrow();
    }

    @Override
    public BatchResults results(BatchHandle handle, CallOptions options) {
        CallOptions unending = options.timeouts().total() == null
                ? options
                : options.toBuilder().timeouts(withoutTotal(options.timeouts())).build();
        Place place = place(handle, unending);
        List<BatchStatus> statuses = place.statuses();
        for (BatchStatus status : statuses) {
            if (!status.hasEnded()) {
                throw place.failure(
                        ErrorKind.INVALID_REQUEST,
                        "the batch " + handle.id() + " has not ended, it is " + status.state()
                                + ": await it before you read its results");
            }
        }
        return new RoutedResults(handle, place, statuses, meter, environment, replies);
    }

    @Override
    public BatchStatus cancel(BatchHandle handle, CallOptions options) {
        Place place = place(handle, options);
        for (BatchPart part : handle.parts()) {
            place.support.cancel(part, place.attempt);
        }
        return status(handle, options);
    }

    @Override
    public BatchStatus await(BatchHandle handle, BatchPolling polling) {
        BatchWait wait = new BatchWait(this, environment, handle, polling, waiting::remove);
        waiting.add(wait);
        return wait.block();
    }

    @Override
    public CompletableFuture<BatchStatus> awaitAsync(BatchHandle handle, BatchPolling polling) {
        BatchWait wait = new BatchWait(this, environment, handle, polling, waiting::remove);
        waiting.add(wait);
        CompletableFuture<BatchStatus> future = wait.start();
        if (closed) {
            wait.close();
        }
        return future;
    }

    /** Ends the waiting for batches, which go on, and charges what is reserved for them. */
    public void close() {
        closed = true;
        waiting.forEach(BatchWait::close);
        open.close();
    }

    private static Timeouts withoutTotal(Timeouts timeouts) {
        Timeouts.Builder parts = Timeouts.builder();
        if (timeouts.connect() != null) {
            parts.connect(timeouts.connect());
        }
        if (timeouts.attempt() != null) {
            parts.attempt(timeouts.attempt());
        }
        if (timeouts.firstEvent() != null) {
            parts.firstEvent(timeouts.firstEvent());
        }
        if (timeouts.idle() != null) {
            parts.idle(timeouts.idle());
        }
        if (timeouts.heartbeats() != null) {
            parts.heartbeats(timeouts.heartbeats());
        }
        return parts.build();
    }

    private Place place(BatchHandle handle, CallOptions options) {
        if (closed) {
            throw closed();
        }
        LiveDeployment deployment = deployment(handle);
        BatchSupport support = deployment.adapter().batches();
        if (support == null) {
            throw GatewayException.of(
                    ErrorKind.NO_ROUTE,
                    "the adapter \"" + deployment.provider() + "\" takes no batches, so the batch " + handle.id()
                            + " was sent by another one: build that adapter with this name");
        }
        Cancellation given = options.cancellation();
        AttemptContext attempt = AttemptContext.builder(deployment.upstreamModel())
                .deployment(deployment.id())
                .credential(deployment.credential())
                .baseUrl(deployment.baseUrl())
                .allowedHosts(deployment.allowedHosts())
                .card(deployment.card())
                .timeouts(options.timeouts().orElse(POLL))
                .cancellation(given == null ? new Cancellation() : given)
                .build();
        return new Place(handle, deployment, support, attempt);
    }

    static GatewayException closed() {
        return GatewayException.of(
                ErrorKind.ROUTER_CLOSED, "the router is closed: build a new one, and use the handle");
    }

    private LiveDeployment deployment(BatchHandle handle) {
        Model declared = models.get().find(handle.model());
        Model model = declared == null ? null : callerModels.of(handle.caller(), declared);
        if (model != null) {
            for (LiveDeployment deployment : model.pool().deployments()) {
                if (deployment.id().equals(handle.deployment())) {
                    return deployment;
                }
            }
        }
        LiveDeployment known = registry.find(handle.deployment());
        if (known == null) {
            throw GatewayException.of(
                    ErrorKind.NO_ROUTE,
                    "the batch " + handle.id() + " is at the deployment \"" + handle.deployment()
                            + "\", which is not declared: declare the model \"" + handle.model()
                            + "\" with it, with the same credential");
        }
        return known;
    }

    /** Where a batch is, and how to reach it. */
    static final class Place {

        private final BatchHandle handle;
        final LiveDeployment deployment;
        final BatchSupport support;
        final AttemptContext attempt;

        Place(BatchHandle handle, LiveDeployment deployment, BatchSupport support, AttemptContext attempt) {
            this.handle = handle;
            this.deployment = deployment;
            this.support = support;
            this.attempt = attempt;
        }

        /** Returns the status of each part. */
        List<BatchStatus> statuses() {
            List<BatchStatus> statuses = new ArrayList<>();
            for (BatchPart part : handle.parts()) {
                statuses.add(support.status(part, attempt));
            }
            return statuses;
        }

        /** Returns a failure with the names of the adapter and the deployment. */
        GatewayException failure(ErrorKind kind, String message) {
            return GatewayException.builder(kind, message)
                    .provider(deployment.provider())
                    .deployment(deployment.id())
                    .build();
        }
    }
}
