package dev.aigw.providers.http.events;

import java.util.function.BiFunction;

/**
 * How a stream's body is cut into events.
 *
 * @param contentType the media type that the body has, without parameters; sent as {@code Accept}
 * @param reader makes a reader of bytes with a bound for an event's size
 */
public record Framing(String contentType, BiFunction<EventReader.Input, Integer, EventReader> reader) {

    /** Server-sent events. */
    public static final Framing SERVER_SENT_EVENTS = new Framing("text/event-stream", SseReader::new);

    /** Newline-delimited JSON: one object a line. */
    public static final Framing JSON_LINES = new Framing("application/x-ndjson", LineReader::new);
}
