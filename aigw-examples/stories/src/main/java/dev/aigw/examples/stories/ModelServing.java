package dev.aigw.examples.stories;

import dev.aigw.api.predict.PredictRequest;
import dev.aigw.api.predict.PredictResponse;
import dev.aigw.providers.jsonhttp.JsonHttpAdapter;
import dev.aigw.routing.ModelRouter;
import java.io.PrintStream;
import java.util.List;

/**
 * A team's own model behind {@code POST /predict}, called by record. The service has two versions and its own field
 * names; the application knows neither its paths nor its JSON. When the new version is down, the old one answers.
 */
public final class ModelServing {

    /** What the application asks about. */
    record Review(String text) {}

    /** The answer it needs. */
    record Sentiment(String mood, double confidence) {}

    private static final List<Review> REVIEWS = List.of(
            new Review("Great food, friendly people"),
            new Review("I did not like it"),
            new Review("Late, cold and never friendly"));

    private ModelServing() {}

    /** Runs the story. */
    public static void main(String[] args) {
        run(System.out);
    }

    static void run(PrintStream out) {
        try (SentimentService service = SentimentService.start();
                ModelRouter router = router(service.baseUrl())) {
            for (Review review : REVIEWS) {
                Sentiment before = router.predict("sentiment@1", review, Sentiment.class);
                Sentiment now = router.predict("sentiment", review, Sentiment.class);
                out.printf("%-30s  version 1: %-4s  version 2: %s%n", review.text(), before.mood(), now.mood());
            }

            Sentiment[] all = router.predict("sentiment", REVIEWS, Sentiment[].class);
            out.println(
                    "all at once: " + List.of(all).stream().map(Sentiment::mood).toList());

            service.takeDown("2");
            PredictResponse spare = router.predict(PredictRequest.of("sentiment", new Review("I love it")));
            out.println("version 2 is down: " + spare.as(Sentiment.class).mood() + ", from "
                    + spare.route().deployment());
        }
    }

    private static ModelRouter router(String baseUrl) {
        return ModelRouter.builder()
                .provider(JsonHttpAdapter.builder()
                        .name("reviews")
                        .baseUrl(baseUrl)
                        .path("/{model}/predict")
                        .versionPath("/{model}/v{version}/predict")
                        .requestName("text", "document")
                        .requestEnvelope("input")
                        .answer("/result")
                        .replyName("label", "mood")
                        .build())
                .model(
                        "sentiment",
                        model -> model.deployment("reviews/sentiment@1", one -> one.version("1.0.0"))
                                .deployment("reviews/sentiment@2", two -> two.version("2.0.0"))
                                .fallback("sentiment-before"))
                .model("sentiment-before", model -> model.deployment("reviews/sentiment@1"))
                .build();
    }
}
