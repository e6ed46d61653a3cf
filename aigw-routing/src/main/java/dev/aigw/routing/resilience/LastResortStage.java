package dev.aigw.routing.resilience;

import dev.aigw.api.CacheDirective;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.Route;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.routing.deployment.LastResort;
import dev.aigw.routing.engine.call.Call;
import dev.aigw.routing.engine.call.CallFacts;
import dev.aigw.routing.engine.call.EngineStage;
import dev.aigw.routing.engine.call.Hop;
import dev.aigw.routing.engine.pool.Model;
import dev.aigw.routing.engine.pool.StaleReplies;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Answers with the model's last resort when every model has failed. Runs outside the cache and the joining of identical
 * calls, so that its replies are neither stored nor shared: each joined call has its own.
 */
final class LastResortStage implements EngineStage {

    @Override
    public boolean concerns(Call call) {
        return call.currentModel().lastResort() != null;
    }

    @Override
    public ModelReply apply(Hop hop) {
        Call call = hop.call();
        Model model = call.currentModel();
        LastResort lastResort = Objects.requireNonNull(model.lastResort(), "lastResort");
        if (lastResort.readsCache()) {
            call.put(StaleReplies.KEY, new StaleReplies());
        }
        try {
            return hop.proceed(hop.request());
        } catch (GatewayException e) {
            ModelReply reply = isCurable(call, e) ? answer(lastResort, call, hop.request(), e) : null;
            if (reply == null) {
                throw e;
            }
            call.switchTo(model);
            call.put(CallFacts.SOURCE, Route.Source.DEGRADED);
            call.warn("the last resort of model \"" + model.name() + "\" answered; the last failure was " + e.kind()
                    + ": " + e.getMessage());
            return reply;
        }
    }

    private static boolean isCurable(Call call, GatewayException failure) {
        boolean timeIsUp = failure.kind() == ErrorKind.DEADLINE;
        return (timeIsUp
                        || FailureRule.of(failure, call.currentModel().failures())
                                .fallback())
                && !call.cancellation().isCancelled();
    }

    private static @Nullable ModelReply answer(
            LastResort lastResort, Call call, ModelRequest request, GatewayException failure) {
        for (LastResort.Option option : lastResort.options(failure.kind())) {
            try {
                ModelReply given = option.answer() == null
                        ? stale(call, option.staleFor())
                        : option.answer().answer(call, request, failure);
                ModelReply reply = promised(call.operation(), given);
                if (reply != null) {
                    return reply;
                }
            } catch (RuntimeException e) {
                failure.addSuppressed(e);
            }
        }
        return null;
    }

    private static @Nullable ModelReply stale(Call call, @Nullable Duration maxAge) {
        StaleReplies stale = call.get(StaleReplies.KEY);
        CacheDirective wish = call.options().cache();
        if (stale == null || maxAge == null || !wish.read()) {
            return null;
        }
        Duration own = wish.maxAge();
        StaleReplies.Found found = stale.find(own == null || maxAge.compareTo(own) < 0 ? maxAge : own);
        return found == null ? null : found.reply();
    }

    /** Returns the reply in the form of the operation; null if it is of another type. */
    private static @Nullable ModelReply promised(Operation<?, ?> operation, @Nullable ModelReply reply) {
        if (operation.replyType().isInstance(reply)) {
            return reply;
        }
        return reply instanceof ChatResponse response && operation.replyType() == ChatStream.class
                ? ChatStream.replay(response)
                : null;
    }
}
