package dev.aigw.routing.catalog;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.aigw.api.Capability;
import dev.aigw.api.DailyHours;
import dev.aigw.api.ModelCard;
import dev.aigw.api.Price;
import dev.aigw.api.TokenUsage.Bucket;
import dev.aigw.api.WireFacts;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(CONSTRAINTS)
                    .recyclerPool(JsonRecyclerPools.nonRecyclingPool()) // leaves nothing in the thread
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private static final Map<String, Bucket> BUCKETS = Map.of(
            "cacheRead", Bucket.CACHE_READ,
            "cacheWrite", Bucket.CACHE_WRITE,
            "cacheWriteLong", Bucket.CACHE_WRITE_LONG,
            "inputAudio", Bucket.INPUT_AUDIO,
            "outputAudio", Bucket.OUTPUT_AUDIO);

    private static final Logger log = LoggerFactory.getLogger(ModelCards.class);

    private CardFile() {}

    /**
     * Reads a file.
     *
     * @param today the day for which to read prices, if the file has several
     * @param written the day on which the file was last changed, for those that name no date
     * @throws IllegalArgumentException if it is in none of these formats
     */
    static ModelCards read(InputStream in, String name, LocalDate today, LocalDate written) throws IOException {
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
                GenAiPrices.Found found = GenAiPrices.read(root, today);
                if (found.isFrozen()) {
                    log.warn(
                            "{} is in the first format of genai-prices, whose file prices/data.json has not changed since"
                                    + " 25 July 2026: its prices are old. Load prices/new_data/v2/data.json instead",
                            name);
                }
                return ModelCards.of(found.cards(), found.newest() == null ? written : found.newest());
            }
            if (root.path("families").isObject() && root.path("models").isArray()) {
                return ModelCards.of(
                        own(root), LocalDate.parse(root.path("date").asText()));
            }
            if (root.isObject() && LiteLlmPrices.isOne(root)) {
                return ModelCards.of(LiteLlmPrices.read(root), written);
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
            card.wire(wire(model.path("wire")).orElse(wire(family.path("wire"))));
            String name = model.path("model").asText();
            JsonNode retention = model.has("retention")
                    ? model.path("retention")
                    : root.path("retention").path(name.substring(0, Math.max(0, name.indexOf('/'))));
            if (!retention.isMissingNode()) {
                card.retention(Duration.parse(retention.asText()));
            }
            if (model.has("shutdown")) {
                card.shutdown(LocalDate.parse(model.path("shutdown").asText()));
            }
            if (model.has("replacement")) {
                card.replacement(model.path("replacement").asText());
            }
            if (model.has("input")) {
                card.price(dated(model, family));
            }
            byName.put(name, card.build());
        }
        return CardLayer.of(byName);
    }

    private static WireFacts wire(JsonNode node) {
        if (!node.isObject()) {
            return WireFacts.UNKNOWN;
        }
        WireFacts.Builder facts = WireFacts.builder()
                .refuses(parameters(node.path("refuses")))
                .refusesWhileReasoning(parameters(node.path("refusesWhileReasoning")))
                .efforts(texts(node.path("efforts")))
                .reasoningBoundTo(Arrays.stream(texts(node.path("reasoningBoundTo")))
                        .map(WireFacts.Binding::of)
                        .toArray(WireFacts.Binding[]::new))
                .readsReasoningOf(texts(node.path("readsReasoningOf")))
                .cacheLifetimes(Arrays.stream(texts(node.path("cacheLifetimes")))
                        .map(CardFile::lifetime)
                        .toArray(Duration[]::new));
        if (node.has("cacheMarks")) {
            facts.cacheMarks(node.path("cacheMarks").asBoolean());
        }
        if (node.has("cacheMinimum")) {
            facts.cacheMinimum(node.path("cacheMinimum").asInt());
        }
        if (node.has("endpoint")) {
            facts.endpoint(node.path("endpoint").asText());
        }
        if (node.has("toolEndpoint")) {
            facts.toolEndpoint(node.path("toolEndpoint").asText());
        }
        if (node.has("reasonsByDefault")) {
            facts.reasonsByDefault(node.path("reasonsByDefault").asBoolean());
        }
        if (node.has("reasoningOff")) {
            facts.reasoningOff(node.path("reasoningOff").asText());
        }
        return facts.build();
    }

    /** Returns a time in minutes or hours, such as {@code 30m} or {@code 12h}. */
    private static Duration lifetime(String text) {
        return Duration.parse("PT" + text.toUpperCase(Locale.ROOT));
    }

    private static WireFacts.Parameter[] parameters(JsonNode ids) {
        return Arrays.stream(texts(ids)).map(WireFacts.Parameter::of).toArray(WireFacts.Parameter[]::new);
    }

    private static String[] texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(text -> texts.add(text.asText()));
        return texts.toArray(String[]::new);
    }

    /** Returns a price with those that follow it. */
    private static Price dated(JsonNode amounts, JsonNode family) {
        Price price = atHours(amounts, family);
        for (JsonNode later : amounts.path("from")) {
            price = price.from(
                    LocalDate.parse(later.path("date").asText())
                            .atStartOfDay(ZoneOffset.UTC)
                            .toInstant(),
                    atHours(later, family));
        }
        return price;
    }

    private static Price atHours(JsonNode amounts, JsonNode family) {
        Price price = whole(amounts, family);
        for (JsonNode peak : amounts.path("hours")) {
            price = price.during(hours(peak), whole(peak, family));
        }
        return price;
    }

    private static DailyHours hours(JsonNode node) {
        DailyHours hours =
                DailyHours.utc(node.path("start").asText(), node.path("end").asText());
        List<DayOfWeek> days = new ArrayList<>();
        for (JsonNode day : node.path("days")) {
            days.add(DayOfWeek.valueOf(day.asText().toUpperCase(Locale.ROOT)));
        }
        return days.isEmpty() ? hours : hours.on(days.toArray(DayOfWeek[]::new));
    }

    /** Returns a price with its thresholds, tiers and tools; those of the family apply where it has none of its own. */
    private static Price whole(JsonNode amounts, JsonNode family) {
        Price price = withThreshold(amounts);
        for (Map.Entry<String, JsonNode> tier :
                (amounts.has("tiers") ? amounts : family).path("tiers").properties()) {
            price = tier.getValue().isObject()
                    ? price.tier(tier.getKey(), withThreshold(tier.getValue()))
                    : price.tier(tier.getKey(), tier.getValue().asText());
        }
        for (Map.Entry<String, JsonNode> tool :
                (amounts.has("tools") ? amounts : family).path("tools").properties()) {
            price = price.serverTool(tool.getKey(), tool.getValue().asText());
        }
        JsonNode request = (amounts.has("request") ? amounts : family).path("request");
        return request.isMissingNode() ? price : price.perRequest(request.asText());
    }

    private static Price withThreshold(JsonNode amounts) {
        JsonNode above = amounts.path("above");
        Price price = price(amounts);
        return above.isObject() ? price.above(Plausible.tokens(above.path("tokens")), price(above)) : price;
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
        if (amounts.has("cacheWrite") && !amounts.has("cacheWriteLong")) {
            BigDecimal write = new BigDecimal(amounts.path("cacheWrite").asText());
            BigDecimal input = new BigDecimal(amounts.path("input").asText());
            price = price.with(
                    Bucket.CACHE_WRITE_LONG,
                    Objects.requireNonNull(longWrite(null, write, input)).toPlainString());
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

    /**
     * Returns the price of long cache writes. One that is not listed costs twice the input, as at all vendors who list
     * it, and never less than a short write.
     */
    static @Nullable BigDecimal longWrite(
            @Nullable BigDecimal listed, @Nullable BigDecimal shortWrite, @Nullable BigDecimal input) {
        if (listed != null || shortWrite == null || input == null) {
            return listed == null ? shortWrite : listed;
        }
        return shortWrite.max(input.multiply(BigDecimal.valueOf(2)));
    }

    /** Returns the day, or null if the node is not one. */
    static @Nullable LocalDate date(JsonNode node) {
        try {
            return node.isTextual() ? LocalDate.parse(node.asText()) : null;
        } catch (DateTimeParseException e) {
            return null; // lists have remarks in place of dates
        }
    }
}
