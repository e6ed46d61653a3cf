package dev.aigw.routing.guard;

import dev.aigw.api.Route;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatEventSource;
import dev.aigw.api.chat.ContentPart;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A stream whose text is held back, and perhaps changed, before the reader sees it. One thread reads. */
abstract class HeldSource implements ChatEventSource {

    private final ChatEventSource source;
    private final Deque<ChatEvent> ready = new ArrayDeque<>(4);
    private final Set<Integer> mentioned = new HashSet<>(4);
    private boolean ended;

    HeldSource(ChatEventSource source) {
        this.source = source;
    }

    @Override
    public final @Nullable ChatEvent next() {
        while (ready.isEmpty()) {
            if (ended) {
                return null;
            }
            ChatEvent event = source.next();
            if (event == null) {
                ended = true;
                completeAll();
            } else {
                receive(event);
            }
        }
        return ready.poll();
    }

    private void receive(ChatEvent event) {
        if (event instanceof ChatEvent.PartStarted started) {
            mentioned.add(started.index());
            if (started.initial() instanceof ContentPart.Text text
                    && !text.text().isEmpty()) {
                emit(new ChatEvent.PartStarted(started.index(), new ContentPart.Text("", text.citations())));
                text(new ChatEvent.TextDelta(started.index(), text.text()));
            } else {
                emit(part(started));
            }
        } else if (event instanceof ChatEvent.TextDelta delta) {
            text(delta);
        } else if (event instanceof ChatEvent.ToolCallStarted started) {
            mentioned.add(started.index());
            other(event);
        } else if (event instanceof ChatEvent.PartEnded ended) {
            complete(ended.index());
            emit(event);
        } else if (event instanceof ChatEvent.Finished) {
            completeAll();
            emit(event);
        } else if (event instanceof ChatEvent.Restarted) {
            ready.clear();
            mentioned.clear();
            restart();
            emit(event);
        } else {
            other(event);
        }
    }

    private void text(ChatEvent.TextDelta delta) {
        String text = hold(Held.TEXT, delta.index(), delta.text());
        if (!text.isEmpty()) {
            mentioned.add(delta.index());
            emit(text.equals(delta.text()) ? delta : new ChatEvent.TextDelta(delta.index(), text));
        } else if (mentioned.add(delta.index())) { // keeps the order of the parts
            emit(new ChatEvent.PartStarted(delta.index(), new ContentPart.Text("")));
        }
    }

    /** The texts of a part. */
    enum Held {
        TEXT,
        REFUSAL,
        REASONING,
        SUMMARY,
        ARGUMENTS;

        ChatEvent event(int index, String text) {
            return switch (this) {
                case TEXT -> new ChatEvent.TextDelta(index, text);
                case REFUSAL -> new ChatEvent.RefusalDelta(index, text);
                case REASONING -> new ChatEvent.ReasoningDelta(index, text, false);
                case SUMMARY -> new ChatEvent.ReasoningDelta(index, text, true);
                case ARGUMENTS -> new ChatEvent.ToolArgumentsDelta(index, text);
            };
        }
    }

    /** Takes an event apart from those of text and those that end something. */
    private void other(ChatEvent event) {
        if (event instanceof ChatEvent.ToolArgumentsDelta delta) {
            emit(Held.ARGUMENTS, delta.index(), hold(Held.ARGUMENTS, delta.index(), delta.json()));
        } else if (event instanceof ChatEvent.ReasoningDelta delta) {
            Held held = delta.summary() ? Held.SUMMARY : Held.REASONING;
            emit(held, delta.index(), hold(held, delta.index(), delta.text()));
        } else if (event instanceof ChatEvent.RefusalDelta delta) {
            emit(Held.REFUSAL, delta.index(), hold(Held.REFUSAL, delta.index(), delta.text()));
        } else {
            whole(event);
        }
    }

    final void emit(Held held, int index, String text) {
        if (!text.isEmpty()) {
            ready.add(held.event(index, text));
        }
    }

    final void emit(ChatEvent event) {
        ready.add(event);
    }

    /** Takes more of a text and returns what the reader may see of it now, possibly nothing. */
    abstract String hold(Held held, int index, String text);

    /** Returns the beginning of a part that is not a text. */
    abstract ChatEvent part(ChatEvent.PartStarted started);

    /** Takes an event that is whole by itself, and emits what the reader may see of it. */
    abstract void whole(ChatEvent event);

    /** Emits what is held of a part, which is complete. */
    abstract void complete(int index);

    /** Emits all that is held. */
    abstract void completeAll();

    /** Drops all that is held: the answer begins again. */
    abstract void restart();

    @Override
    public @Nullable Route route() {
        return source.route();
    }

    @Override
    public void close() {
        source.close();
    }
}
