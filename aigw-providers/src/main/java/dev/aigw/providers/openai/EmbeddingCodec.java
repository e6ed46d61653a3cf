package dev.aigw.providers.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.embedding.EmbeddingResponse;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.providers.http.HttpReply;
import dev.aigw.providers.json.Counts;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.json.Vectors;
import dev.aigw.providers.kit.EmbeddingVectors;
import dev.aigw.providers.kit.Extra;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Writes embedding requests and reads their replies: vectors as numbers, or as base64 of little-endian floats. */
final class EmbeddingCodec {

    private EmbeddingCodec() {}

    static void encode(OutputStream out, EmbeddingRequest request, AttemptContext attempt, Dialect dialect)
            throws IOException {
        Map<String, ?> extra = Extra.of(request.extra());
        try (JsonGenerator json = Json.generator(out)) {
            json.writeStartObject();
            json.writeStringField("model", attempt.model());
            json.writeFieldName("input");
            Json.write(json, request.inputs());
            if (!extra.containsKey("encoding_format")) {
                json.writeStringField("encoding_format", dialect.base64Embeddings ? "base64" : "float");
            }
            String dimensions = dialect.nameOf("dimensions");
            if (request.dimensions() != null && !extra.containsKey(dimensions)) {
                json.writeNumberField(dimensions, request.dimensions());
            }
            if (request.user() != null && !extra.containsKey("user") && !dialect.hasNo("user")) {
                json.writeStringField("user", request.user());
            }
            for (Map.Entry<String, ?> entry : extra.entrySet()) {
                if (!entry.getKey().equals("model") && !entry.getKey().equals("input")) {
                    json.writeFieldName(entry.getKey());
                    Json.write(json, entry.getValue());
                }
            }
            json.writeEndObject();
        }
    }

    static EmbeddingResponse decode(HttpReply reply, EmbeddingRequest request, Dialect dialect) {
        return decode(reply, EmbeddingVectors.of(reply, request, dialect.nameOf("dimensions")));
    }

    /** Reads the reply to a request that is not known any more, as those of a batch are. */
    static EmbeddingResponse decode(HttpReply reply) {
        return decode(
                reply,
                EmbeddingVectors.ofAny(reply, Json.at(reply.json(), "data").size()));
    }

    private static EmbeddingResponse decode(HttpReply reply, EmbeddingVectors vectors) {
        JsonNode root = reply.json();
        for (JsonNode entry : inOrder(reply, Json.at(root, "data"))) {
            vectors.add(Vectors.of(entry.get("embedding")));
        }
        return EmbeddingResponse.builder()
                .model(Json.textOf(root, "model"))
                .usage(Counts.input(reply.counts().first(root.path("usage"), "prompt_tokens", "total_tokens")))
                .embeddings(vectors.whole())
                .build();
    }

    /**
     * Returns the entries in the order of their indexes; as they came if they have none, or all have the same, as some
     * servers number them.
     */
    private static Iterable<JsonNode> inOrder(HttpReply reply, JsonNode data) {
        SortedMap<Long, JsonNode> byIndex = new TreeMap<>();
        for (JsonNode entry : data) {
            Long index = Json.countOf(entry, "index");
            byIndex.put(index == null ? -1 : index, entry);
        }
        if (byIndex.size() <= 1) {
            return data;
        }
        if (byIndex.size() < data.size() || byIndex.firstKey() < 0 || byIndex.lastKey() >= data.size()) {
            throw reply.malformed("the indexes of the reply's embeddings are not 0 to " + (data.size() - 1));
        }
        return byIndex.values();
    }
}
