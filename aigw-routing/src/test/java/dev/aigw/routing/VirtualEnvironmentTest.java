package dev.aigw.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.Cancellation;
import dev.aigw.api.GatewayException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class VirtualEnvironmentTest {

    private static final long SECOND = 1_000_000_000L;

    @Test
    void whatIsScheduledRunsInOrderWhileSomebodyWaits() {
        VirtualEnvironment environment = new VirtualEnvironment(1);
        long start = environment.nanoTime();
        List<String> ran = new ArrayList<>();
        environment.schedule(2 * SECOND, () -> ran.add("two at " + (environment.nanoTime() - start) / SECOND));
        environment.schedule(SECOND, () -> ran.add("one at " + (environment.nanoTime() - start) / SECOND));
        environment.schedule(SECOND, () -> ran.add("never")).close();
        environment.schedule(5 * SECOND, () -> ran.add("later"));
        environment.advance(Duration.ofSeconds(3));
        assertThat(ran).containsExactly("one at 1", "two at 2");
        assertThat(environment.nanoTime() - start).isEqualTo(3 * SECOND);
        assertThat(environment.scheduled()).isEqualTo(1);
    }

    @Test
    void aWaitEndsWhenItIsCancelledOrItsEventComes() throws InterruptedException {
        VirtualEnvironment environment = new VirtualEnvironment(1);
        long start = environment.nanoTime();
        CompletableFuture<String> event = new CompletableFuture<>();
        environment.schedule(SECOND, () -> event.complete("there"));
        assertThat(environment.await(event, 10 * SECOND, new Cancellation())).isTrue();
        assertThat(environment.await(new CompletableFuture<>(), SECOND, new Cancellation()))
                .isFalse();
        Cancellation cancellation = new Cancellation();
        environment.schedule(SECOND, cancellation::cancel);
        assertThatThrownBy(() -> environment.sleep(10 * SECOND, cancellation)).isInstanceOf(GatewayException.class);
        assertThat(environment.nanoTime() - start).isEqualTo(3 * SECOND);
    }

    @Test
    void aSimulationReplaysBySeedAndExploresOrders() {
        Set<String> orders = new HashSet<>();
        for (long seed = 0; seed < 50; seed++) {
            String order = race(seed);
            assertThat(race(seed)).isEqualTo(order);
            orders.add(order);
        }
        assertThat(orders).contains("abc", "acb", "bac", "bca", "cab", "cba");
    }

    private static String race(long seed) {
        VirtualEnvironment environment = new VirtualEnvironment(seed);
        StringBuilder order = new StringBuilder();
        environment.simulate(() -> {
            long start = environment.nanoTime();
            List<CompletableFuture<Void>> all = new ArrayList<>();
            for (String name : List.of("a", "b", "c")) {
                all.add(CompletableFuture.runAsync(
                        () -> {
                            environment.await(SECOND, new Cancellation());
                            order.append(name);
                        },
                        environment.executor()));
            }
            all.forEach(environment::join);
            assertThat(environment.nanoTime() - start).isEqualTo(SECOND);
        });
        return order.toString();
    }

    @Test
    void aDeadlockFailsAndNamesTheSeed() {
        VirtualEnvironment environment = new VirtualEnvironment(42);
        assertThatThrownBy(() -> environment.simulate(() -> {
                    environment.executor().execute(() -> environment.join(new CompletableFuture<>()));
                }))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("42")
                .hasMessageContaining("nothing will wake it");
    }
}
