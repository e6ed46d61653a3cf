package dev.aigw.routing.rollout;

import dev.aigw.api.Cancellation;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.JsonMapper;
import dev.aigw.api.ModelReply;
import dev.aigw.api.Outcome;
import dev.aigw.api.Route;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatEventSource;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.spi.End;
import dev.aigw.api.token.TokenCounter;
import dev.aigw.routing.engine.call.Call;
import dev.aigw.routing.engine.call.CallCost;
import dev.aigw.routing.engine.call.Hop;
import dev.aigw.routing.engine.pool.Model;
import dev.aigw.routing.feature.Environment;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call and its copy: waits for the end of both and notifies the listeners. The copy runs in its own thread, the
 * call in the caller's; the one that ends last starts the comparison, which never runs in the caller's thread.
 */
final class ShadowRun {

    private static final Logger log = LoggerFactory.getLogger(ShadowRun.class);

    private final Shadow shadow;
    private final Hop hop;
    private final Call call;
    private final Environment environment;
    private final CallCost primaryCost;
    private final CallCost copyCost;
    private final Cancellation cancellation = new Cancellation();
    private final CompletableFuture<Void> over = new CompletableFuture<>();
    private volatile @Nullable EventRecorder recorder;
    private volatile @Nullable Call copy;

    private final Object lock = new Object();
    private @Nullable Supplier<Comparison.Side> primarySide;
    private Comparison.@Nullable Side copySide;

    ShadowRun(Shadow shadow, Hop hop, TokenCounter counter) {
        this.shadow = shadow;
        this.hop = hop;
        this.call = hop.call();
        this.environment = call.environment();
        this.primaryCost = new CallCost(counter, environment::now);
        this.copyCost = new CallCost(counter, environment::now);
        call.watchAttempts(primaryCost);
    }

    /** Returns the environment of the call. */
    Environment environment() {
        return environment;
    }

    Shadow shadow() {
        return shadow;
    }

    /** Returns a future that completes once the copy is over. */
    CompletableFuture<Void> over() {
        return over;
    }

    /** Stops the copy. */
    void cancel() {
        cancellation.cancel();
    }

    /** Runs the copy to its end. */
    void copy() {
        long start = environment.nanoTime();
        Comparison.Side side = null;
        try {
            side = send(start);
        } catch (GatewayException e) {
            side = failed(start, e);
        } catch (RuntimeException e) {
            log.error("the copy of a call for shadow {} failed because of a bug", shadow.model(), e);
            side = failed(
                    start,
                    GatewayException.builder(ErrorKind.SERVER_ERROR, "the copy failed because of a bug: " + e)
                            .cause(e)
                            .build());
        } finally {
            shadow.counts().copied(side != null && side.outcome() == Outcome.SUCCESS, copyCost);
            over.complete(null);
        }
        Supplier<Comparison.Side> primary;
        synchronized (lock) {
            copySide = side;
            primary = primarySide;
        }
        if (primary != null && shadow.counts().tryCompare(shadow.maxInFlight())) {
            compare(primary, side);
        }
    }

    private Comparison.Side send(long start) {
        ModelReply reply = hop.proceedAside(
                shadow.sideCall(), hop.request(), shadow.options(call.options(), cancellation), this::begin);
        Duration firstContent = null;
        if (reply instanceof ChatStream stream) {
            try (stream) {
                for (ChatEvent event : stream) {
                    if (firstContent == null && event.isContent()) {
                        firstContent = since(start);
                    }
                }
                reply = stream.response();
            }
        }
        return Comparison.Side.builder(Outcome.SUCCESS)
                .reply(reply)
                .route(route(copy))
                .usage(copyCost.usage())
                .cost(copyCost.cost())
                .duration(since(start))
                .firstContent(firstContent)
                .build();
    }

    private void begin(Call own) {
        copy = own;
        own.watchAttempts(copyCost);
        Model model = own.models().find(shadow.model());
        own.switchTo(Objects.requireNonNull(model, shadow.model())); // checked when the table was built
    }

    private Comparison.Side failed(long start, GatewayException failure) {
        return Comparison.Side.builder(outcome(failure))
                .failure(failure)
                .route(route(copy))
                .usage(copyCost.usage())
                .cost(copyCost.cost())
                .duration(since(start))
                .build();
    }

    private static Outcome outcome(GatewayException failure) {
        return switch (failure.kind()) {
            case CANCELLED, DEADLINE -> Outcome.ABANDONED;
            default -> Outcome.FAILED;
        };
    }

    private static Route route(@Nullable Call of) {
        return of == null ? Route.NONE : of.route();
    }

    private Duration since(long start) {
        return Duration.ofNanos(environment.nanoTime() - start);
    }

    /** Records the call's answer as it streams. */
    ChatEventSource record(ChatEventSource source, JsonMapper mapper) {
        if (!shadow.hasListeners()) {
            return source;
        }
        EventRecorder own = new EventRecorder(source, mapper);
        recorder = own;
        return own;
    }

    /** Notes the end of the call; runs in the thread that ended it. */
    void primaryEnded(End end) {
        if (end.outcome() == Outcome.ABANDONED && shadow.cancelsWithCaller()) {
            cancel();
        }
        if (shadow.hasListeners()) {
            primaryCost.whenSettled(() -> settled(end));
        }
    }

    private void settled(End end) {
        Supplier<Comparison.Side> primary = () -> primarySide(end);
        Comparison.Side other;
        synchronized (lock) {
            primarySide = primary;
            other = copySide;
        }
        if (other != null
                && shadow.counts().tryCompare(shadow.maxInFlight())
                && !ShadowRuns.elsewhere(environment, () -> compare(primary, other))) {
            shadow.counts().compareEnded();
        }
    }

    private Comparison.Side primarySide(End end) {
        EventRecorder streamed = recorder;
        boolean success = end.outcome() == Outcome.SUCCESS;
        return Comparison.Side.builder(end.outcome())
                .reply(!success || streamed == null ? end.reply() : streamed.response())
                .failure(end.failure())
                .route(call.route())
                .usage(primaryCost.usage())
                .cost(primaryCost.cost())
                .duration(Duration.ofNanos(end.durationNanos()))
                .firstContent(end.firstContentNanos() == 0 ? null : Duration.ofNanos(end.firstContentNanos()))
                .build();
    }

    private void compare(Supplier<Comparison.Side> primary, Comparison.Side other) {
        try {
            shadow.notifyListeners(new Comparison(call.operation(), hop.request(), primary.get(), other));
        } finally {
            shadow.counts().compareEnded();
        }
    }
}
