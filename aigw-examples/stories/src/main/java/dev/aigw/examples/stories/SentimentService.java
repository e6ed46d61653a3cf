package dev.aigw.examples.stories;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A team's own model as a microservice on this machine, with its own JSON format: {@code POST /sentiment/v2/predict}
 * takes {@code {"input":{"document":"…"}}}, or a list as input, and answers
 * {@code {"result":{"label":"good","confidence":0.75}}}. Version 1 counts good and bad words; version 2 also handles
 * negation. A version can be taken down.
 */
final class SentimentService implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> GOOD =
            Set.of("good", "great", "love", "loved", "like", "liked", "fine", "friendly");
    private static final Set<String> BAD = Set.of("bad", "late", "cold", "rude", "hate", "hated", "broken", "slow");
    private static final Set<String> NEGATIONS = Set.of("not", "never", "no");
    private static final int NEGATION_REACH = 2;

    private final HttpServer server;
    private final Set<String> down = ConcurrentHashMap.newKeySet();

    private SentimentService(HttpServer server) {
        this.server = server;
    }

    static SentimentService start() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            SentimentService service = new SentimentService(server);
            server.createContext("/sentiment/v1/predict", exchange -> service.serve(exchange, "1"));
            server.createContext("/sentiment/v2/predict", exchange -> service.serve(exchange, "2"));
            server.start();
            return service;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open a port on this machine", e);
        }
    }

    String baseUrl() {
        return "http://localhost:" + server.getAddress().getPort();
    }

    /** Makes a version answer with 503 from now on. */
    void takeDown(String version) {
        down.add(version);
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void serve(HttpExchange exchange, String version) throws IOException {
        try (exchange) {
            JsonNode input = JSON.readTree(exchange.getRequestBody()).path("input");
            if (down.contains(version)) {
                answer(exchange, 503, Map.of("error", "version " + version + " is down for maintenance"));
            } else if (input.isArray()) {
                List<Object> results = new ArrayList<>();
                input.forEach(one -> results.add(judge(one.path("document").asText(), version)));
                answer(exchange, 200, Map.of("result", results));
            } else if (input.path("document").isTextual()) {
                answer(
                        exchange,
                        200,
                        Map.of("result", judge(input.path("document").asText(), version)));
            } else {
                answer(exchange, 422, Map.of("error", "\"input\" has no \"document\""));
            }
        }
    }

    private static Map<String, Object> judge(String document, String version) {
        int good = 0;
        int bad = 0;
        int negated = 0;
        for (String word : document.toLowerCase(Locale.ROOT).split("[^a-z]+", -1)) {
            boolean turned = negated > 0 && version.equals("2");
            negated = NEGATIONS.contains(word) ? NEGATION_REACH : negated - 1;
            good += (turned ? BAD : GOOD).contains(word) ? 1 : 0;
            bad += (turned ? GOOD : BAD).contains(word) ? 1 : 0;
        }
        double chance = (good + 1.0) / (good + bad + 2.0);
        return Map.of("label", chance >= 0.5 ? "good" : "bad", "confidence", Math.max(chance, 1 - chance));
    }

    private static void answer(HttpExchange exchange, int status, Map<String, ?> body) throws IOException {
        byte[] bytes = JSON.writeValueAsBytes(body);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
