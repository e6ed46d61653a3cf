package dev.aigw.providers.batch;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.Outcome;
import dev.aigw.api.batch.BatchStatus.State;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.openai.Dialects;
import dev.aigw.providers.openai.OpenAiAdapter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import okhttp3.MediaType;
import okhttp3.MultipartReader;
import okio.Buffer;

/**
 * OpenAI's files and batches, after "Batch API" of its guide and "Create batch", "The batch object" of its reference.
 */
class FakeOpenAi extends FakeVendor {

    final Map<String, List<Item>> files = new LinkedHashMap<>();

    @Override
    ProviderAdapter adapter(String url) {
        return OpenAiAdapter.builder(Dialects.OPENAI)
                .baseUrl(url + "v1")
                .apiKey("sk-secret")
                .build();
    }

    @Override
    String reply(String text) {
        return """
                {"id":"chatcmpl-1","object":"chat.completion","model":"up","service_tier":"default",
                 "choices":[{"index":0,"message":{"role":"assistant","content":"%s"},"finish_reason":"stop"}],
                 "usage":{"prompt_tokens":9,"completion_tokens":3,"total_tokens":12}}""".formatted(text);
    }

    @Override
    String creates() {
        return "POST /v1/batches";
    }

    @Override
    String errorBody(int status) {
        return switch (status) {
            case 404 -> "{\"error\":{\"message\":\"No such File object: file-1\",\"type\":\"invalid_request_error\"}}";
            case 429 ->
                "{\"error\":{\"message\":\"Rate limit reached\",\"type\":\"requests\",\"code\":\"rate_limit_exceeded\"}}";
            default -> "{\"error\":{\"message\":\"planned\",\"type\":\"invalid_request_error\",\"code\":null}}";
        };
    }

    String batchesPath() {
        return "/v1/batches";
    }

    @Override
    MockResponse answer(String line, RecordedRequest request, Buffer body) {
        if (line.equals("POST /v1/files")) {
            return upload(request, body);
        }
        if (line.startsWith("DELETE /v1/files/")) {
            String file = line.substring("DELETE /v1/files/".length());
            files.remove(file);
            return json("{\"id\":\"" + file + "\",\"object\":\"file\",\"deleted\":true}");
        }
        if (line.startsWith("GET /v1/files/")) {
            return content(line.substring("GET /v1/files/".length()).replace("/content", ""));
        }
        if (line.equals("POST " + batchesPath())) {
            return create(tree(body));
        }
        if (line.startsWith("GET " + batchesPath() + "?")) {
            StringBuilder list = new StringBuilder();
            batches.values()
                    .forEach(batch -> list.append(list.isEmpty() ? "" : ",").append(object(batch)));
            return json("{\"object\":\"list\",\"data\":[" + list + "]}");
        }
        if (line.endsWith("/cancel")) {
            Batch batch = batches.get(
                    line.substring(line.indexOf(batchesPath()) + batchesPath().length() + 1)
                            .replace("/cancel", ""));
            if (batch.state.hasEnded()) {
                return error(400);
            }
            batch.state = State.CANCELLING;
            return json(object(batch));
        }
        if (line.startsWith("GET " + batchesPath() + "/")) {
            Batch batch = batches.get(line.substring(line.lastIndexOf('/') + 1));
            return batch == null ? error(404) : json(object(batch));
        }
        return json(reply("plain"));
    }

