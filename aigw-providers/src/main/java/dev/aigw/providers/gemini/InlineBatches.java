package dev.aigw.providers.gemini;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Operation;
import dev.aigw.api.batch.BatchPart;
import dev.aigw.api.batch.BatchRequest;
import dev.aigw.api.batch.BatchResult;
import dev.aigw.api.batch.BatchStatus;
import dev.aigw.api.batch.BatchStatus.State;
import dev.aigw.api.batch.BatchSubmitted;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.BatchSupport;
import dev.aigw.providers.http.HttpBytes;
import dev.aigw.providers.http.HttpCall;
import dev.aigw.providers.http.HttpDownload;
import dev.aigw.providers.http.HttpEndpoint;
import dev.aigw.providers.http.Urls;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.json.TreeBounds;
import dev.aigw.providers.kit.BatchPlan;
import dev.aigw.providers.kit.BatchReplies;
import dev.aigw.providers.kit.BatchSubmission;
import dev.aigw.providers.kit.Origin;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The Gemini API's batches with their requests inline, after "Batch API" of its guide and of its reference. The replies
 * come inline too: in the operation, which is read piece by piece. Safe for use by many threads.
 */
final class InlineBatches implements BatchSupport {

    /** The whole request may have 20 MB. */
    private static final BatchPlan.Limits LIMITS = new BatchPlan.Limits(
            100_000, 20_000_000, Pattern.compile("[\\x20-\\x7E]{1,512}"), "1 to 512 characters of ASCII");

    /** How long a batch may wait and run. */
    private static final Duration LIFE = Duration.ofDays(2);

    private static final String RESPONSES = "inlinedResponses";

    /** The names of the codes of {@code google.rpc.Status}, from 0. */
    private static final List<String> CODES = List.of(
            "OK",
            "CANCELLED",
            "UNKNOWN",
            "INVALID_ARGUMENT",
            "DEADLINE_EXCEEDED",
            "NOT_FOUND",
            "ALREADY_EXISTS",
            "PERMISSION_DENIED",
            "RESOURCE_EXHAUSTED",
            "FAILED_PRECONDITION",
            "ABORTED",
            "OUT_OF_RANGE",
            "UNIMPLEMENTED",
            "INTERNAL",
            "UNAVAILABLE",
            "DATA_LOSS",
            "UNAUTHENTICATED");

    private final HttpEndpoint http;
    private final Service service;
    private final BiFunction<ChatRequest, AttemptContext, ContentEncoder> encoder;

    /**
     * Creates it.
     *
     * @param encoder makes the adapter's encoder of a chat
     */
    InlineBatches(HttpEndpoint http, Service service, BiFunction<ChatRequest, AttemptContext, ContentEncoder> encoder) {
        this.http = http;
        this.service = service;
        this.encoder = encoder;
    }

    @Override
    public boolean supports(Operation<?, ?> itemOperation) {
        return itemOperation.equals(ChatRequest.CHAT);
    }

    @Override
    public BatchSubmitted submit(BatchRequest request, AttemptContext attempt) {
        int overhead = 1024; // the object around the items, with the key
        BatchPlan plan = BatchPlan.of(request, attempt, http.name(), LIMITS, overhead, (item, each, out) -> {
            out.write("{\"request\":".getBytes(StandardCharsets.UTF_8));
            encoder.apply((ChatRequest) item.request(), each).write(out);
            String tail = ",\"metadata\":{\"key\":" + Json.text(item.id()) + "}}";
            out.write(tail.getBytes(StandardCharsets.UTF_8));
        });
        return new BatchSubmission(http.name(), attempt, new Vendor()).submit(plan);
    }

    private final class Vendor implements BatchSubmission.Vendor {

