package dev.aigw.providers.anthropic;

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
import dev.aigw.providers.kit.BatchPlan;
import dev.aigw.providers.kit.BatchReplies;
import dev.aigw.providers.kit.BatchSubmission;
import dev.aigw.providers.kit.Origin;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Anthropic's Message Batches, after "Batch processing" of its documentation and the reference of
 * {@code /v1/messages/batches}. The vendor keeps no field of ours with a batch. Safe for use by many threads.
 */
final class MessageBatches implements BatchSupport {

    private static final String PATH = "/v1/messages/batches";
    private static final BatchPlan.Limits LIMITS = new BatchPlan.Limits(
            100_000, 256_000_000, Pattern.compile("[a-zA-Z0-9_-]{1,64}"), "1 to 64 of A-Z a-z 0-9 _ -");
    private static final byte[] BEGIN = "{\"requests\":[".getBytes(StandardCharsets.UTF_8);
    private static final byte[] END = "]}".getBytes(StandardCharsets.UTF_8);

    private final HttpEndpoint http;
    private final BiFunction<ChatRequest, AttemptContext, MessagesEncoder> encoder;
    private final BiFunction<HttpCall, Set<String>, HttpCall> headers;

    /**
     * Creates it.
     *
     * @param encoder makes the adapter's encoder of a chat
     * @param headers adds the headers of a call, with the beta features that its chats need
     */
    MessageBatches(
            HttpEndpoint http,
            BiFunction<ChatRequest, AttemptContext, MessagesEncoder> encoder,
            BiFunction<HttpCall, Set<String>, HttpCall> headers) {
        this.http = http;
        this.encoder = encoder;
        this.headers = headers;
    }

    @Override
    public boolean supports(Operation<?, ?> itemOperation) {
        return itemOperation.equals(ChatRequest.CHAT);
    }

    @Override
    public BatchSubmitted submit(BatchRequest request, AttemptContext attempt) {
        Set<String> betas = ConcurrentHashMap.newKeySet();
        BatchPlan plan =
                BatchPlan.of(request, attempt, http.name(), LIMITS, BEGIN.length + END.length, (item, each, out) -> {
                    String head = "{\"custom_id\":\"" + item.id() + "\",\"params\":";
                    out.write(head.getBytes(StandardCharsets.UTF_8));
                    MessagesEncoder chat = encoder.apply((ChatRequest) item.request(), each);
                    chat.write(out, false);
                    out.write('}');
                    betas.addAll(chat.betas());
                });
        return new BatchSubmission(http.name(), attempt, new Vendor(betas)).submit(plan);
    }

    private final class Vendor implements BatchSubmission.Vendor {

        private final Set<String> betas;

        Vendor(Set<String> betas) {
            this.betas = betas;
        }

        @Override
        public String create(BatchPlan.Chunk chunk, String file, String key, AttemptContext attempt) {
            HttpCall call = headers.apply(http.call("POST", PATH, attempt), betas)
                    .once()
                    .body(out -> {
                        out.write(BEGIN);
                        chunk.write(out, ",");
                        out.write(END);
                    });
            HttpBytes reply = http.transport().fetch(call, attempt);
            String id = Json.textOf(reply.object(), "id");
            if (id == null || id.isEmpty()) {
                throw reply.malformed("the batch has no id");
            }
            return id;
        }

        @Override
        public boolean keepsKeys() {
            return false;
        }

        @Override
        public @Nullable String find(String key, AttemptContext attempt) {
            return null;
        }

        @Override
        public void cancel(String batch, AttemptContext attempt) {
            MessageBatches.this.cancel(batch, attempt);
        }
    }

    private HttpCall call(String method, String batch, String what, AttemptContext attempt) {
        return headers.apply(http.call(method, PATH + "/" + Urls.segment(batch) + what, attempt), Set.of());
    }

    @Override
    public BatchStatus status(BatchPart part, AttemptContext attempt) {
        return status(
                http.transport()
                        .fetch(call("GET", part.id(), "", attempt), attempt)
                        .object(),
                part.items().size());
    }

    private static BatchStatus status(JsonNode batch, int items) {
        String raw = String.valueOf(Json.textOf(batch, "processing_status"));
        JsonNode counts = Json.at(batch, "request_counts");
        long expired = BatchReplies.count(counts, "expired");
        long canceled = BatchReplies.count(counts, "canceled");
        State state = switch (raw) {
            case "canceling" -> State.CANCELLING;
            case "ended" -> expired > 0 ? State.EXPIRED : canceled > 0 ? State.CANCELLED : State.COMPLETED;
            default -> State.RUNNING;
        };
        return BatchStatus.builder(state)
                .raw(raw)
                .counts(
                        items,
                        BatchReplies.count(counts, "succeeded"),
                        BatchReplies.count(counts, "errored") + expired + canceled)
                .expires(BatchReplies.instant(batch, "expires_at"))
                .build();
    }

    @Override
    public void cancel(BatchPart part, AttemptContext attempt) {
        cancel(part.id(), attempt);
    }

    private void cancel(String batch, AttemptContext attempt) {
        BatchReplies.cancel(
                () -> http.transport().fetch(call("POST", batch, "/cancel", attempt), attempt),
                () -> status(new BatchPart(batch, List.of()), attempt).hasEnded());
    }

    @Override
    public Source results(BatchPart part, AttemptContext attempt) {
        return new Results(http.transport().download(call("GET", part.id(), "/results", attempt), attempt));
    }

    private final class Results implements Source {

        private final HttpDownload lines;

        Results(HttpDownload lines) {
            this.lines = lines;
        }

        @Override
        public @Nullable BatchResult next() {
            JsonNode line = lines.nextLine();
            if (line == null) {
                return null;
            }
            String id = Json.textOf(line, "custom_id");
            try {
                return BatchResult.of(id == null ? "" : id, http.mapped(reply(Json.at(line, "result"))));
            } catch (GatewayException e) {
                return BatchResult.of(id == null ? "" : id, e);
            }
        }

        private ChatResponse reply(JsonNode result) {
            String type = String.valueOf(Json.textOf(result, "type"));
            switch (type) {
                case "succeeded" -> {
                    return lines.chat(
                            result.path("message"),
                            reply -> MessagesDecoder.decode(http.name(), Origin.of(http.name()), reply));
                }
                case "errored" -> throw lines.failure(200, error(Json.at(result, "error")));
                case "expired" ->
                    throw lines.failure(
                            ErrorKind.TIMEOUT, type, "the batch's time ran out before this item was answered");
                case "canceled" ->
                    throw lines.failure(
                            ErrorKind.CANCELLED, type, "the batch was cancelled before this item was answered");
                default ->
                    throw lines.failure(
                            ErrorKind.MALFORMED_RESPONSE, type, "the item has neither a message nor an error");
            }
        }

        /** Returns an error in the form of a plain call's. */
        private static JsonNode error(JsonNode error) {
            if (error.path("error").isObject()) {
                return error;
            }
            ObjectNode whole = JsonNodeFactory.instance.objectNode();
            whole.set("error", error);
            return whole;
        }

        @Override
        public void close() {
            lines.close();
        }
    }
}
