package dev.aigw.providers.batch;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.mistral.Mistral;
import mockwebserver3.MockResponse;

/** Mistral's batch jobs, after "Batch Inference" of its documentation and the reference of {@code /v1/batch/jobs}. */
final class FakeMistral extends FakeOpenAi {

    @Override
    ProviderAdapter adapter(String url) {
        return Mistral.builder().baseUrl(url + "v1").apiKey("sk-secret").build();
    }

    @Override
    String creates() {
        return "POST /v1/batch/jobs";
    }

    @Override
    String batchesPath() {
        return "/v1/batch/jobs";
    }

    @Override
    String errorBody(int status) {
        return switch (status) {
            case 429 -> "{\"object\":\"error\",\"message\":\"Rate limit exceeded\",\"type\":\"rate_limited\"}";
            default -> "{\"object\":\"error\",\"message\":\"planned\",\"type\":\"invalid_request_error\"}";
        };
    }

    @Override
    Item item(JsonNode line) {
        return new Item(String.valueOf(Json.textOf(line, "custom_id")), line.path("body"));
    }

    @Override
    MockResponse create(JsonNode wish) {
        return created(
                wish.path("input_files").path(0).asText(),
                wish.path("metadata").path("aigw_key").asText(),
                String.valueOf(Json.textOf(wish, "endpoint")));
    }

    @Override
    String object(Batch batch) {
        String status = switch (batch.state) {
            case QUEUED -> "QUEUED";
            case RUNNING, FINALIZING -> "RUNNING";
            case CANCELLING -> "CANCELLATION_REQUESTED";
            case COMPLETED -> "SUCCESS";
            case EXPIRED -> "TIMEOUT_EXCEEDED";
            default -> batch.state.name();
        };
        String file = batch.state.hasEnded() ? "\"out-" + batch.id + "\"" : "null";
        String errors = batch.state.hasEnded() ? "\"err-" + batch.id + "\"" : "null";
        return """
                {"id":"%s","object":"batch","input_files":["file-1"],"endpoint":"%s","model":"up","status":"%s",
                 "output_file":%s,"error_file":%s,"errors":[{"message":"planned","count":1}],
                 "metadata":{"aigw_key":"%s"},"total_requests":%d,"succeeded_requests":%d,"failed_requests":%d}""".formatted(
                        batch.id,
                        batch.endpoint,
                        status,
                        file,
                        errors,
                        batch.key,
                        batch.items.size(),
                        batch.state.hasEnded() ? count(batch, true) : 0,
                        batch.state.hasEnded() ? count(batch, false) : 0);
    }
}
