package dev.aigw.examples.stories;

import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.spi.Embedder;
import dev.aigw.api.spi.ModelSelector;
import dev.aigw.routing.route.Routes;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/**
 * Finds which of four models a question belongs to, by five examples of each: by a real model's embeddings, and by
 * shared letters. The questions differ from the examples. Measure with your own questions before you trust a threshold.
 */
final class MeaningLab {

    private static final String[] CODE = {
        "Why does this loop never end?",
        "Write a function that sorts a list of names",
        "What does NullPointerException mean?",
        "How do I merge two branches in git?",
        "Make this SQL query faster"
    };
    private static final String[] LAW = {
        "May my landlord raise the rent?",
        "Is a verbal contract binding?",
        "How long is the notice period when I quit my job?",
        "Who is liable if a guest slips on my stairs?",
        "Do I need a will if I am married?"
    };
    private static final String[] HEALTH = {
        "I have had a headache for three days",
        "Is it safe to take ibuprofen with alcohol?",
        "How much sleep does a baby need?",
        "What helps against a sore throat?",
        "My knee hurts when I climb stairs"
    };
    private static final String[] TRAVEL = {
        "What should I see in Lisbon in two days?",
        "Is there a night train to Vienna?",
        "Do I need a visa for Japan?",
        "Find me a cheap flight to Rome in May",
        "Which beach in Crete is best for children?"
    };

    /** Questions and the model they belong to. */
    private static final Map<String, List<String>> QUESTIONS = Map.of(
            "coder",
            List.of(
                    "My recursion overflows the stack, what is wrong?",
                    "Explain the difference between a list and a set in Python",
                    "The compiler says that a symbol cannot be found",
                    "How can I undo my last commit?",
                    "Which index would speed up this table scan?",
                    "Refactor this class into smaller ones"),
            "lawyer",
            List.of(
                    "Can I get my deposit back when I move out?",
                    "My employer wants to dismiss me, what are my rights?",
                    "Is an agreement valid without a signature?",
                    "What happens to our house after a divorce?",
                    "Must I pay if I signed under pressure?",
                    "Who inherits when there is no testament?"),
            "doctor",
            List.of(
                    "My stomach aches after every meal",
                    "May I give paracetamol to a toddler?",
                    "How do I bring down a fever?",
                    "I feel dizzy when I stand up",
                    "Is this rash contagious?",
                    "What can I do about back pain?"),
            "guide",
            List.of(
                    "Where can I stay in Prague for little money?",
                    "How do I get from the airport to the centre of Madrid?",
                    "When is the best time to visit Iceland?",
                    "Which museums in Paris are free on Sundays?",
                    "Plan a week of hiking in the Alps",
                    "Is the ferry to Corsica better than flying?"));

    private MeaningLab() {}

    /** The share of questions, in percent, that reach the model they belong to; the rest is wrong or undecided. */
    static Map<String, Double> right(LocalModel model) {
        Map<String, Double> right = new LinkedHashMap<>();
        right.put("one for all", 25.0);
        right.put("by letters", right(MeaningLab::letters, 0.05));
        right.put("by meaning, 0.4", right(model::embed, 0.4));
        right.put("by meaning, 0.2", right(model::embed, 0.2));
        return right;
    }

    private static double right(Embedder embedder, double threshold) {
        ModelSelector selector = Routes.semantic(embedder)
                .route("coder", CODE)
                .route("lawyer", LAW)
                .route("doctor", HEALTH)
                .route("guide", TRAVEL)
                .threshold(threshold)
                .timeout(Duration.ofMinutes(5))
                .otherwise("undecided");
        int right = 0;
        int all = 0;
        for (Map.Entry<String, List<String>> topic : QUESTIONS.entrySet()) {
            for (String question : topic.getValue()) {
                ModelSelector.Query query = ModelSelector.Query.builder(ChatRequest.of("m", question))
                        .promptTokens(10)
                        .now(Instant.EPOCH)
                        .random(new Random(1))
                        .build();
                String chosen = Objects.requireNonNull(selector.select(query)).model();
                right += chosen.equals(topic.getKey()) ? 1 : 0;
                all++;
            }
        }
        return 100.0 * right / all;
    }

    /** Embeds texts by their letter triples, without a model. */
    private static List<float[]> letters(List<String> texts) {
        return texts.stream().map(MeaningLab::letters).toList();
    }

    private static float[] letters(String text) {
        float[] counts = new float[2_048];
        String all = " " + text.toLowerCase(Locale.ROOT) + " ";
        for (int i = 0; i + 3 <= all.length(); i++) {
            counts[Math.floorMod(all.substring(i, i + 3).hashCode(), counts.length)]++;
        }
        return counts;
    }
}
