package dev.aigw.providers.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.chat.Citation;
import dev.aigw.providers.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the sources of a candidate: {@code groundingMetadata}, one citation of kind {@code grounding} for each passage
 * and source, and {@code citationMetadata}, kind {@code recitation}. Positions are bytes of the answer's text.
 */
final class Citations {

    private Citations() {}

    static List<Citation> of(JsonNode candidate) {
        JsonNode grounding = Json.at(candidate, "groundingMetadata");
        JsonNode recitation = Json.at(candidate, "citationMetadata");
        if (grounding.isMissingNode() && recitation.isMissingNode()) {
            return List.of();
        }
        List<Citation> citations = new ArrayList<>();
        JsonNode chunks = Json.at(grounding, "groundingChunks");
        for (JsonNode support : Json.at(grounding, "groundingSupports")) {
            for (JsonNode index : Json.at(support, "groundingChunkIndices")) {
                JsonNode chunk = chunks.get(index.asInt(-1));
                if (chunk != null) {
                    citations.add(grounded(Json.at(support, "segment"), chunk));
                }
            }
        }
        // the Gemini API and Vertex AI name the same list differently
        Json.at(recitation, "citationSources").forEach(source -> citations.add(recited(source)));
        Json.at(recitation, "citations").forEach(source -> citations.add(recited(source)));
        return citations;
    }

    private static Citation grounded(JsonNode segment, JsonNode chunk) {
        JsonNode source = Json.at(chunk, "web");
        if (source.isMissingNode()) {
            source = Json.at(chunk, "retrievedContext");
        }
        if (source.isMissingNode()) {
            source = Json.at(chunk, "maps");
        }
        Map<String, ?> raw = Map.of("segment", Json.map(segment), "chunk", Json.map(chunk));
        return citation("grounding", source, Json.textOf(source, "text"), segment, raw);
    }

    private static Citation recited(JsonNode source) {
        return citation("recitation", source, null, source, Json.map(source));
    }

    private static Citation citation(
            String kind, JsonNode source, @Nullable String words, JsonNode place, Map<String, ?> raw) {
        Integer end = Json.intOf(place, "endIndex");
        return Citation.builder(kind)
                .url(Json.textOf(source, "uri"))
                .title(Json.textOf(source, "title"))
                .citedText(words)
                .start(
                        end == null
                                ? null
                                : Integer.valueOf(place.path("startIndex").asInt(0)))
                .end( // the vendor leaves out zeros
                        end)
                .raw(raw)
                .build();
    }
}
