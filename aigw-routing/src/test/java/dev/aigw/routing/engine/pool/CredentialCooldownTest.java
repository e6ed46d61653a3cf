package dev.aigw.routing.engine.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.Credential;
import dev.aigw.api.ErrorKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CredentialCooldownTest {

    private static final long SECOND = 1_000_000_000L;

    private static CredentialCooldown cooled(Credential credential) {
        CredentialCooldown cooldown = new CredentialCooldown();
        cooldown.extend(0, 300 * SECOND, 300 * SECOND, ErrorKind.AUTHENTICATION, credential);
        return cooldown;
    }

    @Test
    void aNewSecretWithTheSameHashCodeEndsIt() {
        AtomicReference<String> secret = new AtomicReference<>("Aa-key");
        Credential rotating = Credential.of("vault", secret::get);
        CredentialCooldown cooldown = cooled(rotating);
        secret.set("BB-key");
        assertThat(secret.get()).hasSameHashCodeAs("Aa-key");
        assertThat(cooldown.remainingNanos(2 * SECOND, rotating)).isZero();
    }

    @Test
    void theSameSecretDoesNotEndIt() {
        Credential stays = Credential.of("vault", () -> "key");
        assertThat(cooled(stays).remainingNanos(2 * SECOND, stays)).isPositive();
    }

    @Test
    void aSecretThatCanBeReadAgainEndsIt() {
        AtomicReference<String> secret = new AtomicReference<>("");
        Credential broken = Credential.of("vault", secret::get);
        CredentialCooldown cooldown = cooled(broken);
        assertThat(cooldown.remainingNanos(2 * SECOND, broken)).isPositive();
        secret.set("key");
        assertThat(cooldown.remainingNanos(4 * SECOND, broken)).isZero();
    }

    @Test
    void suppliersThatNeverAnswerHoldAtMostFourThreadsAndNoCallerForLong() throws InterruptedException {
        CountDownLatch end = new CountDownLatch(1);
        AtomicInteger reading = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Queue<Long> remaining = new ConcurrentLinkedQueue<>();
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Credential hangs = Credential.of("metadata-" + i, () -> {
                most.accumulateAndGet(reading.incrementAndGet(), Math::max);
                try {
                    end.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                reading.decrementAndGet();
                return "key";
            });
            Thread caller = new Thread(() -> remaining.add(cooled(hangs).remainingNanos(2 * SECOND, hangs)));
            caller.start();
            callers.add(caller);
        }
        for (Thread caller : callers) {
            caller.join(); // though no supplier has answered
        }
        assertThat(remaining).hasSize(20).allMatch(nanos -> nanos > 0);
        assertThat(most.get()).isBetween(1, 4);
        end.countDown();
    }
}
