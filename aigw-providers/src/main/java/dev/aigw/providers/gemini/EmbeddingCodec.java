package dev.aigw.providers.gemini;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.embedding.EmbeddingResponse;
import dev.aigw.providers.http.HttpReply;
import dev.aigw.providers.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes embedding requests and reads their replies: {@code batchEmbedContents} on the Gemini API, {@code predict} on
 * Vertex AI, whose text embedding models take instances and parameters.
 */
final class EmbeddingCodec {

    private static final int BATCH = 100;
    private static final int VERTEX_BATCH = 250;
    private static final Set<String> VERTEX_PARAMETERS = Set.of("autoTruncate", "outputDimensionality");

    private final Service service;
    private final String model;
    private final EmbeddingRequest request;
    private final EmbeddingResponse.Builder response = EmbeddingResponse.builder();
    private TokenUsage usage = TokenUsage.NONE;

    EmbeddingCodec(Service service, String model, EmbeddingRequest request) {
        this.service = service;
        this.model = model;
        this.request = request;
    }

    String method() {
        return service.vertex() ? "predict" : "batchEmbedContents";
    }

    /** Returns how many texts one call takes. On Vertex AI the Gemini embedding models take one. */
    int batch() {
        if (!service.vertex()) {
            return BATCH;
        }
        return model.startsWith("gemini-") ? 1 : VERTEX_BATCH;
    }

    void write(OutputStream stream, List<String> texts) throws IOException {
        try (JsonGenerator out = Json.generator(stream)) {
            out.writeStartObject();
            out.writeArrayFieldStart(service.vertex() ? "instances" : "requests");
            for (String text : texts) {
                out.writeStartObject();
                if (service.vertex()) {
                    out.writeStringField("content", text);
                } else {
                    writeContent(out, text);
                }
                writeExtra(out, false);
                out.writeEndObject();
            }
            out.writeEndArray();
            if (service.vertex()) {
                out.writeObjectFieldStart("parameters");
                writeDimensions(out);
                writeExtra(out, true);
                out.writeEndObject();
            }
            out.writeEndObject();
        }
    }

    private void writeContent(JsonGenerator out, String text) throws IOException {
        out.writeStringField("model", service.name(model));
        out.writeObjectFieldStart("content");
        out.writeArrayFieldStart("parts");
        out.writeStartObject();
        out.writeStringField("text", text);
        out.writeEndObject();
        out.writeEndArray();
        out.writeEndObject();
        writeDimensions(out);
    }

    private void writeDimensions(JsonGenerator out) throws IOException {
        if (request.dimensions() != null && !request.extra().containsKey("outputDimensionality")) {
            out.writeNumberField("outputDimensionality", request.dimensions());
        }
    }

    /** Fields like {@code taskType} belong to each text, except for the parameters of Vertex AI. */
    private void writeExtra(JsonGenerator out, boolean parameters) throws IOException {
        for (Map.Entry<String, ?> field : request.extra().entrySet()) {
            if (parameters == (service.vertex() && VERTEX_PARAMETERS.contains(field.getKey()))) {
                // the two services spell this one field differently
                boolean task = service.vertex() && field.getKey().equals("taskType");
                out.writeFieldName(task ? "task_type" : field.getKey());
                Json.write(out, field.getValue());
            }
        }
    }

    /** Takes in the reply for {@code texts} texts. */
    void read(HttpReply reply, int texts) {
        JsonNode root = reply.json();
        JsonNode list = Json.at(root, service.vertex() ? "predictions" : "embeddings");
        if (list.size() != texts) {
            throw reply.malformed("the reply holds " + list.size() + " embeddings for " + texts + " inputs");
        }
        long tokens = 0;
        boolean counted = false;
        for (JsonNode entry : list) {
            JsonNode embedding = service.vertex() ? Json.at(entry, "embeddings") : entry;
            response.embedding(vector(reply, Json.at(embedding, "values")));
            JsonNode count = embedding.path("statistics").path("token_count");
            counted |= count.isNumber();
            tokens += count.asLong(0);
        }
        JsonNode prompt = root.path("usageMetadata").path("promptTokenCount");
        if (counted || prompt.isNumber()) {
            usage = usage.plus(TokenUsage.builder()
                    .input(counted ? tokens : prompt.longValue())
                    .build());
        }
    }

    private static float[] vector(HttpReply reply, JsonNode values) {
        if (values.isEmpty()) {
            throw reply.malformed("the reply holds an embedding without values");
        }
        float[] vector = new float[values.size()];
        for (int i = 0; i < vector.length; i++) {
            if (!values.get(i).isNumber()) {
                throw reply.malformed("the reply holds an embedding that is not made of numbers");
            }
            vector[i] = values.get(i).floatValue();
        }
        return vector;
    }

    EmbeddingResponse response() {
        return response.model(model).usage(usage).build();
    }
}
