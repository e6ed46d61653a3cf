package dev.aigw.providers.fake;

import dev.aigw.api.Cancellation;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Timeouts;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatEventSource;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Plays scripted events at a pace and ends as scripted. One thread reads, any thread closes. */
final class FakeStream implements ChatEventSource {

    private final ChatEventSource events;
    private final long paceNanos;
    private final @Nullable GatewayException failure;
    private final boolean stall;
    private final Timeouts timeouts;
    private final Patience patience;
    private final Cancellation.Linked stop;
    private final Consumer<TokenUsage> onClose;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile TokenUsage usage = TokenUsage.NONE;
    private boolean content;

    FakeStream(
            ChatEventSource events,
            Step.Events ending,
            Timeouts timeouts,
            Patience patience,
            Cancellation.Linked stop,
            Consumer<TokenUsage> onClose) {
        this.events = events;
        this.paceNanos = ending.paceNanos();
        this.failure = ending.failure();
        this.stall = ending.stall();
        this.timeouts = timeouts;
        this.patience = patience;
        this.stop = stop;
        this.onClose = onClose;
    }

    @Override
    public @Nullable ChatEvent next() {
        await(paceNanos);
        ChatEvent event = events.next();
        if (event != null) {
            content |= event.isContent();
            if (event instanceof ChatEvent.UsageReported reported) {
                usage = reported.usage();
            }
            return event;
        }
        if (stall) {
            await(Long.MAX_VALUE);
        }
        if (failure != null) {
            throw patience.copy(failure);
        }
        return null;
    }

    private void await(long nanos) {
        if (content) {
            patience.awaitFromNow(nanos, timeouts.idle(), "the idle stream");
        } else {
            patience.awaitSinceStart(nanos, timeouts.firstEvent(), "the first event");
        }
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            onClose.accept(usage);
            stop.close();
            stop.cancellation().cancel();
        }
    }
}
