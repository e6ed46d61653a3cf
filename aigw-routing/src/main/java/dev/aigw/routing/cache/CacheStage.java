package dev.aigw.routing.cache;

import dev.aigw.api.CacheDirective;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.Operation;
import dev.aigw.api.Route;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.spi.ResultCache;
import dev.aigw.routing.engine.call.CacheKeys;
import dev.aigw.routing.engine.call.Call;
import dev.aigw.routing.engine.call.CallFacts;
import dev.aigw.routing.engine.call.CompleteReply;
import dev.aigw.routing.engine.call.EngineStage;
import dev.aigw.routing.engine.call.FailureLog;
import dev.aigw.routing.engine.call.Hop;
import dev.aigw.routing.engine.pool.StaleReplies;
import dev.aigw.routing.feature.Environment;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers from the cache, or proceeds and stores the reply. A failure of the cache counts as a miss.
 *
 * <p>Safe for use by many threads.
 */
final class CacheStage implements EngineStage {

    private static final Logger log = LoggerFactory.getLogger(CacheStage.class);

    private final ResultCache cache;
    private final CacheKeys keys;
    private final CachePolicy policy;
    private final Environment environment;
    private final Refresher refresher;
    private final FailureLog lookUpFailures = new FailureLog(log, "looking up in the result cache");
    private final FailureLog storeFailures = new FailureLog(log, "storing in the result cache");

    CacheStage(ResultCache cache, CacheKeys keys, CachePolicy policy, Environment environment) {
        this.cache = cache;
        this.keys = keys;
        this.policy = policy;
        this.environment = environment;
        this.refresher = new Refresher(this::store);
    }

    @Override
    public ModelReply apply(Hop hop) {
        Call call = hop.call();
        CacheDirective wish = call.options().cache();
        if (!call.operation().cacheable() || (!wish.read() && !wish.store()) || !keys.serve(call)) {
            return hop.proceed(hop.request());
        }
        if (EmbeddingBatch.is(hop)) {
            return new EmbeddingBatch(this, keys).apply(hop, wish);
        }
        ResultCache.Key key = keys.key(hop);
        if (wish.read()) {
            ModelReply stored = find(key, wish.maxAge(), call.operation(), false);
            if (stored == null && wish.staleWhileRevalidate() != null) {
                stored = find(key, shorter(wish.staleWhileRevalidate(), wish.maxAge()), call.operation(), true);
                if (stored != null) {
                    call.warn("the answer is past its time to live, and is being refreshed");
                    refresher.refresh(hop, key);
                }
            }
            if (stored != null) {
                call.put(CallFacts.SOURCE, Route.Source.CACHE);
                return stored;
            }
        }
        StaleReplies stale = call.get(StaleReplies.KEY);
        if (stale == null && wish.staleIfError() != null) {
            stale = new StaleReplies();
            call.put(StaleReplies.KEY, stale);
        }
        if (stale != null) {
            stale.offer(call.currentModel(), maxAge -> find(key, maxAge, call.operation(), true));
        }
        ModelReply reply = stale == null || wish.staleIfError() == null
                ? hop.proceed(hop.request())
                : proceedOrStale(hop, stale, wish.staleIfError());
        return wish.store() && isOfModel(call, key.model()) ? keep(call, key, reply) : reply;
    }

    private static ModelReply proceedOrStale(Hop hop, StaleReplies stale, Duration age) {
        Call call = hop.call();
        try {
            return hop.proceed(hop.request());
        } catch (GatewayException e) {
            boolean goesOn = call.get(CallFacts.MORE_STEPS) != null && e.kind() != ErrorKind.DEADLINE;
            StaleReplies.Found stored = goesOn || !isModelsFault(e.kind()) ? null : stale.find(age);
            if (stored == null) {
                throw e;
            }
            call.switchTo(stored.model()); // the reply is this model's, whichever fallback was tried last
            call.put(CallFacts.SOURCE, Route.Source.DEGRADED);
            call.warn("no model could answer, so a stored reply was used; the last failure was " + e.kind() + ": "
                    + e.getMessage());
            return stored.reply();
        }
    }