        @Override
        public String create(BatchPlan.Chunk chunk, String file, String key, AttemptContext attempt) {
            HttpCall call = http.call("POST", service.path(attempt.model(), "batchGenerateContent"), attempt)
                    .once()
                    .body(out -> {
                        String head = "{\"batch\":{\"displayName\":" + Json.text(key)
                                + ",\"inputConfig\":{\"requests\":{\"requests\":[";
                        out.write(head.getBytes(StandardCharsets.UTF_8));
                        chunk.write(out, ",");
                        out.write("]}}}}".getBytes(StandardCharsets.UTF_8));
                    });
            HttpBytes reply = http.transport().fetch(call, attempt);
            String name = Json.textOf(reply.object(), "name");
            if (name == null || name.isEmpty()) {
                throw reply.malformed("the batch has no name");
            }
            return name;
        }

        @Override
        public @Nullable String find(String key, AttemptContext attempt) {
            HttpCall call =
                    http.call("GET", "/batches?pageSize=100&fields=operations(name,metadata(displayName))", attempt);
            try (HttpDownload list = http.transport().download(call, attempt)) {
                for (JsonNode batch : Json.at(tree(list), "operations")) {
                    if (key.equals(Json.textOf(Json.at(batch, "metadata"), "displayName"))) {
                        return Json.textOf(batch, "name");
                    }
                }
                return null;
            }
        }

        @Override
        public void cancel(String batch, AttemptContext attempt) {
            InlineBatches.this.cancel(batch, attempt);
        }
    }

    private static String path(String name) {
        return "/" + Urls.segment(name).replace("%2F", "/");
    }

    @Override
    public BatchStatus status(BatchPart part, AttemptContext attempt) {
        HttpCall call = http.call("GET", path(part.id()), attempt);
        try (HttpDownload operation = http.transport().download(call, attempt)) {
            return status(operation, tree(operation), part.items().size());
        }
    }

    /** Returns a body without the replies, which would be most of it. */
    private static JsonNode tree(HttpDownload body) {
        try {
            return Json.parse(
                    body.input(),
                    new TreeBounds(body.bounds().maxValues(), Set.of("response", "output", "inputConfig")));
        } catch (IOException e) {
            throw body.failure(e);
        }
    }

    private static BatchStatus status(HttpDownload body, JsonNode operation, int items) {
        JsonNode metadata = Json.at(operation, "metadata");
        String raw = String.valueOf(Json.textOf(metadata, "state"));
        JsonNode error = Json.at(operation, "error");
        State state = switch (raw.replaceFirst("^[A-Z]+_STATE_", "")) {
            case "PENDING", "QUEUED" -> State.QUEUED;
            case "SUCCEEDED", "PARTIALLY_SUCCEEDED" -> State.COMPLETED;
            case "FAILED" -> State.FAILED;
            case "CANCELLING" -> State.CANCELLING;
            case "CANCELLED" -> State.CANCELLED;
            case "EXPIRED" -> State.EXPIRED;
            default ->
                !operation.path("done").asBoolean(false)
                        ? State.RUNNING
                        : error.isObject() ? State.FAILED : State.COMPLETED;
        };
        JsonNode stats = Json.at(metadata, "batchStats");
        Instant created = BatchReplies.instant(metadata, "createTime");
        return BatchStatus.builder(state)
                .raw(raw)
                .counts(
                        items,
                        BatchReplies.count(stats, "successfulRequestCount"),
                        BatchReplies.count(stats, "failedRequestCount"))
                .expires(created == null ? null : created.plus(LIFE))
                .failure(state == State.FAILED ? failure(body, error) : null)
                .build();
    }

    /** Returns the failure that a {@code google.rpc.Status} describes, which has a number for its code. */
    private static GatewayException failure(HttpDownload body, JsonNode status) {
        Integer code = Json.intOf(status, "code");
        String name = code == null || code < 0 || code >= CODES.size() ? "UNKNOWN" : CODES.get(code);
        if (name.equals("CANCELLED")) {
            return body.failure(ErrorKind.CANCELLED, name, String.valueOf(Json.textOf(status, "message")));
        }
        ObjectNode error = JsonNodeFactory.instance.objectNode();
        error.put("status", name);
        error.put("message", String.valueOf(Json.textOf(status, "message")));
        error.set("details", Json.at(status, "details"));
        ObjectNode whole = JsonNodeFactory.instance.objectNode();
        whole.set("error", error);
        return body.failure(200, whole);
    }

