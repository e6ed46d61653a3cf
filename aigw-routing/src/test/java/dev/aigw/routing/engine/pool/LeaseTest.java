package dev.aigw.routing.engine.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.BreakerState;
import dev.aigw.api.CallOptions;
import dev.aigw.api.CooldownScope;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelCard;
import dev.aigw.api.Outcome;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.spi.End;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.api.spi.RoutingStrategy;
import dev.aigw.routing.VirtualEnvironment;
import dev.aigw.routing.balance.RoutingStrategies;
import dev.aigw.routing.deployment.ConcurrencyLimit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** A pool's one answer, and the lease that gives everything back, once. */
class LeaseTest {

    private static final long SECOND = 1_000_000_000L;
    private static final End SUCCESS = End.builder(Outcome.SUCCESS).build();

    private final VirtualEnvironment environment = new VirtualEnvironment(1);
    private final DeploymentRegistry registry = new DeploymentRegistry(
            environment,
            new Breaker.Config(1, 1, Duration.ofSeconds(10), 1),
            Duration.ofMinutes(5),
            new RetryBudget.Size(100, 1));
    private final List<String> told = new ArrayList<>();

    private Pool pool(String... ids) {
        return new Pool(Arrays.stream(ids).map(this::deployment).toList(), watched(), registry, true);
    }

    private LiveDeployment deployment(String id) {
        return registry.deployment(new DeploymentDefinition(
                id,
                ProviderAdapter.builder("fake")
                        .chat((request, attempt) -> {
                            throw new AssertionError("nothing is sent");
                        })
                        .build(),
                id,
                null,
                null,
                null,
                1,
                1,
                null,
                Set.of(),
                null,
                ModelCard.UNKNOWN));
    }

    /** Chooses in order, and notes what it is notified of. */
    private RoutingStrategy watched() {
        RoutingStrategy ordered = RoutingStrategies.ordered();
        return deployments -> {
            RoutingStrategy.Picker picker = ordered.bind(deployments);
            return new RoutingStrategy.Picker() {
                @Override
                public int pick(RoutingStrategy.Candidates candidates) {
                    return picker.pick(candidates);
                }

                @Override
                public void began(int index) {
                    told.add("began " + index);
                }

                @Override
                public void ended(int index, End end, long nowNanos) {
                    told.add("ended " + index + " " + end.outcome());
                }
            };
        };
    }

    private Query query(TriedDeployment... tried) {
        return new Query(
                ChatRequest.CHAT,
                ChatRequest.of("m", "hello"),
                CallOptions.DEFAULT,
                List.of(tried),
                environment.nanoTime(),
                environment,
                null);
    }

    private static End failed(ErrorKind kind) {
        return End.builder(Outcome.FAILED)
                .failure(GatewayException.of(kind, "no"))
                .build();
    }

    private static Verdict verdict(End end) {
        return Verdict.of(end.outcome(), end.failure(), new Verdict.Circumstances(true, false, false, false));
    }

    private void settle(Lease lease, End end) {
        lease.settle(end, verdict(end), environment.nanoTime());
    }

    @Test
    void aLeaseIsTakenAndGivenBackOnce() {
        Pool pool = pool("a");
        Lease lease = (Lease) pool.lease(query());
        assertThat(lease.deployment().inFlight()).isEqualTo(1);

        settle(lease, SUCCESS);
        settle(lease, failed(ErrorKind.SERVER_ERROR));
        lease.cancel(environment.nanoTime());

        assertThat(lease.deployment().inFlight()).isZero();
        assertThat(lease.deployment().succeeded()).isEqualTo(1);
        assertThat(lease.deployment().failed())
                .as("the second settlement counts for nothing")
                .isZero();
        assertThat(told).containsExactly("began 0", "ended 0 SUCCESS");
    }

    @Test
    void manyThreadsThatSettleOneLeaseSettleItOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            Pool pool = pool("a");
            for (int i = 0; i < 200; i++) {
                Lease lease = (Lease) pool.lease(query());
                Callable<Void> settle = () -> {
                    settle(lease, SUCCESS);
                    return null;
                };
                for (Future<Void> each : threads.invokeAll(List.of(settle, settle, settle, settle))) {
                    each.get();
                }
            }
            assertThat(pool.deployments().get(0).inFlight()).isZero();
            assertThat(pool.deployments().get(0).succeeded()).isEqualTo(200);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void theNextDeploymentIsTakenWhileOneCoolsDown() {
        Pool pool = pool("a", "b");
        settle((Lease) pool.lease(query()), failed(ErrorKind.NOT_FOUND));
        assertThat(((Lease) pool.lease(query())).deployment().id()).isEqualTo("b");
    }

    @Test
    void aDeploymentTriedBeforeIsTakenOnlyWhenNoOtherIsLeft() {
        Pool pool = pool("a", "b");
        LiveDeployment a = pool.deployments().get(0);
        TriedDeployment again =
                TriedDeployment.of(a, ErrorKind.OVERLOADED, environment.nanoTime(), Decision.Reason.BACKOFF);
        Lease other = (Lease) pool.lease(query(again));
        assertThat(other.deployment().id()).isEqualTo("b");
        settle(other, failed(ErrorKind.NOT_FOUND));
        assertThat(((Lease) pool.lease(query(again))).deployment().id()).isEqualTo("a");
    }

