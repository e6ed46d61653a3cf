package dev.aigw.providers.kit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.rerank.RerankRequest;
import dev.aigw.api.rerank.RerankResponse;
import dev.aigw.providers.http.HttpReply;
import dev.aigw.providers.json.Counts;
import dev.aigw.providers.json.Json;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes rerank requests and reads their replies, in the common protocol of Cohere, Jina and servers compatible with
 * them: {@code query}, {@code documents} and {@code top_n}, answered by {@code results} of {@code index} and
 * {@code relevance_score}.
 */
public final class RerankCodec {

    private RerankCodec() {}

    /** Returns the body of a request to {@code model}. */
    public static Map<String, @Nullable Object> encode(RerankRequest request, String model) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        if (request.topN() != null) {
            body.put("top_n", request.topN());
        }
        body.putAll(Extra.of(request.extra()));
        body.put("model", model);
        body.put("query", request.query());
        body.put("documents", request.documents());
        return body;
    }

    /**
     * Returns the results of a reply for a number of documents, best first.
     *
     * @throws dev.aigw.api.GatewayException of kind {@link dev.aigw.api.ErrorKind#MALFORMED_RESPONSE} if a result names
     *     no document or has no score
     */
    public static RerankResponse decode(HttpReply reply, int documents) {
        JsonNode root = reply.json();
        RerankResponse.Builder response = RerankResponse.builder()
                .id(Json.textOf(root, "id"))
                .model(Json.textOf(root, "model"))
                .results(ranking(reply, documents, "relevance_score"));
        JsonNode usage = Json.at(root, "usage");
        response.usage(Counts.input(reply.counts().first(usage, "prompt_tokens", "total_tokens")));
        JsonNode billed = Json.at(Json.at(root, "meta"), "billed_units");
        if (billed.hasNonNull("search_units")) {
            response.extra("search_units", Json.plain(billed.get("search_units")));
        }
        return response.build();
    }

    /**
     * Returns the {@code results} of a reply, best first.
     *
     * @param scoreField the field of a result with its score
     * @throws dev.aigw.api.GatewayException of kind {@link dev.aigw.api.ErrorKind#MALFORMED_RESPONSE} if a result names
     *     no document or has no score
     */
    public static List<RerankResponse.Result> ranking(HttpReply reply, int documents, String scoreField) {
        JsonNode results = Json.at(reply.json(), "results");
        if (!results.isArray()) {
            throw reply.malformed("the reply has no results");
        }
        BitSet seen = new BitSet(documents);
        List<RerankResponse.Result> ranking = new ArrayList<>(results.size());
        for (JsonNode result : results) {
            Integer index = Json.intOf(result, "index");
            JsonNode score = result.get(scoreField);
            if (index == null || index < 0 || index >= documents || seen.get(index)) {
                throw reply.malformed(
                        "a result has no index, or a repeated one, among the " + documents + " documents");
            }
            if (score == null || !score.isNumber()) {
                throw reply.malformed("the result of document " + index + " has no score");
            }
            seen.set(index);
            ranking.add(new RerankResponse.Result(index, score.doubleValue()));
        }
        ranking.sort(Comparator.comparingDouble(RerankResponse.Result::score).reversed());
        return List.copyOf(ranking);
    }
}
