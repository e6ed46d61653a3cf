package dev.aigw.examples.stories;

import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.onnx.HuggingFaceTokenCountEstimator;
import dev.langchain4j.model.embedding.onnx.allminilml6v2q.AllMiniLmL6V2QuantizedEmbeddingModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A real model in this process: all-MiniLM-L6-v2, quantized, which embeds texts in 384 dimensions so that texts with
 * similar meanings are near each other. It cannot write. It answers a question by quoting the passages nearest to it,
 * and says that it found nothing if none is near enough.
 *
 * <p>Safe for use by many threads. Loading takes some seconds.
 */
final class LocalModel {

    /** Below this similarity, two texts are unrelated. Found by experiment. */
    private static final double NEAR = 0.38;

    /** Another passage is quoted if it is at most this much less similar than the nearest one. */
    private static final double NEARLY_AS_NEAR = 0.06;

    private static final int MOST_QUOTES = 2;

    private static final double WEIGHT_OF_A_ROW = 0.8;

    private final AllMiniLmL6V2QuantizedEmbeddingModel model = new AllMiniLmL6V2QuantizedEmbeddingModel(Runnable::run);
    private final HuggingFaceTokenCountEstimator tokenizer = new HuggingFaceTokenCountEstimator();
    private final Map<String, float[]> known = new ConcurrentHashMap<>();

    private LocalModel() {}

    /** Loads the model from its jar. */
    static LocalModel load() {
        return new LocalModel();
    }

    /** Returns the vector of each text. */
    List<float[]> embed(List<String> texts) {
        List<float[]> vectors = new ArrayList<>();
        for (String text : texts) {
            vectors.add(known.computeIfAbsent(
                    text,
                    unknown -> model.embed(TextSegment.from(unknown)).content().vector()));
        }
        return vectors;
    }

    /** Returns the number of tokens in {@code text}, counted by the model's own tokenizer. */
    int tokens(String text) {
        return text.isBlank() ? 0 : tokenizer.estimateTokenCountInText(text);
    }

    /** Returns the quotes from {@code passages} that answer {@code question}. */
    String answer(String question, List<Passage> passages) {
        float[] asked = embed(List.of(question)).get(0);
        double[] similarity = passages.stream()
                .mapToDouble(passage -> nearness(asked, passage))
                .toArray();
        StringBuilder answer = new StringBuilder();
        double nearest = 0;
        for (int quotes = 0; quotes < MOST_QUOTES; quotes++) {
            int best = indexOfLargest(similarity);
            if (best < 0 || similarity[best] < Math.max(NEAR, nearest - NEARLY_AS_NEAR)) {
                break;
            }
            Passage passage = passages.get(best);
            answer.append(answer.isEmpty() ? "" : "\n\n").append(passage.text()).append("\n");
            answer.append("[from \"%s\", %s]".formatted(passage.heading(), passage.source()));
            nearest = Math.max(nearest, similarity[best]);
            similarity[best] = -1;
        }
        return answer.isEmpty() ? "I found nothing about that in the guide." : answer.toString();
    }

    /**
     * Returns how near a passage is to a question: mostly by its nearest sentence, since a long passage may answer with
     * one sentence, and partly by the whole passage. A row of a table is nearer than prose only if it is clearly
     * nearer.
     */
    double nearness(float[] question, Passage passage) {
        List<float[]> vectors = embed(passage.meanings());
        double whole = similarity(question, vectors.get(0));
        double nearest = whole;
        for (float[] vector : vectors) {
            nearest = Math.max(nearest, similarity(question, vector));
        }
        return (0.6 * nearest + 0.4 * whole) * (passage.isRow() ? WEIGHT_OF_A_ROW : 1);
    }

    /** Returns the similarity of two texts, from their vectors: 1 for the same meaning, about 0 for unrelated texts. */
    static double similarity(float[] a, float[] b) {
        double dot = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < a.length; i++) {
            dot += a[i] * b[i];
            aa += a[i] * a[i];
            bb += b[i] * b[i];
        }
        return dot / Math.sqrt(aa * bb);
    }

    private static int indexOfLargest(double[] values) {
        int best = -1;
        for (int i = 0; i < values.length; i++) {
            if (best < 0 || values[i] > values[best]) {
                best = i;
            }
        }
        return best;
    }
}
