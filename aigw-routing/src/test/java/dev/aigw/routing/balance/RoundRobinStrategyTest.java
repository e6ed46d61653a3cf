package dev.aigw.routing.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.aigw.api.spi.RoutingStrategy.Picker;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class RoundRobinStrategyTest {

    @Property(tries = 300)
    void noDeploymentIsEverAWholeTurnFromItsShare(
            @ForAll @Size(min = 1, max = 40) List<@IntRange(min = 1, max = 60) Integer> weights) {
        int[] cycle = FairSchedule.of(
                weights.stream().mapToDouble(Integer::doubleValue).toArray());
        int sum = weights.stream().mapToInt(Integer::intValue).sum();
        int[] taken = new int[weights.size()];

        for (int turn = 1; turn <= cycle.length; turn++) {
            taken[cycle[turn - 1]]++;
            for (int i = 0; i < taken.length; i++) {
                assertThat(Math.abs(taken[i] - (double) turn * weights.get(i) / sum))
                        .as("turns of " + i + " after " + turn)
                        .isLessThan(1);
            }
        }
        for (int i = 0; i < taken.length; i++) {
            assertThat((long) taken[i] * sum).isEqualTo((long) weights.get(i) * cycle.length);
        }
    }

    @Property(tries = 100)
    void anyWeightsGetTheirShareAndAtLeastOneTurn(
            @ForAll @Size(min = 1, max = 50) List<@DoubleRange(min = 0.01, max = 1e6) Double> weights) {
        int[] cycle = FairSchedule.of(
                weights.stream().mapToDouble(Double::doubleValue).toArray());
        double sum = weights.stream().mapToDouble(Double::doubleValue).sum();
        int[] turns = new int[weights.size()];
        for (int index : cycle) {
            turns[index]++;
        }

        assertThat(cycle.length).isLessThanOrEqualTo(FairSchedule.LONGEST + weights.size());
        for (int i = 0; i < turns.length; i++) {
            assertThat(turns[i]).isPositive();
            assertThat((double) turns[i] / cycle.length)
                    .isCloseTo(weights.get(i) / sum, within(2.0 * weights.size() / FairSchedule.LONGEST));
        }
    }

    @Test
    void equalWeightsTakeTurnsInTheOrderOfTheListing() {
        FakeCandidates candidates = FakeCandidates.ofWeights(0.1, 0.1, 0.1);
        Picker picker = RoutingStrategies.roundRobin().bind(candidates.deployments);

        assertThat(IntStream.range(0, 7).map(i -> picker.pick(candidates)).toArray())
                .containsExactly(0, 1, 2, 0, 1, 2, 0);
    }

    @Test
    void aHeavyDeploymentIsInterleavedWithManyLightOnes() {
        double[] weights = new double[51];
        Arrays.fill(weights, 1);
        weights[0] = 50;

        int[] cycle = FairSchedule.of(weights);

        for (int i = 1; i < cycle.length; i++) {
            assertThat(cycle[i] == 0 ^ cycle[i - 1] == 0).as("turn " + i).isTrue();
        }
    }

    @Test
    void theOthersKeepTheirProportionsWhenOneIsNotEligible() {
        FakeCandidates candidates = FakeCandidates.ofWeights(5, 3, 1);
        candidates.ineligible.set(0);
        Picker picker = RoutingStrategies.roundRobin().bind(candidates.deployments);
        int[] counts = new int[3];
        for (int i = 0; i < 4_000; i++) {
            counts[picker.pick(candidates)]++;
        }

        assertThat(counts).containsExactly(0, 3_000, 1_000);
    }

    @Test
    void threadsShareOneCycle() throws InterruptedException {
        FakeCandidates candidates = FakeCandidates.ofWeights(1, 2, 3);
        Picker picker = RoutingStrategies.roundRobin().bind(candidates.deployments);
        int[][] counts = new int[4][3];
        Set<Thread> threads = new HashSet<>();
        for (int[] own : counts) {
            FakeCandidates same = FakeCandidates.ofWeights(1, 2, 3);
            Thread thread = new Thread(() -> {
                for (int i = 0; i < 6_000; i++) {
                    own[picker.pick(same)]++;
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(IntStream.range(0, 3)
                        .map(i -> Arrays.stream(counts).mapToInt(own -> own[i]).sum())
                        .toArray())
                .containsExactly(4_000, 8_000, 12_000);
    }

    @Test
    void weightsFarApartDoNotOverflow() {
        FakeCandidates candidates = FakeCandidates.ofWeights(Double.MAX_VALUE, 1e-300);
        Picker picker = RoutingStrategies.roundRobin().bind(candidates.deployments);

        assertThat(picker.pick(candidates)).isZero();
    }
}