    @Override
    public void cancel(BatchPart part, AttemptContext attempt) {
        cancel(part.id(), attempt);
    }

    private void cancel(String batch, AttemptContext attempt) {
        BatchReplies.cancel(
                () -> http.transport().fetch(http.call("POST", path(batch) + ":cancel", attempt), attempt),
                () -> status(new BatchPart(batch, List.of()), attempt).hasEnded());
    }

    @Override
    public Source results(BatchPart part, AttemptContext attempt) {
        HttpDownload body = http.transport().download(http.call("GET", path(part.id()), attempt), attempt);
        boolean opened = false;
        try {
            Source results = new Results(part, body);
            opened = true;
            return results;
        } catch (IOException e) {
            throw body.failure(e);
        } finally {
            if (!opened) {
                body.close();
            }
        }
    }

    /** Reads the replies out of the operation. */
    private final class Results implements Source {

        private final BatchPart part;
        private final HttpDownload body;
        private final JsonParser parser;
        private boolean inside;
        private int position;

        Results(BatchPart part, HttpDownload body) throws IOException {
            this.part = part;
            this.body = body;
            this.parser = Json.parser(body.input());
            this.inside = parser.nextToken() == JsonToken.START_OBJECT && enterReplies();
        }

        /**
         * Moves into the list of replies: that of the operation's response, or the copy in its metadata, whichever
         * comes first. Older replies have one object less around it.
         */
        private boolean enterReplies() throws IOException {
            int depth = 0;
            for (String name = parser.nextFieldName(); ; name = parser.nextFieldName()) {
                if (name == null) {
                    if (parser.currentToken() != JsonToken.END_OBJECT || depth-- == 0) {
                        return false;
                    }
                    continue;
                }
                JsonToken value = parser.nextToken();
                boolean leads = name.equals(RESPONSES)
                        || name.equals("output")
                        || (depth == 0 && (name.equals("response") || name.equals("metadata")));
                if (leads && value == JsonToken.START_ARRAY && name.equals(RESPONSES)) {
                    return true;
                }
                if (leads && value == JsonToken.START_OBJECT) {
                    depth++;
                } else {
                    parser.skipChildren();
                }
            }
        }

        @Override
        public @Nullable BatchResult next() {
            try {
                if (!inside || parser.nextToken() == JsonToken.END_ARRAY) {
                    inside = false;
                    return null;
                }
                if (parser.currentToken() == null) {
                    throw new IOException("the reply ends within the list of replies");
                }
                return result(Json.value(parser, body.bounds()));
            } catch (IOException e) {
                throw body.failure(e);
            }
        }

        private BatchResult result(JsonNode item) {
            String key = Json.textOf(Json.at(item, "metadata"), "key");
            int index = position++;
            if (key == null && index < part.items().size()) {
                key = part.items().get(index); // replies without a key are in the order of the requests
            }
            try {
                return BatchResult.of(key == null ? "" : key, http.mapped(reply(item)));
            } catch (GatewayException e) {
                return BatchResult.of(key == null ? "" : key, e);
            }
        }

        private ChatResponse reply(JsonNode item) {
            JsonNode error = item.path("error");
            if (error.isObject()) {
                throw failure(body, error);
            }
            JsonNode response = item.path("response");
            if (!response.isObject()) {
                throw body.failure(ErrorKind.MALFORMED_RESPONSE, "", "the item has neither a response nor an error");
            }
            return body.chat(response, reply -> ReplyDecoder.decode(http.name(), Origin.of(http.name()), reply));
        }

        @Override
        public void close() {
            body.close();
        }
    }
}
