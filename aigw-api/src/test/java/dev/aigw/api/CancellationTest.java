package dev.aigw.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class CancellationTest {

    private final AtomicInteger runs = new AtomicInteger();

    @Test
    void anActionRunsOnceHoweverOftenTheSwitchIsTripped() {
        Cancellation cancellation = new Cancellation();
        cancellation.onCancel(runs::incrementAndGet);

        cancellation.cancel();
        cancellation.cancel();

        assertThat(runs).hasValue(1);
        assertThat(cancellation.isCancelled()).isTrue();
    }

    @Test
    void anActionRegisteredTooLateRunsAtOnce() {
        Cancellation cancellation = new Cancellation();
        cancellation.cancel();

        cancellation.onCancel(runs::incrementAndGet);

        assertThat(runs).hasValue(1);
    }

    @Test
    void aClosedRegistrationDoesNotRun() {
        Cancellation cancellation = new Cancellation();
        Cancellation.Registration registration = cancellation.onCancel(runs::incrementAndGet);

        registration.close();
        registration.close();
        cancellation.cancel();

        assertThat(runs).hasValue(0);
    }

    @Test
    void whatIsStillRegisteredRunsInOrderWhicheverWereClosed() {
        Random random = new Random(3);
        for (int round = 0; round < 200; round++) {
            Cancellation cancellation = new Cancellation();
            List<Integer> ran = new ArrayList<>();
            Map<Integer, Cancellation.Registration> open = new TreeMap<>();
            for (int i = 0; i < 8; i++) {
                int number = i;
                open.put(i, cancellation.onCancel(() -> ran.add(number)));
                if (random.nextBoolean()) {
                    int closed = new ArrayList<>(open.keySet()).get(random.nextInt(open.size()));
                    Cancellation.Registration registration = open.remove(closed);
                    registration.close();
                    registration.close();
                }
            }
            cancellation.cancel();
            open.values().forEach(Cancellation.Registration::close);
            assertThat(ran).containsExactlyElementsOf(open.keySet());
        }
    }

    @Test
    void aTrippedSwitchThrowsCancelledAndAnUntrippedOneDoesNot() {
        Cancellation cancellation = new Cancellation();
        cancellation.throwIfCancelled();

        cancellation.cancel();

        assertThatThrownBy(cancellation::throwIfCancelled)
                .isInstanceOfSatisfying(
                        GatewayException.class,
                        thrown -> assertThat(thrown.kind()).isEqualTo(ErrorKind.CANCELLED));
    }

    @Test
    void aParentTripsItsChildButNotTheReverse() {
        Cancellation parent = new Cancellation();
        Cancellation.Linked first = Cancellation.childOf(parent);
        Cancellation.Linked second = Cancellation.childOf(parent);

        first.cancellation().cancel();
        assertThat(parent.isCancelled()).isFalse();
        assertThat(second.cancellation().isCancelled()).isFalse();

        parent.cancel();
        assertThat(second.cancellation().isCancelled()).isTrue();
    }

    @Test
    void aParentDoesNotCancelAnUntiedChild() {
        Cancellation parent = new Cancellation();
        Cancellation.Linked child = Cancellation.childOf(parent);

        child.close();
        parent.cancel();

        assertThat(child.cancellation().isCancelled()).isFalse();
    }

    @Test
    void underManyThreadsEveryActionRunsExactlyOnce() throws Exception {
        for (int round = 0; round < 200; round++) {
            Cancellation cancellation = new Cancellation();
            runs.set(0);
            int registrars = 4;
            CyclicBarrier start = new CyclicBarrier(registrars + 2);
            CountDownLatch done = new CountDownLatch(registrars + 2);
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < registrars + 2; i++) {
                boolean registers = i < registrars;
                threads.add(new Thread(() -> {
                    try {
                        start.await();
                        if (registers) {
                            cancellation.onCancel(runs::incrementAndGet);
                        } else {
                            cancellation.cancel();
                        }
                    } catch (Exception failure) {
                        throw new IllegalStateException(failure);
                    } finally {
                        done.countDown();
                    }
                }));
            }
            threads.forEach(Thread::start);

            assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(runs).hasValue(registrars);
        }
    }
}
