package dev.aigw.examples.stories;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.Message;
import dev.aigw.api.predict.PredictRequest;
import dev.aigw.api.predict.PredictResponse;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.transform.ChatParameter;
import dev.aigw.routing.transform.ContextTrim;
import dev.aigw.routing.transform.TextMapping;
import dev.aigw.routing.transform.Transforms;
import dev.aigw.routing.transform.jsonata.JsonataMapping;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Rules at work: instructions and bounds by tier, a fallback with rules of its own, a long conversation that is
 * summarized, and the JSON of a model service that expects another structure.
 */
public final class Rewriting {

    private Rewriting() {}

    /** Runs the story. */
    public static void main(String[] args) {
        run(System.out);
    }

    static void run(PrintStream out) {
        FakeProvider fake = FakeProvider.builder("fake")
                .reply("ACME answers.")
                .model("overloaded", script -> script.fail(ErrorKind.OVERLOADED))
                .model("small", script -> script.reply("They talked about the weather."))
                .predict(request ->
                        PredictResponse.of(Map.of("predictions", List.of(Map.of("class", "positive", "p", 0.75)))))
                .build();
        try (ModelRouter router = ModelRouter.builder()
                .provider(fake)
                .model("assistant", model -> model.deployment("fake/overloaded").fallback("thinker"))
                .model("thinker", model -> model.deployment("fake/thinker"))
                .model("assistant-small", model -> model.deployment("fake/small"))
                .model("sentiment", model -> model.deployment("fake/sentiment"))
                .transforms(rules())
                .build()) {
            shortChat(router, fake, out);
            longChat(router, fake, out);
            prediction(router, fake, out);
        }
    }

    private static Transforms rules() {
        return Transforms.builder()
                .rule("house style", rule -> rule.operation(ChatRequest.CHAT).appendSystem("Be brief."))
                .rule("free tier", rule -> rule.tier("free").clamp(ChatParameter.MAX_OUTPUT_TOKENS, 1, 100))
                .rule("brand", rule -> rule.replyText(TextMapping.replace("ACME", "Kiln")))
                .rule("no temperature", rule -> rule.model("thinker").drop(ChatParameter.TEMPERATURE))
                .rule(
                        "long chats",
                        rule -> rule.trim(ContextTrim.to(2_000)
                                .answerTokens(100)
                                .summaryTokens(100)
                                .summary("assistant-small")
                                .build()))
                .rule(
                        "sentiment",
                        rule -> rule.model("sentiment")
                                .payload(JsonataMapping.of("{'instances': [{'in': text}]}"))
                                .answer(JsonataMapping.of(
                                        "{'label': predictions[0].class, 'score': predictions[0].p}")))
                .build();
    }

    private static CallOptions free() {
        return CallOptions.builder()
                .caller(Caller.builder().tenant("acme").tier("free").build())
                .build();
    }

    private static void shortChat(ModelRouter router, FakeProvider fake, PrintStream out) {
        ChatRequest request = ChatRequest.builder("assistant")
                .user("Who answers?")
                .temperature(0.5)
                .maxOutputTokens(500)
                .build();
        ChatResponse answer = router.chat(request, free());
        ChatRequest sent = (ChatRequest) fake.attempts("thinker").get(0).request();
        out.println("The fallback of a model that is overloaded");
        out.println("  sent: " + sent.messages().get(0).text() + " Temperature "
                + sent.sampling().temperature() + ", at most " + sent.maxOutputTokens() + " tokens");
        out.println("  answer: " + answer.text());
        answer.route().warnings().forEach(warning -> out.println("  warning: " + warning));
        out.println();
    }

    private static void longChat(ModelRouter router, FakeProvider fake, PrintStream out) {
        out.println("A long conversation");
        List<Message> conversation = new ArrayList<>();
        for (int turn = 1; turn <= 18; turn++) {
            conversation.add(Message.user("Turn " + turn + ": " + "what will the weather be like? ".repeat(20)));
            int before = fake.attempts("small").size();
            ChatResponse answer = router.chat(
                    ChatRequest.builder("thinker").messages(conversation).build(), free());
            List<Message> sent = ((ChatRequest) fake.attempts("thinker")
                            .get(fake.attempts("thinker").size() - 1)
                            .request())
                    .messages();
            out.println("  turn " + turn + ": " + conversation.size() + " messages, sent " + sent.size()
                    + (fake.attempts("small").size() > before ? ", with a new summary" : ""));
            conversation.add(answer.message());
        }
        out.println();
    }

    private static void prediction(ModelRouter router, FakeProvider fake, PrintStream out) {
        PredictResponse reply = router.predict(PredictRequest.of("sentiment", Map.of("text", "Nice!")));
        out.println("A model service that expects another structure");
        out.println(
                "  sent: " + ((PredictRequest) fake.attempts("sentiment").get(0).request()).payload());
        out.println("  answer: " + reply.json());
    }
}
