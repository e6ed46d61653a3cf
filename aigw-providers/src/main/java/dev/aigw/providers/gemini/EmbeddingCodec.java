package dev.aigw.providers.gemini;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.embedding.EmbeddingResponse;
import dev.aigw.providers.http.HttpReply;
import dev.aigw.providers.json.Counts;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.json.Vectors;
import dev.aigw.providers.kit.EmbeddingBatches;
import dev.aigw.providers.kit.EmbeddingVectors;
import dev.aigw.providers.kit.Extra;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.Set;

/**
 * Writes embedding requests and reads their replies: {@code batchEmbedContents} on the Gemini API, {@code predict} on
 * Vertex AI, whose text embedding models take instances and parameters. Immutable.
 */
final class EmbeddingCodec {

    private static final EmbeddingBatches BATCHES = EmbeddingBatches.of(100);
    private static final EmbeddingBatches VERTEX_BATCHES = EmbeddingBatches.of(250);
    private static final EmbeddingBatches ONE_BY_ONE = EmbeddingBatches.of(1);
    private static final Set<String> VERTEX_PARAMETERS = Set.of("autoTruncate", "outputDimensionality");

    private final Service service;
    private final String model;

    EmbeddingCodec(Service service, String model) {
        this.service = service;
        this.model = model;
    }

    String method() {
        return service.vertex() ? "predict" : "batchEmbedContents";
    }

    /** Returns how many texts one call takes. On Vertex AI the Gemini embedding models take one. */
    EmbeddingBatches batches() {
        if (!service.vertex()) {
            return BATCHES;
        }
        return model.startsWith("gemini-") ? ONE_BY_ONE : VERTEX_BATCHES;
    }

    void write(OutputStream stream, EmbeddingRequest request) throws IOException {
        try (JsonGenerator out = Json.generator(stream)) {
            out.writeStartObject();
            out.writeArrayFieldStart(service.vertex() ? "instances" : "requests");
            for (String text : request.inputs()) {
                out.writeStartObject();
                if (service.vertex()) {
                    out.writeStringField("content", text);
                } else {
                    writeContent(out, text, request);
                }
                writeExtra(out, request, false);
                out.writeEndObject();
            }
            out.writeEndArray();
            if (service.vertex()) {
                out.writeObjectFieldStart("parameters");
                writeDimensions(out, request);
                writeExtra(out, request, true);
                out.writeEndObject();
            }
            out.writeEndObject();
        }
    }

    private void writeContent(JsonGenerator out, String text, EmbeddingRequest request) throws IOException {
        out.writeStringField("model", service.name(model));
        out.writeObjectFieldStart("content");
        out.writeArrayFieldStart("parts");
        out.writeStartObject();
        out.writeStringField("text", text);
        out.writeEndObject();
        out.writeEndArray();
        out.writeEndObject();
        writeDimensions(out, request);
    }

    private static void writeDimensions(JsonGenerator out, EmbeddingRequest request) throws IOException {
        if (request.dimensions() != null && !request.extra().containsKey("outputDimensionality")) {
            out.writeNumberField("outputDimensionality", request.dimensions());
        }
    }

    /** Fields like {@code taskType} belong to each text, except for the parameters of Vertex AI. */
    private void writeExtra(JsonGenerator out, EmbeddingRequest request, boolean parameters) throws IOException {
        for (Map.Entry<String, ?> field : Extra.of(request.extra()).entrySet()) {
            if (parameters == (service.vertex() && VERTEX_PARAMETERS.contains(field.getKey()))) {
                // the two services spell this field differently
                boolean task = service.vertex() && field.getKey().equals("taskType");
                out.writeFieldName(task ? "task_type" : field.getKey());
                Json.write(out, field.getValue());
            }
        }
    }

    /** Returns the response in a reply. */
    EmbeddingResponse read(HttpReply reply, EmbeddingRequest request) {
        JsonNode root = reply.json();
        EmbeddingVectors vectors = EmbeddingVectors.of(reply, request, "outputDimensionality");
        long tokens = Counts.ABSENT;
        for (JsonNode entry : Json.at(root, service.vertex() ? "predictions" : "embeddings")) {
            JsonNode embedding = service.vertex() ? Json.at(entry, "embeddings") : entry;
            vectors.add(Vectors.of(Json.at(embedding, "values")));
            long count = reply.counts().of(Json.at(embedding, "statistics"), "token_count");
            tokens = count == Counts.ABSENT ? tokens : Counts.orZero(tokens) + count;
        }
        JsonNode metadata = Json.at(root, "usageMetadata");
        tokens = tokens == Counts.ABSENT ? reply.counts().of(metadata, "promptTokenCount") : tokens;
        return EmbeddingResponse.builder()
                .model(model)
                .embeddings(vectors.whole())
                .usage(Counts.input(tokens))
                .build();
    }
}
