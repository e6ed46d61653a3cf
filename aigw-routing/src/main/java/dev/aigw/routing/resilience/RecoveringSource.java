package dev.aigw.routing.resilience;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.StreamRecovery;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatEventSource;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.spi.RouterEvent;
import dev.aigw.routing.engine.call.Call;
import dev.aigw.routing.engine.call.Hop;
import dev.aigw.routing.engine.pool.RetryBudget;
import org.jspecify.annotations.Nullable;

/**
 * A stream that another attempt takes over when it breaks. It reports the tokens of all its attempts. One thread reads,
 * any thread closes.
 */
final class RecoveringSource implements ChatEventSource {

    private final Hop hop;
    private final StreamRecovery recovery;
    private final RetryPolicy policy;
    private final TriedDeployments tried;
    private final BrokenUsage broken;

    private final Object lock = new Object();
    private ChatEventSource current;
    private boolean closed;

    private final StringBuilder text = new StringBuilder();
    private boolean onlyText = true;
    private boolean finished;
    private int textPart;
    private int nextPart;
    private TokenUsage usageBefore = TokenUsage.NONE;
    private @Nullable ChatEvent pending;

    RecoveringSource(
            ChatEventSource source,
            Hop hop,
            StreamRecovery recovery,
            RetryPolicy policy,
            TriedDeployments tried,
            BrokenUsage broken) {
        this.current = source;
        this.hop = hop;
        this.recovery = recovery;
        this.policy = policy;
        this.tried = tried;
        this.broken = broken;
    }

    @Override
    public @Nullable ChatEvent next() {
        while (true) {
            ChatEvent event = pending;
            pending = null;
            if (event == null) {
                try {
                    event = source().next();
                } catch (GatewayException e) {
                    recover(e);
                    continue;
                }
            }
            return event == null ? null : note(event);
        }
    }

    private ChatEventSource source() {
        synchronized (lock) {
            return current;
        }
    }

    private ChatEvent note(ChatEvent event) {
        if (event instanceof ChatEvent.TextDelta delta) {
            text.append(delta.text());
            textPart = delta.index();
            nextPart = Math.max(nextPart, delta.index() + 1);
        } else if (event instanceof ChatEvent.UsageReported reported) {
            return usageBefore.isEmpty() ? event : new ChatEvent.UsageReported(usageBefore.plus(reported.usage()));
        } else if (event instanceof ChatEvent.Restarted) {
            forget();
        } else if (event instanceof ChatEvent.Finished) {
            finished = true;
        } else if (event instanceof ChatEvent.ReasoningDelta delta) {
            nextPart = Math.max(nextPart, delta.index() + 1);
        } else if (event instanceof ChatEvent.PartStarted started) {
            nextPart = Math.max(nextPart, started.index() + 1);
            onlyText &= !started.isContent();
        } else if (event.isContent() || event instanceof ChatEvent.RawPart) {
            onlyText = false;
        }
        return event;
    }

    private void forget() {
        text.setLength(0);
        onlyText = true;
        finished = false;
        nextPart = 0;
    }

    /** Switches to another attempt; throws the failure if there is none. */
    private void recover(GatewayException failure) {
        Call call = hop.call();
        if (failure.kind() != ErrorKind.STREAM_INTERRUPTED) {
            throw failure;
        }
        if (finished) {
            // The model had reported the end of its answer: nothing is missing.
            pending = new ChatEvent.Warning("the connection broke after the answer was complete");
            takeOver(ChatStream.of(Exhausted.INSTANCE));
            return;
        }
        boolean resume = recovery.mayResume() && onlyText && text.length() > 0;
        RetryBudget budget = call.currentModel().retryBudget();
        budget.failed();
        if ((!resume && !recovery.mayRestart())
                || call.log().attemptCount()
                        >= policy.attempts(call, call.fallbacks().size())
                || !budget.allowsRetry()) {
            throw failure;
        }
        ErrorKind cause = failure.getCause() instanceof GatewayException origin ? origin.kind() : failure.kind();
        tried.remember(call, failure, FailureRule.of(cause).same());
        usageBefore = usageBefore.plus(broken.last());
        if (resume) {
            call.put(Continuation.KEY, new Continuation(text.toString(), textPart, nextPart, recovery.mayRestart()));
        } else {
            call.put(Continuation.KEY, Continuation.RESTART);
            pending = new ChatEvent.Restarted("the stream broke: " + cause);
        }
        try {
            takeOver((ChatStream) hop.proceed(hop.request()));
        } catch (GatewayException e) {
            throw e.kind() == ErrorKind.CANCELLED || e.kind() == ErrorKind.DEADLINE ? e : failure;
        }
        if (call.events().hasListeners()) {
            call.events().publish(new RouterEvent.StreamRecovered(call, failure, resume));
        }
    }

    private void takeOver(ChatStream next) {
        ChatEventSource source = next.source();
        synchronized (lock) {
            if (!closed) {
                current = source;
                return;
            }
        }
        source.close();
        throw GatewayException.of(ErrorKind.CANCELLED, "the stream was closed while it was being recovered");
    }

    @Override
    public void close() {
        ChatEventSource last;
        synchronized (lock) {
            closed = true;
            last = current;
        }
        last.close();
    }

    /** The end of a complete stream. */
    private enum Exhausted implements ChatEventSource {
        INSTANCE;

        @Override
        public @Nullable ChatEvent next() {
            return null;
        }

        @Override
        public void close() {}
    }
}
