package dev.aigw.routing.resilience;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.StreamRecovery;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatEventSource;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.spi.RouterEvent;
import dev.aigw.api.token.TokenCounter;
import dev.aigw.routing.engine.call.Call;
import dev.aigw.routing.engine.call.Hop;
import dev.aigw.routing.engine.pool.RetryBudget;
import java.util.ArrayDeque;
import java.util.Deque;
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
    private final TokenCounter counter;

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
            BrokenUsage broken,
            TokenCounter counter) {
        this.current = source;
        this.hop = hop;
        this.recovery = recovery;
        this.policy = policy;
        this.tried = tried;
        this.broken = broken;
        this.counter = counter;
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
        long tokens = resume ? tokens(call) : 0;
        if (resume && isUsedUp(tokens)) {
            takeOver(ChatStream.of(new LengthReached(broken.last())));
            return;
        }
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
            call.put(
                    Continuation.KEY,
                    new Continuation(text.toString(), textPart, nextPart, recovery.mayRestart(), tokens));
        } else {
            call.put(Continuation.KEY, Continuation.RESTART);
            call.remove(Continuation.PREFILLED);
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

    /**
     * Returns how many tokens the delivered text has cost: those that the broken attempt reported, at least those of
     * the text, after those of the attempts that it continued.
     */
    private long tokens(Call call) {
        Continuation begun = call.get(Continuation.PREFILLED);
        int from = begun == null ? 0 : begun.text().length();
        TokenUsage last = broken.last();
        long reported = last.provenance() == TokenUsage.Provenance.REPORTED ? last.outputTokens() : 0;
        long counted = counter.count(text.substring(from), call.model());
        return (begun == null ? 0 : begun.tokens()) + Math.max(reported, counted);
    }

    private boolean isUsedUp(long tokens) {
        Integer most = hop.request() instanceof ChatRequest request ? request.maxOutputTokens() : null;
        return most != null && tokens >= most;
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

    /** The end of an answer that has all the tokens it may have. One thread reads. */
    private static final class LengthReached implements ChatEventSource {

        private final Deque<ChatEvent> events = new ArrayDeque<>(2);

        LengthReached(TokenUsage usage) {
            if (!usage.isEmpty()) {
                events.add(new ChatEvent.UsageReported(usage));
            }
            events.add(new ChatEvent.Finished(FinishReason.of(FinishReason.Kind.LENGTH, "length")));
        }

        @Override
        public @Nullable ChatEvent next() {
            return events.poll();
        }

        @Override
        public void close() {}
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
