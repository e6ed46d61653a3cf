package dev.aigw.providers.http.events;

import java.util.function.BiFunction;

/**
 * How the body of a stream is split into events. A body of JSON is always read too: servers answer with one object
 * where a stream was asked for.
 *
 * @param contentType the media type that the body has, without parameters; sent as {@code Accept}
 * @param isText whether the body is text, whose first bytes say how it is cut, as servers are careless with media types
 * @param reader makes a reader of bytes with a bound for an event's size
 */
public record Framing(String contentType, boolean isText, BiFunction<EventReader.Input, Integer, EventReader> reader) {

    /** Creates one of a body that is no text. */
    public Framing(String contentType, BiFunction<EventReader.Input, Integer, EventReader> reader) {
        this(contentType, false, reader);
    }

    /** Server-sent events. */
    public static final Framing SERVER_SENT_EVENTS =
            new Framing("text/event-stream", true, (input, most) -> new SniffingReader(input, most));

    /** JSON objects, by the rule one a line; servers also print one over many lines. */
    public static final Framing JSON_LINES =
            new Framing("application/x-ndjson", true, (input, most) -> new SniffingReader(input, most));
}
