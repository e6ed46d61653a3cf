package dev.aigw.examples.ecosystem;

import dev.aigw.api.chat.ChatResponse;
import dev.aigw.providers.fake.Fault;
import dev.aigw.providers.fake.FaultServer;
import dev.aigw.providers.fake.SeenRequest;
import java.util.List;

/**
 * Runs the {@link Quickstart} against a server on this machine, and says what it runs on. Fails if anything differs.
 */
public final class Application {

    private static final String CLAUDE = """
            {"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-haiku-5-5",
             "content": [{"type": "text", "text": "Claude."}], "stop_reason": "end_turn", "stop_sequence": null,
             "usage": {"input_tokens": 4, "output_tokens": 2}}
            """;

    private Application() {}

    /** Runs the application and prints the libraries. */
    public static void main(String[] args) {
        run();
        Libraries.print();
    }

    /** Runs the application. */
    public static void run() {
        try (FaultServer server = FaultServer.builder()
                .plan(request -> request.path().endsWith("/messages")
                        ? Fault.reply(200, "application/json", CLAUDE)
                        : Fault.none())
                .answer(request -> ChatResponse.of(answer(request)))
                .start()) {
            List<String> said = Quickstart.run(server.baseUrl());
            List<String> expected = List.of(
                    "Rayleigh scattering.",
                    "There is more.",
                    "stop",
                    "Weather[city=Oslo, degrees=-3]",
                    "Claude.",
                    "[assistant, other]");
            if (!said.equals(expected)) {
                throw new IllegalStateException("said " + said + " instead of " + expected);
            }
        }
    }

    private static String answer(SeenRequest request) {
        if (request.text().contains("sky")) {
            return "Rayleigh scattering.";
        }
        return request.text().contains("weather") ? "{\"city\": \"Oslo\", \"degrees\": -3}" : "There is more.";
    }
}
