package dev.aigw.routing.catalog;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.aigw.api.Capability;
import dev.aigw.api.ModelCard;
import dev.aigw.api.Price;
import dev.aigw.api.TokenUsage.Bucket;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads files of model cards, in our own format or one of the public price lists' formats. */
final class CardFile {

    /** The public lists nest ten levels deep and have some hundred thousand values. */
    private static final StreamReadConstraints CONSTRAINTS = StreamReadConstraints.builder()
            .maxDocumentLength(64L * 1024 * 1024)
            .maxTokenCount(10_000_000)
            .maxNestingDepth(64)
            .maxNameLength(4096)
            .maxStringLength(1024 * 1024)
            .maxNumberLength(100)
            .build();

    private static final JsonMapper JSON = JsonMapper.builder(
                    JsonFactory.builder().streamReadConstraints(CONSTRAINTS).build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private static final Map<String, Bucket> BUCKETS = Map.of(
            "cacheRead", Bucket.CACHE_READ,
            "cacheWrite", Bucket.CACHE_WRITE,
            "cacheWriteLong", Bucket.CACHE_WRITE_LONG,
            "inputAudio", Bucket.INPUT_AUDIO,
            "outputAudio", Bucket.OUTPUT_AUDIO);

    private CardFile() {}

    /**
     * Reads a file.
     *
     * @param today the day for which to read prices, if the file has several
     * @throws IllegalArgumentException if it is in none of these formats
     */
    static ModelCards read(InputStream in, String name, LocalDate today) throws IOException {
        JsonNode root;
        try {
            root = JSON.readTree(in);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(name + " is not JSON: " + e.getOriginalMessage(), e);
        } catch (CharConversionException e) {
            throw new IllegalArgumentException(name + " is not JSON: " + e.getMessage(), e);
        }
        try {
            if (root.isArray() && root.path(0).path("models").isArray()) {
                return ModelCards.of(GenAiPrices.read(root, today), today);
            }
            if (root.path("families").isObject() && root.path("models").isArray()) {
                return ModelCards.of(
                        own(root), LocalDate.parse(root.path("date").asText()));
            }
            if (root.isObject() && LiteLlmPrices.isOne(root)) {
                return ModelCards.of(LiteLlmPrices.read(root), today);
            }
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(name + " cannot be read as model cards: " + e.getMessage(), e);
        }
        throw new IllegalArgumentException(name + " is not a file of model cards: give LiteLLM's"
                + " model_prices_and_context_window.json, the JSON of genai-prices, or one like the built-in cards");
    }

    private static CardLayer own(JsonNode root) {
        Map<String, ModelCard> byName = new LinkedHashMap<>();
        for (JsonNode model : root.path("models")) {
            ModelCard.Builder card = ModelCard.builder();
            JsonNode family = root.path("families").path(model.path("family").asText());
            for (JsonNode capability : family.path("can")) {
                card.capabilities(Capability.of(capability.asText()));
            }
            for (JsonNode capability : family.path("cannot")) {
                card.lacks(Capability.of(capability.asText()));
            }
            long window = Plausible.tokens(model.path("window"));
            if (window > 0) {
                card.contextWindow(window);
            }
            long answer = Plausible.tokens(model.path("answer"));
            if (answer > 0) {
                card.maxOutputTokens(answer);
            }
            int dimensions = Plausible.dimensions(model.path("dimensions"));
            if (dimensions > 0) {
                card.embeddingDimensions(dimensions);
            }
            if (model.has("input")) {
                Price price = price(model);
                for (Map.Entry<String, JsonNode> tier : family.path("tiers").properties()) {
                    price = price.tier(tier.getKey(), tier.getValue().asText());
                }
                JsonNode above = model.path("above");
                card.price(
                        above.isObject() ? price.above(Plausible.tokens(above.path("tokens")), price(above)) : price);
            }
            byName.put(model.path("model").asText(), card.build());
        }
        return CardLayer.of(byName);
    }

    private static Price price(JsonNode amounts) {
        Price price = Price.usdPerMillion(
                amounts.path("input").asText(), amounts.path("output").asText("0"));
        for (Map.Entry<String, Bucket> bucket : BUCKETS.entrySet()) {
            if (amounts.has(bucket.getKey())) {
                price = price.with(
                        bucket.getValue(), amounts.path(bucket.getKey()).asText());
            }
        }
        return price;
    }

    /**
     * Returns a price, or null if {@code input} is missing, or one of the two is no plausible price: it must not look
     * free.
     *
     * @param input dollars per {@code unit} tokens of prompt
     * @param output dollars per {@code unit} tokens of answer; zero if missing, as for embeddings
     * @param millionths how many units make a million tokens
     */
    static @Nullable Price price(
            JsonNode input, JsonNode output, Map<Bucket, @Nullable BigDecimal> others, BigDecimal millionths) {
        BigDecimal in = Plausible.price(input);
        BigDecimal out = output.isMissingNode() || output.isNull() ? BigDecimal.ZERO : Plausible.price(output);
        if (in == null || out == null) {
            return null;
        }
        Price price = Price.usdPerMillion(text(in, millionths), text(out, millionths));
        for (Map.Entry<Bucket, @Nullable BigDecimal> other : others.entrySet()) {
            BigDecimal amount = other.getValue();
            if (amount != null) {
                price = price.with(other.getKey(), text(amount, millionths));
            }
        }
        return price;
    }

    private static String text(BigDecimal amount, BigDecimal millionths) {
        return amount.multiply(millionths).stripTrailingZeros().toPlainString();
    }
}
