package dev.aigw.examples.stories;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Answers for a {@link LocalModel} as a model server does. With the Open Inference Protocol,
 * {@code /v2/models/minilm/infer} takes a BYTES tensor {@code text} of shape {@code [n]} and answers with an FP32
 * tensor {@code vector} of shape {@code [n, 384]}. As a plain microservice, {@code /predict} takes
 * {@code {"text":"…"}}, or a list of such, and answers {@code {"vector":[…]}}, or a list of such. {@code /v1/rerank}
 * orders {@code documents} by their similarity to {@code query}.
 */
final class LocalModelTensors {

    private static final String INFER = "/v2/models/minilm/infer";

    private LocalModelTensors() {}

    /** A status and the JSON body. */
    record Answer(int status, Object body) {}

    /** Answers a request to {@code path}; {@code request} is null when it was not JSON. */
    static Answer answer(LocalModel model, String path, @Nullable JsonNode request) {
        if (request == null) {
            return refusal(400, "the body is not JSON");
        }
        if (path.equals(INFER)) {
            return infer(model, request);
        }
        if (path.equals("/v1/rerank")) {
            return rank(model, request);
        }
        return path.equals("/predict") ? predict(model, request) : refusal(404, "there is nothing at " + path);
    }

    private static Answer infer(LocalModel model, JsonNode request) {
        JsonNode input = request.path("inputs").path(0);
        List<String> texts = new ArrayList<>();
        input.path("data").forEach(text -> texts.add(text.asText()));
        if (request.path("inputs").size() != 1
                || !input.path("name").asText().equals("text")
                || !input.path("datatype").asText().equals("BYTES")) {
            return refusal(400, "the one input is \"text\", of datatype BYTES");
        }
        if (texts.isEmpty()
                || input.path("shape").size() != 1
                || input.path("shape").path(0).asInt() != texts.size()) {
            return refusal(400, "the shape of \"text\" is [n], with n texts in its data");
        }
        List<float[]> vectors = model.embed(texts);
        List<Float> flat = new ArrayList<>();
        for (float[] vector : vectors) {
            for (float value : vector) {
                flat.add(value);
            }
        }
        List<Integer> shape = List.of(vectors.size(), vectors.get(0).length);
        Map<String, Object> output = Map.of("name", "vector", "datatype", "FP32", "shape", shape, "data", flat);
        return new Answer(200, Map.of("model_name", "minilm", "outputs", List.of(output)));
    }

    private record Rank(int index, double score) {}

    private static Answer rank(LocalModel model, JsonNode request) {
        List<String> texts = new ArrayList<>();
        request.path("documents").forEach(document -> texts.add(document.asText()));
        if (!request.path("query").isTextual() || texts.isEmpty()) {
            return refusal(422, "\"query\" or \"documents\" is missing");
        }
        float[] asked = model.embed(List.of(request.path("query").asText())).get(0);
        List<Rank> ranks = new ArrayList<>();
        for (float[] vector : model.embed(texts)) {
            ranks.add(new Rank(ranks.size(), nearness(asked, vector)));
        }
        List<Map<String, Object>> results = ranks.stream()
                .sorted(Comparator.comparingDouble(Rank::score).reversed())
                .map(rank -> Map.<String, Object>of("index", rank.index(), "relevance_score", rank.score()))
                .toList();
        int most = request.path("top_n").asInt(results.size());
        return new Answer(200, Map.of("results", results.subList(0, Math.min(most, results.size()))));
    }

    /** Returns the cosine of the angle between two vectors of length 1. */
    private static double nearness(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static Answer predict(LocalModel model, JsonNode request) {
        List<String> texts = new ArrayList<>();
        for (JsonNode one : request.isArray() ? request : List.of(request)) {
            if (!one.path("text").isTextual()) {
                return refusal(422, "\"text\" is missing");
            }
            texts.add(one.path("text").asText());
        }
        List<Map<String, float[]>> answers = model.embed(texts).stream()
                .map(vector -> Map.of("vector", vector))
                .toList();
        return new Answer(200, request.isArray() ? answers : answers.get(0));
    }

    private static Answer refusal(int status, String why) {
        return new Answer(status, Map.of("error", why));
    }
}
