package dev.aigw.providers.contract;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import okio.Buffer;
import org.jspecify.annotations.Nullable;

/** Answers all requests with the same reply and records the last one. Safe for use by many threads. */
final class SentRequests extends Dispatcher {

    private final String stream;
    private final String streamType;
    private final Function<String, byte[]> streamBytes;
    private volatile String reply;
    private volatile boolean streams;
    private volatile @Nullable Sent last;

    /**
     * Creates a dispatcher.
     *
     * @param reply the body of the whole reply
     * @param stream the body of the streamed one
     * @param streamType the type of streams
     * @param streamBytes encodes the body of a stream
     */
    SentRequests(String reply, String stream, String streamType, Function<String, byte[]> streamBytes) {
        this.reply = reply;
        this.stream = stream;
        this.streamType = streamType;
        this.streamBytes = streamBytes;
    }

    /**
     * A request as it was sent.
     *
     * @param target path and query
     * @param accept the header of that name, or an empty text
     * @param body the body
     */
    record Sent(String target, String accept, String body) {

        /** Returns whether a text is in the URL or the body, plain or in base64. */
        boolean contains(String what) {
            String encoded = Base64.getEncoder().encodeToString(what.getBytes(StandardCharsets.UTF_8));
            String all =
                    URLDecoder.decode(target, StandardCharsets.UTF_8) + '\n' + body + '\n' + texts(SentJson.of(body));
            return all.contains(what) || all.contains(encoded);
        }

        /** Returns whether URL and body equal another's. */
        boolean saysTheSame(Sent other) {
            return target.equals(other.target) && body.equals(other.body);
        }

        private static String texts(SentJson json) {
            StringBuilder texts = new StringBuilder();
            add(json.node(), texts);
            return texts.toString();
        }

        private static void add(JsonNode node, StringBuilder to) {
            if (node.isTextual()) {
                to.append(node.textValue()).append('\n');
            }
            node.forEach(child -> add(child, to));
        }

        /** Returns URL and body. */
        @Override
        public String toString() {
            return target + " " + body;
        }
    }

    @Override
    public MockResponse dispatch(RecordedRequest request) {
        String accept = request.getHeaders().get("Accept");
        last = new Sent(
                request.getTarget(),
                accept == null ? "" : accept,
                request.getBody() == null ? "" : request.getBody().utf8());
        return streams
                ? new MockResponse.Builder()
                        .setHeader("Content-Type", streamType)
                        .body(new Buffer().write(streamBytes.apply(stream)))
                        .build()
                : new MockResponse.Builder()
                        .setHeader("Content-Type", "application/json")
                        .body(reply)
                        .build();
    }

    /** Discards the recorded request, and answers from now on whole or as a stream. */
    void forget(boolean streamed) {
        last = null;
        streams = streamed;
    }

    /** Returns whether nothing was sent since the last discard. */
    boolean isEmpty() {
        return last == null;
    }

    /** Returns the last request. */
    Sent last() {
        return Objects.requireNonNull(last, "the adapter sent nothing to the base URL it was given");
    }

    /** Returns what {@code call} makes of this reply. */
    <T> T replying(String body, Supplier<T> call) {
        String before = reply;
        reply = body;
        streams = false;
        try {
            return call.get();
        } finally {
            reply = before;
        }
    }
}
