package dev.aigw.examples.stories;

import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.routing.ModelRouter;
import java.io.PrintStream;
import java.util.Locale;

/**
 * A custom provider in three lines: any function from a request to an answer. The router retries, caches and meters it
 * like any other, and replays its answers as streams.
 */
public final class CustomProvider {

    private CustomProvider() {}

    /** Runs the story. */
    public static void main(String[] args) {
        run(System.out);
    }

    static void run(PrintStream out) {
        ProviderAdapter legacy = ProviderAdapter.builder("legacy")
                .chat((request, attempt) -> ChatResponse.of(shout(request.lastUserText())))
                .build();
        try (ModelRouter router = ModelRouter.builder()
                .provider(legacy)
                .model("assistant", model -> model.deployment("legacy/shout"))
                .build()) {
            ChatResponse answer = router.chat("assistant", "hello");
            out.println("chat:   " + answer.text() + ", from " + answer.route().deployment());
            try (ChatStream stream = router.stream("assistant", "hello again")) {
                out.println("stream: " + stream.response().text());
            }
        }
    }

    private static String shout(String text) {
        return text.toUpperCase(Locale.ROOT) + "!";
    }
}
