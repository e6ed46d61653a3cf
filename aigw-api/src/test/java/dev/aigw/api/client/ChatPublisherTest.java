package dev.aigw.api.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Cancellation;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.client.ModelClientTest.CountingSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ChatPublisherTest {

    private static final ChatRequest HI = ChatRequest.of("assistant", "hi");

    private final Deque<Runnable> queue = new ArrayDeque<>();
    private final CountingSource endless = new CountingSource();
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicReference<Cancellation> cancellation = new AtomicReference<>();

    private final FunctionClient client = new FunctionClient(queue::add, (request, options) -> {
        calls.incrementAndGet();
        cancellation.set(options.cancellation());
        return ChatStream.of(endless);
    });

    private void runQueue() {
        for (Runnable task = queue.poll(); task != null; task = queue.poll()) {
            task.run();
        }
    }

    private Collector subscribe(ModelClient to) {
        Collector collector = new Collector();
        to.publish(HI).subscribe(collector);
        return collector;
    }

    @Test
    void eventsAreReadAsTheyAreAskedForAndNotAhead() {
        Collector collector = subscribe(client);
        runQueue();
        assertThat(calls).hasValue(0);

        collector.subscription.request(2);
        collector.subscription.request(1);
        runQueue();
        assertThat(collector.events).hasSize(3);
        assertThat(endless.reads).hasValue(3);

        collector.subscription.request(1);
        runQueue();
        assertThat(collector.events).hasSize(4);
        assertThat(endless.reads).hasValue(4);
        assertThat(calls).hasValue(1);
    }

    @Test
    void requestingDoesNotBlock() {
        Collector collector = subscribe(client);

        collector.subscription.request(1);

        assertThat(collector.events).isEmpty();
        assertThat(endless.reads).hasValue(0);
    }

    @Test
    void eachSubscriberMakesItsOwnCall() {
        FunctionClient replaying = new FunctionClient(queue::add, (request, options) -> {
            calls.incrementAndGet();
            return ChatStream.replay(ChatResponse.of("hello"));
        });
        Flow.Publisher<ChatEvent> publisher = replaying.publish(HI);
        Collector first = new Collector();
        Collector second = new Collector();
        publisher.subscribe(first);
        publisher.subscribe(second);

        first.subscription.request(Long.MAX_VALUE);
        second.subscription.request(Long.MAX_VALUE);
        runQueue();

        assertThat(calls).hasValue(2);
        assertThat(first.completed).isEqualTo(1);
        assertThat(first.events).isEqualTo(second.events).contains(new ChatEvent.TextDelta(0, "hello"));
    }

    @Test
    void demandAddsUpWithoutOverflow() {
        FunctionClient replaying =
                new FunctionClient(queue::add, (request, options) -> ChatStream.replay(ChatResponse.of("hello")));
        Collector collector = subscribe(replaying);

        collector.subscription.request(Long.MAX_VALUE - 1);
        collector.subscription.request(Long.MAX_VALUE - 1);
        runQueue();

        assertThat(collector.completed).isEqualTo(1);
    }

    @Test
    void askingForNothingIsAnErrorAndClosesTheStream() {
        Collector collector = subscribe(client);
        collector.subscription.request(1);
        runQueue();

        collector.subscription.request(0);
        runQueue();
        collector.subscription.request(1);
        runQueue();

        assertThat(collector.failures).singleElement().isInstanceOf(IllegalArgumentException.class);
        assertThat(collector.failures.get(0)).hasMessageContaining("3.9");
        assertThat(collector.events).hasSize(1);
        assertThat(endless.closed).hasValue(1);
    }

    @Test
    void cancellingClosesTheStreamAndIsSilent() {
        Collector collector = subscribe(client);
        collector.subscription.request(1);
        runQueue();

        collector.subscription.cancel();
        collector.subscription.cancel();
        collector.subscription.request(5);
        runQueue();

        assertThat(cancellation.get().isCancelled()).isTrue();
        assertThat(endless.closed).hasValue(1);
        assertThat(collector.events).hasSize(1);
        assertThat(collector.completed).isZero();
        assertThat(collector.failures).isEmpty();
    }

    @Test
    void cancellingWhileTheCallIsBeingMadeClosesItsStream() {
        Collector collector = new Collector();
        FunctionClient slow = new FunctionClient(queue::add, (request, options) -> {
            collector.subscription.cancel();
            return ChatStream.of(endless);
        });
        slow.publish(HI).subscribe(collector);

        collector.subscription.request(1);
        runQueue();

        assertThat(endless.closed).hasValue(1);
        assertThat(collector.events).isEmpty();
        assertThat(collector.failures).isEmpty();
    }

    @Test
    void aSubscriberMayAskAgainWhileItIsServed() {
        Collector collector = new Collector() {
            @Override
            public void onNext(ChatEvent event) {
                super.onNext(event);
                if (events.size() < 1_000) {
                    subscription.request(1);
                }
            }
        };
        client.publish(HI).subscribe(collector);

        collector.subscription.request(1);
        runQueue();

        assertThat(collector.events).hasSize(1_000);
    }

    @Test
    void aFailureOfTheCallReachesTheSubscriberOnce() {
        GatewayException failure = GatewayException.of(ErrorKind.OVERLOADED, "busy");
        Collector collector = subscribe(new FunctionClient(queue::add, (request, options) -> {
            throw failure;
        }));

        collector.subscription.request(1);
        runQueue();
        collector.subscription.request(1);
        runQueue();

        assertThat(collector.failures).containsExactly(failure);
    }

    @Test
    void anExecutorThatRefusesFailsTheSubscriber() {
        Collector collector = subscribe(new FunctionClient(
                task -> {
                    throw new RejectedExecutionException("full");
                },
                (request, options) -> ChatStream.of(endless)));

        collector.subscription.request(1);
        collector.subscription.request(1);

        assertThat(collector.failures).hasSize(1);
    }

    @Test
    void aSubscriberThatThrowsLosesItsStream() {
        Collector collector = new Collector() {
            @Override
            public void onNext(ChatEvent event) {
                throw new IllegalStateException("enough");
            }
        };
        client.publish(HI).subscribe(collector);
        collector.subscription.request(1);

        assertThatThrownBy(this::runQueue).hasMessage("enough");
        assertThat(endless.closed).hasValue(1);
    }

    @Test
    void theCallersSwitchStopsASubscription() {
        Cancellation callers = new Cancellation();
        Collector collector = new Collector();
        client.publish(HI, CallOptions.builder().cancellation(callers).build()).subscribe(collector);
        callers.cancel();

        collector.subscription.request(1);
        runQueue();

        assertThat(calls).hasValue(0);
        assertThat(collector.failures)
                .singleElement()
                .isInstanceOfSatisfying(
                        GatewayException.class,
                        thrown -> assertThat(thrown.kind()).isEqualTo(ErrorKind.CANCELLED));
    }

    @Test
    void requestsFromManyThreadsDeliverExactlyWhatWasAskedForOneAtATime() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            int total = 4_000;
            CountDownLatch all = new CountDownLatch(total);
            AtomicInteger inside = new AtomicInteger();
            AtomicInteger overlaps = new AtomicInteger();
            Collector collector = new Collector() {
                @Override
                public void onNext(ChatEvent event) {
                    if (inside.incrementAndGet() != 1) {
                        overlaps.incrementAndGet();
                    }
                    super.onNext(event);
                    inside.decrementAndGet();
                    all.countDown();
                }
            };
            new FunctionClient(pool, (request, options) -> ChatStream.of(endless))
                    .publish(HI)
                    .subscribe(collector);
            for (int thread = 0; thread < 4; thread++) {
                pool.execute(() -> {
                    for (int i = 0; i < total / 4; i++) {
                        collector.subscription.request(1);
                    }
                });
            }

            assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();
            pool.shutdown();
            assertThat(pool.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
            assertThat(collector.events).hasSize(total);
            assertThat(overlaps).hasValue(0);
        } finally {
            pool.shutdownNow();
        }
    }

    private static class Collector implements Flow.Subscriber<ChatEvent> {

        final List<ChatEvent> events = new ArrayList<>();
        final List<Throwable> failures = new ArrayList<>();
        int completed;
        Flow.@Nullable Subscription subscription;

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            this.subscription = subscription;
        }

        @Override
        public void onNext(ChatEvent event) {
            events.add(event);
        }

        @Override
        public void onError(Throwable thrown) {
            failures.add(thrown);
        }

        @Override
        public void onComplete() {
            completed++;
        }
    }
}
