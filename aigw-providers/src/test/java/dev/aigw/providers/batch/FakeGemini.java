package dev.aigw.providers.batch;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.Outcome;
import dev.aigw.api.batch.BatchStatus.State;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.gemini.GeminiAdapter;
import dev.aigw.providers.json.Json;
import java.util.ArrayList;
import java.util.List;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import okio.Buffer;

/** The Gemini API's batches, after "Batch API" of its guide and of its reference. */
final class FakeGemini extends FakeVendor {

    /** Whether replies carry the metadata of their requests, which they did not for a time. */
    boolean keys = true;

    /** How many batches it accepts before its rate limit. */
    int refuseAfter = Integer.MAX_VALUE;

    @Override
    ProviderAdapter adapter(String url) {
        return GeminiAdapter.builder()
                .baseUrl(url + "v1beta")
                .apiKey("sk-secret")
                .build();
    }

    @Override
    String reply(String text) {
        return """
                {"candidates":[{"content":{"role":"model","parts":[{"text":"%s"}]},"finishReason":"STOP","index":0}],
                 "usageMetadata":{"promptTokenCount":9,"candidatesTokenCount":3,"totalTokenCount":12},
                 "modelVersion":"up"}""".formatted(text);
    }

    @Override
    String creates() {
        return "POST /v1beta/models/up:batchGenerateContent";
    }

    @Override
    String errorBody(int status) {
        String name = switch (status) {
            case 404 -> "NOT_FOUND";
            case 429 -> "RESOURCE_EXHAUSTED";
            case 500 -> "INTERNAL";
            default -> "INVALID_ARGUMENT";
        };
        return "{\"error\":{\"code\":" + status + ",\"status\":\"" + name + "\",\"message\":\"planned\"}}";
    }

    @Override
    MockResponse answer(String line, RecordedRequest request, Buffer body) {
        if (line.equals(creates())) {
            if (batches.size() >= refuseAfter) {
                return error(429);
            }
            JsonNode wish = tree(body).path("batch");
            List<Item> items = new ArrayList<>();
            for (JsonNode each : wish.path("inputConfig").path("requests").path("requests")) {
                items.add(new Item(each.path("metadata").path("key").asText(), each.path("request")));
            }
            Batch batch = new Batch(
                    "batches/b" + (batches.size() + 1), wish.path("displayName").asText(), "", items);
            batches.put(batch.id, batch);
            return json(operation(batch));
        }
        if (line.startsWith("GET /v1beta/batches?")) {
            StringBuilder list = new StringBuilder();
            batches.values()
                    .forEach(batch -> list.append(list.isEmpty() ? "" : ",").append(operation(batch)));
            return json("{\"operations\":[" + list + "]}");
        }
        if (line.contains("/v1beta/batches/")) {
            Batch batch = batches.get(line.substring(line.indexOf("batches/")).replace(":cancel", ""));
            if (line.endsWith(":cancel")) {
                if (batch.state.hasEnded()) {
                    return error(400);
                }
                batch.state = State.CANCELLED;
                return json("{}");
            }
            return json(operation(batch));
        }
        return json(reply("plain"));
    }

    private String operation(Batch batch) {
        String state = switch (batch.state) {
            case QUEUED -> "PENDING";
            case COMPLETED -> "SUCCEEDED";
            case FINALIZING, CANCELLING -> "RUNNING";
            default -> batch.state.name();
        };
        StringBuilder replies = new StringBuilder();
        for (Item item : keys ? shuffled(batch.items) : batch.items) {
            if (outcome(item) != Outcome.MISSING) {
                replies.append(replies.isEmpty() ? "" : ",").append(entry(item));
            }
        }
        boolean done = batch.state.hasEnded() && batch.state != State.FAILED;
        String inline = "{\"inlinedResponses\":{\"inlinedResponses\":[" + replies + "]}}";
        String end = batch.state == State.FAILED
                ? ",\"done\":true,\"error\":{\"code\":8,\"message\":\"the batch is too large\"}"
                : done ? ",\"done\":true,\"response\":" + inline : "";
        return """
                {"name":"%s","metadata":{"@type":"type.googleapis.com/GenerateContentBatch","model":"models/up",
                 "displayName":"%s","createTime":"2026-11-30T12:00:00.123Z","state":"BATCH_STATE_%s",
                 "batchStats":{"requestCount":"%d","successfulRequestCount":"%d","failedRequestCount":"%d"}%s}%s}""".formatted(
                        batch.id,
                        batch.key,
                        state,
                        batch.items.size(),
                        done
                                ? batch.items.stream()
                                        .filter(item -> outcome(item) == Outcome.REPLY)
                                        .count()
                                : 0,
                        done
                                ? batch.items.stream()
                                        .filter(item -> outcome(item) != Outcome.REPLY)
                                        .count()
                                : 0,
                        done ? ",\"output\":" + inline : "",
                        end);
    }

    private String entry(Item item) {
        String head = keys ? "{\"metadata\":{\"key\":" + Json.text(item.id()) + "}," : "{";
        return head
                + switch (outcome(item)) {
                    case REPLY -> "\"response\":" + reply("re " + item.id());
                    case REFUSED -> "\"error\":{\"code\":3,\"message\":\"planned\"}";
                    case RATE_LIMITED -> "\"error\":{\"code\":8,\"message\":\"planned\"}";
                    case EXPIRED -> "\"error\":{\"code\":4,\"message\":\"not in time\"}";
                    case CANCELLED -> "\"error\":{\"code\":1,\"message\":\"cancelled\"}";
                    case CUT, MISSING -> "\"response\":null";
                }
                + "}";
    }
}
