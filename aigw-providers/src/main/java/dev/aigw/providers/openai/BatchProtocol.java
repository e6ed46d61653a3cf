package dev.aigw.providers.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.batch.BatchStatus;
import dev.aigw.api.batch.BatchStatus.State;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.kit.BatchPlan;
import dev.aigw.providers.kit.BatchReplies;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How a server with OpenAI's files and JSON lines takes batches: paths, the fields of a batch, its states. OpenAI's own
 * protocol, after "Create batch" of its reference, unless a subclass says otherwise. Immutable.
 */
public class BatchProtocol {

    /** OpenAI's: 50,000 requests and 200 MB a batch. */
    public static final BatchProtocol OPENAI = new BatchProtocol();

    /** What a batch is marked with, in its metadata. */
    protected static final String KEY = "aigw_key";

    private static final BatchPlan.Limits LIMITS = new BatchPlan.Limits(
            50_000, 200_000_000, Pattern.compile("[\\x20-\\x7E]{1,512}"), "1 to 512 characters of ASCII");

    /** Creates OpenAI's protocol. */
    protected BatchProtocol() {}

    /** Returns what a batch may have. */
    protected BatchPlan.Limits limits() {
        return LIMITS;
    }

    /** Returns the path of the batches, below the base URL. */
    protected String path() {
        return "/batches";
    }

    /** Returns the query that lists the latest batches. */
    protected String latest() {
        return "?limit=100";
    }

    /** Returns what a line says of its item besides id and body: field names and texts. */
    protected Map<String, String> line(String endpoint) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("method", "POST");
        fields.put("url", endpoint);
        return fields;
    }

    /**
     * Returns the body that creates a batch.
     *
     * @param endpoint the path that each item would be sent to, such as {@code /v1/chat/completions}
     */
    protected Map<String, Object> body(String file, String endpoint, String key, AttemptContext attempt) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("input_file_id", file);
        body.put("endpoint", endpoint);
        body.put("completion_window", "24h");
        body.put("metadata", Map.of(KEY, key));
        return body;
    }

    /** Returns what a batch's object says of its state, without a failure. */
    protected BatchStatus.Builder status(JsonNode batch) {
        String raw = String.valueOf(Json.textOf(batch, "status"));
        State state = switch (raw) {
            case "validating" -> State.QUEUED;
            case "finalizing" -> State.FINALIZING;
            case "completed" -> State.COMPLETED;
            case "failed" -> State.FAILED;
            case "expired" -> State.EXPIRED;
            case "cancelling" -> State.CANCELLING;
            case "cancelled" -> State.CANCELLED;
            default -> State.RUNNING;
        };
        JsonNode counts = Json.at(batch, "request_counts");
        return BatchStatus.builder(state)
                .raw(raw)
                .counts(
                        BatchReplies.count(counts, "total"),
                        BatchReplies.count(counts, "completed"),
                        BatchReplies.count(counts, "failed"))
                .expires(time(batch, "expires_at"));
    }

    /** Returns the errors of a batch that failed as a whole, possibly none. */
    protected JsonNode errors(JsonNode batch) {
        return Json.at(Json.at(batch, "errors"), "data");
    }

    /** Returns the ids of the files with results: of replies, and of errors. */
    protected List<String> files(JsonNode batch) {
        return named(batch, "output_file_id", "error_file_id");
    }

    /** Returns the values of fields that have one; some servers write an empty text for none. */
    protected static List<String> named(JsonNode batch, String... fields) {
        return Stream.of(fields)
                .map(field -> Json.textOf(batch, field))
                .filter(file -> file != null && !file.isEmpty())
                .map(String::valueOf)
                .distinct()
                .toList();
    }

    /** Returns a time in seconds, or null. */
    protected static @Nullable Instant time(JsonNode batch, String field) {
        Long seconds = Json.countOf(batch, field);
        return seconds == null || seconds == 0 ? null : Instant.ofEpochSecond(Math.min(seconds, 1L << 40));
    }
}
