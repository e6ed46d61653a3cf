package dev.aigw.examples.stories;

import dev.aigw.api.chat.ChatRequest;
import dev.aigw.providers.fake.FaultServer;
import dev.aigw.providers.openai.OpenAiAdapter;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.tools.Tool;
import dev.aigw.routing.tools.ToolEvent;
import dev.aigw.routing.tools.ToolLoop;
import dev.aigw.routing.tools.ToolRun;
import dev.aigw.routing.tools.ToolStream;
import java.io.PrintStream;
import java.util.Map;

/**
 * A tool loop: the model calls tools, the application runs them, and the model reads their results, until it answers.
 * The arguments of a tool are a record. The model here is a script behind an OpenAI-compatible server; the loop is the
 * same with a real one.
 */
public final class Tools {

    /** The argument of the tool. */
    record City(String name) {}

    private static final Map<String, String> SKY = Map.of("Oslo", "snow, -4 °C", "Rome", "sun, 19 °C");

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
            ToolLoop loop = ToolLoop.builder(router)
                    .tools(Tool.of(
                            "weather",
                            "Returns the current weather of a city.",
                            City.class,
                            city -> SKY.getOrDefault(city.name(), "unknown")))
                    .maxRounds(5)
                    .build();

            ToolRun run = loop.run("assistant", "Is Oslo or Rome warmer?");
            run.rounds()
                    .get(0)
                    .outcomes()
                    .forEach(outcome -> out.println("tool:   " + outcome.call().arguments() + " "
                            + outcome.result().text()));
            out.println("answer: " + run.text());
            out.println("rounds: " + run.rounds().size());

            out.print("stream: ");
            try (ToolStream stream = loop.stream(ChatRequest.of("assistant", "And Rome alone?"))) {
                for (ToolEvent event : stream) {
                    out.print(
                            event instanceof ToolEvent.Called called
                                    ? "(" + called.call().name() + ") "
                                    : event.text());
                }
            }
            out.println();
        }
    }
}
