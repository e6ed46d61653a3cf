package dev.aigw.providers.http.events;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatEventSource;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.json.TextDeltaTemplate;
import java.io.IOException;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a stream of JSON events; a subclass decodes them.
 *
 * <p>If the subclass gives a template, common text deltas are found without parsing. An error object becomes its
 * exception. Malformed events are skipped with a warning, up to a maximum number. The end of the body is the end of the
 * answer if a finish reason came before, otherwise a failure. One thread reads; any thread may close.
 */
public abstract class ChatEventReader implements ChatEventSource {

    private static final Logger LOG = LoggerFactory.getLogger(ChatEventReader.class);
    private static final int MAX_MALFORMED = 100;
    private static final int TELL_EVERY = 8;

    private final String provider;
    private final EventStream stream;
    private final @Nullable TextDeltaTemplate template;
    private final ArrayDeque<ChatEvent> pending = new ArrayDeque<>(4);
    private @Nullable GatewayException failure;
    private int malformed;
    private int skimmed;
    private boolean content;
    private boolean finished;
    private boolean complete;

    /** Creates a reader of {@code stream} for the adapter named {@code provider}. */
    protected ChatEventReader(String provider, EventStream stream) {
        this(provider, stream, null);
    }

    /**
     * Creates a reader of {@code stream} for the adapter named {@code provider}.
     *
     * @param template finds common text deltas; null for vendors whose events differ too much
     */
    protected ChatEventReader(String provider, EventStream stream, @Nullable TextDeltaTemplate template) {
        this.provider = provider;
        this.stream = stream;
        this.template = template;
    }

    /**
     * Decodes one event and passes its content to {@link #add}.
     *
     * @param name the event's name, empty if it has none
     */
    protected abstract void decode(String name, JsonNode event);

    /**
     * Reads the varying numbers of an event that was found without parsing; does nothing by default.
     *
     * @see TextDeltaTemplate#looseOffset()
     */
    protected void skim(byte[] buffer, int offset, int length) {}

    /**
     * Returns whether {@link #skim} reports this event, which came with a text delta, when similar ones are found
     * without parsing; false by default.
     */
    protected boolean isSkimmed(ChatEvent event) {
        return false;
    }

    /**
     * Checks an event that is not JSON, and returns whether it is the vendor's mark for the end of the answer; false by
     * default.
     */
    protected boolean takeSentinel(byte[] buffer, int offset, int length) {
        return false;
    }

    /**
     * Returns whether the last decoded event contained more than was passed to {@link #add}, so that similar events
     * must be parsed too; false by default.
     */
    protected boolean hasMore() {
        return false;
    }

    /** Adds the last events of a complete answer; none by default. */
    protected void beforeEnd() {}

    /**
     * Adds what {@link #skim} has read and nothing has reported since. Called before the answer ends or fails, and
     * sometimes in between, so that a reader that stops early has missed little.
     */
    protected void tellSkimmed() {}

    /** Adds an event for the reader. */
    protected final void add(ChatEvent event) {
        if (!content && event.isContent()) {
            content = true;
            stream.contentSeen();
        }
        finished |= event instanceof ChatEvent.Finished;
        pending.add(event);
    }

    /** Returns whether content was added. */
    protected final boolean hasContent() {
        return content;
    }

    /** Returns whether a finish reason was added. */
    protected final boolean isFinished() {
        return finished;
    }

    @Override
    public final @Nullable ChatEvent next() {
        try {
            while (true) {
                ChatEvent event = pending.poll();
                if (event == null) {
                    if (failure != null) {
                        throw failure;
                    }
                    if (complete) {
                        return null;
                    }
                    event = readEvent();
                }
                if (event != null) {
                    return event;
                }
            }
        } catch (GatewayException e) {
            stream.close();
            if (failure == null) {
                failure = e;
                pending.clear();
                tellSkimmed();
            }
            ChatEvent last = pending.poll();
            if (last == null) {
                throw e;
            }
            return last;
        }
    }

    @Override
    public final void close() {
        stream.close();
    }

    /** Reads one event: returns it if it is a plain text delta, otherwise adds its content to pending. */
    private @Nullable ChatEvent readEvent() {
        if (!stream.next()) {
            end("the stream ended without a finish reason");
            return null;
        }
        TextDeltaTemplate known = template;
        if (known != null) {
            String text = known.match(stream.buffer(), stream.offset(), stream.length());
            if (text != null) {
                if (known.looseLength() > 0) {
                    skim(stream.buffer(), known.looseOffset(), known.looseLength());
                    if (++skimmed % TELL_EVERY == 0) {
                        tellSkimmed();
                        add(new ChatEvent.TextDelta(known.index(), text));
                        return null;
                    }
                }
                return new ChatEvent.TextDelta(known.index(), text);
            }
        }
        if (takeSentinel(stream.buffer(), stream.offset(), stream.length())) {
            end("the stream ended without an answer");
            return null;
        }
        JsonNode event = parse();
        if (event != null) {
            GatewayException error = stream.errorIn(event);
            if (error != null) {
                throw error;
            }
            decode(stream.event(), event);
            if (known != null && pending.peek() instanceof ChatEvent.TextDelta delta && isOnlyDelta() && !hasMore()) {
                known.learn(stream.buffer(), stream.offset(), stream.length(), delta.index(), delta.text());
            }
        }
        return null;
    }

    /** Returns whether the text delta is the only event, apart from what {@link #skim} reports for similar ones. */
    private boolean isOnlyDelta() {
        int texts = 0;
        for (ChatEvent event : pending) {
            if (event instanceof ChatEvent.TextDelta) {
                texts++;
            } else if (!isSkimmed(event)) {
                return false;
            }
        }
        return texts == 1;
    }

    /**
     * Ends the answer at the vendor's end mark.
     *
     * @param why the message if no finish reason came before
     * @throws GatewayException if none came
     */
    protected final void end(String why) {
        if (!finished) {
            throw stream.incomplete(why);
        }
        tellSkimmed();
        beforeEnd();
        complete = true;
        stream.finish();
    }

    private @Nullable JsonNode parse() {
        int length = stream.length();
        try {
            JsonNode event = Json.parse(stream.buffer(), stream.offset(), length);
            if (event.isObject()) {
                return event;
            }
        } catch (IOException e) {
            // reported below
        }
        if (!stream.isComplete()) {
            end("the stream was cut in the middle of an event");
            return null;
        }
        if (++malformed > MAX_MALFORMED) {
            throw stream.incomplete("more than " + MAX_MALFORMED + " events of the stream are malformed");
        }
        LOG.warn(
                "{}: skipped a malformed stream event of {} bytes ({} so far in this stream)",
                provider,
                length,
                malformed);
        add(new ChatEvent.Warning(provider + ": skipped a malformed stream event"));
        return null;
    }
}
