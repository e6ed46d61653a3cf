package dev.aigw.routing.cache;

import dev.aigw.api.CacheDirective;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.Route;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.embedding.EmbeddingResponse;
import dev.aigw.api.spi.ResultCache;
import dev.aigw.routing.engine.call.CacheKeys;
import dev.aigw.routing.engine.call.Call;
import dev.aigw.routing.engine.call.CallFacts;
import dev.aigw.routing.engine.call.Hop;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Answers a batch of embeddings text by text: stored ones come from the cache, the others are embedded in one call,
 * each text once, and stored separately. Batches and requests of a single text share entries.
 */
final class EmbeddingBatch {

    private final CacheStage cache;
    private final CacheKeys keys;

    EmbeddingBatch(CacheStage cache, CacheKeys keys) {
        this.cache = cache;
        this.keys = keys;
    }

    static boolean is(Hop hop) {
        return hop.call().operation().equals(EmbeddingRequest.EMBED)
                && hop.request() instanceof EmbeddingRequest request
                && request.inputs().size() > 1;
    }

    ModelReply apply(Hop hop, CacheDirective wish) {
        EmbeddingRequest request = (EmbeddingRequest) hop.request();
        Call call = hop.call();
        String model = call.model();
        Map<String, float[]> vectors = new HashMap<>();
        Map<String, ResultCache.Key> wanted = new LinkedHashMap<>();
        for (String text : request.inputs()) {
            wanted.computeIfAbsent(text, each -> key(hop, request, each));
        }
        Map<ResultCache.Key, ModelReply> stored =
                wish.read() ? cache.findAll(wanted.values(), wish.maxAge(), call.operation()) : Map.of();
        Set<String> missing = new LinkedHashSet<>();
        wanted.forEach((text, key) -> {
            if (stored.get(key) instanceof EmbeddingResponse one && one.size() == 1) {
                vectors.put(text, one.vector(0));
            } else {
                missing.add(text);
            }
        });
        if (missing.isEmpty()) {
            call.put(CallFacts.SOURCE, Route.Source.CACHE);
            return assemble(request, EmbeddingResponse.builder(), vectors);
        }
        boolean whole = missing.size() == request.inputs().size();
        ModelReply reply = hop.proceed(
                whole
                        ? request
                        : request.toBuilder().inputs(List.copyOf(missing)).build());
        if (!call.model().equals(model) && !vectors.isEmpty()) {
            return hop.proceed(
                    request); // vectors of two models must not be mixed: all of them come from the substitute
        }
        if (!(reply instanceof EmbeddingResponse fresh)) {
            return reply;
        }
        add(missing, fresh, vectors);
        if (wish.store() && CacheStage.isOfModel(call, model)) {
            for (String text : missing) {
                cache.store(
                        Objects.requireNonNull(wanted.get(text)),
                        single(fresh, vectors.getOrDefault(text, new float[0])));
            }
        }
        return whole
                ? reply
                : assemble(
                        request,
                        EmbeddingResponse.builder().model(fresh.model()).usage(fresh.usage()),
                        vectors);
    }

    private ResultCache.Key key(Hop hop, EmbeddingRequest request, String text) {
        return keys.key(hop, request.toBuilder().inputs(List.of(text)).build());
    }

    private static void add(Set<String> texts, EmbeddingResponse fresh, Map<String, float[]> vectors) {
        if (fresh.size() != texts.size()) {
            throw GatewayException.of(
                    ErrorKind.MALFORMED_RESPONSE,
                    texts.size() + " texts were embedded to " + fresh.size() + " vectors: the model has left some out");
        }
        int index = 0;
        for (String text : texts) {
            vectors.put(text, fresh.vector(index++));
        }
    }

    private static EmbeddingResponse single(EmbeddingResponse batch, float[] vector) {
        return EmbeddingResponse.builder()
                .model(batch.model())
                .embedding(vector)
                .usage(TokenUsage.NONE)
                .build();
    }

    private static EmbeddingResponse assemble(
            EmbeddingRequest request, EmbeddingResponse.Builder response, Map<String, float[]> vectors) {
        List<float[]> ordered = new ArrayList<>(request.inputs().size());
        for (String text : request.inputs()) {
            ordered.add(vectors.getOrDefault(text, new float[0]));
        }
        return response.embeddings(ordered).build();
    }
}
