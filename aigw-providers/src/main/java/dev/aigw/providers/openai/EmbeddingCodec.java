package dev.aigw.providers.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.embedding.EmbeddingResponse;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.providers.encode.Unsupported;
import dev.aigw.providers.http.HttpReply;
import dev.aigw.providers.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Writes embedding requests and reads their replies: vectors as numbers, or as base64 of little-endian floats. */
final class EmbeddingCodec {

    private EmbeddingCodec() {}

    static void encode(
            OutputStream out,
            EmbeddingRequest request,
            AttemptContext attempt,
            Dialect dialect,
            Unsupported unsupported)
            throws IOException {
        Map<String, ?> extra = request.extra();
        try (JsonGenerator json = Json.generator(out)) {
            json.writeStartObject();
            json.writeStringField("model", attempt.model());
            json.writeFieldName("input");
            Json.write(json, request.inputs());
            if (!extra.containsKey("encoding_format")) {
                json.writeStringField("encoding_format", "float");
            }
            String dimensions = dialect.nameOf("dimensions");
            if (request.dimensions() != null && !extra.containsKey(dimensions)) {
                json.writeNumberField(dimensions, request.dimensions());
            }
            if (request.user() != null
                    && !extra.containsKey("user")
                    && !(dialect.hasNo("user") && unsupported.drops("user"))) {
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
            float[] vector = vector(entry.get("embedding"));
            if (at < 0 || at >= expected || vector == null || vectors.containsKey(at)) {
                throw reply.malformed("the reply's data[" + position + "] holds no embedding of an input");
            }
            vectors.put(at, vector);
            position++;
        }
        if (position != expected) {
            throw reply.malformed("the reply holds " + position + " embeddings for " + expected + " inputs");
        }
        JsonNode tokens = root.path("usage").path("prompt_tokens");
        EmbeddingResponse.Builder response = EmbeddingResponse.builder()
                .model(Json.textOf(root, "model"))
                .usage(
                        tokens.isNumber()
                                ? TokenUsage.builder().input(tokens.longValue()).build()
                                : TokenUsage.NONE);
        for (int i = 0; i < expected; i++) {
            response.embedding(Objects.requireNonNull(vectors.get(i)));
        }
        return response.build();
    }

    private static float @Nullable [] vector(@Nullable JsonNode node) {
        if (node == null) {
            return null;
        }
        if (node.isTextual()) {
            return fromBase64(node.textValue());
        }
        if (!node.isArray()) {
            return null;
        }
        float[] vector = new float[node.size()];
        for (int i = 0; i < vector.length; i++) {
            if (!node.get(i).isNumber()) {
                return null;
            }
            vector[i] = node.get(i).floatValue();
        }
        return vector;
    }

    private static float @Nullable [] fromBase64(String text) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
        if (bytes.length % Float.BYTES != 0) {
            return null;
        }
        float[] vector = new float[bytes.length / Float.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
        return vector;
    }
}
