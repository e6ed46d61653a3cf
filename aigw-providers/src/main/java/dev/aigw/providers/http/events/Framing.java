package dev.aigw.providers.http.events;

import java.util.function.BiFunction;

/**
 * How the body of a stream is split into events.
 *
 * @param contentType the media type of the body, without parameters; sent as {@code Accept}
 * @param reader creates a reader of bytes with a maximum size for an event
 */
public record Framing(String contentType, BiFunction<EventReader.Input, Integer, EventReader> reader) {

    /** Server-sent events. */
    public static final Framing SERVER_SENT_EVENTS = new Framing("text/event-stream", SseReader::new);

    /** Newline-delimited JSON: one object per line. */
    public static final Framing JSON_LINES = new Framing("application/x-ndjson", LineReader::new);
}
