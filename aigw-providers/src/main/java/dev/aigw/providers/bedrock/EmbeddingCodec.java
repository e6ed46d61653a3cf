package dev.aigw.providers.bedrock;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.embedding.EmbeddingResponse;
import dev.aigw.providers.http.HttpReply;
import dev.aigw.providers.json.Counts;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.json.Vectors;
import dev.aigw.providers.kit.EmbeddingBatches;
import dev.aigw.providers.kit.EmbeddingVectors;
import dev.aigw.providers.kit.Extra;
import dev.aigw.providers.kit.Unsupported;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes embedding requests and reads their replies. InvokeModel leaves their form to each model maker: those of
 * Amazon's Titan and of Cohere are supported.
 *
 * @see <a href="https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-text.html">"Amazon
 *     Titan Text Embeddings" of Bedrock's user guide</a>
 * @see <a href="https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-embed.html">"Cohere Embed" of
 *     Bedrock's user guide</a>
 */
enum EmbeddingCodec {

    /** One text per call; the second version takes a number of dimensions. */
    TITAN(1, "dimensions") {
        @Override
        void encode(EmbeddingRequest request, Map<String, Object> body) {
            body.put("inputText", request.inputs().get(0));
        }

        @Override
        boolean takesDimensions(String model) {
            return model.contains("v2");
        }

        @Override
        JsonNode vectors(JsonNode root) {
            return JsonNodeFactory.instance.arrayNode().add(Json.at(root, "embedding"));
        }

        @Override
        long tokens(HttpReply reply) {
            return reply.counts().of(reply.json(), "inputTextTokenCount");
        }
    },

    /** Up to 96 texts per call; version 4 and later take a number of dimensions. */
    COHERE(96, "output_dimension") {
        @Override
        void encode(EmbeddingRequest request, Map<String, Object> body) {
            body.put("texts", request.inputs());
            body.put("input_type", "search_document");
            body.put("embedding_types", List.of("float"));
        }

        @Override
        boolean takesDimensions(String model) {
            return !model.contains("-v3") && !model.contains("english") && !model.contains("multilingual");
        }

        @Override
        JsonNode vectors(JsonNode root) {
            JsonNode embeddings = Json.at(root, "embeddings");
            return embeddings.isArray() ? embeddings : Json.at(embeddings, "float");
        }

        @Override
        long tokens(HttpReply reply) {
            String header = "x-amzn-bedrock-input-token-count";
            return reply.counts().of(JsonNodeFactory.instance.objectNode().put(header, reply.header(header)), header);
        }
    };

    private final int texts;
    private final String dimensions;

    EmbeddingCodec(int texts, String dimensions) {
        this.texts = texts;
        this.dimensions = dimensions;
    }

    /** Returns how many texts are sent in one call. */
    EmbeddingBatches batches() {
        return EmbeddingBatches.of(texts);
    }

    /** Returns the codec for a model, or null if its maker's form is unknown. */
    static @Nullable EmbeddingCodec of(String model) {
        return switch (ModelFields.maker(model)) {
            case "amazon" -> model.contains("titan-embed-text") || model.contains("titan-embed-g1") ? TITAN : null;
            case "cohere" -> COHERE;
            default -> null;
        };
    }

    abstract void encode(EmbeddingRequest request, Map<String, Object> body);

    abstract boolean takesDimensions(String model);

    abstract JsonNode vectors(JsonNode root);

    abstract long tokens(HttpReply reply);

    /** Returns the body of a request; fields in its extras replace those of the same name. */
    Map<String, Object> encode(EmbeddingRequest request, String model, Unsupported unsupported) {
        Map<String, Object> body = new LinkedHashMap<>();
        encode(request, body);
        Integer asked = request.dimensions();
        if (asked != null && takesDimensions(model)) {
            body.put(dimensions, asked);
        } else if (asked != null) {
            unsupported.drops("a number of dimensions for " + model);
        }
        body.putAll(Extra.of(request.extra()));
        return body;
    }

    EmbeddingResponse decode(HttpReply reply, EmbeddingRequest request, String model) {
        EmbeddingVectors vectors = takesDimensions(model)
                ? EmbeddingVectors.of(reply, request, dimensions)
                : EmbeddingVectors.ofAnyDimensions(reply, request);
        for (JsonNode entry : vectors(reply.json())) {
            vectors.add(Vectors.of(entry));
        }
        return EmbeddingResponse.builder()
                .embeddings(vectors.whole())
                .usage(Counts.input(tokens(reply)))
                .build();
    }
}
