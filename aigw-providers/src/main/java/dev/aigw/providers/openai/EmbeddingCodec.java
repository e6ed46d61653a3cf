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
import dev.aigw.providers.kit.Extra;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

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

    static EmbeddingResponse decode(HttpReply reply, int expected) {
        JsonNode root = reply.json();
        Map<Integer, float[]> vectors = new HashMap<>();
        int position = 0;
        for (JsonNode entry : Json.at(root, "data")) {
            Integer index = Json.intOf(entry, "index");
            int at = index == null ? position : index;
            float[] vector = Vectors.of(entry.get("embedding"));
            if (at < 0 || at >= expected || vector == null || vectors.containsKey(at)) {
                throw reply.malformed("the reply's data[" + position + "] has no embedding of an input");
            }
            vectors.put(at, vector);
            position++;
        }
        if (position != expected) {
            throw reply.malformed("the reply has " + position + " embeddings for " + expected + " inputs");
        }
        long tokens = reply.counts().first(root.path("usage"), "prompt_tokens", "total_tokens");
        EmbeddingResponse.Builder response = EmbeddingResponse.builder()
                .model(Json.textOf(root, "model"))
                .usage(Counts.input(tokens));
        for (int i = 0; i < expected; i++) {
            response.embedding(Objects.requireNonNull(vectors.get(i)));
        }
        return response.build();
    }
}