    private MockResponse upload(RecordedRequest request, Buffer body) {
        String type = Objects.requireNonNull(request.getHeaders().get("Content-Type"));
        List<Item> items = new ArrayList<>();
        try (MultipartReader reader = new MultipartReader(
                body, Objects.requireNonNull(MediaType.get(type).parameter("boundary")))) {
            for (MultipartReader.Part part = reader.nextPart(); part != null; part = reader.nextPart()) {
                String text = part.body().readUtf8();
                if (!String.valueOf(part.headers().get("Content-Disposition")).contains("filename")) {
                    if (!text.equals("batch")) {
                        return error(400);
                    }
                    continue;
                }
                for (String line : text.split("\n", -1)) {
                    JsonNode json = Objects.requireNonNull(Json.parseOrNull(line), line);
                    items.add(item(json));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String id = "file-" + (files.size() + 1);
        files.put(id, items);
        return json("{\"id\":\"" + id + "\",\"object\":\"file\",\"purpose\":\"batch\"}");
    }

    Item item(JsonNode line) {
        if (!"POST".equals(Json.textOf(line, "method")) || Json.textOf(line, "url") == null) {
            throw new AssertionError("a line of OpenAI names method and url: " + line);
        }
        return new Item(String.valueOf(Json.textOf(line, "custom_id")), line.path("body"));
    }

    MockResponse create(JsonNode wish) {
        if (!"24h".equals(Json.textOf(wish, "completion_window"))) {
            return error(400);
        }
        return created(
                String.valueOf(Json.textOf(wish, "input_file_id")),
                wish.path("metadata").path("aigw_key").asText(),
                String.valueOf(Json.textOf(wish, "endpoint")));
    }

    MockResponse created(String file, String key, String endpoint) {
        List<Item> items = files.get(file);
        if (items == null) {
            return error(404);
        }
        Batch batch = new Batch("batch_" + (batches.size() + 1), key, endpoint, items);
        batches.put(batch.id, batch);
        return json(object(batch));
    }

    String object(Batch batch) {
        String status = switch (batch.state) {
            case QUEUED -> "validating";
            case RUNNING -> "in_progress";
            default -> batch.state.name().toLowerCase(java.util.Locale.ROOT);
        };
        boolean written = batch.state.hasEnded() && batch.state != State.FAILED;
        String output = written && batch.items.stream().anyMatch(item -> outcome(item) == Outcome.REPLY)
                ? "\"out-" + batch.id + "\""
                : "null";
        String errors = written && batch.items.stream().anyMatch(item -> outcome(item) != Outcome.REPLY)
                ? "\"err-" + batch.id + "\""
                : "\"\"";
        String failed = batch.state == State.FAILED ? """
                {"object":"list","data":[{"code":"token_limit_exceeded","message":"Enqueued token limit reached for up",\
                "param":null,"line":null}]}""" : "null";
        return """
                {"id":"%s","object":"batch","endpoint":"%s","input_file_id":"file-1","completion_window":"24h",
                 "status":"%s","output_file_id":%s,"error_file_id":%s,"errors":%s,"expires_at":1800000000,
                 "request_counts":{"total":%d,"completed":%d,"failed":%d},"metadata":{"aigw_key":"%s"}}""".formatted(
                        batch.id,
                        batch.endpoint,
                        status,
                        output,
                        errors,
                        failed,
                        batch.state == State.QUEUED ? 0 : batch.items.size(),
                        batch.state.hasEnded() ? count(batch, true) : 0,
                        batch.state.hasEnded() ? count(batch, false) : 0,
                        batch.key);
    }

    long count(Batch batch, boolean replied) {
        return batch.items.stream()
                .filter(item -> (outcome(item) == Outcome.REPLY) == replied)
                .count();
    }

    private MockResponse content(String file) {
        Batch batch = batches.get(file.substring(4));
        boolean output = file.startsWith("out-");
        StringBuilder lines = new StringBuilder();
        for (Item item : shuffled(batch.items)) {
            if ((outcome(item) == Outcome.REPLY) == output && outcome(item) != Outcome.MISSING) {
                lines.append(line(item)).append('\n');
            }
        }
        return new MockResponse.Builder()
                .addHeader("Content-Type", "application/octet-stream")
                .body(lines.toString())
                .build();
    }

    String line(Item item) {
        String head = "{\"id\":\"batch_req_1\",\"custom_id\":" + Json.text(item.id()) + ",\"response\":";
        return head
                + switch (outcome(item)) {
                    case REPLY ->
                        "{\"status_code\":200,\"request_id\":\"r\",\"body\":"
                                + reply("re " + item.id()).replace("\n", "") + "},\"error\":null}";
                    case REFUSED -> "{\"status_code\":400,\"body\":" + errorBody(400) + "},\"error\":null}";
                    case RATE_LIMITED -> "{\"status_code\":429,\"body\":" + errorBody(429) + "},\"error\":null}";
                    case EXPIRED -> "null,\"error\":{\"code\":\"batch_expired\",\"message\":\"not in time\"}}";
                    case CANCELLED -> "null,\"error\":{\"code\":\"batch_cancelled\",\"message\":\"cancelled\"}}";
                    case CUT, MISSING -> "{\"status_co";
                };
    }
}
