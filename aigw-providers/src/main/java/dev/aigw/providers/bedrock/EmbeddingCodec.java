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
    TITAN(1) {
        @Override
        void encode(EmbeddingRequest request, String model, Unsupported unsupported, Map<String, Object> body) {
            body.put("inputText", request.inputs().get(0));
            Integer dimensions = request.dimensions();
            if (dimensions != null) {
                if (model.contains("v2")) {
                    body.put("dimensions", dimensions);
                } else {
                    unsupported.drops("a number of dimensions for " + model);
                }
            }
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
    COHERE(96) {
        @Override
        void encode(EmbeddingRequest request, String model, Unsupported unsupported, Map<String, Object> body) {
            body.put("texts", request.inputs());
            body.put("input_type", "search_document");
            body.put("embedding_types", List.of("float"));
            Integer dimensions = request.dimensions();
            if (dimensions != null) {
                if (model.contains("-v3") || model.contains("english") || model.contains("multilingual")) {
                    unsupported.drops("a number of dimensions for " + model);
                } else {
                    body.put("output_dimension", dimensions);
                }
            }
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

    EmbeddingCodec(int texts) {
        this.texts = texts;
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

    abstract void encode(EmbeddingRequest request, String model, Unsupported unsupported, Map<String, Object> body);

    abstract JsonNode vectors(JsonNode root);

    abstract long tokens(HttpReply reply);

    /** Returns the body of a request; fields in its extras replace those of the same name. */
    Map<String, Object> encode(EmbeddingRequest request, String model, Unsupported unsupported) {
        Map<String, Object> body = new LinkedHashMap<>();
        encode(request, model, unsupported, body);
        body.putAll(Extra.of(request.extra()));
        return body;
    }

    EmbeddingResponse decode(HttpReply reply, int expected) {
        JsonNode vectors = vectors(reply.json());
        if (vectors.size() != expected) {
            throw reply.malformed("the reply has " + vectors.size() + " embeddings for " + expected + " texts");
        }
        EmbeddingResponse.Builder response = EmbeddingResponse.builder();
        for (JsonNode entry : vectors) {
            float[] vector = Vectors.of(entry);
            if (vector == null) {
                throw reply.malformed("an embedding of the reply is not a vector");
            }
            response.embedding(vector);
        }
        return response.usage(Counts.input(tokens(reply))).build();
    }
}
