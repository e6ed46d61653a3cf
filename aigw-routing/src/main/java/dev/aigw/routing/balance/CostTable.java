package dev.aigw.routing.balance;

import dev.aigw.api.Price;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.TokenUsage.Bucket;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.spi.RoutingStrategy.Candidates;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the lowest of several prices for a request, as they are valid at one time. Immutable.
 *
 * <p>A prompt costs the price of input, or where it is to be cached and that costs more, the price of writing it to the
 * cache.
 *
 * <p>A cost is the prompt at one rate plus the answer at another, plus what a request costs. The search goes through
 * the prices in ascending order of the rate that matters more for the request. That rate of the next price, with the
 * lowest other rate of all that remain, is a lower bound for the rest, so the search ends early.
 */
final class CostTable {

    /** No vendor charges more per token for prompts shorter than this. */
    private static final long LONG_PROMPT = 32_000;

    private final @Nullable Price[] prices;
    private final boolean written;
    private final double[] read;
    private final double[] input;
    private final double[] output;
    private final double[] request;
    private final Order byInput;
    private final Order byOutput;
    private final long answerTokens;
    private final Instant since;
    private final Instant until;

    /**
     * Makes the table of {@code prices} as they are valid at {@code time}.
     *
     * @param written whether prompts are to be cached
     */
    CostTable(@Nullable Price[] prices, long answerTokens, boolean written, Instant time) {
        this.prices = new Price[prices.length];
        this.answerTokens = answerTokens;
        this.written = written;
        boolean constant = true;
        Instant change = Instant.MAX;
        for (int i = 0; i < prices.length; i++) {
            Price price = prices[i];
            if (price != null) {
                this.prices[i] = price.at(time);
                Instant next = price.nextChange(time);
                change = next.isBefore(change) ? next : change;
                constant &= price.isConstant();
            }
        }
        this.since = constant ? Instant.MIN : time;
        this.until = change;
        double[] plain = rates(this.prices, Bucket.INPUT);
        this.read = rates(this.prices, Bucket.CACHE_READ);
        this.input = written ? larger(plain, rates(this.prices, Bucket.CACHE_WRITE)) : plain;
        this.output = rates(this.prices, Bucket.OUTPUT);
        this.request = perRequest(this.prices);
        this.byInput = new Order(input, output);
        this.byOutput = new Order(output, input);
    }

    private static double[] larger(double[] some, double[] others) {
        double[] larger = new double[some.length];
        for (int i = 0; i < larger.length; i++) {
            larger[i] = Math.max(some[i], others[i]);
        }
        return larger;
    }

    private static double[] perRequest(@Nullable Price[] prices) {
        double[] amounts = new double[prices.length];
        for (int i = 0; i < amounts.length; i++) {
            Price price = prices[i];
            BigDecimal amount = price == null ? null : price.perRequest();
            amounts[i] = amount == null ? 0 : amount.movePointRight(6).doubleValue();
        }
        return amounts;
    }

    private static double[] rates(@Nullable Price[] prices, Bucket bucket) {
        double[] rates = new double[prices.length];
        for (int i = 0; i < rates.length; i++) {
            rates[i] = LowestCostStrategy.rate(prices[i], bucket);
        }
        return rates;
    }

    /** Returns whether all prices are the same at all times. */
    boolean isConstant() {
        return since.equals(Instant.MIN);
    }

    /** Returns whether the prices of {@code time} are these. */
    boolean isValidAt(Instant time) {
        return !time.isBefore(since) && time.isBefore(until);
    }

    int size() {
        return prices.length;
    }

    /** Returns the expected tokens of an answer. */
    long answer(Candidates candidates) {
        if (!(candidates.request() instanceof ChatRequest chat)) {
            return 0;
        }
        Integer most = chat.maxOutputTokens();
        return most == null ? answerTokens : Math.min(most, answerTokens);
    }

    /** Returns the cost of a request at a price, in millionths of a dollar; infinity if it is unknown. */
    double cost(int price, long prompt, long answer) {
        return cost(price, prompt, answer, 0);
    }

    /** Returns the cost of a request of whose prompt a cache has {@code warm} tokens. */
    double cost(int price, long prompt, long answer, long warm) {
        double rate = input[price];
        if (rate == Double.POSITIVE_INFINITY) {
            return rate; // also for a request without tokens
        }
        Price given = prices[price];
        if (prompt >= LONG_PROMPT && given != null) {
            TokenUsage usage = given.prompt(prompt, warm, written)
                    .plus(TokenUsage.builder().output(answer).build());
            BigDecimal cost = given.cost(usage).amount();
            if (cost != null) {
                return cost.movePointRight(6).doubleValue();
            }
        }
        return rate * (prompt - warm)
                + (warm == 0 ? 0 : Math.min(rate, read[price]) * warm)
                + output[price] * answer
                + request[price];
    }

    /** Returns the cheapest price other than {@code except} and the skipped ones; -1 if there is none. */
    int cheapest(long prompt, long answer, int except, boolean @Nullable [] skipped) {
        boolean promptMatters = byInput.spread * prompt >= byOutput.spread * answer;
        Order order = promptMatters ? byInput : byOutput;
        double first = promptMatters ? prompt : answer;
        double other = promptMatters ? answer : prompt;
        boolean mayEndEarly = prompt < LONG_PROMPT;
        int best = -1;
        double least = Double.POSITIVE_INFINITY;
        for (int place = 0; place < order.prices.length; place++) {
            int price = order.prices[place];
            if (mayEndEarly && best >= 0 && order.rates[price] * first + order.leastOther[place] * other > least) {
                return best;
            }
            if (price != except && (skipped == null || !skipped[price])) {
                double cost = cost(price, prompt, answer);
                if (best < 0 || cost < least) {
                    best = price;
                    least = cost;
                }
            }
        }
        return best;
    }

    /** Prices by one of their rates. */
    private static final class Order {

        final int[] prices;
        final double[] rates;

        /** The lowest other rate from this position on. */
        final double[] leastOther;

        /** The difference between the highest and the lowest known rate. */
        final double spread;

        Order(double[] rates, double[] others) {
            this.rates = rates;
            prices = IntStream.range(0, rates.length)
                    .boxed()
                    .sorted(Comparator.comparingDouble(price -> rates[price]))
                    .mapToInt(Integer::intValue)
                    .toArray();
            leastOther = new double[rates.length];
            double least = Double.POSITIVE_INFINITY;
            double highest = 0;
            for (int place = rates.length - 1; place >= 0; place--) {
                int price = prices[place];
                least = Math.min(least, others[price]);
                leastOther[place] = least;
                if (rates[price] < Double.POSITIVE_INFINITY) {
                    highest = Math.max(highest, rates[price]);
                }
            }
            spread = rates.length == 0 ? 0 : highest - Math.min(highest, rates[prices[0]]);
        }
    }
}
