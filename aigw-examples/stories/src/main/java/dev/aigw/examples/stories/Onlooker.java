package dev.aigw.examples.stories;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.aigw.api.chat.ChatResponse;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;

/** Plays a vision model: it decodes the pictures of a question and describes their sizes and main colors. */
final class Onlooker {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String DATA_URL = "data:image/png;base64,";
    private static final Map<String, Color> COLOURS = Map.of(
            "red", Color.RED,
            "green", Color.GREEN,
            "blue", Color.BLUE,
            "orange", Color.ORANGE,
            "white", Color.WHITE,
            "black", Color.BLACK);

    private Onlooker() {}

    /** Returns the answer to a request in OpenAI's format, about the pictures of its last message. */
    static ChatResponse answer(String body) {
        List<String> seen = new ArrayList<>();
        try {
            JsonNode messages = JSON.readTree(body).path("messages");
            for (JsonNode part : messages.path(messages.size() - 1).path("content")) {
                String url = part.path("image_url").path("url").asText();
                if (url.startsWith(DATA_URL)) {
                    byte[] png = Base64.getDecoder().decode(url.substring(DATA_URL.length()));
                    seen.add(describe(ImageIO.read(new ByteArrayInputStream(png))));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ChatResponse.of(seen.isEmpty() ? "I see no picture." : "I see " + String.join(" and ", seen) + ".");
    }

    /** Describes the size and main color of a picture. */
    static String describe(BufferedImage image) {
        Map<Integer, Integer> pixels = new HashMap<>();
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                pixels.merge(image.getRGB(x, y), 1, Integer::sum);
            }
        }
        Map.Entry<Integer, Integer> main = Collections.max(pixels.entrySet(), Map.Entry.comparingByValue());
        return "%d × %d pixels, %d %% of them %s"
                .formatted(
                        image.getWidth(),
                        image.getHeight(),
                        100L * main.getValue() / (image.getWidth() * (long) image.getHeight()),
                        name(new Color(main.getKey())));
    }

    private static String name(Color colour) {
        return COLOURS.entrySet().stream()
                .min((a, b) -> Integer.compare(distance(a.getValue(), colour), distance(b.getValue(), colour)))
                .orElseThrow()
                .getKey();
    }

    private static int distance(Color a, Color b) {
        int red = a.getRed() - b.getRed();
        int green = a.getGreen() - b.getGreen();
        int blue = a.getBlue() - b.getBlue();
        return red * red + green * green + blue * blue;
    }
}
