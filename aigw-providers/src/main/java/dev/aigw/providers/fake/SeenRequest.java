package dev.aigw.providers.fake;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.providers.json.Json;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One request that reached a {@link FaultServer}: its content, when it arrived, and what happened to its connection.
 * Safe for use by many threads.
 */
public final class SeenRequest {

    private final int number;
    private final int connection;
    private final long arrivalNanos;
    private final String path;
    private final Map<String, String> headers;
    private final String body;
    private final @Nullable JsonNode json;
    private final CountDownLatch closedByClient = new CountDownLatch(1);
    private volatile String fault = "";

    SeenRequest(int number, int connection, long arrivalNanos, String path, Map<String, String> headers, String body) {
        this.number = number;
        this.connection = connection;
        this.arrivalNanos = arrivalNanos;
        this.path = path;
        this.headers = Map.copyOf(headers);
        this.body = body;
        this.json = Json.parseOrNull(body);
    }

    /** Returns the number of this request at its server, from 1, in order of arrival. */
    public int number() {
        return number;
    }

    /** Returns the number of its connection at the server, from 1. */
    public int connection() {
        return connection;
    }

    /** Returns when it had arrived in full, as a reading of {@link System#nanoTime()}. */
    public long arrivalNanos() {
        return arrivalNanos;
    }

    /** Returns the path and query. */
    public String path() {
        return path;
    }

    /** Returns a header's value by its name in lower case, or null. */
    public @Nullable String header(String lowerCaseName) {
        return headers.get(lowerCaseName);
    }

    /** Returns the body. */
    public String body() {
        return body;
    }

    /** Returns the model asked for; empty if the body names none. */
    public String model() {
        return json == null ? "" : json.path("model").asText();
    }

    /** Returns whether a stream is asked for. */
    public boolean streamed() {
        return json != null && json.path("stream").asBoolean();
    }

    boolean wantsUsage() {
        return json != null && json.at("/stream_options/include_usage").asBoolean();
    }

    /** Returns the text of the last message. */
    public String text() {
        JsonNode messages = json == null ? null : json.get("messages");
        if (messages == null || messages.isEmpty()) {
            return "";
        }
        JsonNode content = messages.get(messages.size() - 1).path("content");
        if (content.isTextual()) {
            return content.textValue();
        }
        StringBuilder text = new StringBuilder();
        content.forEach(part -> text.append(part.path("text").asText()));
        return text.toString();
    }

    /** Returns the name of the fault, for messages. */
    public String fault() {
        return fault;
    }

    void fault(String name) {
        fault = name;
    }

    /** Returns whether the client closed the connection before the server did, while or after this was answered. */
    public boolean closedByClient() {
        return closedByClient.getCount() == 0;
    }

    /**
     * Waits until {@link #closedByClient()} is true; returns false if the time runs out first.
     *
     * @throws InterruptedException if interrupted
     */
    public boolean awaitClosedByClient(Duration longest) throws InterruptedException {
        return closedByClient.await(longest.toNanos(), TimeUnit.NANOSECONDS);
    }

    void clientClosed() {
        closedByClient.countDown();
    }

    /** Returns number, connection, path and fault; content stays out of logs. */
    @Override
    public String toString() {
        return "SeenRequest{" + number + " on connection " + connection + ", " + path + ", " + fault + "}";
    }
}
