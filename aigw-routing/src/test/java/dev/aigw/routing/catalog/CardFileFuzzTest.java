package dev.aigw.routing.catalog;

import dev.aigw.api.ModelCard;
import dev.aigw.api.Price;
import dev.aigw.api.TokenUsage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Price files with odd values and damaged bytes are read, or refused as files of the user are. */
class CardFileFuzzTest {

    private static final LocalDate TODAY = LocalDate.of(2026, 10, 1);
    private static final Pattern VALUE = Pattern.compile("\"[^\"]*\"(?!\\s*:)|-?\\d[0-9.e+-]*|true|false|null|\\{|\\[");
    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "{}",
            "[]",
            "\"\"",
            "\"x\"",
            "0",
            "-1",
            "1e999999999",
            "1e-999999999",
            "-1e999999999",
            "9223372036854775808",
            "1e400",
            "\"1e999999999\"",
            "\"+999999999-12-31\"",
            "\"-999999999-01-01\"",
            "\"2026-13-01\"",
            "\"(((\"",
            "[{\"prices\":{\"input_mtok\":1}}]",
            "{\"base\":1,\"tiers\":[{\"start\":1e30,\"price\":2},{\"start\":-5,\"price\":1e999}]}",
            "{\"or\":[{\"and\":[{\"regex\":\"[\"}]}]}");
    private static final String OWN = """
            {"date": "2026-08-21",
             "families": {"f": {"can": ["chat"], "cannot": ["audio"], "tiers": {"batch": "0.5"}}},
             "models": [{"model": "openai/small", "family": "f", "window": 1000, "answer": 100, "dimensions": 8,
               "input": "2.5", "cacheRead": "0.25", "output": "15", "above": {"tokens": 272, "input": "5"}}]}
            """;
    private static final List<String> SEEDS = List.of(ModelCardsTest.LITELLM, ModelCardsTest.GENAI_PRICES, OWN);

    @Example
    void theSeedsAreRead() throws IOException {
        for (String seed : SEEDS) {
            CardFile.read(new ByteArrayInputStream(seed.getBytes(StandardCharsets.UTF_8)), "the seed", TODAY, TODAY);
        }
    }

    @Property(tries = 1500, seed = "20261130")
    void aFileIsReadOrRefused(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        String text = SEEDS.get(random.nextInt(SEEDS.size()));
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes; i++) {
            text = changed(text, random);
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (random.nextInt(4) == 0) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        ModelCards cards;
        try {
            cards = CardFile.read(new ByteArrayInputStream(bytes), "the file", TODAY, TODAY);
        } catch (IllegalArgumentException e) {
            return;
        } catch (RuntimeException | Error e) {
            throw new AssertionError("seed " + seed + " fails for " + text, e);
        }
        for (String name :
                List.of("openai/small", "gemini/g-pro", "gemini/g-x-any", "anthropic/c-five", "azure/small")) {
            ModelCard card = cards.find(name);
            Price price = card == null ? null : card.price();
            if (price != null) {
                Objects.requireNonNull(
                        price.cost(TokenUsage.of(Long.MAX_VALUE / 4, Long.MAX_VALUE / 4), "batch", Instant.MAX));
            }
        }
    }

    /** Returns the text with one value replaced. */
    private static String changed(String text, Random random) {
        int from = random.nextInt(text.length());
        Matcher value = VALUE.matcher(text);
        if (!value.find(from)) {
            return text;
        }
        int end = value.end();
        char first = text.charAt(value.start());
        if (first == '{' || first == '[') {
            end = endOf(text, value.start());
        }
        return text.substring(0, value.start()) + VALUES.get(random.nextInt(VALUES.size())) + text.substring(end);
    }

    private static int endOf(String text, int start) {
        int depth = 0;
        for (int i = start; i < text.length(); i++) {
            char c = text.charAt(i);
            depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
            if (depth == 0) {
                return i + 1;
            }
        }
        return text.length();
    }
}
