package dev.aigw.providers.mistral;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.batch.BatchStatus;
import dev.aigw.api.batch.BatchStatus.State;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.kit.BatchPlan;
import dev.aigw.providers.kit.BatchReplies;
import dev.aigw.providers.openai.BatchProtocol;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Mistral's batch jobs, after "Batch Inference" of its documentation and "Create Batch Job" of its reference. */
final class MistralBatches extends BatchProtocol {

    private static final BatchPlan.Limits LIMITS = new BatchPlan.Limits(
            100_000, 512_000_000, Pattern.compile("[\\x20-\\x7E]{1,512}"), "1 to 512 characters of ASCII");

    @Override
    protected BatchPlan.Limits limits() {
        return LIMITS;
    }

    @Override
    protected String path() {
        return "/batch/jobs";
    }

    @Override
    protected String latest() {
        return "?page_size=100";
    }

    @Override
    protected Map<String, String> line(String endpoint) {
        return Map.of(); // the job names the endpoint
    }

    @Override
    protected Map<String, Object> body(String file, String endpoint, String key, AttemptContext attempt) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("input_files", List.of(file));
        body.put("endpoint", endpoint);
        body.put("model", attempt.model());
        body.put("timeout_hours", 24);
        body.put("metadata", Map.of(KEY, key));
        return body;
    }

    @Override
    protected BatchStatus.Builder status(JsonNode batch) {
        String raw = String.valueOf(Json.textOf(batch, "status"));
        State state = switch (raw) {
            case "QUEUED" -> State.QUEUED;
            case "SUCCESS" -> State.COMPLETED;
            case "FAILED" -> State.FAILED;
            case "TIMEOUT_EXCEEDED" -> State.EXPIRED;
            case "CANCELLATION_REQUESTED" -> State.CANCELLING;
            case "CANCELLED" -> State.CANCELLED;
            default -> State.RUNNING;
        };
        return BatchStatus.builder(state)
                .raw(raw)
                .counts(
                        BatchReplies.count(batch, "total_requests"),
                        BatchReplies.count(batch, "succeeded_requests"),
                        BatchReplies.count(batch, "failed_requests"));
    }

    @Override
    protected JsonNode errors(JsonNode batch) {
        return Json.at(batch, "errors");
    }

    @Override
    protected List<String> files(JsonNode batch) {
        return named(batch, "output_file", "error_file");
    }
}
