package dev.aigw.providers.ollama;

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

/** Writes requests to {@code /api/embed} and reads their replies: one list of numbers per text, in order. */
final class EmbedCodec {

    private EmbedCodec() {}

    static void encode(OutputStream out, EmbeddingRequest request, AttemptContext attempt) throws IOException {
        Map<String, ?> extra = Extra.of(request.extra());
        try (JsonGenerator json = Json.generator(out)) {
            json.writeStartObject();
            json.writeStringField("model", attempt.model());
            json.writeFieldName("input");
            Json.write(json, request.inputs());
            if (request.dimensions() != null && !extra.containsKey("dimensions")) {
                json.writeNumberField("dimensions", request.dimensions());
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

    static EmbeddingResponse decode(HttpReply reply, EmbeddingRequest request) {
        JsonNode root = reply.json();
        EmbeddingVectors vectors = EmbeddingVectors.of(reply, request, "dimensions");
        for (JsonNode entry : Json.at(root, "embeddings")) {
            vectors.add(Vectors.of(entry));
        }
        return EmbeddingResponse.builder()
                .model(Json.textOf(root, "model"))
                .usage(Counts.input(reply.counts().of(root, "prompt_eval_count")))
                .embeddings(vectors.whole())
                .build();
    }
}