    /** Returns whether a failure says nothing about the request or its caller, so that an old answer is still valid. */
    private static boolean isModelsFault(ErrorKind kind) {
        return switch (kind) {
            case RATE_LIMITED,
                    QUOTA_EXHAUSTED,
                    OVERLOADED,
                    SERVER_ERROR,
                    CONNECTION,
                    TIMEOUT,
                    DEADLINE,
                    AUTHENTICATION,
                    PERMISSION,
                    NOT_FOUND,
                    MALFORMED_RESPONSE,
                    STREAM_INTERRUPTED,
                    LIMIT_EXCEEDED,
                    BUDGET_EXCEEDED,
                    NO_ROUTE -> true;
            case CONTEXT_TOO_LONG,
                    PAYLOAD_TOO_LARGE,
                    UNSUPPORTED,
                    CONTENT_FILTERED,
                    INVALID_REQUEST,
                    UNCONFIRMED,
                    CANCELLED,
                    UNAUTHENTICATED,
                    DENIED,
                    GUARD_REJECTED,
                    INTERNAL,
                    UNKNOWN_MODEL,
                    ROUTER_CLOSED -> false;
        };
    }

    private static Duration shorter(Duration one, @Nullable Duration other) {
        return other == null || one.compareTo(other) < 0 ? one : other;
    }

    /**
     * Returns the stored reply in the form of the operation, or null.
     *
     * @param stale whether its time to live may be over
     */
    @Nullable
    ModelReply find(ResultCache.Key key, @Nullable Duration maxAge, Operation<?, ?> operation, boolean stale) {
        ResultCache.Entry entry;
        try {
            entry = stale ? cache.getStale(key) : cache.get(key);
        } catch (RuntimeException e) {
            lookUpFailures.failed(e);
            return null;
        }
        return entry == null ? null : reply(entry, maxAge, operation);
    }

    /** Returns the replies stored under {@code keys}, in the form of the operation. */
    Map<ResultCache.Key, ModelReply> findAll(
            Collection<ResultCache.Key> keys, @Nullable Duration maxAge, Operation<?, ?> operation) {
        Map<ResultCache.Key, ResultCache.Entry> entries;
        try {
            entries = cache.getAll(keys);
        } catch (RuntimeException e) {
            lookUpFailures.failed(e);
            return Map.of();
        }
        Map<ResultCache.Key, ModelReply> found = new HashMap<>();
        entries.forEach((key, entry) -> {
            ModelReply reply = reply(entry, maxAge, operation);
            if (reply != null) {
                found.put(key, reply);
            }
        });
        return found;
    }

    private @Nullable ModelReply reply(ResultCache.Entry entry, @Nullable Duration maxAge, Operation<?, ?> operation) {
        if (!isYoungerThan(maxAge, entry.storedAt())) {
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
     * Returns whether a deployment of {@code model} answered this call, and was sent all of it. A fallback's reply is
     * not the primary's, and a shared reply is stored by the call that made it.
     */
    static boolean isOfModel(Call call, String model) {
        Route.Source source = call.get(CallFacts.SOURCE);
        return (source == null || source == Route.Source.MODEL)
                && call.model().equals(model)
                && call.get(CallFacts.LESS_SENT) == null;
    }

    private ModelReply keep(Call call, ResultCache.Key key, ModelReply reply) {
        if (reply instanceof ChatStream stream) {
            return Caches.recorded(stream, policy.maximumRecordedChars(), response -> {
                if (isOfModel(call, key.model())) { // a fallback may have taken the stream over
                    store(key, response);
                }
            });
        }
        if (!(reply instanceof AutoCloseable)) {
            store(key, reply);
        }
        return reply;
    }

    void store(ResultCache.Key key, ModelReply reply) {
        if (!CompleteReply.is(reply, policy.cacheToolCalls())) {
            return;
        }
        try {
            cache.put(key, new ResultCache.Entry(reply.withRoute(Route.NONE), environment.now()));
        } catch (RuntimeException e) {
            storeFailures.failed(e);
        }
    }
}
