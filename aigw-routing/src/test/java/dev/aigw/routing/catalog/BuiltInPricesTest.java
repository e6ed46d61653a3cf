package dev.aigw.routing.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.Cost;
import dev.aigw.api.ModelCard;
import dev.aigw.api.Price;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.TokenUsage.Bucket;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The built-in prices against a table of their own, read from the vendors' pages in November 2026. */
class BuiltInPricesTest {

    private static final Instant DAY = Instant.parse("2026-11-30T12:00:00Z");

    private static ModelCard card(String model) {
        return ModelCards.builtIn().find(model);
    }

    private static Price price(String model) {
        return Objects.requireNonNull(card(model).price(), model);
    }

    private static BigDecimal perMillion(Price price, Bucket bucket) {
        return Objects.requireNonNull(price.perMillion(bucket), "no price of " + bucket);
    }

    @ParameterizedTest
    @CsvSource({
        // model, window, input, cache read, cache write, output
        "openai/gpt-6.2-astra, 1050000, 8, 0.40, 10, 40",
        "openai/gpt-6.2-sol, 1050000, 2, 0.10, 2.50, 10",
        "openai/gpt-6.1-sol, 1050000, 2, 0.10, 2.50, 10",
        "openai/gpt-6.1-terra, 1050000, 1, 0.05, 1.25, 5",
        "openai/gpt-6-astra, 1050000, 10, 1, 12.50, 50",
        "openai/gpt-6-sol, 1050000, 2, 0.20, 2.50, 10",
        "openai/gpt-6-luna, 1050000, 0.10, 0.01, 0.125, 0.50",
        "openai/gpt-5.6-luna, 1050000, 0.20, 0.02, 0.25, 1.20",
        "openai/gpt-5.6-terra, 1050000, 2, 0.20, 2.50, 12",
        "openai/gpt-5.6-sol, 1050000, 4, 0.40, 5, 20",
        "openai/gpt-5.5, 1050000, 5, 0.50, 5, 30",
        "anthropic/claude-opus-5-5, 1000000, 4, 0.20, 5, 20",
        "anthropic/claude-sonnet-5-5, 1000000, 2, 0.10, 2.50, 10",
        "anthropic/claude-haiku-5-5, 1000000, 0.10, 0.01, 0.125, 0.50",
        "anthropic/claude-fable-5-1, 1000000, 10, 0.25, 12.50, 50",
        "anthropic/claude-fable-5-2, 1000000, 8, 0.20, 10, 40",
        "anthropic/claude-mythos-5-2, 1000000, 8, 0.20, 10, 40",
        "anthropic/claude-sonnet-5, 1000000, 2, 0.20, 2.50, 10",
        "anthropic/claude-sonnet-4-5, 200000, 3, 0.30, 3.75, 15",
        "anthropic/claude-haiku-4-5, 200000, 1, 0.10, 1.25, 5",
        "gemini/gemini-3.6-flash, 1048576, 0.75, 0.075, 0.75, 3.75",
        "gemini/gemini-3.8-flash, 1048576, 0.75, 0.075, 0.75, 3.75",
        "gemini/gemini-4-argon, 1048576, 2, 0.10, 2, 10",
        "gemini/gemini-4-hydrogen, 1048576, 1.50, 0.075, 1.50, 7.50",
        "gemini/gemini-4-neon, 1048576, 3, 0.15, 3, 15",
        "deepseek/deepseek-v4-flash, 1000000, 0.15, 0.003, 0.15, 0.60",
        "deepseek/deepseek-v4-pro, 1000000, 0.66, 0.022, 0.66, 1.98",
        "xai/grok-4.3, 1000000, 1.25, 0.20, 1.25, 2.50",
        "xai/grok-4.5, 500000, 2, 0.30, 2, 6",
        "xai/grok-4.7, 500000, 2, 0.50, 2, 6",
    })
    void costsAndHoldsWhatTheVendorSays(
            String model, long window, BigDecimal input, BigDecimal read, BigDecimal write, BigDecimal output) {
        Price price = price(model).at(DAY);

        assertThat(card(model).contextWindow()).isEqualTo(window);
        assertThat(perMillion(price, Bucket.INPUT)).isEqualByComparingTo(input);
        assertThat(perMillion(price, Bucket.CACHE_READ)).isEqualByComparingTo(read);
        assertThat(perMillion(price, Bucket.CACHE_WRITE)).isEqualByComparingTo(write);
        assertThat(perMillion(price, Bucket.OUTPUT)).isEqualByComparingTo(output);
    }

