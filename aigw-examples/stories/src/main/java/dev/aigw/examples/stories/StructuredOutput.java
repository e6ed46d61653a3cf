package dev.aigw.examples.stories;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.aigw.api.GatewayException;
import dev.aigw.api.TypeRef;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ResponseFormat;
import dev.aigw.api.client.ModelClient;
import dev.aigw.providers.fake.FaultServer;
import dev.aigw.providers.openai.Dialects;
import dev.aigw.providers.openai.OpenAiAdapter;
import dev.aigw.routing.ModelRouter;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Answers as records: the JSON schema of the type is sent with the question, and the model's answer is read as the
 * type. What an application writes is {@link #judge} and {@link #orders}. If a vendor does not enforce schemas, the
 * router asks by prompt and has an invalid answer repaired once. The model here is a script behind an OpenAI-compatible
 * server; requests and responses are as with a real one.
 */
public final class StructuredOutput {

    enum Mood {
        GOOD,
        MIXED,
        BAD
    }

    /** The model's judgement of a review. The reason comes first, so that the verdict follows from it. */
    record Verdict(
            @JsonPropertyDescription("why, in one sentence") String reason, Mood mood, List<String> topics) {}

    /** An order, with the number of pieces by the name of the dish. */
    record Order(Map<String, Integer> dishes, Optional<String> note) {}

    private static final String FITS = """
            {"reason":"The food pleased, the delivery did not.","mood":"MIXED","topics":["food","delivery"]}""";
    private static final String DOES_NOT_FIT = """
            {"reason":"The food pleased.","mood":"DELIGHTED","topics":[]}""";
    private static final String ORDERS = """
            {"value":[{"dishes":[{"key":"ramen","value":2}],"note":null}]}""";

    private StructuredOutput() {}

    /** Runs the story. */
    public static void main(String[] args) {
        run(System.out);
    }

    private static Verdict judge(ModelClient models, String review) {
        return models.chat(ChatRequest.builder("assistant")
                        .system("Judge the review.")
                        .user(review)
                        .responseFormat(ResponseFormat.schema(Verdict.class))
                        .build())
                .as(Verdict.class);
    }

    private static List<Order> orders(ModelClient models, String letter) {
        TypeRef<List<Order>> orders = new TypeRef<>() {};
        return models.chat(ChatRequest.builder("assistant")
                        .system("List the orders in the letter.")
                        .user(letter)
                        .responseFormat(ResponseFormat.schema(orders))
                        .build())
                .as(orders);
    }

    static void run(PrintStream out) {
        try (FaultServer model = FaultServer.builder()
                        .answer(request -> ChatResponse.of(
                                switch (request.number()) {
                                    case 1 -> FITS;
                                    case 2 -> ORDERS;
                                    default -> DOES_NOT_FIT;
                                }))
                        .start();
                FaultServer small = FaultServer.builder()
                        .answer(request -> ChatResponse.of(request.number() == 1 ? DOES_NOT_FIT : FITS))
                        .start();
                ModelRouter router = ModelRouter.builder()
                        .provider(
                                OpenAiAdapter.builder().baseUrl(model.baseUrl()).build())
                        .provider(OpenAiAdapter.builder(Dialects.DEEPSEEK) // has no field for a schema
                                .baseUrl(small.baseUrl())
                                .build())
                        .model("assistant", assistant -> assistant.deployment("openai/gpt-6.1-terra"))
                        .build()) {

            out.println("read:   " + judge(router, "Tasty, but it came an hour late."));
            out.println("sent:   " + model.requests().get(0).body());
            out.println("read:   " + orders(router, "Two ramen, please."));

            try {
                out.println("read:   " + judge(router, "Tasty."));
            } catch (GatewayException e) {
                out.println("refused: " + e.kind() + ": " + e.getMessage());
            }

            ChatResponse repaired = router.chat(ChatRequest.builder("deepseek/deepseek-chat")
                    .user("Judge: tasty, but late.")
                    .responseFormat(ResponseFormat.schema(Verdict.class))
                    .build());
            out.println("asked by prompt: " + small.requests().size() + " times");
            out.println("read:   " + repaired.as(Verdict.class).mood());
            out.println("warned: " + repaired.route().warnings());
        }
    }
}
