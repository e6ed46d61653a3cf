package dev.aigw.providers.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.chat.Media;
import dev.aigw.api.moderation.ModerationRequest;
import dev.aigw.api.moderation.ModerationResponse;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.providers.http.HttpReply;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.kit.Unsupported;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes requests to the moderations endpoint and reads its replies ("Create moderation" in OpenAI's reference). */
final class ModerationCodec {

    private static final String INPUT_TYPES = "category_applied_input_types";

    private ModerationCodec() {}

    static Fields encode(ModerationRequest request, AttemptContext attempt, Unsupported unsupported) {
        Object input = request.images().isEmpty() ? request.texts() : parts(request, unsupported);
        return Fields.of(attempt).put("input", input).extra(request.extra());
    }

    private static List<Map<String, ?>> parts(ModerationRequest request, Unsupported unsupported) {
        List<Map<String, ?>> parts = new ArrayList<>();
        for (String text : request.texts()) {
            parts.add(Map.of("type", "text", "text", text));
        }
        for (Media image : request.images()) {
            String url = MediaFiles.url(image);
            if (url == null) {
                throw unsupported.refusal("does not take an image by file id: send its bytes or a URL");
            }
            parts.add(Map.of("type", "image_url", "image_url", Map.of("url", url)));
        }
        return parts;
    }

    static ModerationResponse decode(HttpReply reply, int expected) {
        JsonNode root = reply.json();
        JsonNode results = Json.at(root, "results");
        if (results.size() != expected) {
            throw reply.malformed("the reply has " + results.size() + " verdicts for " + expected + " items");
        }
        ModerationResponse.Builder response =
                ModerationResponse.builder().id(Json.textOf(root, "id")).model(Json.textOf(root, "model"));
        List<@Nullable Object> inputTypes = new ArrayList<>();
        for (JsonNode result : results) {
            JsonNode flagged = result.get("flagged");
            if (flagged == null || !flagged.isBoolean()) {
                throw reply.malformed("a verdict does not say whether it is flagged");
            }
            response.result(new ModerationResponse.Verdict(
                    flagged.booleanValue(),
                    categories(Json.at(result, "categories")),
                    scores(Json.at(result, "category_scores"))));
            if (result.has(INPUT_TYPES)) {
                inputTypes.add(Json.plain(result.get(INPUT_TYPES)));
            }
        }
        if (!inputTypes.isEmpty()) {
            response.extra(INPUT_TYPES, inputTypes);
        }
        return response.build();
    }

    private static Map<String, Boolean> categories(JsonNode node) {
        Map<String, Boolean> categories = new LinkedHashMap<>();
        node.properties().forEach(field -> {
            if (field.getValue().isBoolean()) {
                categories.put(field.getKey(), field.getValue().booleanValue());
            }
        });
        return categories;
    }

    private static Map<String, Double> scores(JsonNode node) {
        Map<String, Double> scores = new LinkedHashMap<>();
        node.properties().forEach(field -> {
            if (field.getValue().isNumber()) {
                scores.put(field.getKey(), field.getValue().doubleValue());
            }
        });
        return scores;
    }
}
