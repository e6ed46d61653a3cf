package dev.aigw.providers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.providers.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.MultipartReader;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;

/** An HTTP client without a network: records what an adapter sends, and answers each call with the same reply. */
public final class Wire implements Interceptor {

    private final List<Sent> sent = new ArrayList<>();
    private String type = "application/json";
    private byte[] answer = {};

    /**
     * A request as it was sent.
     *
     * @param url its URL
     * @param type the type of the body
     * @param body its bytes
     */
    public record Sent(String url, String type, Buffer body) {

        /** Returns the body as JSON. */
        public JsonNode json() {
            return Objects.requireNonNull(Json.parseOrNull(body.clone().readUtf8()));
        }

        /** Returns a form as a JSON object: fields as numbers or texts, files as their names, {@code []} as arrays. */
        public JsonNode form() {
            ObjectNode form = JsonNodeFactory.instance.objectNode();
            try (MultipartReader reader =
                    new MultipartReader(body.clone(), MediaType.get(type).parameter("boundary"))) {
                for (MultipartReader.Part part = reader.nextPart(); part != null; part = reader.nextPart()) {
                    String disposition = String.valueOf(part.headers().get("Content-Disposition"));
                    String name = quoted(disposition, "; name=\"");
                    String file = quoted(disposition, "; filename=\"");
                    JsonNode value = file.isEmpty() ? field(part.body().readUtf8()) : TextNode.valueOf(file);
                    if (name.endsWith("[]")) {
                        form.withArray("/" + name.substring(0, name.length() - 2))
                                .add(value);
                    } else {
                        form.set(name, value);
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return form;
        }

        private static JsonNode field(String text) {
            JsonNode number = Json.parseOrNull(text);
            return number != null && number.isNumber() ? number : TextNode.valueOf(text);
        }

        private static String quoted(String header, String before) {
            int at = header.indexOf(before);
            return at < 0 ? "" : header.substring(at + before.length(), header.indexOf('"', at + before.length()));
        }
    }

    /** Returns a client that sends here. */
    public OkHttpClient client() {
        return new OkHttpClient.Builder().addInterceptor(this).build();
    }

    /** Sets the answer to all calls from now on. */
    public Wire answer(String type, byte[] body) {
        this.type = type;
        this.answer = body;
        return this;
    }

    @Override
    public Response intercept(Chain chain) throws IOException {
        Request request = chain.request();
        Buffer body = new Buffer();
        if (request.body() != null) {
            request.body().writeTo(body);
        }
        String bodyType =
                request.body() == null ? "" : String.valueOf(request.body().contentType());
        sent.add(new Sent(request.url().toString(), bodyType, body));
        return new Response.Builder()
                .request(request)
                .protocol(Protocol.HTTP_1_1)
                .code(200)
                .message("OK")
                .body(ResponseBody.create(answer, MediaType.get(type)))
                .build();
    }

    /** Returns all that was sent since the last {@link #sent}, in order. */
    public List<Sent> all() {
        return List.copyOf(sent);
    }

    /** Makes a call and returns the first that was sent for it. */
    public Sent sent(Callable<? extends ModelReply> call) {
        sent.clear();
        try {
            if (call.call() instanceof ChatStream stream) {
                stream.close();
            }
        } catch (GatewayException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        return sent.get(0);
    }
}
