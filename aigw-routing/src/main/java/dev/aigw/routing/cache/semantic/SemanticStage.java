package dev.aigw.routing.cache.semantic;

import dev.aigw.api.CacheDirective;
import dev.aigw.api.ModelReply;
import dev.aigw.api.Operation;
import dev.aigw.api.Route;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.spi.ResultCache;
import dev.aigw.routing.cache.Caches;
import dev.aigw.routing.engine.call.BoundedEmbedder;
import dev.aigw.routing.engine.call.CacheKeys;
import dev.aigw.routing.engine.call.Call;
import dev.aigw.routing.engine.call.CallFacts;
import dev.aigw.routing.engine.call.CompleteReply;
import dev.aigw.routing.engine.call.EngineStage;
import dev.aigw.routing.engine.call.FailureLog;
import dev.aigw.routing.engine.call.Hop;
import dev.aigw.routing.feature.Environment;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers from the stored answer to a question with a similar meaning, or proceeds and stores the reply. Safe for use
 * by many threads.
 */
final class SemanticStage implements EngineStage {

    private static final Logger log = LoggerFactory.getLogger(SemanticStage.class);

    /** How long an embedder that failed or timed out is not called. */
    private static final Duration PAUSE = Duration.ofSeconds(5);

    private final SemanticCache cache;
    private final CacheKeys keys;
    private final Environment environment;
    private final FailureLog storeFailures = new FailureLog(log, "storing in the semantic cache");
    private final FailureLog lookUpFailures = new FailureLog(log, "looking up in the semantic cache");
    private final FailureLog embedderFailures = new FailureLog(log, "the embedder of the semantic cache");
    private volatile @Nullable Instant pausedUntil;

    SemanticStage(SemanticCache cache, Environment environment) {
        this.cache = cache;
        this.keys = new CacheKeys(cache.sharing());
        this.environment = environment;
    }

    @Override
    public ModelReply apply(Hop hop) {
        Call call = hop.call();
        CacheDirective wish = call.options().cache();
        Question question = (wish.read() || wish.store()) && keys.serve(call) ? question(hop) : null;
        float[] vector = question == null ? null : embed(call, question.text());
        if (question == null || vector == null) {
            return hop.proceed(hop.request());
        }
        ResultCache.Key partition = keys.key(hop, question.others(), question.rest());
        if (wish.read()) {
            ModelReply stored = find(call, partition, vector, wish.maxAge());
            if (stored != null) {
                return stored;
            }
        }
        ModelReply reply = hop.proceed(hop.request());
        return wish.store() ? keep(call, partition, vector, reply) : reply;
    }

    private @Nullable Question question(Hop hop) {
        Operation<?, ?> operation = hop.call().operation();
        boolean chat = operation.equals(ChatRequest.CHAT) || operation.equals(ChatRequest.CHAT_STREAM);
        return chat && hop.request() instanceof ChatRequest request ? cache.question(request) : null;
    }

    /** Waits no longer than half of the call's remaining time, so that the other half is left for the model. */
    private float @Nullable [] embed(Call call, String text) {
        Instant until = pausedUntil;
        if (until != null && environment.now().isBefore(until)) {
            return null;
        }
        long budget = Math.min(cache.embedderTimeoutNanos(), call.remainingNanos() / 2);
        try {
            return BoundedEmbedder.await(
                            cache.embedder()
                                    .start(List.of(text), call.propagation().capture()),
                            budget,
                            call.cancellation())
                    .get(0);
        } catch (BoundedEmbedder.Unavailable e) {
            if (!e.isTimeout() || budget == cache.embedderTimeoutNanos()) { // otherwise the call had little time
                pausedUntil = environment.now().plus(PAUSE);
            }
            embedderFailures.failed(new IllegalStateException(e.getMessage(), e));
            call.checkAlive();
            return null;
        }
    }

    private @Nullable ModelReply find(
            Call call, ResultCache.Key partition, float[] vector, @Nullable Duration maxAge) {
        Duration age = maxAge == null || maxAge.compareTo(cache.timeToLive()) > 0 ? cache.timeToLive() : maxAge;
        Instant notBefore = environment.now().minus(age);
        SemanticStore.Match match;
        try {
            match = cache.store().nearest(partition, vector, notBefore);
        } catch (RuntimeException e) {
            lookUpFailures.failed(e);
            return null;
        }
        if (match == null || match.similarity() < cache.threshold()) {
            cache.missed();
            return null;
        }
        cache.hit();
        call.put(CallFacts.SOURCE, Route.Source.CACHE);
        call.warn(String.format(Locale.ROOT, "answered from the semantic cache, similarity %.3f", match.similarity()));
        return match.entry().reply() instanceof ChatResponse response
                        && call.operation().equals(ChatRequest.CHAT_STREAM)
                ? ChatStream.replay(response)
                : match.entry().reply();
    }

    private ModelReply keep(Call call, ResultCache.Key partition, float[] vector, ModelReply reply) {
        if (reply instanceof ChatStream stream) {
            return Caches.recorded(stream, cache.maximumRecordedChars(), response -> {
                if (isOfModel(call, partition.model())) {
                    store(partition, vector, response);
                }
            });
        }
        if (reply instanceof ChatResponse response && isOfModel(call, partition.model())) {
            store(partition, vector, response);
        }
        return reply;
    }

    private static boolean isOfModel(Call call, String model) {
        Route.Source source = call.get(CallFacts.SOURCE);
        return (source == null || source == Route.Source.MODEL)
                && call.model().equals(model)
                && call.get(CallFacts.LESS_SENT) == null;
    }

    private void store(ResultCache.Key partition, float[] vector, ChatResponse response) {
        if (!CompleteReply.is(response, false)) {
            return;
        }
        ResultCache.Entry entry = new ResultCache.Entry(response.withRoute(Route.NONE), environment.now());
        try {
            cache.store().put(partition, vector, entry, cache.timeToLive());
        } catch (RuntimeException e) {
            storeFailures.failed(e);
        }
    }
}
