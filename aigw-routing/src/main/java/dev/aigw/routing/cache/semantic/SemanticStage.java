package dev.aigw.routing.cache.semantic;

import dev.aigw.api.CacheDirective;
import dev.aigw.api.ModelReply;
import dev.aigw.api.Operation;
import dev.aigw.api.Route;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.spi.CallContext;
import dev.aigw.api.spi.Chain;
import dev.aigw.api.spi.ResultCache;
import dev.aigw.api.spi.Stage;
import dev.aigw.routing.cache.Caches;
import dev.aigw.routing.engine.call.CallFacts;
import dev.aigw.routing.engine.call.FailureLog;
import dev.aigw.routing.engine.call.Vectors;
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
final class SemanticStage implements Stage {

    private static final Logger log = LoggerFactory.getLogger(SemanticStage.class);

    private final SemanticCache cache;
    private final Environment environment;
    private final FailureLog storeFailures = new FailureLog(log, "storing in the semantic cache");
    private final FailureLog lookUpFailures = new FailureLog(log, "looking up in the semantic cache");
    private final FailureLog embedderFailures = new FailureLog(log, "the embedder of the semantic cache");

    SemanticStage(SemanticCache cache, Environment environment) {
        this.cache = cache;
        this.environment = environment;
    }

    @Override
    public ModelReply apply(Chain chain) {
        CallContext call = chain.call();
        CacheDirective wish = call.options().cache();
        Question question = wish.read() || wish.store() ? question(chain) : null;
        float[] vector = question == null ? null : embed(question.text());
        if (question == null || vector == null) {
            return chain.proceed(chain.request());
        }
        String tenant = cache.shared() ? null : call.options().caller().tenant();
        ResultCache.Key partition = new ResultCache.Key(
                tenant == null ? "" : tenant, ChatRequest.CHAT.name(), call.model(), question.rest(), chain.request());
        if (wish.read()) {
            ModelReply stored = find(call, partition, vector, wish.maxAge());
            if (stored != null) {
                return stored;
            }
        }
        ModelReply reply = chain.proceed(chain.request());
        return wish.store() ? keep(call, partition, vector, reply) : reply;
    }

    private @Nullable Question question(Chain chain) {
        Operation<?, ?> operation = chain.call().operation();
        boolean chat = operation.equals(ChatRequest.CHAT) || operation.equals(ChatRequest.CHAT_STREAM);
        return chat && chain.request() instanceof ChatRequest request ? cache.question(request) : null;
    }

    private float @Nullable [] embed(String text) {
        try {
            List<float[]> vectors = cache.embedder().embed(List.of(text));
            return Vectors.unit(vectors.get(0));
        } catch (RuntimeException e) {
            embedderFailures.failed(e);
            return null;
        }
    }

    private @Nullable ModelReply find(
            CallContext call, ResultCache.Key partition, float[] vector, @Nullable Duration maxAge) {
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

    private ModelReply keep(CallContext call, ResultCache.Key partition, float[] vector, ModelReply reply) {
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

    private static boolean isOfModel(CallContext call, String model) {
        Route.Source source = call.get(CallFacts.SOURCE);
        return (source == null || source == Route.Source.MODEL)
                && call.model().equals(model)
                && call.get(CallFacts.LESS_SENT) == null;
    }

    private void store(ResultCache.Key partition, float[] vector, ChatResponse response) {
        if (response.finishReason().kind() != FinishReason.Kind.STOP
                || response.isEmpty()
                || !response.toolCalls().isEmpty()) {
            return;
        }
        try {
            cache.store()
                    .put(partition, vector, new ResultCache.Entry(response.withRoute(Route.NONE), environment.now()));
        } catch (RuntimeException e) {
            storeFailures.failed(e);
        }
    }
}
