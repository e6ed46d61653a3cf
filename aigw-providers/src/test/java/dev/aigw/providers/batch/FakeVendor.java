package dev.aigw.providers.batch;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.batch.BatchStatus.State;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.json.Json;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Predicate;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import okio.Buffer;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/** A vendor's batch API as a state machine, in the shapes that the vendor has published. */
abstract class FakeVendor extends Dispatcher {

    /** How an item ends. */
    enum Outcome {
        REPLY,
        REFUSED,
        RATE_LIMITED,
        EXPIRED,
        CANCELLED,
        MISSING,
        CUT
    }

    /** One item as it was sent. */
    record Item(String id, JsonNode body) {}

    /** One batch. */
    static final class Batch {

        final String id;
        final String key;
        final String endpoint;
        final List<Item> items;
        State state = State.QUEUED;

        Batch(String id, String key, String endpoint, List<Item> items) {
            this.id = id;
            this.key = key;
            this.endpoint = endpoint;
            this.items = items;
        }
    }

    /** What goes wrong with the next request that matches. */
    private record Fault(Predicate<String> line, @Nullable MockResponse instead, boolean inside) {}

    private static final SocketEffect BREAK = new SocketEffect.CloseSocket();

    final Map<String, Batch> batches = Collections.synchronizedMap(new LinkedHashMap<>());
    final Map<String, Outcome> outcomes = Collections.synchronizedMap(new LinkedHashMap<>());
    final List<String> seen = Collections.synchronizedList(new ArrayList<>());
    private final Deque<Fault> faults = new ArrayDeque<>();

    /** Returns an adapter for this vendor at a URL, with a key. */
    abstract ProviderAdapter adapter(String url);

    /** Answers a request of the vendor's API. */
    abstract MockResponse answer(String line, RecordedRequest request, Buffer body);

    /** Returns the body of a plain reply with a text. */
    abstract String reply(String text);

    /** Returns how a request line that creates a batch begins. */
    abstract String creates();

    /** Answers the next request whose line contains {@code part} with this status instead. */
    void fail(String part, int status) {
        fault(part, error(status), false);
    }

    /** Answers the next request whose line contains {@code part} with this. */
    void answerWith(String part, MockResponse response) {
        fault(part, response, false);
    }

    /** Carries out the next request whose line contains {@code part}, and breaks the connection then. */
    void breakAfter(String part) {
        fault(part, null, false);
    }

    /** Breaks the connection in the middle of the next answer to a request whose line contains {@code part}. */
    void breakInside(String part) {
        fault(part, null, true);
    }

    private synchronized void fault(String part, @Nullable MockResponse instead, boolean inside) {
        faults.add(new Fault(line -> line.contains(part), instead, inside));
    }

    void state(State state) {
        batches.values().forEach(batch -> batch.state = state);
    }

    Outcome outcome(Item item) {
        return outcomes.getOrDefault(item.id(), Outcome.REPLY);
    }

    @Override
    public synchronized MockResponse dispatch(RecordedRequest request) {
        String line = request.getMethod() + " " + request.getTarget();
        seen.add(line);
        Fault fault = faults.peek();
        if (fault != null && fault.line.test(line)) {
            faults.remove();
            if (fault.instead != null) {
                return fault.instead;
            }
            MockResponse answer = answer(line, request, body(request));
            return fault.inside
                    ? answer.newBuilder().onResponseBody(BREAK).build()
                    : new MockResponse.Builder().onResponseStart(BREAK).build();
        }
        return answer(line, request, body(request));
    }

    private static Buffer body(RecordedRequest request) {
        return new Buffer().write(request.getBody() == null ? ByteString.EMPTY : request.getBody());
    }

    static MockResponse json(String json) {
        return new MockResponse.Builder()
                .addHeader("Content-Type", "application/json")
                .body(json)
                .build();
    }

    /** Returns the vendor's error of a status. */
    MockResponse error(int status) {
        return new MockResponse.Builder()
                .code(status)
                .addHeader("Content-Type", "application/json")
                .body(errorBody(status))
                .build();
    }

    abstract String errorBody(int status);

    static JsonNode tree(Buffer body) {
        return Objects.requireNonNull(Json.parseOrNull(body.readUtf8()));
    }

    /** Returns the items in another order. */
    static List<Item> shuffled(List<Item> items) {
        List<Item> other = new ArrayList<>(items);
        Collections.shuffle(other, new Random(3));
        return other;
    }
}
