package dev.aigw.examples.stories;

import java.util.Locale;
import java.util.Map;

/** Groups of horizontal bars as an SVG image, each group with its own scale. Not safe for use by several threads. */
final class Chart {

    private static final int WIDTH = 820;
    private static final int LABEL_WIDTH = 150;
    private static final int BAR_WIDTH = 560;
    private static final int LINE = 26;

    private final StringBuilder body = new StringBuilder();
    private int y = 44;

    Chart(String title) {
        text(20, 30, 18, "bold", title);
    }

    /** Adds a group. */
    void group(String title, Map<String, Double> values) {
        y += LINE;
        text(20, y, 14, "bold", title);
        double most =
                values.values().stream().mapToDouble(Double::doubleValue).max().orElse(1);
        for (Map.Entry<String, Double> value : values.entrySet()) {
            y += LINE;
            double length = Math.max(1, value.getValue() / most * BAR_WIDTH);
            text(20, y, 13, "normal", value.getKey());
            body.append(String.format(
                    Locale.ROOT,
                    "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"16\" fill=\"#3b7dd8\"/>%n",
                    LABEL_WIDTH,
                    y - 13,
                    length));
            text(
                    (int) (LABEL_WIDTH + length + 8),
                    y,
                    12,
                    "normal",
                    String.format(Locale.ROOT, "%.2f", value.getValue()));
        }
        y += LINE / 2;
    }

    private void text(int x, int baseline, int size, String weight, String text) {
        body.append(String.format(
                Locale.ROOT,
                "<text x=\"%d\" y=\"%d\" font-size=\"%d\" font-weight=\"%s\">%s</text>%n",
                x,
                baseline,
                size,
                weight,
                text.replace("&", "&amp;").replace("<", "&lt;")));
    }

    /** Returns the image. */
    String svg() {
        return String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\">%n"
                        + "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>%n%s</svg>%n",
                WIDTH,
                y + LINE,
                body);
    }
}
