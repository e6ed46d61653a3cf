package dev.aigw.examples.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

/** What each strategy is for, as numbers of a seeded simulation. */
class RoutingLabTest {

    @Test
    void peakEwmaAvoidsAReplicaThatTurnsSlow() {
        Map<String, Double> p99 = RoutingLab.slowReplica();

        assertThat(p99.get("peakEwma")).isLessThan(p99.get("roundRobin") / 5);
        assertThat(p99.get("peakEwma")).isLessThan(p99.get("weighted") / 5);
    }

    @Test
    void leastInFlightDoesNotQueueBehindLongAnswers() {
        Map<String, Double> p99 = RoutingLab.unevenAnswers();

        assertThat(p99.get("leastInFlight")).isLessThan(0.7 * p99.get("roundRobin"));
        assertThat(p99.get("leastInFlight")).isLessThan(0.7 * p99.get("weighted"));
    }

    @Test
    void affinityFindsPromptCachesWarm() {
        Map<String, Double> hits = RoutingLab.cacheHits();

        assertThat(hits.get("affinity")).isGreaterThan(3 * hits.get("roundRobin"));
        assertThat(hits.get("affinity")).isGreaterThan(50);
    }

    @Test
    void lowestCostGoesByTheMixOfEachRequest() {
        Map<String, Double> costs = RoutingLab.costs();

        assertThat(costs.get("lowestCost")).isLessThan(costs.get("ordered"));
        assertThat(costs.get("lowestCost")).isLessThan(0.5 * costs.get("weighted"));
    }

    @Test
    void aCascadeCostsLessThanAnyOtherWayToBeRightAsOften() {
        Map<String, RouteLab.Outcomes> ways = RouteLab.cascade();
        RouteLab.Outcomes cascade = ways.get("cascade");
        RouteLab.Outcomes atRandom = ways.get("as good at random");

        assertThat(cascade.rightPercent())
                .isGreaterThan(ways.get("small alone").rightPercent() + 10)
                .isGreaterThan(ways.get("large alone").rightPercent() - 7);
        assertThat(cascade.rightPercent()).isCloseTo(atRandom.rightPercent(), within(0.01));
        assertThat(cascade.dollars()).isLessThan(0.7 * atRandom.dollars());
    }

    @Test
    void aBadVersionIsTakenBackAfterFewCallsAndAGoodOneSeldom() {
        Map<String, Double> calls = RouteLab.canary();

        assertThat(calls.get("fails always")).isLessThan(10);
        assertThat(calls.get("fails in 30 %")).isBetween(5.0, 40.0);
        assertThat(calls.get("fails in 10 %")).isBetween(20.0, 400.0);
        assertThat(RouteLab.goodTakenBack()).isLessThanOrEqualTo(11);
    }

    @Test
    void aBanditLosesLittle() {
        Map<String, Double> lost = RouteLab.regret();

        assertThat(lost.get("bandit")).isLessThan(0.15 * lost.get("by turns"));
    }

    @Test
    void meaningFindsTheModelThatLettersDoNot() {
        Map<String, Double> right = MeaningLab.right(LocalModel.load());

        assertThat(right.get("by meaning, 0.2")).isGreaterThan(80).isGreaterThan(right.get("by letters") + 20);
    }

    @Test
    void theSameSeedGivesTheSameNumbers() {
        assertThat(RouteLab.canary()).isEqualTo(RouteLab.canary());
        assertThat(RouteLab.regret()).isEqualTo(RouteLab.regret());
        assertThat(RoutingLab.costs()).isEqualTo(RoutingLab.costs());
        assertThat(RoutingLab.cacheHits()).isEqualTo(RoutingLab.cacheHits());
    }

    @Test
    void printsTheNumbersAndDrawsThem() throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();

        String svg = RoutingLab.run(new PrintStream(printed, true, StandardCharsets.UTF_8));

        assertThat(printed.toString(StandardCharsets.UTF_8)).contains("peakEwma", "leastInFlight", "affinity");
        Document chart = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
        assertThat(chart.getDocumentElement().getTagName()).isEqualTo("svg");
        assertThat(chart.getElementsByTagName("rect").getLength()).isEqualTo(1 + 4 + 4 + 4 + 3 + 4 + 4 + 3 + 3 + 4);
    }
}
