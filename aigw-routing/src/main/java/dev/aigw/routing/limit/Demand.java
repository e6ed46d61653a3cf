package dev.aigw.routing.limit;

import dev.aigw.api.Cost;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Price;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.token.TokenCounter;
import dev.aigw.routing.engine.call.Attempt;
import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What an attempt will use at most, as far as can be told before it: the prompt counted by shape, and exactly only when
 * a limit is near; the answer by the request's own maximum, else by an assumed one, else by the longest that the model
 * can give. Where that longest one does not fit the limit at all, such a limit was not meant for it: the answer is
 * taken to be one of a model of which nothing is known, or what is left beside the prompt. One thread's own.
 */
final class Demand {

    private static final long UNKNOWN = -1;

    /** The length of an answer of a model of which nothing is known. */
    private static final long UNKNOWN_ANSWER = 4_096;

    private final ModelRequest request;
    private final Attempt attempt;
    private final TokenCounter exact;
    private final @Nullable Integer assumedOutputTokens;
    private final Instant time;
    private long inputTokens = UNKNOWN;
    private boolean refined;

    /**
     * Creates a demand.
     *
     * @param assumedOutputTokens the answer's length where the request does not bound it; null to go by the model's
     *     card
     */
    Demand(
            ModelRequest request,
            Attempt attempt,
            TokenCounter exact,
            @Nullable Integer assumedOutputTokens,
            Instant time) {
        this.request = request;
        this.attempt = attempt;
        this.exact = exact;
        this.assumedOutputTokens = assumedOutputTokens;
        this.time = time;
    }

    /**
     * Returns how much of {@code limit} is asked for, or null when there is no price to tell.
     *
     * @param most how much of it there ever is at once for this call
     */
    @Nullable
    BigDecimal of(Limit limit, BigDecimal most) {
        Integer bound = bound();
        long answer = bound != null ? bound : longestAnswer();
        BigDecimal whole = of(limit, answer);
        if (bound != null || whole == null || whole.compareTo(most) <= 0) {
            return whole;
        }
        BigDecimal usual = of(limit, Math.min(answer, UNKNOWN_ANSWER));
        BigDecimal prompt = of(limit, 0);
        return usual == null || prompt == null ? whole : usual.min(most).max(prompt);
    }

    private @Nullable BigDecimal of(Limit limit, long outputTokens) {
        return switch (limit.measure()) {
            case REQUESTS, CONCURRENCY -> BigDecimal.ONE;
            case INPUT_TOKENS -> BigDecimal.valueOf(inputTokens());
            case OUTPUT_TOKENS -> BigDecimal.valueOf(outputTokens);
            case TOKENS -> BigDecimal.valueOf(inputTokens() + outputTokens);
            case COST -> money(limit.currency(), outputTokens);
        };
    }

    private @Nullable BigDecimal money(String currency, long outputTokens) {
        Price price = attempt.live().price();
        if (price == null) {
            return null;
        }
        Cost cost = price.cost(TokenUsage.of(inputTokens(), outputTokens), serviceTier(), time);
        return cost.currency().equals(currency) ? cost.amount() : null;
    }

    private @Nullable String serviceTier() {
        return request instanceof ChatRequest chat ? chat.serviceTier() : null;
    }

    /** Counts the prompt exactly, unless that was done; returns whether the demand may have changed. */
    boolean refine() {
        if (refined || exact == TokenCounter.calibrated() || !(request instanceof ChatRequest)) {
            return false;
        }
        refined = true;
        inputTokens = exact.countPrompt(request, attempt.model());
        return true;
    }

    private long inputTokens() {
        if (inputTokens == UNKNOWN) {
            inputTokens = TokenCounter.calibrated().countPrompt(request, attempt.model());
        }
        return inputTokens;
    }

    /** Returns how long the answer is by what somebody set, or null when nobody did. */
    private @Nullable Integer bound() {
        if (!(request instanceof ChatRequest chat)) {
            return 0;
        }
        return chat.maxOutputTokens() != null ? chat.maxOutputTokens() : assumedOutputTokens;
    }

    private long longestAnswer() {
        Long possible = attempt.live().card().maxOutputTokens();
        return possible == null ? UNKNOWN_ANSWER : possible;
    }
}
