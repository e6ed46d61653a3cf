package dev.aigw.api.chat;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.JsonMapper;
import dev.aigw.api.ModelReply;
import dev.aigw.api.Route;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.TypeRef;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A streamed answer: events to read as they arrive, and the assembled response at the end.
 *
 * <pre>{@code
 * try (ChatStream stream = client.stream(ChatRequest.of("assistant", "Tell me more"))) {
 *   for (ChatEvent event : stream) {
 *     if (event instanceof ChatEvent.TextDelta delta) System.out.print(delta.text());
 *   }
 *   System.out.println(stream.response().usage());
 * }
 * }</pre>
 *
 * <p>Reading blocks and belongs to one thread at a time; {@link #close()} may be called from any thread and ends a read
 * that waits. A stream that was read to its end or has failed needs no close; any other must be closed.
 */
public final class ChatStream implements ModelReply, Iterable<ChatEvent>, AutoCloseable {

    private final Reading reading;
    private final Route route;
    private final JsonMapper mapper;

    private ChatStream(Reading reading, Route route, JsonMapper mapper) {
        this.reading = reading;
        this.route = route;
        this.mapper = mapper;
    }

    /** Returns a stream of these events. */
    public static ChatStream of(ChatEventSource source) {
        return of(source, JsonMapper.installed());
    }

    /** Returns a stream of these events, with the mapper that reads the response as a type. */
    public static ChatStream of(ChatEventSource source, JsonMapper mapper) {
        return new ChatStream(
                new Reading(Objects.requireNonNull(source, "source"), Objects.requireNonNull(mapper, "mapper")),
                Route.NONE,
                mapper);
    }

    /**
     * Returns a stream that replays a complete response: one delta for each part, and the same response at the end,
     * with its route and mapper.
     */
    public static ChatStream replay(ChatResponse response) {
        return new ChatStream(
                new Reading(new Replay(response), response.mapper()), response.route(), response.mapper());
    }

    /**
     * Returns the next event, waiting for it, or null once the answer is complete.
     *
     * @throws GatewayException if the stream fails, with what had arrived as its {@link GatewayException#partial()} if
     *     there was content; every later call throws it again. Of kind {@link ErrorKind#CANCELLED} if this stream is
     *     closed
     * @throws IllegalStateException if {@link #source()} or {@link #map} took the events
     */
    public @Nullable ChatEvent next() {
        return reading.next();
    }

    /**
     * Returns an iterator over the remaining events, as from {@link #next()}.
     *
     * @throws IllegalStateException if called twice
     */
    @Override
    public Iterator<ChatEvent> iterator() {
        return reading.iterator();
    }

    /**
     * Reads the remaining events and returns the complete response, with this stream's route.
     *
     * @throws GatewayException what {@link #next()} throws
     */
    public ChatResponse response() {
        while (reading.next() != null) {
            // the accumulator stores it
        }
        ChatResponse response = reading.accumulator.toResponse().withRoute(route());
        return response.mapper() == mapper ? response : response.withMapper(mapper);
    }

    /**
     * Reads the remaining events and returns the complete response as a {@code type}, as {@link ChatResponse#as(Class)}
     * does.
     *
     * @throws GatewayException what {@link #next()} and {@link ChatResponse#as(Class)} throw
     */
    public <T> T as(Class<T> type) {
        return response().as(type);
    }

    /**
     * Reads the remaining events and returns the complete response as a {@code type}, as
     * {@link ChatResponse#as(TypeRef)} does.
     *
     * @throws GatewayException what {@link #next()} and {@link ChatResponse#as(TypeRef)} throw
     */
    public <T> T as(TypeRef<T> type) {
        return response().as(type);
    }

    /**
     * Closes the stream: ends a read that waits and releases the connection. Closing again, or after the end, does
     * nothing. If {@link #source()} or {@link #map} took the events, their new owner closes them.
     */
    @Override
    public void close() {
        reading.close();
    }

    /**
     * Takes the raw source out of this stream, for a stage that wraps it. This stream can no longer be read, and the
     * caller of this method must close the source.
     *
     * @throws IllegalStateException if reading has begun or the source was taken before
     */
    public ChatEventSource source() {
        return reading.take();
    }

    /**
     * Returns a stream whose events pass through {@code wrapper}, with the same mapper and route; it replaces this
     * stream.
     *
     * @throws IllegalStateException if reading has begun or the source was taken before
     */
    public ChatStream map(UnaryOperator<ChatEventSource> wrapper) {
        ChatEventSource source = reading.take();
        try {
            return new ChatStream(new Reading(Objects.requireNonNull(wrapper.apply(source)), mapper), route, mapper);
        } catch (Throwable failure) {
            source.close();
            throw failure;
        }
    }

    /** Returns the route so far; it is final when the stream has ended. */
    @Override
    public Route route() {
        Route current = reading.source.route();
        return current == null ? route : current;
    }

    /** Returns the same stream with another route; both read from the same events. */
    @Override
    public ChatStream withRoute(Route route) {
        return new ChatStream(reading, Objects.requireNonNull(route, "route"), mapper);
    }

    /** Returns the tokens reported so far. */
    @Override
    public TokenUsage usage() {
        return reading.accumulator.usage();
    }

    /** Returns the mapper that {@link ChatResponse#as} of the response uses. */
    public JsonMapper mapper() {
        return mapper;
    }

    /** Returns the same stream with another mapper; both read from the same events. */
    @Override
    public ChatStream withMapper(JsonMapper mapper) {
        return new ChatStream(reading, route, Objects.requireNonNull(mapper, "mapper"));
    }

    /** Returns the text read so far. */
    public String text() {
        return reading.accumulator.text();
    }

    /** Returns the state of the stream; content stays out of logs. */
    @Override
    public String toString() {
        return "ChatStream{" + reading + "}";
    }

    /** The state that all views of one stream share. */
    private static final class Reading {

        private final ChatEventSource source;
        private final ChatAccumulator accumulator;
        private boolean begun;
        private boolean iterated;
        private boolean ended;
        private @Nullable RuntimeException failure;
        private @Nullable Error error;
        private volatile boolean taken;
        private volatile boolean closed;

        Reading(ChatEventSource source, JsonMapper mapper) {
            this.source = source;
            this.accumulator = new ChatAccumulator(mapper);
        }

        @Nullable
        ChatEvent next() {
            if (ended) {
                return null;
            }
            if (failure != null || error != null || closed || taken) {
                throw refuse();
            }
            begun = true;
            ChatEvent event;
            try {
                event = source.next();
            } catch (RuntimeException thrown) {
                failure = explain(thrown);
                close();
                throw failure;
            } catch (Error thrown) {
                error = thrown;
                close();
                throw thrown;
            }
            if (event != null) {
                accumulator.add(event);
                return event;
            }
            if (closed) {
                failure = closedFailure(null);
                throw failure;
            }
            ended = true;
            close();
            return null;
        }

        private RuntimeException refuse() {
            if (error != null) {
                throw error;
            }
            if (failure == null) {
                if (taken) {
                    return new IllegalStateException("the events of this stream were taken by source() or map():"
                            + " read the stream that was made of them");
                }
                failure = closedFailure(null);
            }
            return failure;
        }

        private RuntimeException explain(RuntimeException thrown) {
            if (closed) {
                return closedFailure(thrown);
            }
            if (thrown instanceof GatewayException known && known.partial() == null && accumulator.hasContent()) {
                GatewayException withPartial =
                        known.toBuilder().partial(accumulator.toResponse()).build();
                withPartial.setStackTrace(known.getStackTrace());
                return withPartial;
            }
            return thrown;
        }

        private GatewayException closedFailure(@Nullable Throwable cause) {
            return GatewayException.builder(ErrorKind.CANCELLED, "stream is closed")
                    .cause(cause)
                    .partial(accumulator.hasContent() ? accumulator.toResponse() : null)
                    .build();
        }

        Iterator<ChatEvent> iterator() {
            if (iterated) {
                throw new IllegalStateException(
                        "a stream can be iterated only once: keep what you need from the first pass, or"
                                + " use response()");
            }
            iterated = true;
            return new Events(this);
        }

        ChatEventSource take() {
            if (begun || taken || closed) {
                throw new IllegalStateException(
                        "the source can be taken once, before the first event is read and before the stream is closed");
            }
            taken = true;
            return source;
        }

        void close() {
            if (!taken && !closed) {
                closed = true;
                source.close();
            }
        }

        @Override
        public String toString() {
            if (taken) {
                return "taken";
            }
            return ended ? "complete" : failure != null ? "failed" : closed ? "closed" : "open";
        }
    }

    private static final class Events implements Iterator<ChatEvent> {

        private final Reading reading;
        private @Nullable ChatEvent ahead;

        Events(Reading reading) {
            this.reading = reading;
        }

        @Override
        public boolean hasNext() {
            if (ahead == null) {
                ahead = reading.next();
            }
            return ahead != null;
        }

        @Override
        public ChatEvent next() {
            ChatEvent event = ahead != null ? ahead : reading.next();
            ahead = null;
            if (event == null) {
                throw new NoSuchElementException("the stream is complete");
            }
            return event;
        }
    }

    /** The events of a complete response. */
    private static final class Replay implements ChatEventSource {

        private final Iterator<ChatEvent> events;

        Replay(ChatResponse response) {
            events = events(response).iterator();
        }

        @Override
        public @Nullable ChatEvent next() {
            return events.hasNext() ? events.next() : null;
        }

        @Override
        public void close() {}

        private static List<ChatEvent> events(ChatResponse response) {
            List<ContentPart> parts = response.message().parts();
            List<ChatEvent> events = new ArrayList<>(4 + 3 * parts.size());
            events.add(new ChatEvent.Started(response.id(), response.model()));
            for (int i = 0; i < parts.size(); i++) {
                addPart(events, i, parts.get(i));
                events.add(new ChatEvent.PartEnded(i));
            }
            if (response.logprobs() != null) {
                events.add(new ChatEvent.LogprobsAdded(response.logprobs()));
            }
            for (String warning : response.warnings()) {
                events.add(new ChatEvent.Warning(warning));
            }
            if (response.serviceTier() != null || !response.extra().isEmpty()) {
                events.add(new ChatEvent.Details(response.serviceTier(), response.extra()));
            }
            events.add(new ChatEvent.Finished(response.finishReason()));
            if (!response.usage().equals(TokenUsage.NONE)) {
                events.add(new ChatEvent.UsageReported(response.usage()));
            }
            return events;
        }

        private static void addPart(List<ChatEvent> events, int index, ContentPart part) {
            if (part instanceof ContentPart.Text text && !text.text().isEmpty()) {
                events.add(new ChatEvent.TextDelta(index, text.text()));
                for (Citation citation : text.citations()) {
                    events.add(new ChatEvent.CitationAdded(index, citation));
                }
            } else if (part instanceof ToolCall call) {
                events.add(
                        new ChatEvent.ToolCallStarted(index, call.id(), call.name(), call.signature(), call.origin()));
                if (!call.arguments().isEmpty()) {
                    events.add(new ChatEvent.ToolArgumentsDelta(index, call.arguments()));
                }
            } else if (part instanceof ContentPart.Reasoning reasoning) {
                addReasoning(events, index, reasoning);
            } else if (part instanceof ContentPart.Refusal refusal
                    && !refusal.text().isEmpty()) {
                events.add(new ChatEvent.RefusalDelta(index, refusal.text()));
            } else if (part instanceof ContentPart.Raw raw) {
                events.add(new ChatEvent.RawPart(index, raw));
            } else {
                events.add(new ChatEvent.PartStarted(index, part));
            }
        }

        private static void addReasoning(List<ChatEvent> events, int index, ContentPart.Reasoning reasoning) {
            if (reasoning.text() != null) {
                events.add(new ChatEvent.ReasoningDelta(index, reasoning.text(), false));
            }
            if (reasoning.summary() != null) {
                events.add(new ChatEvent.ReasoningDelta(index, reasoning.summary(), true));
            }
            events.add(new ChatEvent.ReasoningSignature(
                    index, reasoning.signature(), reasoning.encrypted(), reasoning.origin()));
        }
    }
}
