package dev.aigw.providers.batch;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.Outcome;
import dev.aigw.api.batch.BatchStatus.State;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.anthropic.AnthropicAdapter;
import dev.aigw.providers.json.Json;
import java.util.ArrayList;
import java.util.List;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import okio.Buffer;

/** Anthropic's Message Batches, after the reference of {@code /v1/messages/batches}. */
final class FakeAnthropic extends FakeVendor {

    private static final String PATH = "/v1/messages/batches";

    @Override
    ProviderAdapter adapter(String url) {
        return AnthropicAdapter.builder()
                .baseUrl(url.substring(0, url.length() - 1))
                .apiKey("sk-secret")
                .build();
    }

    @Override
    String reply(String text) {
        return """
                {"id":"msg_1","type":"message","role":"assistant","model":"up","stop_reason":"end_turn",
                 "content":[{"type":"text","text":"%s"}],
                 "usage":{"input_tokens":9,"output_tokens":3,"service_tier":"batch"}}""".formatted(text);
    }

    @Override
    String creates() {
        return "POST " + PATH;
    }

    @Override
    String errorBody(int status) {
        String type = switch (status) {
            case 404 -> "not_found_error";
            case 429 -> "rate_limit_error";
            case 500 -> "api_error";
            default -> "invalid_request_error";
        };
        return "{\"type\":\"error\",\"error\":{\"type\":\"" + type + "\",\"message\":\"planned\"}}";
    }

    @Override
    MockResponse answer(String line, RecordedRequest request, Buffer body) {
        if (!line.contains(PATH)) {
            return json(reply("plain"));
        }
        if (!"2023-06-01".equals(request.getHeaders().get("anthropic-version"))) {
            return error(400);
        }
        if (line.equals("POST " + PATH)) {
            List<Item> items = new ArrayList<>();
            for (JsonNode each : tree(body).path("requests")) {
                items.add(new Item(each.path("custom_id").asText(), each.path("params")));
            }
            Batch batch = new Batch("msgbatch_" + (batches.size() + 1), "", "", items);
            batches.put(batch.id, batch);
            return json(object(batch));
        }
        String rest = line.substring(line.indexOf(PATH) + PATH.length() + 1);
        Batch batch = batches.get(rest.replaceFirst("/.*", ""));
        if (rest.endsWith("/cancel")) {
            if (batch.state.hasEnded()) {
                return error(400);
            }
            batch.state = State.CANCELLING;
        }
        if (rest.endsWith("/results")) {
            StringBuilder lines = new StringBuilder();
            shuffled(batch.items).forEach(item -> lines.append(outcome(item) == Outcome.MISSING ? "" : line(item)));
            return new MockResponse.Builder()
                    .addHeader("Content-Type", "application/x-jsonl")
                    .body(lines.toString())
                    .build();
        }
        return json(object(batch));
    }

    private String object(Batch batch) {
        String status =
                batch.state.hasEnded() ? "ended" : batch.state == State.CANCELLING ? "canceling" : "in_progress";
        long expired = batch.items.stream()
                .filter(item -> outcome(item) == Outcome.EXPIRED)
                .count();
        long canceled = batch.items.stream()
                .filter(item -> outcome(item) == Outcome.CANCELLED)
                .count();
        long succeeded = batch.items.stream()
                .filter(item -> outcome(item) == Outcome.REPLY)
                .count();
        boolean ended = batch.state.hasEnded();
        return """
                {"id":"%s","type":"message_batch","processing_status":"%s","created_at":"2026-11-30T12:00:00.1Z",
                 "expires_at":"2026-12-01T12:00:00.1Z","cancel_initiated_at":null,"results_url":null,
                 "request_counts":{"processing":0,"succeeded":%d,"errored":%d,"canceled":%d,"expired":%d}}""".formatted(
                        batch.id,
                        status,
                        ended ? succeeded : 0,
                        ended ? batch.items.size() - succeeded - expired - canceled : 0,
                        batch.state == State.CANCELLED ? Math.max(1, canceled) : ended ? canceled : 0,
                        batch.state == State.EXPIRED ? Math.max(1, expired) : ended ? expired : 0);
    }

    private String line(Item item) {
        String result = switch (outcome(item)) {
            case REPLY ->
                "{\"type\":\"succeeded\",\"message\":"
                        + reply("re " + item.id()).replace("\n", "") + "}";
            case REFUSED -> "{\"type\":\"errored\",\"error\":" + errorBody(400) + "}";
            case RATE_LIMITED -> "{\"type\":\"errored\",\"error\":" + errorBody(429) + "}";
            case EXPIRED -> "{\"type\":\"expired\"}";
            case CANCELLED -> "{\"type\":\"canceled\"}";
            case CUT, MISSING -> "{\"type\":\"succ";
        };
        return "{\"custom_id\":" + Json.text(item.id()) + ",\"result\":" + result
                + (outcome(item) == Outcome.CUT ? "\n" : "}\n");
    }
}
