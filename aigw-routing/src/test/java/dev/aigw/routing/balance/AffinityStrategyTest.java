package dev.aigw.routing.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Outcome;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.spi.End;
import dev.aigw.api.spi.RoutingStrategy;
import dev.aigw.api.spi.RoutingStrategy.Picker;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class AffinityStrategyTest {

    private static final End DONE =
            End.builder(Outcome.SUCCESS).durationNanos(1).build();
    private static final int SESSIONS = 500;

    @Property(tries = 100)
    void aDeploymentThatJoinsTakesSessionsForItselfOnlyAndAboutItsShare(
            @ForAll @IntRange(min = 1, max = 30) int size, @ForAll @IntRange(max = 1_000) int name) {
        List<String> before = owners(ids(size, name));
        List<String> longer = new ArrayList<>(ids(size, name));
        longer.add(name % (size + 1), "joined");
        List<String> after = owners(longer);
        int moved = 0;
        for (int i = 0; i < SESSIONS; i++) {
            if (!after.get(i).equals(before.get(i))) {
                assertThat(after.get(i)).isEqualTo("joined");
                moved++;
            }
        }

        assertThat((double) moved / SESSIONS).isLessThan(2.0 / (size + 1)).isGreaterThan(0.2 / (size + 1));
    }

    @Property(tries = 100)
    void aDeploymentThatLeavesGivesUpItsOwnSessionsOnly(
            @ForAll @IntRange(min = 2, max = 30) int size, @ForAll @IntRange(max = 1_000) int name) {
        List<String> ids = ids(size, name);
        String leaving = ids.get(name % size);
        List<String> before = owners(ids);
        List<String> shorter = new ArrayList<>(ids);
        shorter.remove(leaving);
        List<String> after = owners(shorter);

        for (int i = 0; i < SESSIONS; i++) {
            if (!before.get(i).equals(leaving)) {
                assertThat(after.get(i)).isEqualTo(before.get(i));
            }
        }
    }

    @Property(tries = 50)
    void aDeploymentThatIsNotEligibleMovesItsOwnSessionsOnlyAndTheyComeBack(
            @ForAll @IntRange(min = 2, max = 30) int size, @ForAll @IntRange(max = 1_000) int name) {
        FakeCandidates candidates = candidates(ids(size, name));
        Picker picker = RoutingStrategies.affinity().bind(candidates.deployments);
        for (int i = 0; i < 100; i++) {
            session(candidates, i);
            candidates.ineligible.clear();
            int owner = picker.pick(candidates);
            int other = (owner + 1 + name % (size - 1)) % size;
            candidates.ineligible.set(other);
            assertThat(picker.pick(candidates)).isEqualTo(owner);
            candidates.ineligible.clear();
            candidates.ineligible.set(owner);
            assertThat(picker.pick(candidates)).isNotEqualTo(owner).isNotNegative();
        }
    }

    @Test
    void sharesGoByWeight() {
        FakeCandidates candidates = FakeCandidates.ofWeights(1, 3, 6);
        Picker picker = RoutingStrategies.affinity().bind(candidates.deployments);
        int[] counts = new int[3];
        for (int i = 0; i < 20_000; i++) {
            session(candidates, i);
            counts[picker.pick(candidates)]++;
        }

        assertThat(counts[0] / 20_000.0).isCloseTo(0.1, within(0.03));
        assertThat(counts[1] / 20_000.0).isCloseTo(0.3, within(0.06));
        assertThat(counts[2] / 20_000.0).isCloseTo(0.6, within(0.07));
    }

    @Test
    void noDeploymentPassesItsBoundHoweverHotOneSessionIs() {
        FakeCandidates candidates = FakeCandidates.ofWeights(1, 1, 1, 1, 1);
        Picker picker = RoutingStrategies.affinity().bind(candidates.deployments);
        session(candidates, 1);
        int[] inFlight = new int[5];
        for (int i = 1; i <= 1_000; i++) {
            int index = picker.pick(candidates);
            picker.began(index);
            inFlight[index]++;
            assertThat(inFlight[index]).isLessThanOrEqualTo((int) Math.ceil(1.25 * i / 5));
        }
    }

    @Test
    void whatABusyDeploymentPassesOnComesBackWhenItIsFree() {
        FakeCandidates candidates = FakeCandidates.ofWeights(1, 1, 1);
        Picker picker = RoutingStrategies.affinity().bind(candidates.deployments);
        session(candidates, 1);
        int owner = picker.pick(candidates);
        picker.began(owner);
        int next = picker.pick(candidates);
        assertThat(next).isNotEqualTo(owner);
        assertThat(picker.pick(candidates)).isEqualTo(next);

        picker.ended(owner, DONE, 1);

        assertThat(picker.pick(candidates)).isEqualTo(owner);
        assertThat(picker.score(candidates, owner)).isGreaterThan(picker.score(candidates, next));
    }

    @Test
    void theTurnsOfAConversationStayTogetherWithoutASession() {
        FakeCandidates candidates = candidates(ids(20, 3));
        Picker picker = RoutingStrategies.affinity().bind(candidates.deployments);
        int together = 0;
        for (int i = 0; i < 50; i++) {
            ChatRequest first = ChatRequest.builder()
                    .model("assistant")
                    .system("You are kind.")
                    .user("Question " + i)
                    .build();
            candidates.request = first;
            int owner = picker.pick(candidates);
            candidates.request =
                    first.toBuilder().assistant("An answer").user("And then?").build();
            assertThat(picker.pick(candidates)).isEqualTo(owner);
            together += owner == 0 ? 1 : 0;
        }
        assertThat(together).isLessThan(15); // different conversations spread
    }

    @Test
    void aKeyOfOnesOwnDecides() {
        FakeCandidates candidates = candidates(ids(20, 5));
        Picker picker = RoutingStrategies.affinity(
                        given -> given.options().tags().get("tenant"), 2)
                .bind(candidates.deployments);
        candidates.options = CallOptions.builder().tag("tenant", "acme").build();
        int owner = picker.pick(candidates);
        candidates.request = ChatRequest.of("assistant", "Something else");

        assertThat(picker.pick(candidates)).isEqualTo(owner);
    }

    @Test
    void refusesALoadFactorBelowOne() {
        assertThatThrownBy(() -> RoutingStrategies.affinity(any -> "", 0.9))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 or more");
    }

    @Test
    void aSessionStaysWhereItsPromptIsCachedUntilThatIsBusy() {
        FakeCandidates candidates = candidates(ids(4, 0));
        Picker picker = RoutingStrategies.affinity().bind(candidates.deployments);
        session(candidates, 1);
        int owner = picker.pick(candidates);
        int other = (owner + 1) % 4;
        candidates.warm =
                List.of(new RoutingStrategy.WarmPrompt(candidates.get(other).id(), 100));

        assertThat(picker.pick(candidates)).isEqualTo(other);
        assertThat(picker.score(candidates, other)).isGreaterThan(picker.score(candidates, owner));
        picker.began(other);
        picker.began(other);
        assertThat(picker.pick(candidates)).isEqualTo(owner);
        picker.ended(other, DONE, 0);
        picker.ended(other, DONE, 0);
        candidates.ineligible.set(other);
        assertThat(picker.pick(candidates)).isEqualTo(owner);
    }

    private static List<String> ids(int size, int name) {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            ids.add("vendor" + name + "/model#" + i);
        }
        return ids;
    }

    private static FakeCandidates candidates(List<String> ids) {
        FakeCandidates candidates = new FakeCandidates();
        ids.forEach(id -> candidates.deployments.add(FakeCandidates.FakeDeployment.of(id)));
        return candidates;
    }

    private static void session(FakeCandidates candidates, int number) {
        candidates.options =
                CallOptions.builder().sessionKey("session " + number).build();
    }

    private static List<String> owners(List<String> ids) {
        FakeCandidates candidates = candidates(ids);
        Picker picker = RoutingStrategies.affinity().bind(candidates.deployments);
        List<String> owners = new ArrayList<>();
        for (int i = 0; i < SESSIONS; i++) {
            session(candidates, i);
            owners.add(ids.get(picker.pick(candidates)));
        }
        return owners;
    }
}
