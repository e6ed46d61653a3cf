package dev.aigw.examples.stories;

import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.chat.ToolSpec;
import dev.aigw.api.client.ModelClient;
import dev.aigw.providers.fake.FaultServer;
import dev.aigw.providers.openai.OpenAiAdapter;
import dev.aigw.routing.ModelRouter;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A tool loop: the model calls tools, the application runs them and sends back their results, until the model answers.
 * The arguments of a tool are a record. The model here is a script behind an OpenAI-compatible server; the loop is the
 * same with a real one.
 */
public final class Tools {

    /** The argument of the tool. */
    record City(String name) {}

    private static final ToolSpec WEATHER =
            ToolSpec.function("weather", "Returns the current weather of a city.", City.class);
    private static final Map<String, String> SKY = Map.of("Oslo", "snow, -4 °C", "Rome", "sun, 19 °C");
    private static final int MOST_ROUNDS = 5;

    private Tools() {}

    /** Runs the story. */
    public static void main(String[] args) {
        run(System.out);
    }

    static void run(PrintStream out) {
        try (FaultServer model = FaultServer.builder()
                        .answer(request -> ToolScript.answer(request.body()))
                        .start();
                ModelRouter router = ModelRouter.builder()
                        .provider(
                                OpenAiAdapter.builder().baseUrl(model.baseUrl()).build())
                        .model("assistant", assistant -> assistant.deployment("openai/gpt-6.1-terra"))
                        .build()) {
            out.println("answer: " + ask(router, "Is Oslo or Rome warmer?", out));
            out.println("rounds: " + model.requests().size());
        }
    }

    private static String ask(ModelClient models, String question, PrintStream out) {
        List<Message> conversation = new ArrayList<>(List.of(Message.user(question)));
        for (int round = 1; round <= MOST_ROUNDS; round++) {
            ChatResponse answer = models.chat(ChatRequest.builder("assistant")
                    .messages(conversation)
                    .tool(WEATHER)
                    .build());
            if (answer.toolCalls().isEmpty()) {
                return answer.text();
            }
            conversation.add(answer.message());
            for (ToolCall call : answer.toolCalls()) {
                City city = call.as(City.class);
                String sky = SKY.getOrDefault(city.name(), "unknown");
                out.println("tool:   weather of " + city.name() + ": " + sky);
                conversation.add(Message.toolResult(call, sky));
            }
        }
        throw new IllegalStateException("after " + MOST_ROUNDS + " rounds the model still calls tools");
    }
}
