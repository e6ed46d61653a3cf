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
 * Reads a stream whose events are JSON objects; a subclass says what each one means.
 *
 * <p>The common text delta is found without parsing, where the subclass gives a template for it. An error object
 * becomes its exception. A malformed event is skipped with a warning, up to a bound. The end of the body is the end of
 * the answer if a finish reason came before, otherwise a failure. One thread reads; close may come from any.
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
     * @param template finds the common text delta; null for vendors whose events never look alike
     */
    protected ChatEventReader(String provider, EventStream stream, @Nullable TextDeltaTemplate template) {
        this.provider = provider;
        this.stream = stream;
        this.template = template;
    }

    /**
     * Takes in one event and hands what it holds to {@link #add}.
     *
     * @param name the event's name, empty if it has none
     */
    protected abstract void decode(String name, JsonNode event);

    /**
     * Takes in the value with other numbers of an event that was found without parsing; nothing by default.
     *
     * @see TextDeltaTemplate#looseOffset()
     */
    protected void skim(byte[] buffer, int offset, int length) {}

    /**
     * Returns whether an event that came with a text delta is told by {@link #skim} when the like is found without
     * parsing; false by default.
     */
    protected boolean isSkimmed(ChatEvent event) {
        return false;
    }

    /**
     * Takes in an event that is no JSON but the vendor's word that the answer is over, and returns whether it is that;
     * false by default.
     */
    protected boolean takeSentinel(byte[] buffer, int offset, int length) {
        return false;
    }

    /**
     * Returns whether the event decoded last held more than what it handed out, so that the like must be parsed too;
     * false by default.
     */
    protected boolean heldMore() {
        return false;
    }

    /** Hands out what belongs at the very end of a complete answer; nothing by default. */
    protected void beforeEnd() {}

    /**
     * Hands out what {@link #skim} took in and nothing told since. Called before the answer ends or fails, and now and
     * then between, so that who stops reading has not missed much.
     */
    protected void tellSkimmed() {}

    /** Hands out an event. */
    protected final void add(ChatEvent event) {
        if (!content && event.isContent()) {
            content = true;
            stream.contentSeen();
        }
        finished |= event instanceof ChatEvent.Finished;
        pending.add(event);
    }

    /** Returns whether content was handed out. */
    protected final boolean hasContent() {
        return content;
    }

    /** Returns whether a finish reason was handed out. */
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

    /** Reads one event: returns it if it is a plain text delta, otherwise puts what it holds into pending. */
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
            if (known != null && pending.peek() instanceof ChatEvent.TextDelta delta && isAlone() && !heldMore()) {
                known.learn(stream.buffer(), stream.offset(), stream.length(), delta.index(), delta.text());
            }
        }
        return null;
    }

    /** Returns whether the one text delta is all that an event told, but for what {@link #skim} tells of the like. */
    private boolean isAlone() {
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
     * Ends the answer at the vendor's own word.
     *
     * @param why what is wrong if no finish reason came before
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
            // told below
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