    @ParameterizedTest
    @CsvSource({
        // model, prompt, answer, cost
        "openai/gpt-5.5, 272000, 0, 1.36",
        "openai/gpt-5.5, 272001, 0, 2.72001",
        "openai/gpt-6-luna, 300000, 100000, 0.135",
        "anthropic/claude-haiku-5-5, 200000, 0, 0.10",
        "anthropic/claude-opus-5-5, 900000, 0, 3.60",
        "xai/grok-4.3, 199999, 0, 0.24999875",
        "xai/grok-4.3, 200000, 0, 0.50",
        "xai/grok-4.5, 200000, 100000, 2.00",
    })
    void chargesForLongPrompts(String model, long prompt, long answer, BigDecimal cost) {
        assertThat(price(model).cost(TokenUsage.of(prompt, answer), null, DAY)).isEqualTo(Cost.usd(cost));
    }

    @ParameterizedTest
    @CsvSource({
        // model, time, dollars per million tokens of the prompt
        "deepseek/deepseek-v4-pro, 2026-11-30T03:59:59Z, 1.32",
        "deepseek/deepseek-v4-pro, 2026-11-30T04:00:00Z, 0.66",
        "deepseek/deepseek-v4-pro, 2026-11-30T06:00:00Z, 1.32",
        "deepseek/deepseek-v4-pro, 2026-11-29T06:00:00Z, 0.66",
        "deepseek/deepseek-v4-flash, 2026-11-30T01:00:00Z, 0.30",
        "gemini/gemini-3.6-flash, 2026-12-31T23:59:59Z, 0.75",
        "gemini/gemini-3.6-flash, 2027-01-01T00:00:00Z, 1.50",
        "gemini/gemini-4-argon, 2026-12-01T00:00:00Z, 4",
    })
    void knowsPeakHoursAndAnnouncedPrices(String model, Instant time, BigDecimal input) {
        assertThat(perMillion(price(model).at(time), Bucket.INPUT)).isEqualByComparingTo(input);
    }

    @ParameterizedTest
    @CsvSource({
        // model, tier, cost of 100,000 tokens of prompt and as many of the answer
        "openai/gpt-6-luna, flex, 0.03",
        "openai/gpt-6.2-sol, fast, 2.4",
        "openai/gpt-6.2-sol, ultrafast, 3.6",
        "anthropic/claude-opus-5-5, batch, 1.2",
        "anthropic/claude-opus-5-5, fast, 4.8",
        "gemini/gemini-4-argon, flex, 0.6",
        "gemini/gemini-4-neon, priority, 3.24",
    })
    void knowsServiceTiers(String model, String tier, BigDecimal cost) {
        assertThat(price(model).cost(TokenUsage.of(100_000, 100_000), tier, DAY))
                .isEqualTo(Cost.usd(cost));
    }

    @ParameterizedTest
    @CsvSource({
        "openai/gpt-6.1-terra, 2.50",
        "openai/gpt-6.2-sol, 5",
        "anthropic/claude-opus-5-5, 8",
        "anthropic/claude-sonnet-5, 4",
    })
    void longCacheWritesHaveTheirPrice(String model, BigDecimal perMillion) {
        assertThat(perMillion(price(model).at(DAY), Bucket.CACHE_WRITE_LONG)).isEqualByComparingTo(perMillion);
    }

    @ParameterizedTest
    @CsvSource({
        "openai/gpt-5-mini, 2026-12-11, openai/gpt-6.1-terra",
        "openai/gpt-4o, 2027-01-14, openai/gpt-6-luna",
        "anthropic/claude-sonnet-4-5-20250929, 2026-11-30, anthropic/claude-sonnet-5-5",
        "gemini/gemini-2.5-pro, 2026-12-01, gemini/gemini-3.8-flash",
    })
    void knowsWhatIsShutDownAndWhatReplacesIt(String model, LocalDate day, String replacement) {
        assertThat(card(model).shutdown()).isEqualTo(day);
        assertThat(card(model).replacement()).isEqualTo(replacement);
        assertThat(card(replacement).price()).as("the card of the replacement").isNotNull();
    }

    @Test
    void theCardsNameTheirDate() {
        assertThat(ModelCards.builtIn().asOf()).isEqualTo(LocalDate.of(2026, 11, 30));
        assertThat(card("openai/gpt-6-luna").priceDate()).isEqualTo(LocalDate.of(2026, 11, 30));
    }
}
