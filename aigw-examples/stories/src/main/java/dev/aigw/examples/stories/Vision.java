package dev.aigw.examples.stories;

import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Media;
import dev.aigw.api.chat.Message;
import dev.aigw.providers.fake.FaultServer;
import dev.aigw.providers.openai.OpenAiAdapter;
import dev.aigw.routing.ModelRouter;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;

/**
 * Pictures in a question: the application's bytes are sent in the message, as a data URL if the vendor needs one. A few
 * lines of Java play the model, behind an OpenAI-compatible server; requests and responses are as with a real one.
 */
public final class Vision {

    private Vision() {}

    /** Runs the story. */
    public static void main(String[] args) {
        run(System.out);
    }

    static void run(PrintStream out) {
        System.setProperty("java.awt.headless", "true"); // drawing needs no screen
        try (FaultServer model = FaultServer.builder()
                        .answer(request -> Onlooker.answer(request.body()))
                        .start();
                ModelRouter router = ModelRouter.builder()
                        .provider(
                                OpenAiAdapter.builder().baseUrl(model.baseUrl()).build())
                        .model("assistant", assistant -> assistant.deployment("openai/gpt-6.1-terra"))
                        .build()) {
            Media sunset = picture(320, 200, Color.ORANGE, Color.BLUE);
            Media meadow = picture(64, 64, Color.GREEN, Color.RED);

            out.println("one picture:  "
                    + router.chat(asking("What is this?", sunset)).text());
            out.println("two pictures: "
                    + router.chat(asking("And these?", sunset, meadow)).text());
            String sent = model.requests().get(0).body();
            out.println("sent as:      " + sent.replaceAll("(?s).*(data:image/png;base64,.{12}).*", "$1…"));
        }
    }

    private static ChatRequest asking(String question, Media... pictures) {
        ContentPart[] parts = new ContentPart[pictures.length];
        for (int i = 0; i < pictures.length; i++) {
            parts[i] = new ContentPart.Image(pictures[i]);
        }
        return ChatRequest.builder("assistant")
                .message(Message.user(question, parts))
                .build();
    }

    /** Draws a disc on a background, as a PNG. */
    private static Media picture(int width, int height, Color background, Color disc) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = image.createGraphics();
        pen.setColor(background);
        pen.fillRect(0, 0, width, height);
        pen.setColor(disc);
        pen.fillOval(width / 4, height / 4, width / 4, height / 4);
        pen.dispose();
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", png);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Media.ofBytes("image/png", png.toByteArray());
    }
}