    @Test
    void aPoolWhoseDeploymentsAllCoolDownSaysHowLongAndForWhat() {
        Pool pool = pool("a", "b");
        settle((Lease) pool.lease(query()), failed(ErrorKind.NOT_FOUND));
        environment.advance(Duration.ofMinutes(1));
        settle((Lease) pool.lease(query()), failed(ErrorKind.NOT_FOUND));

        Decision.Wait wait = (Decision.Wait) pool.lease(query());

        assertThat(wait.nanos()).as("until the first is back").isEqualTo(240 * SECOND);
        assertThat(wait.reason()).isEqualTo(Decision.Reason.COOLDOWN);
        assertThat(wait.kind()).isEqualTo(ErrorKind.NOT_FOUND);
    }

    @Test
    void aPoolWithoutAPermitSaysSo() {
        Pool pool = pool("a");
        registry.limit(Map.of("a", ConcurrencyLimit.fixed(1)));
        Lease lease = (Lease) pool.lease(query());
        assertThat(((Decision.Wait) pool.lease(query())).reason()).isEqualTo(Decision.Reason.PERMIT);
        settle(lease, SUCCESS);
        assertThat(pool.lease(query())).isInstanceOf(Lease.class);
    }

    @Test
    void aPoolOfWhichNoneCanEverServeSaysNobody() {
        Pool pool = pool("a");
        TriedDeployment never = TriedDeployment.never(pool.deployments().get(0), ErrorKind.NOT_FOUND);
        assertThat(pool.lease(query(never))).isInstanceOf(Decision.None.class);
        assertThat(told).isEmpty();
    }

    @Test
    void anOpenBreakersProbeIsOneLeaseAndItsResultDecides() {
        Pool pool = pool("a");
        LiveDeployment a = pool.deployments().get(0);
        settle((Lease) pool.lease(query()), failed(ErrorKind.SERVER_ERROR));
        assertThat(((Decision.Wait) pool.lease(query())).reason()).isEqualTo(Decision.Reason.BREAKER);

        environment.advance(Duration.ofSeconds(11));
        Lease probe = (Lease) pool.lease(query());
        assertThat(pool.lease(query())).as("one probe at a time").isInstanceOf(Decision.Wait.class);
        settle(probe, SUCCESS);

        assertThat(a.breaker().state()).isEqualTo(BreakerState.CLOSED);
        assertThat(pool.lease(query())).isInstanceOf(Lease.class);
    }

    @Test
    void aProbeThatNobodySentGivesWayToAnother() {
        Pool pool = pool("a");
        settle((Lease) pool.lease(query()), failed(ErrorKind.SERVER_ERROR));
        environment.advance(Duration.ofSeconds(11));
        Lease probe = (Lease) pool.lease(query());
        probe.settle(failed(ErrorKind.GUARD_REJECTED), Verdict.NOTHING, environment.nanoTime());
        assertThat(pool.lease(query())).isInstanceOf(Lease.class);
    }

    @Test
    void aStreamsProbeIsOverAtItsFirstContentAndItsPermitAtItsEnd() {
        Pool pool = pool("a");
        registry.limit(Map.of("a", ConcurrencyLimit.fixed(1)));
        settle((Lease) pool.lease(query()), failed(ErrorKind.SERVER_ERROR));
        environment.advance(Duration.ofSeconds(11));
        Lease probe = (Lease) pool.lease(query());

        probe.firstContent();

        assertThat(probe.deployment().breaker().state()).isEqualTo(BreakerState.CLOSED);
        assertThat(((Decision.Wait) pool.lease(query())).reason()).isEqualTo(Decision.Reason.PERMIT);
        settle(probe, SUCCESS);
        assertThat(pool.lease(query())).isInstanceOf(Lease.class);
    }

    @Test
    void aCooldownThatItsBoundEndedEarlyIsProbedByOneLease() {
        Pool pool = pool("a");
        LiveDeployment a = pool.deployments().get(0);
        a.coolDown(CooldownScope.DEPLOYMENT, environment.nanoTime(), Duration.ofHours(5), ErrorKind.RATE_LIMITED);
        environment.advance(Duration.ofMinutes(5));
        Lease probe = (Lease) pool.lease(query());
        assertThat(pool.lease(query())).isInstanceOf(Decision.Wait.class);
        settle(probe, SUCCESS);
        assertThat(pool.lease(query())).isInstanceOf(Lease.class);
    }

    @Test
    void aStrategyThatThrowsWhenAnAttemptBeginsKeepsNothing() {
        RoutingStrategy ordered = RoutingStrategies.ordered();
        Pool pool = new Pool(
                List.of(deployment("a")),
                deployments -> {
                    RoutingStrategy.Picker picker = ordered.bind(deployments);
                    return new RoutingStrategy.Picker() {
                        @Override
                        public int pick(RoutingStrategy.Candidates candidates) {
                            return picker.pick(candidates);
                        }

                        @Override
                        public void began(int index) {
                            throw new IllegalStateException("oops");
                        }
                    };
                },
                registry,
                true);
        assertThatThrownBy(() -> pool.lease(query()))
                .isInstanceOfSatisfying(
                        GatewayException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.INTERNAL));
        assertThat(pool.deployments().get(0).inFlight()).isZero();
    }
}
