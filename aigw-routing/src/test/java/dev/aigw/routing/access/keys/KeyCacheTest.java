package dev.aigw.routing.access.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.routing.access.AuthenticationResult;
import dev.aigw.routing.access.AuthenticationResult.Kind;
import dev.aigw.routing.access.PresentedCredential;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two JVMs with one store that is far away. */
@Timeout(60)
class KeyCacheTest {

    private final AtomicLong nanos = new AtomicLong();
    private final FaultyStore store = new FaultyStore();
    private final ApiKeys here = keys(Duration.ofSeconds(5));
    private final ApiKeys there = keys(Duration.ofSeconds(5));
    private final MintedKey minted =
            here.mint(KeySpec.builder("reports", "acme").build());

    @AfterEach
    void close() {
        here.close();
        there.close();
    }

    private ApiKeys keys(Duration outage) {
        return ApiKeys.builder()
                .store(store)
                .outageTolerance(outage)
                .nanoTime(nanos::get)
                .build();
    }

    private void pass(long millis) {
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    private Kind kind(ApiKeys keys) {
        return check(keys).kind();
    }

    private AuthenticationResult check(ApiKeys keys) {
        return keys.authenticate(PresentedCredential.of(minted.secret()));
    }

    @Test
    void aWarmKeyAsksTheStoreTwiceASecondAtMost() {
        for (int i = 0; i < 100; i++) {
            assertThat(kind(there)).isEqualTo(Kind.ACCEPTED);
            pass(100);
        }
        assertThat(store.finds.get()).isBetween(10, 20);
    }

    @Test
    void aRevocationElsewhereHoldsHereWithinASecond() {
        assertThat(kind(there)).isEqualTo(Kind.ACCEPTED);
        here.revoke(minted.id());
        assertThat(kind(here)).as("at once").isEqualTo(Kind.REJECTED);

        pass(1_000);

        assertThat(kind(there)).isEqualTo(Kind.REJECTED);
    }

    @Test
    void aTenantThatIsRevokedAndAKeyThatIsRemovedLeaveNoCopyBehind() {
        assertThat(kind(here)).isEqualTo(Kind.ACCEPTED);
        here.revokeTenant("acme");
        assertThat(kind(here)).isEqualTo(Kind.REJECTED);
        here.remove(minted.id());
        assertThat(check(here).reason()).isEqualTo("there is no such key");
        assertThat(store.finds.get()).isPositive();
    }

    @Test
    void aReadingThatBeganBeforeARevocationBringsNoOldCopyBack() throws Exception {
        pass(2_000);
        CountDownLatch read = new CountDownLatch(1);
        CountDownLatch revoked = new CountDownLatch(1);
        store.afterFind = () -> {
            store.afterFind = () -> {};
            read.countDown();
            try {
                revoked.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        };
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try {
            Future<Kind> slow = executor.submit(() -> kind(here));
            read.await();
            pass(1);
            here.revoke(minted.id());
            revoked.countDown();

            assertThat(slow.get()).isEqualTo(Kind.REJECTED);
            assertThat(kind(here)).isEqualTo(Kind.REJECTED);
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void aStoreThatLagsShowsNoOlderVersionForASecond() {
        StoredKey old = store.kept.find(minted.id());
        here.revoke(minted.id());
        store.kept.remove(minted.id());
        store.kept.add(old);
        pass(600);

        assertThat(kind(here)).isEqualTo(Kind.REJECTED);
    }

    @Test
    void aKeyThatIsMintedElsewhereIsKnownWithinASecondThoughItWasTriedBefore() {
        KeyFormat format = new KeyFormat("aigw", new SecureRandom());
        StoredKey stored = store.kept.find(minted.id());
        store.kept.remove(minted.id());
        assertThat(kind(there)).isEqualTo(Kind.REJECTED);
        store.kept.add(stored);
        assertThat(format.parse(minted.secret())).isNotNull();

        pass(1_000);

        assertThat(kind(there)).isEqualTo(Kind.ACCEPTED);
    }

    @Test
    void madeUpIdsAskTheStoreOnceAndDisplaceNoKey() {
        KeyFormat format = new KeyFormat("aigw", new SecureRandom());
        assertThat(kind(there)).isEqualTo(Kind.ACCEPTED);
        String madeUp = format.write(format.newId(), format.newSecret());
        int before = store.finds.get();
        for (int i = 0; i < 10; i++) {
            there.authenticate(PresentedCredential.of(madeUp));
        }
        assertThat(store.finds).hasValue(before + 1);
        for (int i = 0; i < 30_000; i++) {
            there.authenticate(PresentedCredential.of(format.write(format.newId(), format.newSecret())));
        }
        int after = store.finds.get();

        assertThat(kind(there)).isEqualTo(Kind.ACCEPTED);
        assertThat(store.finds).hasValue(after);
    }

    @Test
    void throughAShortOutageCopiesServeAndThenNobodyIsLetIn() {
        assertThat(kind(there)).isEqualTo(Kind.ACCEPTED);
        store.down = true;
        int before = store.finds.get();
        for (int i = 0; i < 590; i++) {
            pass(10);
            assertThat(kind(there)).isEqualTo(Kind.ACCEPTED);
        }
        assertThat(store.finds.get() - before).as("asked once a second").isBetween(4, 8);

        pass(200);
        assertThat(kind(there)).isEqualTo(Kind.UNAVAILABLE);
        assertThat(check(there).retryAfter()).isEqualTo(Duration.ofSeconds(1));
        store.down = false;
        assertThat(kind(there)).isEqualTo(Kind.ACCEPTED);
    }

    @Test
    void withoutToleranceNoKeyIsAcceptedWithoutTheStore() {
        try (ApiKeys strict = keys(Duration.ZERO)) {
            assertThat(kind(strict)).isEqualTo(Kind.ACCEPTED);
            store.down = true;
            pass(999);
            assertThat(kind(strict)).isEqualTo(Kind.ACCEPTED);
            pass(1);
            assertThat(kind(strict)).isEqualTo(Kind.UNAVAILABLE);
            store.down = false;
        }
    }

    @Test
    void aKeyWithoutACopyIsNotAcceptedWithoutTheStoreAndNotRejectedEither() {
        store.down = true;

        assertThat(kind(there)).isEqualTo(Kind.UNAVAILABLE);
        assertThatThrownBy(() -> here.revoke(minted.id())).isInstanceOf(KeyStoreException.class);
        store.down = false;
        assertThat(kind(there)).isEqualTo(Kind.ACCEPTED);
    }

    @Test
    void aStoreThatIgnoresCaseGivesNoOtherKey() {
        StoredKey other = store.kept.find(minted.id());
        KeyStore sloppy = new FaultyStore() {
            @Override
            public StoredKey find(String id) {
                return other;
            }
        };
        KeyFormat format = new KeyFormat("aigw", new SecureRandom());
        try (ApiKeys keys = ApiKeys.builder().store(sloppy).build()) {
            assertThat(keys.authenticate(PresentedCredential.of(format.write(format.newId(), format.newSecret())))
                            .reason())
                    .isEqualTo("there is no such key");
        }
    }
}
