package dev.aigw.providers.cohere;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.embedding.EmbeddingResponse;
import dev.aigw.providers.http.HttpReply;
import dev.aigw.providers.json.Counts;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.json.Vectors;
import dev.aigw.providers.kit.EmbeddingVectors;
import dev.aigw.providers.kit.Extra;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes embedding requests and reads their replies ("Embed" in Cohere's reference). */
final class EmbedCodec {

    private EmbedCodec() {}

    /** Requests base64, which is exact and a third of the size of numbers. */
    static Map<String, @Nullable Object> encode(EmbeddingRequest request, String model) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("input_type", "search_document");
        body.put("embedding_types", List.of("base64"));
        if (request.dimensions() != null) {
            body.put("output_dimension", request.dimensions());
        }
        body.putAll(Extra.of(request.extra()));
        body.put("model", model);
        body.put("texts", request.inputs());
        return body;
    }

    static EmbeddingResponse decode(HttpReply reply, EmbeddingRequest request) {
        JsonNode root = reply.json();
        JsonNode embeddings = Json.at(root, "embeddings");
        EmbeddingVectors vectors = EmbeddingVectors.of(reply, request, "output_dimension");
        for (JsonNode entry : embeddings.has("float") ? Json.at(embeddings, "float") : Json.at(embeddings, "base64")) {
            vectors.add(Vectors.of(entry));
        }
        JsonNode billed = Json.at(Json.at(root, "meta"), "billed_units");
        return EmbeddingResponse.builder()
                .usage(Counts.input(reply.counts().of(billed, "input_tokens")))
                .embeddings(vectors.whole())
                .build();
    }
}
