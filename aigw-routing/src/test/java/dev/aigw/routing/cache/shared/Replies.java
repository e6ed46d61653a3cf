package dev.aigw.routing.cache.shared;

import dev.aigw.api.JsonMapper;
import dev.aigw.api.ModelReply;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.audio.SpeechResponse;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.Citation;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.Logprobs;
import dev.aigw.api.chat.Media;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.embedding.EmbeddingResponse;
import dev.aigw.api.inference.DataType;
import dev.aigw.api.inference.InferenceResponse;
import dev.aigw.api.inference.Tensor;
import dev.aigw.api.moderation.ModerationResponse;
import dev.aigw.api.predict.PredictResponse;
import dev.aigw.api.rerank.RerankResponse;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;
import org.jspecify.annotations.Nullable;

/** Arbitrary replies of every kind that is cached, made of whatever the api can build. */
final class Replies {

    /** How deep plain values nest. Bounded: a value that nests at random may never end. */
    private static final int DEPTH = 3;

    private Replies() {}

    static Arbitrary<ModelReply> all() {
        return Arbitraries.oneOf(
                chats().map(ModelReply.class::cast),
                embeddings().map(ModelReply.class::cast),
                rankings().map(ModelReply.class::cast),
                verdicts().map(ModelReply.class::cast),
                inferences().map(ModelReply.class::cast),
                predictions().map(ModelReply.class::cast),
                speeches().map(ModelReply.class::cast));
    }

    /** Any text, halves of surrogate pairs included. */
    static Arbitrary<String> texts() {
        return Arbitraries.strings().all().ofMaxLength(20);
    }

    private static Arbitrary<@Nullable String> maybe() {
        return texts().injectNull(0.3);
    }

    /** A leaf, or lists and maps of leaves, {@link #DEPTH} deep at most. */
    static Arbitrary<@Nullable Object> plain() {
        return plain(DEPTH);
    }

    /** Objects that come back equal from JSON, whose numbers have no class. */
    static Arbitrary<Map<String, Object>> json() {
        Arbitrary<@Nullable Object> leaf = Arbitraries.oneOf(
                texts().map(x -> (Object) x),
                Arbitraries.integers().map(x -> (Object) x),
                Arbitraries.longs().greaterOrEqual(1L << 40).map(x -> (Object) x),
                Arbitraries.doubles().map(x -> (Object) x),
                Arbitraries.of(true, false, new BigInteger("-123456789012345678901234567890")),
                Arbitraries.just(null));
        return maps(texts(), nested(leaf, DEPTH - 1), 3);
    }

    private static Arbitrary<@Nullable Object> plain(int depth) {
        return nested(
                Arbitraries.oneOf(
                        texts().map(x -> (Object) x),
                        Arbitraries.integers().map(x -> (Object) x),
                        Arbitraries.longs().map(x -> (Object) x),
                        Arbitraries.shorts().map(x -> (Object) x),
                        Arbitraries.bytes().map(x -> (Object) x),
                        Arbitraries.doubles().map(x -> (Object) x),
                        Arbitraries.floats().map(x -> (Object) x),
                        Arbitraries.of(
                                true,
                                false,
                                Double.NaN,
                                Float.NEGATIVE_INFINITY,
                                -0.0,
                                new BigInteger("-123456789012345678901234567890"),
                                new BigDecimal("1.230E+40"),
                                new BigDecimal("0.00")),
                        Arbitraries.just(null)),
                depth);
    }

    private static Arbitrary<@Nullable Object> nested(Arbitrary<@Nullable Object> leaf, int depth) {
        return depth == 0
                ? leaf
                : Arbitraries.oneOf(
                        leaf,
                        leaf,
                        nested(leaf, depth - 1).list().ofMaxSize(3).map(x -> (Object) new ArrayList<>(x)),
                        maps(texts(), nested(leaf, depth - 1), 3).map(x -> (Object) x));
    }

    static Arbitrary<Map<String, Object>> maps() {
        return maps(texts(), plain(DEPTH - 1), 3);
    }

    /**
     * Maps of up to this many entries; of equal keys the last one counts. Unlike jqwik's own maps, these never search
     * for keys that differ, and they don't generate their values anew whenever the map is looked at, which takes
     * forever where maps contain maps.
     */
    private static <K, V extends @Nullable Object> Arbitrary<Map<K, V>> maps(
            Arbitrary<K> keys, Arbitrary<V> values, int maxSize) {
        return Combinators.combine(keys, values)
                .as((key, value) -> new SimpleImmutableEntry<K, V>(key, value))
                .list()
                .ofMaxSize(maxSize)
                .map(entries -> {
                    Map<K, V> map = new LinkedHashMap<>();
                    entries.forEach(entry -> map.put(entry.getKey(), entry.getValue()));
                    return map;
                });
    }

