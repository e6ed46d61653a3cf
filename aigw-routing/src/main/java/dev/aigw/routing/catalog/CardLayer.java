package dev.aigw.routing.catalog;

import dev.aigw.api.ModelCard;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The cards of one source: by name, and by rules for names that it does not list. Immutable. */
record CardLayer(Map<String, ModelCard> byName, List<Rule> rules) {

    /** The date suffixes of vendors' model ids: {@code -2025-08-07}, {@code -20251001}, {@code -latest}. */
    private static final Pattern DATE = Pattern.compile("-(\\d{4}-\\d{2}-\\d{2}|\\d{8}|latest)$");

    /** A card for all names that match a test. */
    record Rule(Predicate<String> test, ModelCard card) {}

    CardLayer {
        byName = Map.copyOf(byName);
        rules = List.copyOf(rules);
    }

    static CardLayer of(Map<String, ModelCard> byName) {
        return new CardLayer(byName, List.of());
    }

    /** Returns these cards, with the date of those prices that have none. */
    CardLayer dated(LocalDate asOf) {
        Map<String, ModelCard> cards = new HashMap<>();
        byName.forEach((name, card) -> cards.put(name, dated(card, asOf)));
        List<Rule> datedRules = rules.stream()
                .map(rule -> new Rule(rule.test(), dated(rule.card(), asOf)))
                .toList();
        return new CardLayer(cards, datedRules);
    }

    private static ModelCard dated(ModelCard card, LocalDate asOf) {
        return card.price() == null || card.priceDate() != null
                ? card
                : card.toBuilder().priceDate(asOf).build();
    }

    @Nullable
    ModelCard find(String name) {
        ModelCard card = byName.get(name);
        if (card == null) {
            card = byName.get(DATE.matcher(name).replaceFirst(""));
        }
        if (card != null) {
            return card;
        }
        for (Rule rule : rules) {
            if (rule.test().test(name)) {
                return rule.card();
            }
        }
        return null;
    }
}
