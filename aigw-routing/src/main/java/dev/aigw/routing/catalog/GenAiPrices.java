package dev.aigw.routing.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aigw.api.DailyHours;
import dev.aigw.api.ModelCard;
import dev.aigw.api.Price;
import dev.aigw.api.TokenUsage.Bucket;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the JSON of Pydantic's genai-prices: a list of vendors with their models, prices in dollars per million tokens,
 * each model with a rule for its ids.
 *
 * <p>The rules are those of its {@code data.schema.json} of version 2, read in November 2026: of several conditional
 * prices the last one whose condition is met counts, else the first; a tier's price applies to prompts longer than its
 * start; of several variants the first one that has an amount counts for that amount.
 */
final class GenAiPrices {

    /** Vendors whose adapters have another name in aigw. */
    private static final Map<String, String> VENDORS = Map.of("google", "gemini", "aws", "bedrock", "x-ai", "xai");

    /** The amounts per use, in dollars per thousand, by the name of the tool. */
    private static final Map<String, String> TOOLS = Map.of(
            "web_searches_kcount", "web_search",
            "code_executions_kcount", "code_execution",
            "storage_searches_kcount", "file_search");

    /** The fields that only version 2 of the format has. */
    private static final Set<String> VERSION_2 =
            Set.of("cache_write_1h_mtok", "cache_write_5m_mtok", "web_searches_kcount", "input_image_mtok");

    private final LocalDate today;
    private final NavigableSet<LocalDate> dates = new TreeSet<>();
    private boolean isVersion2;

    private GenAiPrices(LocalDate today) {
        this.today = today;
    }

    /**
     * What a file says.
     *
     * @param cards its cards
     * @param newest the newest date of today or earlier that it names, or null if it names none
     * @param isFrozen whether it is in the first version of the format, which is no longer updated
     */
    record Found(CardLayer cards, @Nullable LocalDate newest, boolean isFrozen) {}

    static Found read(JsonNode root, LocalDate today) {
        return new GenAiPrices(today).read(root);
    }

    private Found read(JsonNode root) {
        Map<String, ModelCard> byName = new LinkedHashMap<>();
        List<CardLayer.Rule> rules = new ArrayList<>();
        for (JsonNode vendor : root) {
            String id = vendor.path("id").asText();
            String prefix = VENDORS.getOrDefault(id, id) + "/";
            for (JsonNode model : vendor.path("models")) {
                ModelCard card = card(model);
                byName.putIfAbsent(prefix + model.path("id").asText(), card);
                Predicate<String> test = test(model.path("match"));
                rules.add(new CardLayer.Rule(
                        name -> name.startsWith(prefix) && test.test(name.substring(prefix.length())), card));
            }
        }
        return new Found(new CardLayer(byName, rules), dates.floor(today), !isVersion2);
    }

    private static Predicate<String> test(JsonNode match) {
        List<Predicate<String>> all = new ArrayList<>();
        match.properties().forEach(rule -> all.add(test(rule.getKey(), rule.getValue())));
        return all.isEmpty() ? name -> false : name -> all.stream().allMatch(each -> each.test(name));
    }

    private static Predicate<String> test(String rule, JsonNode operand) {
        String text = operand.asText();
        return switch (rule) {
            case "equals" -> text::equals;
            case "starts_with" -> name -> name.startsWith(text);
            case "ends_with" -> name -> name.endsWith(text);
            case "contains" -> name -> name.contains(text);
            case "regex" -> Pattern.compile(text).asPredicate();
            case "or" -> {
                List<Predicate<String>> some = tests(operand);
                yield name -> some.stream().anyMatch(each -> each.test(name));
            }
            case "and" -> {
                List<Predicate<String>> all = tests(operand);
                yield name -> all.stream().allMatch(each -> each.test(name));
            }
            default -> name -> false; // an unknown kind of rule matches nothing
        };
    }

    private static List<Predicate<String>> tests(JsonNode operands) {
        List<Predicate<String>> tests = new ArrayList<>();
        for (JsonNode operand : operands) {
            tests.add(test(operand));
        }
        return tests;
    }

