package dev.aigw.examples.stories;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.imageio.ImageIO;

/** Draws a prompt's picture with a few lines of Java2D: a disc of the first color on a ground of the second. */
final class Painter {

    private static final int SIZE = 128;
    private static final int FRAME = 40;
    private static final Map<String, Color> COLOURS = Map.of(
            "red", Color.RED, "green", Color.GREEN, "blue", Color.BLUE, "orange", Color.ORANGE, "black", Color.BLACK);

    private Painter() {}

    /** Returns a picture as a PNG. */
    static byte[] paint(String prompt) {
        BufferedImage image = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_INT_RGB);
        List<Color> colours = colours(prompt);
        Graphics2D pen = image.createGraphics();
        pen.setColor(colours.size() > 1 ? colours.get(1) : Color.WHITE);
        pen.fillRect(0, 0, SIZE, SIZE);
        pen.setColor(colours.isEmpty() ? Color.BLACK : colours.get(0));
        pen.fillOval(SIZE / 4, SIZE / 4, SIZE / 2, SIZE / 2);
        pen.dispose();
        return png(image);
    }

    /**
     * Returns the picture with a frame of the first color that the prompt names.
     *
     * @throws IllegalArgumentException if it is not a picture
     */
    static byte[] frame(byte[] picture, String prompt) {
        BufferedImage image = read(picture);
        List<Color> colours = colours(prompt);
        int width = image.getWidth() + 2 * FRAME;
        int height = image.getHeight() + 2 * FRAME;
        BufferedImage framed = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = framed.createGraphics();
        pen.setColor(colours.isEmpty() ? Color.BLACK : colours.get(0));
        pen.fillRect(0, 0, width, height);
        pen.drawImage(image, FRAME, FRAME, null);
        pen.dispose();
        return png(framed);
    }

    /** Returns a picture. */
    static BufferedImage read(byte[] picture) {
        try {
            BufferedImage image = ImageIO.read(new ByteArrayInputStream(picture));
            if (image == null) {
                throw new IllegalArgumentException("the file is not a picture");
            }
            return image;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Color> colours(String prompt) {
        List<Color> colours = new ArrayList<>();
        for (String word : prompt.toLowerCase(Locale.ROOT).split("\\W+", -1)) {
            Color colour = COLOURS.get(word);
            if (colour != null) {
                colours.add(colour);
            }
        }
        return colours;
    }

    private static byte[] png(BufferedImage image) {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", png);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return png.toByteArray();
    }
}
