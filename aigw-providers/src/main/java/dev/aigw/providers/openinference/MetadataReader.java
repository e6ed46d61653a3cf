package dev.aigw.providers.openinference;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.providers.http.HttpBytes;
import dev.aigw.providers.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads servers' descriptions of themselves and their models. Missing values are empty. */
final class MetadataReader {

    private MetadataReader() {}

    static ServerMetadata server(HttpBytes reply) {
        JsonNode json = reply.object(reply.body().length);
        return new ServerMetadata(text(json, "name"), text(json, "version"), texts(json, "extensions"));
    }

    static ModelMetadata model(HttpBytes reply) {
        JsonNode json = reply.object(reply.body().length);
        if (!json.hasNonNull("name")) {
            throw reply.malformed("the reply does not name the model");
        }
        return new ModelMetadata(
                text(json, "name"),
                texts(json, "versions"),
                text(json, "platform"),
                tensors(json, "inputs"),
                tensors(json, "outputs"));
    }

    /** Returns the body if it is JSON; that of a health check may be empty. */
    static @Nullable JsonNode parseOrNull(HttpBytes reply) {
        return Json.parseOrNull(new String(reply.body(), StandardCharsets.UTF_8));
    }

    private static String text(JsonNode node, String field) {
        return node.path(field).asText("");
    }

    private static List<String> texts(JsonNode node, String field) {
        List<String> texts = new ArrayList<>();
        Json.at(node, field).forEach(element -> texts.add(element.asText()));
        return texts;
    }

    private static List<TensorMetadata> tensors(JsonNode node, String field) {
        List<TensorMetadata> tensors = new ArrayList<>();
        for (JsonNode tensor : Json.at(node, field)) {
            List<Long> shape = new ArrayList<>();
            Json.at(tensor, "shape").forEach(dimension -> shape.add(dimension.asLong()));
            tensors.add(new TensorMetadata(text(tensor, "name"), text(tensor, "datatype"), shape));
        }
        return tensors;
    }
}