    private ModelCard card(JsonNode model) {
        ModelCard.Builder card = ModelCard.builder();
        long window = Plausible.tokens(model.path("context_window"));
        if (window > 0) {
            card.contextWindow(window);
        }
        Price price = dated(model);
        return price == null ? card.build() : card.price(price).build();
    }

    /** Returns the price in force, with those that follow on later days. */
    private @Nullable Price dated(JsonNode model) {
        NavigableSet<LocalDate> starts = new TreeSet<>();
        addStarts(model.path("prices"), starts);
        addStarts(model.path("price_variants"), starts);
        dates.addAll(starts);
        Price price = at(today, model);
        if (price == null) {
            return null;
        }
        for (LocalDate start : starts.tailSet(today, false)) {
            Price later = at(start, model);
            if (later != null) {
                price = price.from(start.atStartOfDay(ZoneOffset.UTC).toInstant(), later);
            }
        }
        return price;
    }

    private static void addStarts(JsonNode options, Set<LocalDate> starts) {
        for (JsonNode option : options) {
            LocalDate start = start(option);
            if (start != null) {
                starts.add(start);
            }
        }
    }

    /** Returns the first day of an option, or null if it names none. */
    private static @Nullable LocalDate start(JsonNode option) {
        JsonNode date = option.path("constraint").path("start_date");
        return date.isTextual() ? LocalDate.parse(date.asText()) : null;
    }

    private static @Nullable DailyHours hours(JsonNode option) {
        JsonNode constraint = option.path("constraint");
        if (!constraint.has("start_time")) {
            return null;
        }
        return DailyHours.of(
                utc(constraint.path("start_time").asText()).toLocalTime(),
                utc(constraint.path("end_time").asText()).toLocalTime(),
                ZoneOffset.UTC);
    }

    private static OffsetTime utc(String time) {
        return time.matches(".*(Z|[+-]\\d\\d:?\\d\\d)$")
                ? OffsetTime.parse(time).withOffsetSameInstant(ZoneOffset.UTC)
                : OffsetTime.parse(time + "Z");
    }

    /** Returns the price on one day. */
    private @Nullable Price at(LocalDate day, JsonNode model) {
        JsonNode options = model.path("prices");
        if (!options.isArray()) {
            return withTiers(options, model, day);
        }
        int standard = 0;
        for (int i = 0; i < options.size(); i++) {
            LocalDate start = start(options.get(i));
            boolean applies = start == null ? hours(options.get(i)) == null : !start.isAfter(day);
            standard = applies ? i : standard;
        }
        Price price = withTiers(options.path(standard).path("prices"), model, day);
        for (int i = standard + 1; i < options.size() && price != null; i++) {
            DailyHours hours = hours(options.get(i));
            Price then = hours == null ? null : withTiers(options.get(i).path("prices"), model, day);
            price = hours == null || then == null ? price : price.during(hours, then);
        }
        return price;
    }

    /** Returns a price with the variants that apply on the day to service tiers. */
    private @Nullable Price withTiers(JsonNode prices, JsonNode model, LocalDate day) {
        Price price = whole(prices);
        if (price == null) {
            return null;
        }
        Map<String, ObjectNode> byTier = new LinkedHashMap<>();
        for (JsonNode variant : model.path("price_variants")) {
            isVersion2 = true;
            LocalDate start = start(variant);
            String tier = tier(variant.path("when"));
            if (tier != null && prices.isObject() && (start == null || !start.isAfter(day))) {
                ObjectNode changed = byTier.computeIfAbsent(tier, added -> JsonNodeFactory.instance.objectNode());
                variant.path("prices")
                        .properties()
                        .forEach(amount -> changed.putIfAbsent(amount.getKey(), amount.getValue()));
            }
        }
        for (Map.Entry<String, ObjectNode> variant : byTier.entrySet()) {
            ObjectNode changed = variant.getValue();
            prices.properties().forEach(amount -> changed.putIfAbsent(amount.getKey(), amount.getValue()));
            Price ofTier = whole(changed);
            price = ofTier == null ? price : price.tier(variant.getKey(), ofTier);
        }
        return price;
    }

