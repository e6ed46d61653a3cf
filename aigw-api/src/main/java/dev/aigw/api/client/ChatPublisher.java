package dev.aigw.api.client;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Cancellation;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.spi.ContextPropagation;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Makes a streamed call for each subscriber, and reads as many events as were requested. */
final class ChatPublisher implements Flow.Publisher<ChatEvent> {

    private final ModelClient client;
    private final ChatRequest request;
    private final CallOptions options;

    ChatPublisher(ModelClient client, ChatRequest request, CallOptions options) {
        this.client = client;
        this.request = Objects.requireNonNull(request, "request");
        this.options = Objects.requireNonNull(options, "options");
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ChatEvent> subscriber) {
        Objects.requireNonNull(subscriber, "subscriber");
        subscriber.onSubscribe(new Subscription(this, subscriber));
    }

    private static final class Subscription implements Flow.Subscription {

        private final ChatPublisher publisher;
        private final Flow.Subscriber<? super ChatEvent> subscriber;
        private final Cancellation.Linked linked;
        private final ContextPropagation.Snapshot context;
        private final AtomicLong demand = new AtomicLong();
        private final AtomicInteger signals = new AtomicInteger();
        private volatile @Nullable ChatStream stream;
        private volatile @Nullable IllegalArgumentException badRequest;
        private volatile boolean cancelled;
        private boolean done;

        Subscription(ChatPublisher publisher, Flow.Subscriber<? super ChatEvent> subscriber) {
            this.publisher = publisher;
            this.subscriber = subscriber;
            this.linked = Cancellation.childOf(publisher.options.cancellation());
            this.context = publisher.client.contextPropagation().capture();
        }

        @Override
        public void request(long count) {
            if (cancelled) {
                return;
            }
            if (count <= 0) {
                badRequest = new IllegalArgumentException(
                        "request(" + count + "): ask for at least one event (rule 3.9 of Reactive Streams)");
                linked.cancellation().cancel();
            } else {
                demand.accumulateAndGet(count, (a, b) -> a + b < 0 ? Long.MAX_VALUE : a + b);
            }
            if (signals.getAndIncrement() == 0) {
                try {
                    publisher.client.executor().execute(this::drain);
                } catch (RejectedExecutionException refused) {
                    fail(CallFuture.refusal(refused)); // nobody else drains it, now or later
                }
            }
        }

        @Override
        public void cancel() {
            cancelled = true;
            try (ContextPropagation.Scope ignored = context.restore()) {
                linked.cancellation().cancel();
                release();
            }
        }

        private void release() {
            linked.close();
            ChatStream open = stream;
            if (open != null) {
                open.close();
            }
        }

        /** Works in the context of the subscriber, also when another thread requests more. */
        private void drain() {
            try (ContextPropagation.Scope ignored = context.restore()) {
                int seen = signals.get();
                do {
                    while (!done && step()) {
                        // one event a step
                    }
                    seen = signals.addAndGet(-seen);
                } while (seen != 0);
            }
        }

        /** Delivers one event; returns whether more requested events may follow. */
        private boolean step() {
            if (cancelled) {
                done = true;
                release();
                return false;
            }
            IllegalArgumentException bad = badRequest;
            if (bad != null) {
                fail(bad);
                return false;
            }
            if (demand.get() == 0) {
                return false;
            }
            ChatEvent event;
            try {
                event = open().next();
            } catch (Throwable thrown) {
                IllegalArgumentException worse = badRequest;
                fail(worse != null ? worse : thrown);
                return false;
            }
            if (cancelled) {
                return true;
            }
            if (event == null) {
                done = true;
                release();
                subscriber.onComplete();
                return false;
            }
            if (demand.get() != Long.MAX_VALUE) {
                demand.decrementAndGet();
            }
            try {
                subscriber.onNext(event);
            } catch (Throwable thrown) {
                done = true;
                cancel();
                throw thrown;
            }
            return true;
        }

        private ChatStream open() {
            ChatStream open = stream;
            if (open == null) {
                linked.cancellation().throwIfCancelled();
                open = publisher.client.call(
                        ChatRequest.CHAT_STREAM,
                        publisher.request,
                        publisher.options.toBuilder()
                                .cancellation(linked.cancellation())
                                .build());
                stream = open;
                if (cancelled) {
                    open.close();
                }
            }
            return open;
        }

        private void fail(Throwable thrown) {
            done = true;
            release();
            if (!cancelled) {
                subscriber.onError(thrown);
            }
        }
    }
}
