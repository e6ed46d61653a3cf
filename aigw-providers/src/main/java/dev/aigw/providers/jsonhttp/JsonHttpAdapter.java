package dev.aigw.providers.jsonhttp;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.predict.PredictRequest;
import dev.aigw.api.predict.PredictResponse;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.http.HttpCall;
import dev.aigw.providers.http.HttpEndpoint;
import dev.aigw.providers.http.UpstreamModel;
import dev.aigw.providers.http.Urls;
import dev.aigw.providers.http.errors.ErrorReader;
import dev.aigw.providers.http.errors.JsonErrors;
import dev.aigw.providers.http.errors.VendorError;
import dev.aigw.providers.kit.HttpOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Calls any service that answers JSON with JSON, such as a team's own {@code POST /predict}. A record is sent as JSON,
 * and the answer is read as a record; a list of records is sent as a list, and its answer is read as an array type.
 *
 * <pre>{@code
 * ProviderAdapter reviews = JsonHttpAdapter.builder()
 *     .name("reviews").baseUrl("https://reviews.internal").path("/v1/{model}/predict")
 *     .requestName("text", "document").requestEnvelope("input").answer("/result")
 *     .build();
 * }</pre>
 *
 * <p>Serves {@link PredictRequest#PREDICT}. A status other than 2xx fails with the kind that it means and the service's
 * message; a 2xx whose body is not the expected JSON fails with {@link ErrorKind#MALFORMED_RESPONSE}. Safe for use by
 * many threads. Close it when done; a supplied client stays open.
 */
public final class JsonHttpAdapter implements ProviderAdapter {

    private final HttpEndpoint endpoint;
    private final String method;
    private final PathRule path;
    private final JsonMapping mapping;

    private JsonHttpAdapter(Builder builder, HttpEndpoint endpoint, PathRule path) {
        this.endpoint = endpoint;
        this.method = builder.method;
        this.path = path;
        this.mapping = builder.mapping();
    }

    /** Starts an adapter named {@code jsonhttp} that posts to {@code /predict}; it needs a base URL. */
    public static Builder builder() {
        return builder("jsonhttp");
    }

    /** Starts an adapter like {@link #builder()}, with another default name: for presets of one kind of service. */
    public static Builder builder(String defaultName) {
        return new Builder(defaultName);
    }

    @Override
    public String name() {
        return endpoint.name();
    }

    @Override
    public boolean supports(Operation<?, ?> operation) {
        return operation.equals(PredictRequest.PREDICT);
    }

    @Override
    public <Q extends ModelRequest, R extends ModelReply> R call(
            Operation<Q, R> operation, Q request, AttemptContext attempt) {
        if (!operation.equals(PredictRequest.PREDICT) || !(request instanceof PredictRequest predict)) {
            throw endpoint.refusal(
                    ErrorKind.UNSUPPORTED, name() + " has no operation " + operation.name() + ": use predict", attempt);
        }
        return endpoint.reply(operation, predict(predict.payload(), attempt));
    }

    private PredictResponse predict(Object payload, AttemptContext attempt) {
        HttpCall call = endpoint.call(method, pathOf(attempt), attempt)
                .body(out -> mapping.write(out, payload, endpoint.jsonMapper()));
        return mapping.read(endpoint.transport().send(call, attempt), payload);
    }

    private String pathOf(AttemptContext attempt) {
        UpstreamModel model = UpstreamModel.of(attempt.model());
        String version = model.version();
        return path.path(Urls.segment(model.name()), version == null ? null : Urls.segment(version));
    }

    @Override
    public void probe(String path, AttemptContext attempt) {
        endpoint.probe(path, attempt);
    }

    @Override
    public void close() {
        endpoint.close();
    }

    /** Returns name and base URL. */
    @Override
    public String toString() {
        return "JsonHttpAdapter{" + endpoint + "}";
    }

    /**
     * Builds a {@link JsonHttpAdapter}. Setting the same single-valued property twice throws
     * {@link IllegalStateException}. Not safe for use by several threads.
     */
    public static final class Builder extends HttpOptions<Builder> {

        private static final Set<String> METHODS = Set.of("POST", "PUT", "PATCH");

        private String method = "POST";
        private @Nullable String path;
        private @Nullable String versionPath;
        private @Nullable PathRule pathRule;
        private final Map<String, String> requestNames = new LinkedHashMap<>();
        private final Map<String, String> replyNames = new LinkedHashMap<>();
        private final Map<String, Object> fixed = new LinkedHashMap<>();
        private @Nullable String envelope;
        private @Nullable UnaryOperator<@Nullable Object> body;
        private boolean listsOnly;
        private final List<JsonPointer> answers = new ArrayList<>();
        private @Nullable JsonPointer error;

        private Builder(String defaultName) {
            super(defaultName);
        }

        /** Sets the base URL of the service, for example {@code http://localhost:8080}. */
        @Override
        public Builder baseUrl(String baseUrl) {
            return super.baseUrl(baseUrl);
        }

        /**
         * Sets the path of a model; {@code /predict} by default. {@code {model}} in it is replaced by the service's id
         * of the model: with the path {@code /v1/{model}/predict}, {@code reviews/sentiment} is sent to
         * {@code /v1/sentiment/predict}.
         */
        public Builder path(String path) {
            once("path");
            this.path = Objects.requireNonNull(path, "path");
            return this;
        }

        /**
         * Sets the path of a model with a version, with {@code {model}} and {@code {version}}: the id
         * {@code sentiment@2} is version 2 of {@code sentiment}. By default ids are not split.
         */
        public Builder versionPath(String versionPath) {
            once("versionPath");
            this.versionPath = Objects.requireNonNull(versionPath, "versionPath");
            return this;
        }

        /** Sets a rule for the path, instead of {@link #path(String)} and {@link #versionPath}. */
        public Builder path(PathRule path) {
            once("path");
            this.pathRule = Objects.requireNonNull(path, "path");
            return this;
        }

        /**
         * Sets the HTTP method; {@code POST} by default.
         *
         * @throws IllegalArgumentException if the method has no body: use POST, PUT or PATCH
         */
        public Builder method(String method) {
            once("method");
            if (!METHODS.contains(method)) {
                throw new IllegalArgumentException("method \"" + method + "\": use POST, PUT or PATCH");
            }
            this.method = method;
            return this;
        }

        /**
         * Sets the header that carries the credential; {@code Authorization: Bearer …} by default.
         *
         * @param name for example {@code X-Api-Key}
         * @param prefix the text before the secret, possibly empty
         */
        public Builder credentialHeader(String name, String prefix) {
            once("credentialHeader");
            http().credentialHeader(Objects.requireNonNull(name, "name"), Objects.requireNonNull(prefix, "prefix"));
            return this;
        }

        /** Sends a field of the payload, or of each element of a list, under the service's name. */
        public Builder requestName(String ours, String theirs) {
            once("the request's name of " + ours);
            requestNames.put(ours, Objects.requireNonNull(theirs, "theirs"));
            return this;
        }

        /** Sends the payload inside a field of this name; by default it is the whole body. */
        public Builder requestEnvelope(String field) {
            once("requestEnvelope");
            this.envelope = Objects.requireNonNull(field, "field");
            return this;
        }

        /**
         * Adds a field of plain JSON to every request's body, which must be an object; a field of the payload overrides
         * it.
         */
        public Builder requestField(String name, Object value) {
            once("the request's field " + name);
            fixed.put(name, Objects.requireNonNull(value, "value"));
            return this;
        }

        /**
         * Builds the body by a function of the payload as plain JSON (maps, lists, strings, numbers, booleans, null),
         * after fields are renamed and before the envelope is added.
         */
        public Builder requestBody(UnaryOperator<@Nullable Object> body) {
            once("requestBody");
            this.body = Objects.requireNonNull(body, "body");
            return this;
        }

        /**
         * Sets whether the service takes and returns lists only: then a single payload is sent as a list of one, and
         * its answer is taken from the list. False by default.
         */
        public Builder listsOnly(boolean listsOnly) {
            once("listsOnly");
            this.listsOnly = listsOnly;
            return this;
        }

        /**
         * Sets where in the reply the answer is, by JSON pointers (RFC 6901) such as {@code /result/0}; the first that
         * matches counts. By default the whole body is the answer.
         *
         * @throws IllegalArgumentException if one is not a JSON pointer
         */
        public Builder answer(String... pointers) {
            once("answer");
            for (String pointer : pointers) {
                answers.add(JsonPointer.compile(pointer));
            }
            return this;
        }

        /** Renames a field of the answer, or of each element of a list, to our name. */
        public Builder replyName(String theirs, String ours) {
            once("the reply's name of " + theirs);
            replyNames.put(theirs, Objects.requireNonNull(ours, "ours"));
            return this;
        }

        /**
         * Sets where a reply with status 2xx may have an error, by a JSON pointer such as {@code /error}: a value there
         * other than null fails the call with {@link ErrorKind#SERVER_ERROR}. By default a 2xx is always an answer.
         *
         * @throws IllegalArgumentException if it is not a JSON pointer
         */
        public Builder error(String pointer) {
            once("error");
            this.error = JsonPointer.compile(pointer);
            return this;
        }

        private JsonMapping mapping() {
            return new JsonMapping(
                    Map.copyOf(requestNames),
                    listsOnly,
                    body,
                    envelope,
                    new LinkedHashMap<>(fixed),
                    List.copyOf(answers),
                    Map.copyOf(replyNames));
        }

        private ErrorReader errors() {
            JsonPointer pointer = error;
            return pointer == null ? JsonErrors::read : (status, body) -> read(status, body, pointer);
        }

        private static @Nullable VendorError read(int status, JsonNode body, JsonPointer pointer) {
            if (status >= 400) {
                return JsonErrors.read(status, body);
            }
            JsonNode found = body.at(pointer);
            if (found.isMissingNode() || found.isNull()) {
                return null;
            }
            VendorError error = JsonErrors.of(found);
            return error != null ? error : new VendorError(ErrorKind.SERVER_ERROR, null, found.toString());
        }

        /**
         * Returns the adapter; no socket is opened before the first call.
         *
         * @throws IllegalStateException if the base URL is missing
         * @throws IllegalArgumentException if a path is invalid, or a maximum size is not positive
         */
        public JsonHttpAdapter build() {
            if (pathRule != null && versionPath != null) {
                throw new IllegalStateException(
                        "versionPath cannot be combined with a rule for the path: remove one of the two");
            }
            PathRule rule =
                    pathRule != null ? pathRule : PathRule.template(path == null ? "/predict" : path, versionPath);
            return new JsonHttpAdapter(this, endpoint(null, errors()), rule);
        }
    }
}