    /** Returns the service tier that a variant is for, or null if it is for something else. */
    private static @Nullable String tier(JsonNode when) {
        if (when.size() != 1) {
            return null;
        }
        Map.Entry<String, JsonNode> only = when.properties().iterator().next();
        return switch (only.getKey()) {
            case "service_tier", "processing", "speed" -> only.getValue().asText();
            default -> null;
        };
    }

    private @Nullable Price whole(JsonNode prices) {
        prices.fieldNames().forEachRemaining(name -> isVersion2 |= VERSION_2.contains(name));
        Price price = price(prices, 0);
        if (price == null) {
            return null;
        }
        for (long start : starts(prices)) {
            Price longer = price(prices, start);
            if (longer != null) {
                price = price.above(start, longer);
            }
        }
        for (Map.Entry<String, String> tool : TOOLS.entrySet()) {
            BigDecimal perThousand = amount(prices.path(tool.getKey()), 0);
            if (perThousand != null) {
                price = price.serverTool(tool.getValue(), perUse(perThousand));
            }
        }
        BigDecimal requests = amount(prices.path("requests_kcount"), 0);
        return requests == null ? price : price.perRequest(perUse(requests));
    }

    private static String perUse(BigDecimal perThousand) {
        return perThousand.movePointLeft(3).stripTrailingZeros().toPlainString();
    }

    /** Returns the prompt lengths at which some amount changes. */
    private static Set<Long> starts(JsonNode prices) {
        Set<Long> starts = new LinkedHashSet<>();
        for (JsonNode amount : prices) {
            for (JsonNode tier : amount.path("tiers")) {
                long start = Plausible.tokens(tier.path("start"));
                if (start > 0) {
                    starts.add(start);
                }
            }
        }
        return starts;
    }

    /** Returns the price of prompts longer than {@code tokens}. */
    private static @Nullable Price price(JsonNode prices, long tokens) {
        BigDecimal input = amount(prices.path("input_mtok"), tokens);
        BigDecimal write = amount(prices.path("cache_write_mtok"), tokens);
        if (write == null) {
            write = amount(prices.path("cache_write_5m_mtok"), tokens);
        }
        Map<Bucket, @Nullable BigDecimal> others = new EnumMap<>(Bucket.class);
        others.put(Bucket.CACHE_READ, amount(prices.path("cache_read_mtok"), tokens));
        others.put(Bucket.CACHE_WRITE, write);
        others.put(
                Bucket.CACHE_WRITE_LONG,
                CardFile.longWrite(amount(prices.path("cache_write_1h_mtok"), tokens), write, input));
        others.put(Bucket.INPUT_AUDIO, amount(prices.path("input_audio_mtok"), tokens));
        others.put(Bucket.INPUT_IMAGE, amount(prices.path("input_image_mtok"), tokens));
        others.put(Bucket.REASONING, amount(prices.path("output_reasoning_mtok"), tokens));
        others.put(Bucket.OUTPUT_AUDIO, amount(prices.path("output_audio_mtok"), tokens));
        others.put(Bucket.OUTPUT_IMAGE, amount(prices.path("output_image_mtok"), tokens));
        return CardFile.price(
                node(prices.path("input_mtok"), tokens),
                node(prices.path("output_mtok"), tokens),
                others,
                BigDecimal.ONE);
    }

    private static @Nullable BigDecimal amount(JsonNode price, long tokens) {
        return Plausible.price(node(price, tokens));
    }

    /** Returns the amount for prompts longer than {@code tokens}; missing if it is unknown where another one begins. */
    private static JsonNode node(JsonNode price, long tokens) {
        JsonNode amount = price.isObject() ? price.path("base") : price;
        long highest = 0;
        for (JsonNode tier : price.path("tiers")) {
            long start = Plausible.tokens(tier.path("start"));
            if (start == 0) {
                return MissingNode.getInstance();
            }
            if (start <= tokens && start > highest) {
                highest = start;
                amount = tier.path("price");
            }
        }
        return amount;
    }
}
