package dev.aigw.examples.stories;

import dev.aigw.api.ModelCard;
import dev.aigw.api.Price;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.spi.RoutingStrategy;
import dev.aigw.examples.stories.Simulation.Ask;
import dev.aigw.examples.stories.Simulation.Asks;
import dev.aigw.examples.stories.Simulation.Served;
import dev.aigw.examples.stories.Simulation.Work;
import dev.aigw.routing.balance.RoutingStrategies;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Shows the use of each strategy by simulation on virtual time. Balancing: a replica that turns slow, answers of uneven
 * length, prompt caches, prices. Routes: a cascade, a canary, a bandit, and a semantic route with a real model. Prints
 * the numbers and draws them as an SVG chart.
 */
public final class RoutingLab {

    private static final long SEED = 20_261_125;
    private static final Asks SAME = random -> new Ask("", 100, 100);

    /** Ten replicas, of which the first takes twenty times as long for one of four minutes. */
    private static final Work ONE_TURNS_SLOW = (replica, now, random) ->
            logNormal(random.nextGaussian(), 100) * (replica == 0 && now > 60_000 && now < 120_000 ? 20 : 1);

    /** Most answers are short, one in eight is thirty times as long. */
    private static final Work UNEVEN = (replica, now, random) -> random.nextInt(8) == 0 ? 1_500 : 50;

    private RoutingLab() {}

    /**
     * Runs the story.
     *
     * @param args the file of the chart; {@code target/routing-lab.svg} by default
     */
    public static void main(String[] args) throws IOException {
        Path file = args.length > 0 ? Path.of(args[0]) : Path.of("target", "routing-lab.svg");
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        Files.writeString(file, run(System.out));
        System.out.println("The chart is in " + file + ".");
    }

    /** Prints the numbers and returns the chart. */
    static String run(PrintStream out) {
        Chart chart = new Chart("The use of each strategy");
        show(out, chart, "One of ten replicas is slow for a minute: 99th percentile, ms", slowReplica());
        show(
                out,
                chart,
                "Answers of uneven length, two at once on each of eight: 99th percentile, ms",
                unevenAnswers());
        show(out, chart, "Prompt caches of 60 sessions on each of ten, 400 sessions: hits, %", cacheHits());
        show(out, chart, "Three prices, long and short prompts: dollars for 1,000 calls", costs());
        Map<String, RouteLab.Outcomes> ways = RouteLab.cascade();
        show(out, chart, "A small model that may hand over to a large one: right answers, %", right(ways));
        show(out, chart, "The same: dollars for 1,000 calls", dollars(ways));
        show(
                out,
                chart,
                "A new version at 5 % of the calls: calls it serves until it is rolled back",
                RouteLab.canary());
        show(out, chart, "Three models, liked in 80, 70 and 50 % of 4,000 calls: likes lost", RouteLab.regret());
        show(
                out,
                chart,
                "Questions for one of four models: sent to the right one, %",
                MeaningLab.right(LocalModel.load()));
        out.printf(
                Locale.ROOT,
                "A version that is as good as the old one was rolled back in %.0f of 100 rollouts.%n",
                RouteLab.goodTakenBack());
        return chart.svg();
    }

    private static Map<String, Double> right(Map<String, RouteLab.Outcomes> ways) {
        Map<String, Double> right = new LinkedHashMap<>();
        ways.forEach((way, outcomes) -> right.put(way, outcomes.rightPercent()));
        return right;
    }

    private static Map<String, Double> dollars(Map<String, RouteLab.Outcomes> ways) {
        Map<String, Double> dollars = new LinkedHashMap<>();
        ways.forEach((way, outcomes) -> dollars.put(way, outcomes.dollars()));
        return dollars;
    }

    private static void show(PrintStream out, Chart chart, String title, Map<String, Double> values) {
        out.println(title);
        Table table = new Table("strategy", ">value");
        values.forEach((name, value) -> table.row(name, String.format(Locale.ROOT, "%.2f", value)));
        table.print(out);
        out.println();
        chart.group(title, values);
    }

