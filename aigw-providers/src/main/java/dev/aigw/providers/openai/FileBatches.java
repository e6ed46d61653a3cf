package dev.aigw.providers.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.batch.BatchPart;
import dev.aigw.api.batch.BatchRequest;
import dev.aigw.api.batch.BatchResult;
import dev.aigw.api.batch.BatchStatus;
import dev.aigw.api.batch.BatchSubmitted;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.BatchSupport;
import dev.aigw.providers.http.HttpBytes;
import dev.aigw.providers.http.HttpCall;
import dev.aigw.providers.http.HttpDownload;
import dev.aigw.providers.http.HttpEndpoint;
import dev.aigw.providers.http.HttpForm;
import dev.aigw.providers.http.Urls;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.kit.BatchPlan;
import dev.aigw.providers.kit.BatchReplies;
import dev.aigw.providers.kit.BatchSubmission;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Batches by files of JSON lines: one is uploaded with the requests, the vendor writes one with the replies and one
 * with the errors. Safe for use by many threads.
 */
final class FileBatches implements BatchSupport {

    /** Writes items, and reads their replies, as the adapter does for plain calls. */
    interface Items {

        boolean supports(Operation<?, ?> itemOperation);

        /** Returns the one path that all items of a batch are sent to, such as {@code /v1/embeddings}. */
        String endpoint(BatchRequest request, AttemptContext attempt);

        void write(ModelRequest item, String endpoint, AttemptContext attempt, OutputStream out) throws IOException;

        ModelReply read(HttpDownload file, JsonNode body, String endpoint);
    }

    private final HttpEndpoint http;
    private final BatchProtocol protocol;
    private final BiFunction<String, String, String> path;
    private final Items items;

    FileBatches(HttpEndpoint http, BatchProtocol protocol, BiFunction<String, String, String> path, Items items) {
        this.http = http;
        this.protocol = protocol;
        this.path = path;
        this.items = items;
    }

    @Override
    public boolean supports(Operation<?, ?> itemOperation) {
        return items.supports(itemOperation);
    }

    @Override
    public BatchSubmitted submit(BatchRequest request, AttemptContext attempt) {
        String endpoint = items.endpoint(request, attempt);
        BatchPlan plan = BatchPlan.of(
                request,
                attempt,
                http.name(),
                protocol.limits(),
                0,
                (item, each, out) -> line(item, endpoint, each, out));
        return new BatchSubmission(http.name(), attempt, new Vendor(endpoint)).submit(plan);
    }

    private void line(BatchRequest.Item item, String endpoint, AttemptContext attempt, OutputStream out)
            throws IOException {
        StringBuilder head = new StringBuilder("{\"custom_id\":").append(Json.text(item.id()));
        protocol.line(endpoint)
                .forEach((name, value) ->
                        head.append(",\"").append(name).append("\":").append(Json.text(value)));
        out.write(head.append(",\"body\":").toString().getBytes(StandardCharsets.UTF_8));
        items.write(item.request(), endpoint, attempt, out);
        out.write('}');
    }

    /** Creates batches for one endpoint. */
    private final class Vendor implements BatchSubmission.Vendor {

        private final String endpoint;

        Vendor(String endpoint) {
            this.endpoint = endpoint;
        }

        @Override
        public String upload(BatchPlan.Chunk chunk, AttemptContext attempt) {
            HttpForm form = new HttpForm()
                    .field("purpose", "batch")
                    .file("file", "batch.jsonl", "application/jsonl", out -> chunk.write(out, "\n"));
            HttpBytes reply = send(call("POST", "/files", attempt).form(form), attempt);
            return id(reply);
        }

        @Override
        public String create(BatchPlan.Chunk chunk, String file, String key, AttemptContext attempt) {
            HttpCall call = call("POST", protocol.path(), attempt)
                    .once()
                    .body(out -> out.write(Json.text(protocol.body(file, endpoint, key, attempt))
                            .getBytes(StandardCharsets.UTF_8)));
            return id(send(call, attempt));
        }

        @Override
        public @Nullable String find(String key, AttemptContext attempt) {
            HttpBytes reply = send(call("GET", protocol.path() + protocol.latest(), attempt), attempt);
            for (JsonNode batch : Json.at(reply.object(), "data")) {
                if (key.equals(Json.textOf(Json.at(batch, "metadata"), BatchProtocol.KEY))) {
                    return Json.textOf(batch, "id");
                }
            }
            return null;
        }

        @Override
        public void delete(String file, AttemptContext attempt) {
            http.transport().fetch(call("DELETE", "/files/" + Urls.segment(file), attempt), attempt);
        }

        @Override
        public void cancel(String batch, AttemptContext attempt) {
            FileBatches.this.cancel(batch, attempt);
        }
    }

    private static String id(HttpBytes reply) {
        String id = Json.textOf(reply.object(), "id");
        if (id == null || id.isEmpty()) {
            throw reply.malformed("the reply has no id");
        }
        return id;
    }

    private HttpCall call(String method, String below, AttemptContext attempt) {
        return http.call(method, path.apply(below, attempt.model()), attempt);
    }

