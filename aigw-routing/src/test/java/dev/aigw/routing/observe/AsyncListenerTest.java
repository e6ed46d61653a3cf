package dev.aigw.routing.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.aigw.api.spi.RouterEvent;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AsyncListenerTest {

    private final List<RouterEvent> seen = new CopyOnWriteArrayList<>();

    private static RouterEvent event(int score) {
        return new RouterEvent.FeedbackGiven("c", score);
    }

    @Test
    void deliversInOrderInAThreadOfItsOwn() {
        Thread here = Thread.currentThread();
        try (AsyncListener async = AsyncListener.of(
                event -> {
                    assertThat(Thread.currentThread()).isNotEqualTo(here);
                    seen.add(event);
                },
                10)) {
            async.onEvent(event(0));
            async.onEvent(event(1));
        }
        assertThat(seen).containsExactly(event(0), event(1));
    }

    @Test
    void countsWhatFindsTheQueueFull() throws InterruptedException {
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        AsyncListener async = AsyncListener.of(
                event -> {
                    busy.countDown();
                    await(release);
                    seen.add(event);
                },
                2);
        async.onEvent(event(0));
        busy.await();
        for (int i = 0; i < 5; i++) {
            async.onEvent(event(1));
        }
        assertThat(async.dropped()).isEqualTo(3);
        release.countDown();
        async.close();
        assertThat(seen).hasSize(3);
        async.onEvent(event(1));
        assertThat(async.dropped()).isEqualTo(4);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void goesOnAfterAListenerThatThrows() {
        try (AsyncListener async = AsyncListener.of(
                event -> {
                    seen.add(event);
                    throw new IllegalStateException("no");
                },
                10)) {
            async.onEvent(event(0));
            async.onEvent(event(1));
        }
        assertThat(seen).hasSize(2);
    }

    @Test
    void refusesACapacityOfNothing() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AsyncListener.of(event -> {}, 0))
                .withMessageContaining("capacity is 0");
    }
}
