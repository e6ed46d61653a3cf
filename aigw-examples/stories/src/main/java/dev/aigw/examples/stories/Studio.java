package dev.aigw.examples.stories;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A service for pictures and sounds on 127.0.0.1, with an OpenAI-compatible API: {@code POST /v1/images/generations},
 * {@code /v1/images/edits}, {@code /v1/audio/speech} and {@code /v1/audio/transcriptions}. There is no model behind it:
 * a {@link Painter} draws the colors that the prompt names, and {@link Tones} whistle a text letter by letter and
 * recognize it.
 *
 * <p>{@link #close()} frees the port.
 */
final class Studio implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;

    private Studio(HttpServer server) {
        this.server = server;
    }

    /** Opens a studio on a free port. */
    static Studio open() {
        try {
            HttpServer server =
                    HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), 0);
            server.createContext("/v1/", Studio::serve);
            server.start();
            return new Studio(server);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open a port on 127.0.0.1", e);
        }
    }

    /** Returns the URL for a client. */
    String baseUrl() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private static void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String type = String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type"));
            switch (exchange.getRequestURI().getPath()) {
                case "/v1/images/generations" -> {
                    JsonNode request = JSON.readTree(body);
                    picture(
                            exchange,
                            request.path("prompt").asText(),
                            Painter.paint(request.path("prompt").asText()));
                }
                case "/v1/images/edits" -> {
                    Map<String, byte[]> form = Form.parse(type, body);
                    String prompt = Form.text(form, "prompt");
                    picture(exchange, prompt, Painter.frame(required(form, "image"), prompt));
                }
                case "/v1/audio/speech" ->
                    send(
                            exchange,
                            200,
                            "audio/wav",
                            Tones.whistle(JSON.readTree(body).path("input").asText()));
                case "/v1/audio/transcriptions" ->
                    json(exchange, 200, Map.of("text", Tones.hear(required(Form.parse(type, body), "file"))));
                default -> error(exchange, 404, "there is nothing at " + exchange.getRequestURI());
            }
        } catch (IllegalArgumentException e) {
            error(exchange, 400, String.valueOf(e.getMessage()));
        }
    }

    private static byte[] required(Map<String, byte[]> form, String field) {
        byte @Nullable [] value = form.get(field);
        if (value == null) {
            throw new IllegalArgumentException("the form has no field \"" + field + "\"");
        }
        return value;
    }

    private static void picture(HttpExchange exchange, String prompt, byte[] png) throws IOException {
        Map<String, String> image = Map.of(
                "b64_json", Base64.getEncoder().encodeToString(png), "revised_prompt", prompt + ", in flat colors");
        json(exchange, 200, Map.of("created", 0, "data", List.of(image)));
    }

    private static void error(HttpExchange exchange, int status, String message) throws IOException {
        json(exchange, status, Map.of("error", Map.of("message", message, "type", "invalid_request_error")));
    }

    private static void json(HttpExchange exchange, int status, Map<String, ?> body) throws IOException {
        send(exchange, status, "application/json", JSON.writeValueAsBytes(body));
    }

    private static void send(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }
}
