package dev.aigw.examples.stories;

import static org.assertj.core.api.Assertions.assertThat;

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
    void theSameSeedGivesTheSameNumbers() {
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
        assertThat(chart.getElementsByTagName("rect").getLength()).isEqualTo(1 + 4 + 4 + 4 + 3);
    }
}
