package dev.aigw.routing.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.ModelCard;
import dev.aigw.api.Price;
import dev.aigw.api.TokenUsage.Bucket;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the JSON of Pydantic's genai-prices: a list of vendors with their models, prices in dollars per million tokens,
 * each model with a rule for its ids.
 */
final class GenAiPrices {

    /** Vendors whose adapters have another name in aigw. */
    private static final Map<String, String> VENDORS = Map.of("google", "gemini", "aws", "bedrock", "x-ai", "xai");

    private GenAiPrices() {}

    static CardLayer read(JsonNode root, LocalDate today) {
        Map<String, ModelCard> byName = new LinkedHashMap<>();
        List<CardLayer.Rule> rules = new ArrayList<>();
        for (JsonNode vendor : root) {
            String id = vendor.path("id").asText();
            String prefix = VENDORS.getOrDefault(id, id) + "/";
            for (JsonNode model : vendor.path("models")) {
                ModelCard card = card(model, today);
                byName.putIfAbsent(prefix + model.path("id").asText(), card);
                Predicate<String> test = test(model.path("match"));
                rules.add(new CardLayer.Rule(
                        name -> name.startsWith(prefix) && test.test(name.substring(prefix.length())), card));
            }
        }
        return new CardLayer(byName, rules);
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

    private static ModelCard card(JsonNode model, LocalDate today) {
        ModelCard.Builder card = ModelCard.builder();
        long window = Plausible.tokens(model.path("context_window"));
        if (window > 0) {
            card.contextWindow(window);
        }
        Price price = dated(model.path("prices"), today);
        return price == null ? card.build() : card.price(price).build();
    }

    /** Returns the price in force, with those that follow on a later day. */
    private static @Nullable Price dated(JsonNode given, LocalDate today) {
        Price price = whole(prices(given, today));
        if (price == null || !given.isArray()) {
            return price;
        }
        for (JsonNode option : given) {
            LocalDate start = start(option.path("constraint"));
            Price later = start == null || !start.isAfter(today) ? null : whole(option.path("prices"));
            if (start != null && later != null) {
                price = price.from(start.atStartOfDay(ZoneOffset.UTC).toInstant(), later);
            }
        }
        return price;
    }

    private static @Nullable Price whole(JsonNode prices) {
        Price price = price(prices, 0);
        if (price == null) {
            return null;
        }
        for (long start : starts(prices)) {
            Price longer = price(prices, start);
            price = longer == null ? price : price.above(start, longer);
        }
        return price;
    }

    /** Returns the first day of prices, long ago if none is given; null for prices that depend on the time of day. */
    private static @Nullable LocalDate start(JsonNode constraint) {
        if (constraint.has("start_time") || constraint.has("end_time")) {
            return null;
        }
        return constraint.has("start_date")
                ? LocalDate.parse(constraint.path("start_date").asText())
                : LocalDate.MIN;
    }

    /** Returns the prices in force: the latest that have begun, else the first without a date or time. */
    private static JsonNode prices(JsonNode given, LocalDate today) {
        if (!given.isArray()) {
            return given;
        }
        JsonNode chosen = null;
        LocalDate since = LocalDate.MIN;
        for (JsonNode option : given) {
            LocalDate start = start(option.path("constraint"));
            if (start != null && !start.isAfter(today) && (chosen == null || start.isAfter(since))) {
                chosen = option;
                since = start;
            }
        }
        return chosen == null ? given.path(0).path("prices") : chosen.path("prices");
    }

    /** Returns the prompt lengths at which some amount changes. */
    private static Set<Long> starts(JsonNode prices) {
        Set<Long> starts = new TreeSet<>();
        for (JsonNode amount : prices) {
            for (JsonNode tier : amount.path("tiers")) {
                starts.add(Plausible.tokens(tier.path("start")));
            }
        }
        return starts;
    }

    /** Returns the price of prompts longer than {@code tokens}. */
    private static @Nullable Price price(JsonNode prices, long tokens) {
        Map<Bucket, @Nullable BigDecimal> others = new EnumMap<>(Bucket.class);
        others.put(Bucket.CACHE_READ, amount(prices.path("cache_read_mtok"), tokens));
        others.put(Bucket.CACHE_WRITE, amount(prices.path("cache_write_mtok"), tokens));
        others.put(Bucket.INPUT_AUDIO, amount(prices.path("input_audio_mtok"), tokens));
        others.put(Bucket.OUTPUT_AUDIO, amount(prices.path("output_audio_mtok"), tokens));
        return CardFile.price(
                node(prices.path("input_mtok"), tokens),
                node(prices.path("output_mtok"), tokens),
                others,
                BigDecimal.ONE);
    }

    private static @Nullable BigDecimal amount(JsonNode price, long tokens) {
        return Plausible.price(node(price, tokens));
    }

    private static JsonNode node(JsonNode price, long tokens) {
        JsonNode amount = price.isObject() ? price.path("base") : price;
        for (JsonNode tier : price.path("tiers")) {
            if (Plausible.tokens(tier.path("start")) <= tokens) {
                amount = tier.path("price");
            }
        }
        return amount;
    }
}