    /** The 99th percentile of latency while one of ten replicas turns slow. */
    static Map<String, Double> slowReplica() {
        return each(
                strategy -> Simulation.percentile(
                        new Simulation(strategy, cards(10), 1_000, ONE_TURNS_SLOW, SEED).run(24_000, 10, SAME), 0.99),
                RoutingStrategies.roundRobin(),
                RoutingStrategies.weighted(),
                RoutingStrategies.leastInFlight(),
                RoutingStrategies.peakEwma());
    }

    /** The 99th percentile of latency when answers are of uneven length and replicas make calls wait. */
    static Map<String, Double> unevenAnswers() {
        return each(
                strategy -> Simulation.percentile(
                        new Simulation(strategy, cards(8), 2, UNEVEN, SEED).run(40_000, 24, SAME), 0.99),
                RoutingStrategies.roundRobin(),
                RoutingStrategies.weighted(),
                RoutingStrategies.peakEwma(),
                RoutingStrategies.leastInFlight());
    }

    /** The share of calls, in percent, that find their session in the prompt cache of the replica that serves them. */
    static Map<String, Double> cacheHits() {
        Asks sessions = random -> new Ask("session " + random.nextInt(400), 2_000, 100);
        return each(
                strategy -> hits(
                        new Simulation(strategy, cards(10), 1_000, (replica, now, random) -> 100, SEED)
                                .run(40_000, 5, sessions),
                        60),
                RoutingStrategies.roundRobin(),
                RoutingStrategies.weighted(),
                RoutingStrategies.leastInFlight(),
                RoutingStrategies.affinity());
    }

    private static double hits(List<Served> served, int sessions) {
        Map<Integer, Map<String, Boolean>> caches = new LinkedHashMap<>();
        int hits = 0;
        for (Served call : served) {
            Map<String, Boolean> cache = caches.computeIfAbsent(call.replica(), replica -> recent(sessions));
            if (cache.put(call.ask().session(), true) != null) {
                hits++;
            }
        }
        return 100.0 * hits / served.size();
    }

    /** Returns a map that evicts the least recently used entry. */
    private static Map<String, Boolean> recent(int most) {
        return new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
                return size() > most;
            }
        };
    }

    /** The cost of a thousand calls, half of them long prompts with short answers, half the reverse. */
    static Map<String, Double> costs() {
        List<ModelCard> prices = List.of(
                priced("0.20", "6.00"), // cheap to read
                priced("2.00", "2.00"), // cheap to write
                priced("1.00", "4.00"));
        Asks mix = random -> random.nextBoolean() ? new Ask("", 8_000, 50) : new Ask("", 200, 400);
        return each(
                strategy -> cost(
                        new Simulation(strategy, prices, 1_000, (replica, now, random) -> 100, SEED)
                                .run(1_000, 10, mix),
                        prices),
                RoutingStrategies.weighted(),
                RoutingStrategies.ordered(),
                RoutingStrategies.lowestCost());
    }

    private static double cost(List<Served> served, List<ModelCard> prices) {
        BigDecimal sum = BigDecimal.ZERO;
        for (Served call : served) {
            Price price = Objects.requireNonNull(prices.get(call.replica()).price());
            TokenUsage usage =
                    TokenUsage.of(call.ask().promptTokens(), call.ask().answerTokens());
            sum = sum.add(Objects.requireNonNull(price.cost(usage).amount()));
        }
        return sum.doubleValue();
    }

    private static ModelCard priced(String input, String output) {
        return ModelCard.builder().price(Price.usdPerMillion(input, output)).build();
    }

    private static List<ModelCard> cards(int count) {
        return new ArrayList<>(Collections.nCopies(count, ModelCard.UNKNOWN));
    }

    private static double logNormal(double gaussian, double median) {
        return median * Math.exp(0.3 * gaussian);
    }

    private interface Measure {
        double of(RoutingStrategy strategy);
    }

    private static Map<String, Double> each(Measure measure, RoutingStrategy... strategies) {
        Map<String, Double> values = new LinkedHashMap<>();
        for (RoutingStrategy strategy : strategies) {
            values.put(strategy.toString(), measure.of(strategy));
        }
        return values;
    }
}