    static Arbitrary<TokenUsage> usages() {
        Arbitrary<TokenUsage> some = Combinators.combine(
                        maps(
                                Arbitraries.of(TokenUsage.Bucket.class),
                                Arbitraries.longs().greaterOrEqual(0),
                                TokenUsage.Bucket.values().length),
                        maps(Arbitraries.of("web_search", "code"), Arbitraries.longs(), 2),
                        Arbitraries.of(TokenUsage.Provenance.class))
                .as((buckets, tools, provenance) -> {
                    TokenUsage.Builder usage = TokenUsage.builder().provenance(provenance);
                    buckets.forEach(usage::set);
                    tools.forEach(usage::serverTool);
                    return usage.build();
                });
        return Arbitraries.oneOf(Arbitraries.just(TokenUsage.NONE), some);
    }

    static Arbitrary<Media> media() {
        return Arbitraries.oneOf(
                Combinators.combine(
                                texts(), Arbitraries.bytes().array(byte[].class).ofMaxSize(50))
                        .as(Media::ofBytes),
                texts().map(Media::ofUrl),
                texts().map(Media::ofFileId));
    }

    private static Arbitrary<Citation> citations(Arbitrary<Map<String, Object>> json) {
        Arbitrary<@Nullable Integer> place = Arbitraries.integers().injectNull(0.3);
        return Combinators.combine(texts(), maybe(), maybe(), maybe(), place, place, place, json)
                .as((kind, url, title, words, document, start, end, raw) -> Citation.builder(kind)
                        .url(url)
                        .title(title)
                        .citedText(words)
                        .documentIndex(document)
                        .start(start)
                        .end(end)
                        .raw(raw)
                        .build());
    }

    static Arbitrary<ContentPart> parts() {
        return parts(maps());
    }

    /** Parts whose free-form JSON is made by {@code json}. */
    static Arbitrary<ContentPart> parts(Arbitrary<Map<String, Object>> json) {
        Arbitrary<ContentPart> result = Combinators.combine(
                        texts(), partsWithoutResults(json).list().ofMaxSize(2), Arbitraries.of(true, false))
                .as((id, content, error) -> new ContentPart.ToolResult(id, content, error));
        return Arbitraries.frequencyOf(Tuple.of(10, partsWithoutResults(json)), Tuple.of(1, result));
    }

    private static Arbitrary<ContentPart> partsWithoutResults(Arbitrary<Map<String, Object>> json) {
        Arbitrary<Boolean> truth = Arbitraries.of(true, false);
        return Arbitraries.oneOf(
                Combinators.combine(texts(), citations(json).list().ofMaxSize(2))
                        .as((text, citations) -> (ContentPart) new ContentPart.Text(text, citations)),
                Combinators.combine(texts(), texts(), texts(), maybe(), maybe())
                        .as((id, name, arguments, signature, origin) ->
                                (ContentPart) new ToolCall(id, name, arguments, signature, origin)),
                Combinators.combine(maybe(), maybe(), maybe(), maybe(), maybe())
                        .as((text, summary, signature, encrypted, origin) ->
                                (ContentPart) new ContentPart.Reasoning(text, summary, signature, encrypted, origin)),
                texts().map(text -> (ContentPart) new ContentPart.Refusal(text)),
                Arbitraries.longs().between(0, 1L << 50).map(nanos ->
                        (ContentPart) new ContentPart.CacheHint(Duration.ofNanos(nanos))),
                Combinators.combine(texts(), json)
                        .as((provider, part) -> (ContentPart) new ContentPart.Raw(provider, part)),
                Combinators.combine(media(), maybe())
                        .as((media, detail) -> (ContentPart) new ContentPart.Image(media, detail)),
                media().map(media -> (ContentPart) new ContentPart.Audio(media)),
                media().map(media -> (ContentPart) new ContentPart.Video(media)),
                Combinators.combine(media(), maybe(), truth)
                        .as((media, title, cited) -> (ContentPart) new ContentPart.Document(media, title, cited)));
    }

    private static Arbitrary<Logprobs> logprobs() {
        Arbitrary<Logprobs.Token> rival = Combinators.combine(texts(), Arbitraries.doubles())
                .as((text, logprob) -> new Logprobs.Token(text, logprob, List.of()));
        return Combinators.combine(texts(), Arbitraries.doubles(), rival.list().ofMaxSize(2))
                .as(Logprobs.Token::new)
                .list()
                .ofMaxSize(3)
                .map(Logprobs::new);
    }

    static Arbitrary<ChatResponse> chats() {
        return chats(maps());
    }

    /** Chats whose free-form JSON is made by {@code json}. */
    static Arbitrary<ChatResponse> chats(Arbitrary<Map<String, Object>> json) {
        Arbitrary<FinishReason> reasons = Combinators.combine(Arbitraries.of(FinishReason.Kind.class), texts())
                .as(FinishReason::of);
        return Combinators.combine(
                        maybe(),
                        parts(json).list().ofMaxSize(3),
                        reasons,
                        usages(),
                        logprobs().injectNull(0.5),
                        maybe(),
                        texts().list().ofMaxSize(2),
                        json)
                .as((id, parts, reason, usage, logprobs, tier, warnings, extra) -> {
                    ChatResponse.Builder chat = ChatResponse.builder()
                            .id(id)
                            .model(id)
                            .parts(parts)
                            .finishReason(reason)
                            .usage(usage)
                            .logprobs(logprobs)
                            .serviceTier(tier);
                    warnings.forEach(chat::warning);
                    extra.forEach(chat::extra);
                    return chat.build();
                });
    }

