package dev.aigw.routing.route;

import dev.aigw.api.Caller;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.ResponseFormat;
import dev.aigw.api.spi.BudgetGauge;
import dev.aigw.api.spi.ModelSelector.Query;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A condition on a call. Immutable if its predicate is.
 *
 * <pre>{@code
 * Condition.tier("free").and(Condition.hasTools().not())
 * }</pre>
 */
public final class Condition {

    private final String description;
    private final Predicate<Query> predicate;

    private Condition(String description, Predicate<Query> predicate) {
        this.description = Objects.requireNonNull(description, "description");
        this.predicate = Objects.requireNonNull(predicate, "predicate");
    }

    /** Returns a custom condition; explanations show the description. */
    public static Condition of(String description, Predicate<Query> predicate) {
        return new Condition(description, predicate);
    }

    /** Matches callers of these tenants. */
    public static Condition tenant(String... tenants) {
        return caller("tenant", Caller::tenant, Set.of(tenants));
    }

    /** Matches these users. */
    public static Condition user(String... users) {
        return caller("user", Caller::user, Set.of(users));
    }

    /** Matches callers of these tiers. */
    public static Condition tier(String... tiers) {
        return caller("tier", Caller::tier, Set.of(tiers));
    }

    private static Condition caller(String name, Function<Caller, @Nullable String> fact, Set<String> wanted) {
        return new Condition(name + " in " + wanted, query -> {
            String known = fact.apply(query.options().caller());
            return known != null && wanted.contains(known);
        });
    }

    /** Matches callers with this role. */
    public static Condition role(String role) {
        return new Condition(
                "role " + role, query -> query.options().caller().roles().contains(role));
    }

    /** Matches calls with this tag. */
    public static Condition tag(String name, String value) {
        return new Condition(
                "tag " + name + "=" + value,
                query -> value.equals(query.options().tags().get(name)));
    }

    /** Matches prompts of at least this many tokens, estimated at four characters per token. */
    public static Condition promptTokensAtLeast(long tokens) {
        return new Condition("prompt of at least " + tokens + " tokens", query -> query.promptTokens() >= tokens);
    }

    /** Matches chats with tools. */
    public static Condition hasTools() {
        return chat("tools", chat -> !chat.tools().isEmpty());
    }

    /** Matches chats with an image. */
    public static Condition hasImages() {
        return chat(
                "images",
                chat -> chat.messages().stream()
                        .anyMatch(message ->
                                message.parts().stream().anyMatch(part -> part instanceof ContentPart.Image)));
    }

    /** Matches chats that ask for JSON. */
    public static Condition wantsJson() {
        return chat("JSON", chat -> !chat.responseFormat().equals(ResponseFormat.TEXT));
    }

    private static Condition chat(String description, Predicate<ChatRequest> predicate) {
        return new Condition(description, query -> query.request() instanceof ChatRequest chat && predicate.test(chat));
    }

    /**
     * Matches callers with less than this share of a budget left, above 0 and up to 1: {@code budgetBelow(0.2,
     * limits.gauge())}.
     */
    public static Condition budgetBelow(double share, BudgetGauge gauge) {
        ByBudget.checkShare(share);
        Objects.requireNonNull(gauge, "gauge");
        return new Condition(
                String.format(Locale.ROOT, "less than %.0f percent of the budget left", share * 100),
                query -> gauge.left(query) < share);
    }

    /** Matches a time of day from {@code from} (inclusive) to {@code to} (exclusive), which may span midnight. */
    public static Condition between(LocalTime from, LocalTime to, ZoneId zone) {
        return new Condition("time from " + from + " to " + to + " " + zone, query -> {
            LocalTime time = query.now().atZone(zone).toLocalTime();
            boolean afterFrom = !time.isBefore(from);
            boolean beforeTo = time.isBefore(to);
            return from.isBefore(to) ? afterFrom && beforeTo : afterFrom || beforeTo;
        });
    }

    /** Returns a condition that matches if both do. */
    public Condition and(Condition other) {
        return new Condition(
                description + " and " + other.description,
                query -> predicate.test(query) && other.predicate.test(query));
    }

    /** Returns a condition that matches if either does. */
    public Condition or(Condition other) {
        return new Condition(
                "(" + description + " or " + other.description + ")",
                query -> predicate.test(query) || other.predicate.test(query));
    }

    /** Returns a condition that matches if this one does not. */
    public Condition not() {
        return new Condition("not (" + description + ")", predicate.negate());
    }

    boolean matches(Query query) {
        return predicate.test(query);
    }

    /** Returns the description. */
    @Override
    public String toString() {
        return description;
    }
}