    /** Sends a call whose reply may name errors without being one. */
    private HttpBytes send(HttpCall call, AttemptContext attempt) {
        return http.transport().fetch(call, attempt);
    }

    private HttpBytes batch(BatchPart part, AttemptContext attempt) {
        return send(call("GET", protocol.path() + "/" + Urls.segment(part.id()), attempt), attempt);
    }

    @Override
    public BatchStatus status(BatchPart part, AttemptContext attempt) {
        HttpBytes reply = batch(part, attempt);
        BatchStatus status = protocol.status(reply.object()).build();
        return BatchStatus.builder(status.state())
                .raw(status.raw())
                .counts(status.total() == 0 ? part.items().size() : status.total(), status.succeeded(), status.failed())
                .expires(status.expires())
                .failure(status.state() == BatchStatus.State.FAILED ? failure(reply) : null)
                .build();
    }

    /** Returns why a batch failed as a whole. */
    private GatewayException failure(HttpBytes reply) {
        JsonNode first = protocol.errors(reply.object()).path(0);
        ObjectNode error = JsonNodeFactory.instance.objectNode();
        error.set("error", first.isObject() ? first : JsonNodeFactory.instance.objectNode());
        GatewayException failure = reply.failure(400, error);
        GatewayException.Builder batch = failure.toBuilder()
                .status(0)
                .message(http.name() + " failed the batch: "
                        + (first.isObject()
                                ? Json.excerpt(protocol.errors(reply.object()), 600)
                                : "it does not say why"));
        return "token_limit_exceeded".equals(failure.vendorCode()) // of all batches that wait, not of one prompt
                ? batch.kind(ErrorKind.RATE_LIMITED).build()
                : batch.build();
    }

    @Override
    public void cancel(BatchPart part, AttemptContext attempt) {
        cancel(part.id(), attempt);
    }

    private void cancel(String batch, AttemptContext attempt) {
        String below = protocol.path() + "/" + Urls.segment(batch);
        BatchReplies.cancel(
                () -> send(call("POST", below + "/cancel", attempt), attempt),
                () -> status(new BatchPart(batch, List.of()), attempt).hasEnded());
    }

    @Override
    public Source results(BatchPart part, AttemptContext attempt) {
        JsonNode batch = batch(part, attempt).object();
        return new Results(protocol.files(batch), String.valueOf(Json.textOf(batch, "endpoint")), attempt);
    }

    /** Reads the files one after the other. */
    private final class Results implements Source {

        private final Deque<String> files;
        private final String endpoint;
        private final AttemptContext attempt;
        private @Nullable HttpDownload open;

        Results(List<String> files, String endpoint, AttemptContext attempt) {
            this.files = new ArrayDeque<>(files);
            this.endpoint = endpoint;
            this.attempt = attempt;
            if (!files.isEmpty()) {
                open = download(); // so that a file that is gone is noticed at once
            }
        }

        private HttpDownload download() {
            String file = files.remove();
            return http.transport()
                    .download(call("GET", "/files/" + Urls.segment(file) + "/content", attempt), attempt);
        }

        @Override
        public @Nullable BatchResult next() {
            while (true) {
                HttpDownload file = open;
                if (file == null) {
                    if (files.isEmpty()) {
                        return null;
                    }
                    file = download();
                    open = file;
                }
                JsonNode line = file.nextLine();
                if (line != null) {
                    return result(file, line);
                }
                close();
            }
        }

        private BatchResult result(HttpDownload file, JsonNode line) {
            String id = Json.textOf(line, "custom_id");
            if (id == null) {
                return BatchResult.of("", file.failure(ErrorKind.MALFORMED_RESPONSE, "", "a line has no custom_id"));
            }
            try {
                return BatchResult.of(id, http.mapped(reply(file, line)));
            } catch (GatewayException e) {
                return BatchResult.of(id, e);
            }
        }

        private ModelReply reply(HttpDownload file, JsonNode line) {
            JsonNode response = Json.at(line, "response");
            Integer status = Json.intOf(response, "status_code");
            JsonNode body = response.path("body");
            if (status != null && status >= 400) {
                throw file.failure(status, body);
            }
            JsonNode error = line.path("error");
            if (error.isObject()) {
                throw failure(file, line, error);
            }
            if (!body.isObject()) {
                throw file.failure(ErrorKind.MALFORMED_RESPONSE, "", "the item has neither a reply nor an error");
            }
            return items.read(file, body, endpoint);
        }

        private GatewayException failure(HttpDownload file, JsonNode line, JsonNode error) {
            String code = String.valueOf(Json.textOf(error, "code"));
            String message = String.valueOf(Json.textOf(error, "message"));
            return switch (code) {
                case "batch_expired", "request_timeout" -> file.failure(ErrorKind.TIMEOUT, code, message);
                case "batch_cancelled" -> file.failure(ErrorKind.CANCELLED, code, message);
                default -> file.failure(200, line);
            };
        }

        @Override
        public void close() {
            HttpDownload file = open;
            open = null;
            if (file != null) {
                file.close();
            }
        }
    }
}
