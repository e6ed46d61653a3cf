package dev.aigw.examples.stories;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Plays OpenAI (Responses), Anthropic, Google and Amazon on 127.0.0.1: each signs its reasoning with its name, the
 * account, the model and a number, asks for the tool {@code weather} before it answers, and refuses what another vendor
 * or account signed, as the real ones do. Safe for use by many threads. {@link #close()} frees the port.
 */
final class SigningVendors implements AutoCloseable {

    private static final Pattern SIGNATURE = Pattern.compile("sig:([\\w-]+):([\\w-]*):([\\w.-]+):\\d+");
    private static final Pattern MODEL_IN_PATH = Pattern.compile("/models?/([\\w.-]+)");
    private static final Pattern MODEL_IN_BODY = Pattern.compile("\"model\":\"([\\w.-]+)\"");

    /** What a vendor got: who was asked, and the signatures in the request. */
    record Seen(String vendor, String account, String model, List<String> signatures, boolean refused) {}

    private final Set<String> down = ConcurrentHashMap.newKeySet();
    private final List<Seen> seen = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger numbers = new AtomicInteger();
    private final HttpServer server;

    private SigningVendors(HttpServer server) {
        this.server = server;
        server.createContext("/", this::handle);
        server.start();
    }

    static SigningVendors start() {
        try {
            return new SigningVendors(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the base URL of a vendor. */
    String url(String vendor) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/" + vendor;
    }

    /** Makes a vendor's account answer 503 from now on, or no longer. */
    void down(String vendor, String account, boolean isDown) {
        if (isDown) {
            down.add(vendor + ":" + account);
        } else {
            down.remove(vendor + ":" + account);
        }
    }

    /** Returns what came since the last call of this method. */
    List<Seen> seen() {
        synchronized (seen) {
            List<Seen> news = List.copyOf(seen);
            seen.clear();
            return news;
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            String vendor = path.substring(1, path.indexOf('/', 1));
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            String account = account(exchange);
            Matcher model = (vendor.equals("openai") || vendor.equals("anthropic") ? MODEL_IN_BODY : MODEL_IN_PATH)
                    .matcher(vendor.equals("openai") || vendor.equals("anthropic") ? body : path);
            answer(exchange, vendor, account, model.find() ? model.group(1) : "", body);
        }
    }

    /** The last part of a key is the name of its account. */
    private static String account(HttpExchange exchange) {
        for (String header : List.of("Authorization", "x-api-key", "x-goog-api-key")) {
            String key = exchange.getRequestHeaders().getFirst(header);
            if (key != null) {
                return key.substring(key.lastIndexOf('-') + 1);
            }
        }
        return "";
    }

    private void answer(HttpExchange exchange, String vendor, String account, String model, String body)
            throws IOException {
        List<String> signatures = new ArrayList<>();
        boolean refused = false;
        Matcher signature = SIGNATURE.matcher(body);
        while (signature.find()) {
            signatures.add(signature.group());
            refused |= !signature.group(1).equals(vendor) || !signature.group(2).equals(account);
        }
        boolean isDown = down.contains(vendor + ":" + account);
        if (!isDown) {
            seen.add(new Seen(vendor, account, model, signatures, refused));
        }
        if (isDown) {
            send(exchange, 503, "{\"error\":{\"message\":\"overloaded\"}}");
        } else if (refused) {
            send(exchange, 400, "{\"error\":{\"message\":\"a signature is not ours\"}}");
        } else {
            String own = "sig:" + vendor + ":" + account + ":" + model + ":" + numbers.incrementAndGet();
            boolean asksTool = body.lastIndexOf("What is the weather") > body.lastIndexOf("snow");
            send(exchange, 200, reply(vendor, own, asksTool));
        }
    }

    private static String reply(String vendor, String signature, boolean asksTool) {
        String id = "call_" + signature.substring(signature.lastIndexOf(':') + 1);
        return switch (vendor) {
            case "openai" ->
                """
                {"id":"r","status":"completed","output":[{"type":"reasoning","id":"rs_1","summary":[],
                 "encrypted_content":"%s"},%s]}""".formatted(
                                signature,
                                asksTool
                                        ? "{\"type\":\"function_call\",\"id\":\"fc\",\"call_id\":\"" + id
                                                + "\",\"name\":\"weather\",\"arguments\":\"{}\"}"
                                        : "{\"type\":\"message\",\"role\":\"assistant\",\"content\":[{\"type\":"
                                                + "\"output_text\",\"text\":\"Snow.\"}]}");
            case "anthropic" ->
                """
                {"type":"message","role":"assistant","stop_reason":"end_turn","content":[
                 {"type":"thinking","thinking":"hm","signature":"%s"},%s]}""".formatted(
                        signature,
                        asksTool
                                ? "{\"type\":\"tool_use\",\"id\":\"" + id + "\",\"name\":\"weather\",\"input\":{}}"
                                : "{\"type\":\"text\",\"text\":\"Snow.\"}");
            case "gemini" ->
                """
                {"candidates":[{"finishReason":"STOP","content":{"role":"model","parts":[
                 %s,"thoughtSignature":"%s"}]}}]}""".formatted(
                        asksTool ? "{\"functionCall\":{\"name\":\"weather\",\"args\":{}}" : "{\"text\":\"Snow.\"",
                        signature);
            default ->
                """
                {"stopReason":"end_turn","output":{"message":{"role":"assistant","content":[
                 {"reasoningContent":{"reasoningText":{"text":"hm","signature":"%s"}}},%s]}}}""".formatted(
                        signature,
                        asksTool
                                ? "{\"toolUse\":{\"toolUseId\":\"" + id + "\",\"name\":\"weather\",\"input\":{}}}"
                                : "{\"text\":\"Snow.\"}");
        };
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