    static Arbitrary<EmbeddingResponse> embeddings() {
        return Combinators.combine(
                        maybe(),
                        Arbitraries.floats()
                                .array(float[].class)
                                .ofMaxSize(20)
                                .list()
                                .ofMaxSize(3),
                        usages())
                .as((model, vectors, usage) -> EmbeddingResponse.builder()
                        .model(model)
                        .embeddings(vectors)
                        .usage(usage)
                        .build());
    }

    static Arbitrary<RerankResponse> rankings() {
        Arbitrary<RerankResponse.Result> result = Combinators.combine(Arbitraries.integers(), Arbitraries.doubles())
                .as(RerankResponse.Result::new);
        return Combinators.combine(maybe(), maybe(), result.list().ofMaxSize(3), usages(), maps())
                .as((id, model, results, usage, extra) -> {
                    RerankResponse.Builder rerank = RerankResponse.builder()
                            .id(id)
                            .model(model)
                            .results(results)
                            .usage(usage);
                    extra.forEach(rerank::extra);
                    return rerank.build();
                });
    }

    static Arbitrary<ModerationResponse> verdicts() {
        Arbitrary<ModerationResponse.Verdict> verdict = Combinators.combine(
                        Arbitraries.of(true, false),
                        maps(texts(), Arbitraries.of(true, false), 3),
                        maps(texts(), Arbitraries.doubles(), 3))
                .as(ModerationResponse.Verdict::new);
        return Combinators.combine(maybe(), maybe(), verdict.list().ofMaxSize(3), usages(), maps())
                .as((id, model, results, usage, extra) -> {
                    ModerationResponse.Builder moderation = ModerationResponse.builder()
                            .id(id)
                            .model(model)
                            .results(results)
                            .usage(usage);
                    extra.forEach(moderation::extra);
                    return moderation.build();
                });
    }

    static Arbitrary<Tensor> tensors() {
        Arbitrary<Tensor> bare = Arbitraries.oneOf(
                Combinators.combine(
                                texts(),
                                Arbitraries.of(DataType.FP16, DataType.FP32),
                                Arbitraries.floats().array(float[].class).ofMaxSize(6))
                        .as((name, datatype, data) -> Tensor.ofFloats(name, datatype, data, 1, data.length)),
                Combinators.combine(
                                texts(),
                                Arbitraries.doubles().array(double[].class).ofMaxSize(6))
                        .as((name, data) -> Tensor.ofDoubles(name, data)),
                Combinators.combine(
                                texts(),
                                Arbitraries.of(DataType.values()).filter(DataType::isInteger),
                                Arbitraries.longs()
                                        .between(0, 127)
                                        .array(long[].class)
                                        .ofMaxSize(6))
                        .as((name, datatype, data) -> Tensor.ofLongs(name, datatype, data)),
                Combinators.combine(
                                texts(),
                                Arbitraries.of(true, false)
                                        .array(Boolean[].class)
                                        .ofMaxSize(6))
                        .as((name, data) ->
                                Tensor.of(name, DataType.BOOL, new long[] {data.length}, List.of((Object[]) data))),
                Combinators.combine(
                                texts(),
                                Arbitraries.bytes()
                                        .array(byte[].class)
                                        .ofMaxSize(6)
                                        .list()
                                        .ofMaxSize(3))
                        .as((name, data) -> Tensor.ofBytes(name, data)));
        return Combinators.combine(bare, maps()).as(Tensor::withParameters);
    }

    static Arbitrary<InferenceResponse> inferences() {
        return Combinators.combine(maybe(), maybe(), maybe(), tensors().list().ofMaxSize(2), maps())
                .as((model, version, id, outputs, parameters) -> {
                    InferenceResponse.Builder inference = InferenceResponse.builder()
                            .modelName(model)
                            .modelVersion(version)
                            .id(id)
                            .outputs(outputs);
                    parameters.forEach(inference::parameter);
                    return inference.build();
                });
    }

    static Arbitrary<PredictResponse> predictions() {
        Arbitrary<PredictResponse> bare = Arbitraries.oneOf(
                plain().map(PredictResponse::of),
                Combinators.combine(plain(), texts())
                        .as((json, text) -> PredictResponse.of(json, text, JsonMapper.installed())));
        return Combinators.combine(bare, usages()).as(PredictResponse::withUsage);
    }

    static Arbitrary<SpeechResponse> speeches() {
        return Combinators.combine(maybe(), media(), usages(), maps()).as((model, audio, usage, extra) -> {
            SpeechResponse.Builder speech =
                    SpeechResponse.builder().model(model).audio(audio).usage(usage);
            extra.forEach(speech::extra);
            return speech.build();
        });
    }
}
