package dev.aigw.routing.resilience;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatEventSource;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The repeated answer of a model, without the text that was delivered before. If the answer differs, it restarts if
 * allowed; otherwise the attempt fails before it delivers anything. One thread reads, any thread closes.
 */
final class RepeatingSource implements ChatEventSource {

    private final ChatEventSource source;
    private final Continuation continuation;
    private final Renumbering renumbering;

    /** The answer from its beginning, kept for a restart until it has caught up; then what remains to be delivered. */
    private final Deque<ChatEvent> kept = new ArrayDeque<>();

    private int repeated;
    private boolean caughtUp;
    private boolean restarted;

    RepeatingSource(ChatEventSource source, Continuation continuation) {
        this.source = source;
        this.continuation = continuation;
        this.renumbering = new Renumbering(continuation);
    }

    @Override
    public @Nullable ChatEvent next() {
        while (true) {
            if ((restarted || caughtUp) && !kept.isEmpty()) {
                return kept.remove();
            }
            ChatEvent event = source.next();
            if (restarted) {
                return event;
            }
            if (caughtUp) {
                if (event == null || !Renumbering.isReasoning(event)) {
                    return event == null ? null : renumbering.apply(event);
                }
                continue;
            }
            ChatEvent continued = catchUp(event);
            if (continued != null) {
                return continued;
            }
        }
    }

    /** Compares the event with the delivered text; returns what is new, or null. */
    private @Nullable ChatEvent catchUp(@Nullable ChatEvent event) {
        if (event != null && continuation.mayRestart()) {
            kept.add(event);
        }
        if (event instanceof ChatEvent.TextDelta delta) {
            String delivered = continuation.text();
            String text = delta.text();
            int length = Math.min(text.length(), delivered.length() - repeated);
            if (!delivered.regionMatches(repeated, text, 0, length)) {
                return differs();
            }
            repeated += length;
            if (repeated < delivered.length()) {
                return null;
            }
            caughtUp = true;
            kept.removeIf(each -> !isAboutTheAnswer(each));
            kept.add(renumbering.apply(new ChatEvent.TextDelta(delta.index(), text.substring(length))));
            return kept.remove();
        }
        if (event == null || event instanceof ChatEvent.Finished || isOtherContent(event)) {
            return differs();
        }
        // An event without text is delivered at once, unless a restart may have to repeat it.
        return isAboutTheAnswer(event) && !continuation.mayRestart() ? event : null;
    }

    /** Returns whether the event is metadata: the model, the service tier, or a warning. */
    private static boolean isAboutTheAnswer(ChatEvent event) {
        return event instanceof ChatEvent.Started
                || event instanceof ChatEvent.UsageReported
                || event instanceof ChatEvent.Details
                || event instanceof ChatEvent.Warning;
    }

    private static boolean isOtherContent(ChatEvent event) {
        return event.isContent() && !Renumbering.isReasoning(event);
    }

    private @Nullable ChatEvent differs() {
        if (!continuation.mayRestart()) {
            throw GatewayException.of(
                    ErrorKind.UNSUPPORTED,
                    "the deployment was asked to repeat a broken answer and gave a different one: use a deployment with"
                            + " the capability prefill, or allow a restart");
        }
        restarted = true;
        return new ChatEvent.Restarted("the stream broke, and the answer of the next attempt differs");
    }

    @Override
    public void close() {
        source.close();
    }
}
