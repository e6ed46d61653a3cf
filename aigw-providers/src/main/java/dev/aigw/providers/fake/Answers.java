package dev.aigw.providers.fake;

import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.embedding.EmbeddingResponse;
import dev.aigw.api.moderation.ModerationRequest;
import dev.aigw.api.moderation.ModerationResponse;
import dev.aigw.api.rerank.RerankRequest;
import dev.aigw.api.rerank.RerankResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.regex.Pattern;

/** Answers made up without a model; the same input always gives the same answer. */
final class Answers {

    private static final int DEFAULT_DIMENSIONS = 8;
    private static final Pattern GAP = Pattern.compile("\\W+");

    private Answers() {}

    static ChatResponse text(String text, ChatRequest request) {
        long input = 0;
        for (var message : request.messages()) {
            input += words(message.text());
        }
        return ChatResponse.builder()
                .text(text)
                .usage(TokenUsage.of(input, words(text)))
                .build();
    }

    static List<ChatEvent> events(String... pieces) {
        List<ChatEvent> events = new ArrayList<>(pieces.length + 3);
        events.add(new ChatEvent.Started(null, null));
        for (String piece : pieces) {
            events.add(new ChatEvent.TextDelta(0, piece));
        }
        events.add(new ChatEvent.Finished(FinishReason.STOP));
        events.add(new ChatEvent.UsageReported(
                TokenUsage.builder().output(pieces.length).build()));
        return events;
    }

    /** Unit vectors seeded by each text: equal texts have equal vectors. */
    static EmbeddingResponse embed(EmbeddingRequest request) {
        Integer asked = request.dimensions();
        int dimensions = asked == null ? DEFAULT_DIMENSIONS : asked;
        EmbeddingResponse.Builder response = EmbeddingResponse.builder();
        long input = 0;
        for (String text : request.inputs()) {
            response.embedding(vector(text, dimensions));
            input += words(text);
        }
        return response.usage(TokenUsage.builder().input(input).build()).build();
    }

    /**
     * Scores each document by the share of the query's words that it contains; equal scores keep the request's order.
     */
    static RerankResponse rerank(RerankRequest request) {
        Set<String> asked = vocabulary(request.query());
        long input = words(request.query());
        List<RerankResponse.Result> results = new ArrayList<>();
        for (String document : request.documents()) {
            Set<String> shared = vocabulary(document);
            shared.retainAll(asked);
            results.add(new RerankResponse.Result(results.size(), (double) shared.size() / asked.size()));
            input += words(document);
        }
        results.sort(Comparator.comparingDouble(RerankResponse.Result::score).reversed());
        Integer topN = request.topN();
        return RerankResponse.builder()
                .results(topN == null ? results : results.subList(0, Math.min(topN, results.size())))
                .usage(TokenUsage.builder().input(input).build())
                .build();
    }

    static ModerationResponse moderate(ModerationRequest request) {
        ModerationResponse.Builder response = ModerationResponse.builder();
        for (int i = 0; i < request.items(); i++) {
            response.result(
                    new ModerationResponse.Verdict(false, Map.of("harmful", Boolean.FALSE), Map.of("harmful", 0.0)));
        }
        long input = request.texts().stream().mapToLong(Answers::words).sum();
        return response.usage(TokenUsage.builder().input(input).build()).build();
    }

    private static Set<String> vocabulary(String text) {
        return new HashSet<>(
                Arrays.asList(GAP.split(text.toLowerCase(Locale.ROOT).strip(), -1)));
    }

    private static float[] vector(String text, int dimensions) {
        SplittableRandom random = new SplittableRandom(text.hashCode());
        double[] raw = new double[dimensions];
        double squares = 0;
        for (int i = 0; i < dimensions; i++) {
            raw[i] = random.nextDouble() * 2 - 1;
            squares += raw[i] * raw[i];
        }
        double length = Math.sqrt(squares);
        float[] vector = new float[dimensions];
        for (int i = 0; i < dimensions; i++) {
            vector[i] = (float) (raw[i] / length);
        }
        return vector;
    }

    static long words(String text) {
        long words = 0;
        boolean inside = false;
        for (int i = 0; i < text.length(); i++) {
            boolean letter = !Character.isWhitespace(text.charAt(i));
            words += letter && !inside ? 1 : 0;
            inside = letter;
        }
        return words;
    }
}
