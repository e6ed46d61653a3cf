package dev.aigw.providers.guard;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.Caller;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.guard.ContentOrigin;
import dev.aigw.api.guard.GuardFinding;
import dev.aigw.api.guard.GuardVerdict;
import dev.aigw.api.guard.GuardedPart;
import dev.aigw.api.guard.Inspection;
import dev.aigw.api.guard.Inspection.Direction;
import dev.aigw.providers.json.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A service on this machine that keeps to a published shape: it refuses requests of any other. */
abstract class GuardService {

    static final Duration TIMEOUT = Duration.ofSeconds(20);

    MockWebServer server;
    final List<RecordedRequest> requests = new CopyOnWriteArrayList<>();

    @BeforeEach
    void start() throws IOException {
        server = new MockWebServer();
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    String url() {
        String url = server.url("/").toString();
        return url.substring(0, url.length() - 1);
    }

    /** Answers each request by a function of its body. */
    void answer(Function<JsonNode, Object> answer) {
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                requests.add(request);
                try {
                    JsonNode body = Objects.requireNonNull(Json.parseOrNull(
                            Objects.requireNonNull(request.getBody()).utf8()));
                    return json(200, answer.apply(body));
                } catch (IllegalArgumentException e) {
                    return json(400, Map.of("error", Map.of("code", "BadRequest", "message", e.getMessage())));
                }
            }
        });
    }

    /** Refuses a body with other fields than a service takes. */
    static void fields(JsonNode body, Set<String> required, Set<String> optional) {
        for (String field : required) {
            if (!body.has(field)) {
                throw new IllegalArgumentException("missing " + field);
            }
        }
        body.fieldNames().forEachRemaining(field -> {
            if (!required.contains(field) && !optional.contains(field)) {
                throw new IllegalArgumentException("unknown " + field);
            }
        });
    }

    static MockResponse json(int status, Object body) {
        return new MockResponse.Builder()
                .code(status)
                .setHeader("Content-Type", "application/json")
                .body(body instanceof String text ? text : Json.text(body))
                .build();
    }

    static GuardedPart part(ContentOrigin origin, String text) {
        return GuardedPart.text(origin, "messages[0].parts[0]", text, true);
    }

    static Inspection input(GuardedPart... parts) {
        return inspection(Direction.INPUT, TIMEOUT, parts);
    }

    static Inspection user(String... texts) {
        List<GuardedPart> parts = new ArrayList<>();
        for (String text : texts) {
            parts.add(part(ContentOrigin.USER, text));
        }
        return input(parts.toArray(GuardedPart[]::new));
    }

    static Inspection output(String text) {
        return inspection(Direction.OUTPUT, TIMEOUT, part(ContentOrigin.MODEL, text));
    }

    static Inspection inspection(Direction direction, Duration timeout, GuardedPart... parts) {
        return Inspection.of(
                direction,
                List.of(parts),
                ChatRequest.CHAT,
                ChatRequest.of("assistant", "Hello"),
                "assistant",
                Caller.ANONYMOUS,
                timeout);
    }

    /** Returns a text as the router changes it by a verdict. */
    static String redacted(GuardVerdict verdict, int part, String text) {
        StringBuilder changed = new StringBuilder(text);
        verdict.findings().stream()
                .filter(finding -> finding.part() == part && finding.replacement() != null)
                .sorted(Comparator.comparingInt(GuardFinding::start).reversed())
                .forEach(finding ->
                        changed.replace(finding.start(), finding.end(), Objects.requireNonNull(finding.replacement())));
        return changed.toString();
    }
}
