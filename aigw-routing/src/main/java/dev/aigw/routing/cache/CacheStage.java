package dev.aigw.routing.cache;

import dev.aigw.api.CacheDirective;
import dev.aigw.api.ModelReply;
import dev.aigw.api.Operation;
import dev.aigw.api.Route;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.spi.CallContext;
import dev.aigw.api.spi.Chain;
import dev.aigw.api.spi.ResultCache;
import dev.aigw.api.spi.Stage;
import dev.aigw.routing.pipeline.CallFacts;
import dev.aigw.routing.pipeline.Environment;
import dev.aigw.routing.target.StaleReplies;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers from the cache, or goes on and stores what comes back. A cache that fails is a cache that has nothing.
 *
 * <p>Safe for use by many threads.
 */
final class CacheStage implements Stage {

    private static final Logger log = LoggerFactory.getLogger(CacheStage.class);

    private final ResultCache cache;
    private final CacheKeys keys;
    private final CachePolicy policy;
    private final Environment environment;

    CacheStage(ResultCache cache, CacheKeys keys, CachePolicy policy, Environment environment) {
        this.cache = cache;
        this.keys = keys;
        this.policy = policy;
        this.environment = environment;
    }

    @Override
    public ModelReply apply(Chain chain) {
        CallContext call = chain.call();
        CacheDirective wish = call.options().cache();
        if (!call.operation().cacheable() || (!wish.read() && !wish.store())) {
            return chain.proceed(chain.request());
        }
        ResultCache.Key key = keys.key(chain);
        if (wish.read()) {
            ModelReply stored = find(key, wish.maxAge(), call.operation(), false);
            if (stored != null) {
                call.put(CallFacts.SOURCE, Route.Source.CACHE);
                return stored;
            }
        }
        StaleReplies stale = wish.read() ? call.get(StaleReplies.KEY) : null;
        if (stale != null) {
            stale.offer(maxAge -> find(key, shorter(maxAge, wish.maxAge()), call.operation(), true));
        }
        ModelReply reply = chain.proceed(chain.request());
        return wish.store() && isOfModel(call, key.model()) ? keep(call, key, reply) : reply;
    }

    private static Duration shorter(Duration one, @Nullable Duration other) {
        return other == null || one.compareTo(other) < 0 ? one : other;
    }

    /**
     * Returns the stored reply in the form the operation promises, or null.
     *
     * @param stale whether its time to live may be over
     */
    private @Nullable ModelReply find(
            ResultCache.Key key, @Nullable Duration maxAge, Operation<?, ?> operation, boolean stale) {
        ResultCache.Entry entry;
        try {
            entry = stale ? cache.getStale(key) : cache.get(key);
        } catch (RuntimeException e) {
            log.warn("the result cache failed to look up; the call goes on without it", e);
            return null;
        }
        if (entry == null || !isYoungerThan(maxAge, entry.storedAt())) {
            return null;
        }
        ModelReply reply = entry.reply();
        if (operation.replyType().isInstance(reply)) {
            return reply;
        }
        return reply instanceof ChatResponse response && operation.replyType() == ChatStream.class
                ? ChatStream.replay(response)
                : null;
    }

    private boolean isYoungerThan(@Nullable Duration maxAge, Instant storedAt) {
        return maxAge == null || Duration.between(storedAt, environment.now()).compareTo(maxAge) < 0;
    }

    /**
     * Returns whether a deployment of {@code model} answered this very call: a fallback's reply is not the primary's,
     * and one that was shared is stored by the call that brought it.
     */
    private static boolean isOfModel(CallContext call, String model) {
        Route.Source source = call.get(CallFacts.SOURCE);
        return (source == null || source == Route.Source.MODEL) && call.model().equals(model);
    }

    private ModelReply keep(CallContext call, ResultCache.Key key, ModelReply reply) {
        if (reply instanceof ChatStream stream) {
            return stream.map(source ->
                    new RecordingSource(source, stream.mapper(), policy.maximumRecordedChars(), response -> {
                        if (isOfModel(call, key.model())) { // a fallback may have taken the stream over
                            store(key, response);
                        }
                    }));
        }
        if (!(reply instanceof AutoCloseable)) {
            store(key, reply);
        }
        return reply;
    }

    private void store(ResultCache.Key key, ModelReply reply) {
        if (reply instanceof ChatResponse response && !isComplete(response)) {
            return;
        }
        try {
            cache.put(key, new ResultCache.Entry(reply.withRoute(Route.NONE), environment.now()));
        } catch (RuntimeException e) {
            log.warn("the result cache failed to store; the call goes on without it", e);
        }
    }

    private boolean isComplete(ChatResponse response) {
        boolean asksForTools = !response.toolCalls().isEmpty();
        return switch (response.finishReason().kind()) {
            case STOP -> !asksForTools || policy.cacheToolCalls();
            case TOOL_CALLS -> policy.cacheToolCalls();
            default -> false;
        };
    }
}
