package dev.aigw.examples.benchmarks;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.Buffer;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/**
 * The floor: chats as one would write them by hand for a single vendor, with OkHttp and Jackson's streaming parser and
 * generator, no tree and no data binding, no retries and no checks.
 */
final class HandWritten {

    private static final MediaType JSON_TYPE = MediaType.get("application/json");
    private static final JsonFactory JSON = new JsonFactory();

    private HandWritten() {}

    /** What an application needs of an answer. */
    record Answer(
            @Nullable String id,
            @Nullable String model,
            @Nullable String text,
            @Nullable String finishReason,
            long inputTokens,
            long outputTokens) {}

    /** Returns a request for a chat. */
    static Request request(String url, boolean stream) throws IOException {
        Buffer body = new Buffer();
        try (JsonGenerator json = JSON.createGenerator(body.outputStream())) {
            json.writeStartObject();
            json.writeStringField("model", "m");
            json.writeArrayFieldStart("messages");
            json.writeStartObject();
            json.writeStringField("role", "user");
            json.writeStringField("content", "Why is the sky blue?");
            json.writeEndObject();
            json.writeEndArray();
            json.writeBooleanField("stream", stream);
            json.writeEndObject();
        }
        return new Request.Builder()
                .url(url)
                .post(RequestBody.create(body.readByteString(), JSON_TYPE))
                .build();
    }

    /** Makes a chat in OpenAI's protocol. */
    static Answer chat(OkHttpClient client, String baseUrl) throws IOException {
        try (Response response = client.newCall(request(baseUrl + "/chat/completions", false))
                        .execute();
                JsonParser json = JSON.createParser(response.body().byteStream())) {
            return answer(json);
        }
    }

    private static Answer answer(JsonParser json) throws IOException {
        String id = null;
        String model = null;
        String text = null;
        String finishReason = null;
        long inputTokens = 0;
        long outputTokens = 0;
        json.nextToken();
        for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
            switch (field) {
                case "id" -> id = json.nextTextValue();
                case "model" -> model = json.nextTextValue();
                case "choices" -> {
                    json.nextToken();
                    json.nextToken();
                    for (String of = json.nextFieldName(); of != null; of = json.nextFieldName()) {
                        switch (of) {
                            case "finish_reason" -> finishReason = json.nextTextValue();
                            case "message" -> {
                                json.nextToken();
                                for (String part = json.nextFieldName(); part != null; part = json.nextFieldName()) {
                                    if (part.equals("content")) {
                                        text = json.nextTextValue();
                                    } else {
                                        skip(json);
                                    }
                                }
                            }
                            default -> skip(json);
                        }
                    }
                    json.nextToken();
                }
                case "usage" -> {
                    json.nextToken();
                    for (String of = json.nextFieldName(); of != null; of = json.nextFieldName()) {
                        switch (of) {
                            case "prompt_tokens" -> inputTokens = json.nextLongValue(0);
                            case "completion_tokens" -> outputTokens = json.nextLongValue(0);
                            default -> skip(json);
                        }
                    }
                }
                default -> skip(json);
            }
        }
        return new Answer(id, model, text, finishReason, inputTokens, outputTokens);
    }

    private static void skip(JsonParser json) throws IOException {
        json.nextToken();
        json.skipChildren();
    }

    /** Makes a streamed chat in OpenAI's protocol, and returns the number of its pieces. */
    static int stream(OkHttpClient client, String baseUrl, StringBuilder text, Runnable firstContent)
            throws IOException {
        String[] path = path("/choices/0/delta/content");
        int chunks = 0;
        try (Response response =
                client.newCall(request(baseUrl + "/chat/completions", true)).execute()) {
            BufferedSource source = response.body().source();
            String line = source.readUtf8Line();
            while (line != null && !line.equals("data: [DONE]")) {
                if (line.startsWith("data: ")) {
                    String piece = text(line.substring(6), path);
                    if (piece != null) {
                        text.append(piece);
                        if (chunks++ == 0) {
                            firstContent.run();
                        }
                    }
                }
                line = source.readUtf8Line();
            }
        }
        return chunks;
    }

    /** Returns the steps of a JSON pointer. */
    static String[] path(String pointer) {
        return pointer.substring(1).split("/");
    }

    /** Returns the text at a path, or null. */
    static @Nullable String text(String json, String[] path) throws IOException {
        try (JsonParser parser = JSON.createParser(json)) {
            return text(parser, path);
        }
    }

    /** Returns the text at a path, or null; reads the whole value. */
    static @Nullable String text(byte[] json, String[] path) throws IOException {
        try (JsonParser parser = JSON.createParser(json)) {
            return text(parser, path);
        }
    }

    /** Returns the text at a path of a body, or null; reads the whole body. */
    static @Nullable String text(Response response, String[] path) throws IOException {
        try (JsonParser parser = JSON.createParser(response.body().byteStream())) {
            return text(parser, path);
        }
    }

    private static @Nullable String text(JsonParser json, String[] path) throws IOException {
        json.nextToken();
        return at(json, path, 0);
    }

    private static @Nullable String at(JsonParser json, String[] path, int step) throws IOException {
        if (step == path.length) {
            String found = json.currentToken() == JsonToken.VALUE_STRING ? json.getText() : null;
            json.skipChildren();
            return found;
        }
        String found = null;
        if (json.currentToken() == JsonToken.START_OBJECT) {
            for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
                json.nextToken();
                if (field.equals(path[step])) {
                    found = at(json, path, step + 1);
                } else {
                    json.skipChildren();
                }
            }
        } else if (json.currentToken() == JsonToken.START_ARRAY) {
            int index = Integer.parseInt(path[step]);
            for (int i = 0; json.nextToken() != JsonToken.END_ARRAY; i++) {
                if (i == index) {
                    found = at(json, path, step + 1);
                } else {
                    json.skipChildren();
                }
            }
        }
        return found;
    }
}
