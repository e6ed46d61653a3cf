package dev.aigw.examples.stories;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ResponseFormat;
import dev.aigw.providers.fake.FaultServer;
import dev.aigw.providers.openai.Dialects;
import dev.aigw.providers.openai.OpenAiAdapter;
import dev.aigw.routing.ModelRouter;
import java.io.PrintStream;
import java.util.List;

/**
 * An answer as a record: its JSON schema is sent with the question, and the model's answer is read as the record. If a
 * vendor does not enforce schemas, the router asks by prompt and has an invalid answer repaired once. The model here is
 * a script behind an OpenAI-compatible server; requests and responses are as with a real one.
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

    private static final String FITS = """
            {"reason":"The food pleased, the delivery did not.","mood":"MIXED","topics":["food","delivery"]}""";
    private static final String DOES_NOT_FIT = """
            {"reason":"The food pleased.","mood":"DELIGHTED","topics":[]}""";

    private StructuredOutput() {}

    /** Runs the story. */
    public static void main(String[] args) {
        run(System.out);
    }

    static void run(PrintStream out) {
        try (FaultServer model = FaultServer.builder()
                        .answer(request -> ChatResponse.of(request.number() == 1 ? FITS : DOES_NOT_FIT))
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
            ChatRequest request = ChatRequest.builder("assistant")
                    .system("Judge the review.")
                    .user("Tasty, but it came an hour late.")
                    .responseFormat(ResponseFormat.schema(Verdict.class))
                    .build();

            Verdict verdict = router.chat(request).as(Verdict.class);
            out.println("sent:   " + model.requests().get(0).body());
            out.println("read:   " + verdict);

            ChatResponse other = router.chat(request);
            try {
                out.println("read:   " + other.as(Verdict.class));
            } catch (GatewayException e) {
                out.println("refused: " + e.kind() + " for " + other.text());
            }

            ChatResponse repaired = router.chat(
                    request.toBuilder().model("deepseek/deepseek-chat").build());
            out.println("asked by prompt: " + small.requests().size() + " times");
            out.println("read:   " + repaired.as(Verdict.class).mood());
            out.println("warned: " + repaired.route().warnings());
        }
    }
}
