package dev.aigw.examples.stories;

import dev.aigw.api.chat.Media;
import dev.aigw.api.image.ImageRequest;
import dev.aigw.api.image.ImageResponse;
import dev.aigw.providers.fake.Fault;
import dev.aigw.providers.fake.FaultServer;
import dev.aigw.providers.openai.OpenAiAdapter;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.balance.RoutingStrategies;
import java.io.PrintStream;
import java.util.Objects;

/**
 * Makes and edits pictures through the router: the first deployment is overloaded, so the second paints. A few lines of
 * Java ({@link Studio}) paint in place of a model; requests and responses are as with OpenAI.
 */
public final class Pictures {

    private Pictures() {}

    /** Runs the story. */
    public static void main(String[] args) {
        run(System.out);
    }

    static void run(PrintStream out) {
        System.setProperty("java.awt.headless", "true"); // drawing needs no screen
        try (FaultServer busy = FaultServer.start(Fault.status(503));
                Studio studio = Studio.open();
                ModelRouter router = ModelRouter.builder()
                        .provider(OpenAiAdapter.builder()
                                .name("busy")
                                .baseUrl(busy.baseUrl())
                                .build())
                        .provider(OpenAiAdapter.builder()
                                .name("studio")
                                .baseUrl(studio.baseUrl())
                                .build())
                        .model(
                                "painter",
                                painter -> painter.deployment("busy/gpt-image-1")
                                        .deployment("studio/gpt-image-1")
                                        .strategy(RoutingStrategies.ordered()))
                        .build()) {
            ImageResponse made = router.generateImage("painter", "A red disc on a blue ground");
            out.println("made:    " + describe(made));
            made.route()
                    .attempts()
                    .forEach(attempt -> out.println("         " + attempt.deployment() + " "
                            + (attempt.errorKind() == null ? "answered" : attempt.errorKind())));

            ImageResponse changed = router.generateImage(ImageRequest.builder("studio/gpt-image-1")
                    .prompt("Put it in a green frame")
                    .image(made.images().get(0).media())
                    .build());
            out.println("changed: " + describe(changed));
            out.println("prompt:  " + changed.images().get(0).revisedPrompt());
        }
    }

    private static String describe(ImageResponse response) {
        Media picture = response.images().get(0).media();
        return Onlooker.describe(Painter.read(Objects.requireNonNull(picture.bytes())));
    }
}
