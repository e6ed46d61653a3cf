package dev.aigw.routing.limit;

import dev.aigw.api.Cost;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Price;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.batch.BatchRequest;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.token.TokenCounter;
import dev.aigw.routing.engine.call.Attempt;
import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The most that an attempt will use, as estimated before it. The prompt is estimated cheaply, and counted exactly only
 * near a limit. The answer is the request's own maximum, else the assumed one, else the longest that the model can
 * give. If that longest answer can never fit the limit, the model's usual answer is used, or what is left beside the
 * prompt. Not safe for use by several threads.
 */
final class Demand {

    private static final long UNKNOWN = -1;

    /** The length of an answer of an unknown model. */
    private static final long UNKNOWN_ANSWER = 4_096;

    private final ModelRequest request;
    private final Attempt attempt;
    private final TokenCounter exact;
    private final @Nullable Integer assumedOutputTokens;
    private final Instant time;
    private long inputTokens = UNKNOWN;
    private boolean refined;

    /** The tokens of the answers whose length is bounded, and the number of others. */
    private long bounded;

    private long unbounded;

    /**
     * Creates a demand.
     *
     * @param assumedOutputTokens the answer's length if the request does not bound it; null to use the model's card
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
        addAnswer(request);
    }

    /**
     * Returns the amount for {@code limit}, or null if it needs a price and none is known.
     *
     * @param most the most that the limit ever allows this call at once
     */
    @Nullable
    BigDecimal of(Limit limit, BigDecimal most) {
        long longest = longestAnswer();
        BigDecimal whole = of(limit, bounded + unbounded * longest);
        if (limit.strict() || unbounded == 0 || whole == null || whole.compareTo(most) <= 0) {
            return whole;
        }
        BigDecimal usual = of(limit, bounded + unbounded * Math.min(longest, usualAnswer()));
        BigDecimal prompt = of(limit, bounded);
        return usual == null || prompt == null ? whole : usual.min(most).max(prompt);
    }

    /** Returns the amount if the answer is no longer than a usual one; null if it needs a price and none is known. */
    @Nullable
    BigDecimal usual(Limit limit) {
        return of(limit, answers(request, Math.min(longestAnswer(), usualAnswer())));
    }

    /** Returns how many tokens an answer to a single chat may have for the amount to fit what is left; 0 for none. */
    long fitting(Limit limit, BigDecimal left) {
        if (!(request instanceof ChatRequest)) {
            return 0;
        }
        long fits = 0;
        long not = bounded + unbounded * longestAnswer() + 1;
        while (not - fits > 1) {
            long middle = fits + (not - fits) / 2;
            BigDecimal amount = of(limit, middle);
            if (amount != null && amount.compareTo(left) <= 0) {
                fits = middle;
            } else {
                not = middle;
            }
        }
        return fits;
    }

    /** Returns whether the request bounds its answer itself. */
    boolean isBoundedByRequest() {
        return request instanceof ChatRequest chat && chat.maxOutputTokens() != null;
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
        if (request instanceof BatchRequest) {
            return Price.BATCH;
        }
        return request instanceof ChatRequest chat ? chat.serviceTier() : null;
    }

    /** Counts the prompt exactly, unless already done; returns whether the demand may have changed. */
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

    /** Adds the configured length of the answer to a chat, or counts it as one without. */
    private void addAnswer(ModelRequest one) {
        if (one instanceof ChatRequest chat) {
            Integer bound = chat.maxOutputTokens() != null ? chat.maxOutputTokens() : assumedOutputTokens;
            bounded += bound == null ? 0 : bound;
            unbounded += bound == null ? 1 : 0;
        } else if (one instanceof BatchRequest batch) {
            batch.items().forEach(item -> addAnswer(item.request()));
        }
    }

    /** Returns the tokens of the answers if each has its own bound, but no more than {@code most}. */
    private long answers(ModelRequest one, long most) {
        if (one instanceof ChatRequest chat) {
            Integer bound = chat.maxOutputTokens() != null ? chat.maxOutputTokens() : assumedOutputTokens;
            return bound == null ? most : Math.min(bound, most);
        }
        long sum = 0;
        if (one instanceof BatchRequest batch) {
            for (BatchRequest.Item item : batch.items()) {
                sum += answers(item.request(), most);
            }
        }
        return sum;
    }

    private long usualAnswer() {
        return attempt.live().answers().usualTokens();
    }

    private long longestAnswer() {
        Long possible = attempt.live().card().maxOutputTokens();
        return possible == null ? UNKNOWN_ANSWER : possible;
    }
}
