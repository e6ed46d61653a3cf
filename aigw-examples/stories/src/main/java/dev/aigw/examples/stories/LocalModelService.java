package dev.aigw.examples.stories;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Serves a {@link LocalModel} over HTTP on 127.0.0.1 with an OpenAI-compatible API, as a vendor would: {@code POST
 * /v1/chat/completions}, plain or streamed word by word, and {@code POST /v1/embeddings}. The same model is behind
 * {@code POST /v2/models/minilm/infer}, {@code POST /predict} and {@code POST /v1/rerank}, see
 * {@link LocalModelTensors}. It can fail on purpose, by a script, so that every run shows the same.
 *
 * <p>Safe for use by many threads. {@link #close()} frees the port and ends its threads.
 */
final class LocalModelService implements AutoCloseable {

    /** What goes wrong with a chat call. */
    enum Fault {
        /** Nothing. */
        NONE(0, ""),
        /** 503 before the first token. */
        OVERLOADED(503, "overloaded"),
        /** 429, with a reset in a minute. */
        RATE_LIMITED(429, "rate_limit_exceeded"),
        /** 401, as with a revoked key. */
        UNAUTHORIZED(401, "invalid_api_key"),
        /** 500. */
        BROKEN(500, "server_error"),
        /** The connection ends without an answer. */
        CUT(0, ""),
        /** A page in HTML where JSON should be. */
        NOT_JSON(0, ""),
        /** The answer, plain or streamed, ends in the middle. */
        CUT_MIDWAY(0, "");

        private final int status;
        private final String code;

        Fault(int status, String code) {
            this.status = status;
            this.code = code;
        }
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    static {
        // Otherwise the server delays each small chunk by 40 ms. Read once, when the JDK's server class loads.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final String name;
    private final LocalModel model;
    private final IntFunction<Fault> faults;
    private final AtomicInteger chats = new AtomicInteger();
    private final AtomicInteger ids = new AtomicInteger();
    private final ExecutorService threads;
    private final HttpServer server;

    private LocalModelService(String name, LocalModel model, IntFunction<Fault> faults) {
        this.name = name;
        this.model = model;
        this.faults = faults;
        this.threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "local-model-" + name);
            thread.setDaemon(true);
            return thread;
        });
        try {
            this.server =
                    HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), 0);
        } catch (IOException e) {
            threads.shutdown();
            throw new UncheckedIOException("cannot open a port on 127.0.0.1 for " + name, e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::serve);
        server.start();
    }

    /** Starts a service that never fails on purpose. */
    static LocalModelService start(String name, LocalModel model) {
        return start(name, model, call -> Fault.NONE);
    }

    /** Starts a service whose n-th chat call, counted from 1, fails as {@code faults} says for n. */
    static LocalModelService start(String name, LocalModel model, IntFunction<Fault> faults) {
        return new LocalModelService(name, model, faults);
    }

    /** Returns the name it was started with. */
    String name() {
        return name;
    }

    /** Returns the URL for a client, including {@code /v1}. */
    String baseUrl() {
        return rootUrl() + "/v1";
    }

    /** Returns the URL for a client of the Open Inference Protocol or of {@code /predict}. */
    String rootUrl() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Returns how many chat calls have arrived, failed ones included. */
    int chatCalls() {
        return chats.get();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            byte[] body = exchange.getRequestBody().readAllBytes();
            if (path.startsWith("/v2/") || path.equals("/predict") || path.equals("/v1/rerank")) {
                LocalModelTensors.Answer answer = LocalModelTensors.answer(model, path, parse(body));
                send(exchange, answer.status(), "application/json", JSON.writeValueAsBytes(answer.body()));
            } else if (!path.equals("/v1/chat/completions") && !path.equals("/v1/embeddings")) {
                error(exchange, 404, "not_found", "there is nothing at " + path);
            } else if (!exchange.getRequestMethod().equals("POST")) {
                error(exchange, 405, "method_not_allowed", "use POST");
            } else {
                JsonNode request = parse(body);
                if (request == null || !request.isObject()) {
                    error(exchange, 400, "invalid_json", "the body is not a JSON object");
                } else if (request.path("model").asText().isBlank()) {
                    error(exchange, 400, "missing_model", "\"model\" is missing");
                } else if (path.endsWith("embeddings")) {
                    embeddings(exchange, request);
                } else {
                    chat(exchange, request);
                }
            }
        }
    }

    private void chat(HttpExchange exchange, JsonNode request) throws IOException {
        List<Passage> passages = new ArrayList<>();
        String question = "";
        StringBuilder prompt = new StringBuilder();
        for (JsonNode message : request.path("messages")) {
            String text = text(message.path("content"));
            prompt.append(text).append('\n');
            if (message.path("role").asText().equals("user")) {
                question = text;
            } else {
                passages.addAll(Passage.unmark(text));
            }
        }
        if (question.isBlank()) {
            error(exchange, 400, "invalid_messages", "\"messages\" has no text of a user");
            return;
        }
        Fault fault = faults.apply(chats.incrementAndGet());
        if (fault.status != 0) {
            if (fault == Fault.RATE_LIMITED) {
                exchange.getResponseHeaders().set("Retry-After", "60");
            }
            error(exchange, fault.status, fault.code, name + " fails on purpose");
        } else if (fault == Fault.NOT_JSON) {
            send(exchange, 200, "text/html", "<html>a proxy's login page</html>".getBytes(StandardCharsets.UTF_8));
        } else if (fault != Fault.CUT) {
            String answer = model.answer(question, passages);
            Reply reply = new Reply(
                    "chatcmpl-" + name + "-" + ids.incrementAndGet(),
                    request.path("model").asText(),
                    answer,
                    model.tokens(prompt.toString()),
                    model.tokens(answer),
                    fault == Fault.CUT_MIDWAY);
            if (request.path("stream").asBoolean()) {
                boolean withUsage =
                        request.path("stream_options").path("include_usage").asBoolean();
                stream(exchange, reply, withUsage);
            } else {
                whole(exchange, reply);
            }
        }
    }

    private record Reply(
            String id, String model, String answer, int promptTokens, int answerTokens, boolean cutMidway) {

        Map<String, Object> usage() {
            return fields(
                    "prompt_tokens", promptTokens,
                    "completion_tokens", answerTokens,
                    "total_tokens", promptTokens + answerTokens);
        }

        Map<String, Object> chunk(@Nullable Map<String, Object> delta, @Nullable String finishReason) {
            List<Object> choices = delta == null
                    ? List.of()
                    : List.of(fields("index", 0, "delta", delta, "finish_reason", finishReason));
            return fields(
                    "id", id,
                    "object", "chat.completion.chunk",
                    "created", seconds(),
                    "model", model,
                    "choices", choices);
        }
    }

    private static void whole(HttpExchange exchange, Reply reply) throws IOException {
        Map<String, Object> message = fields("role", "assistant", "content", reply.answer);
        Map<String, Object> json = fields(
                "id",
                reply.id,
                "object",
                "chat.completion",
                "created",
                seconds(),
                "model",
                reply.model,
                "choices",
                List.of(fields("index", 0, "message", message, "finish_reason", "stop")),
                "usage",
                reply.usage());
        byte[] body = JSON.writeValueAsBytes(json);
        if (reply.cutMidway) {
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body, 0, body.length / 2);
        } else {
            send(exchange, 200, "application/json", body);
        }
    }

    private static void stream(HttpExchange exchange, Reply reply, boolean withUsage) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        OutputStream out = exchange.getResponseBody();
        event(out, reply.chunk(fields("role", "assistant", "content", ""), null));
        String[] words = reply.answer.split("(?<=\\s)(?=\\S)", -1);
        for (int i = 0; i < words.length; i++) {
            if (reply.cutMidway && i > words.length / 2) {
                return;
            }
            event(out, reply.chunk(fields("content", words[i]), null));
        }
        event(out, reply.chunk(Map.of(), "stop"));
        if (withUsage) {
            Map<String, Object> last = reply.chunk(null, null);
            last.put("usage", reply.usage());
            event(out, last);
        }
        out.write("data: [DONE]\n\n".getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private void embeddings(HttpExchange exchange, JsonNode request) throws IOException {
        JsonNode input = request.path("input");
        List<String> texts = new ArrayList<>();
        if (input.isTextual()) {
            texts.add(input.asText());
        }
        input.forEach(item -> texts.add(item.isTextual() ? item.asText() : ""));
        if (texts.isEmpty() || texts.stream().anyMatch(String::isBlank)) {
            error(exchange, 400, "invalid_input", "\"input\" is not a text or a list of texts");
            return;
        }
        List<Object> data = new ArrayList<>();
        int tokens = 0;
        for (float[] vector : model.embed(texts)) {
            tokens += model.tokens(texts.get(data.size()));
            data.add(fields("object", "embedding", "index", data.size(), "embedding", vector));
        }
        send(
                exchange,
                200,
                "application/json",
                JSON.writeValueAsBytes(fields(
                        "object",
                        "list",
                        "model",
                        request.path("model").asText(),
                        "data",
                        data,
                        "usage",
                        fields("prompt_tokens", tokens, "total_tokens", tokens))));
    }

    private static String text(JsonNode content) {
        if (content.isTextual()) {
            return content.asText();
        }
        StringBuilder text = new StringBuilder();
        content.forEach(part -> text.append(part.path("text").asText()));
        return text.toString();
    }

    private static void event(OutputStream out, Map<String, Object> json) throws IOException {
        out.write(("data: " + JSON.writeValueAsString(json) + "\n\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private static void error(HttpExchange exchange, int status, String code, String message) throws IOException {
        String type = status == 503 || status == 500 ? "server_error" : "invalid_request_error";
        Map<String, Object> error = fields("message", message, "type", type, "param", null, "code", code);
        send(exchange, status, "application/json", JSON.writeValueAsBytes(fields("error", error)));
    }

    private static void send(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    private static @Nullable JsonNode parse(byte[] body) throws IOException {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    private static long seconds() {
        return System.currentTimeMillis() / 1000;
    }

    private static Map<String, Object> fields(@Nullable Object... namesAndValues) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            put(fields, String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
        }
        return fields;
    }

    @SuppressWarnings("NullAway") // JSON has nulls
    private static void put(Map<String, Object> fields, String name, @Nullable Object value) {
        fields.put(name, value);
    }
}
