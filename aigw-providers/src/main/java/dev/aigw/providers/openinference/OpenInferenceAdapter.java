package dev.aigw.providers.openinference;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.Credential;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.Timeouts;
import dev.aigw.api.inference.InferenceRequest;
import dev.aigw.api.inference.InferenceResponse;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.http.HttpBytes;
import dev.aigw.providers.http.HttpCall;
import dev.aigw.providers.http.HttpEndpoint;
import dev.aigw.providers.http.UpstreamModel;
import dev.aigw.providers.http.Urls;
import dev.aigw.providers.http.errors.JsonErrors;
import dev.aigw.providers.kit.HttpOptions;
import java.time.Duration;
import java.util.Objects;

/**
 * Speaks the Open Inference Protocol v2 over REST to Triton, KServe, MLServer, OpenVINO Model Server and others.
 *
 * <pre>{@code
 * ProviderAdapter triton = OpenInferenceAdapter.builder()
 *     .name("triton").baseUrl("http://localhost:8000").binary(true).build();
 * }</pre>
 *
 * <p>Serves {@link InferenceRequest#INFER}. A deployment's upstream id is the model's name, {@code resnet}, or with its
 * version, {@code resnet@3}; without one the server chooses. Tensors are sent as JSON, or with {@link Builder#binary}
 * as bytes, which is smaller, faster and exact. Replies are read in the form that the server chose.
 *
 * <p>Values that JSON cannot represent, infinite numbers and bytes that are not text, fail as
 * {@link ErrorKind#UNSUPPORTED} before anything is sent. Safe for use by many threads. Close it when done; a supplied
 * client stays open.
 *
 * @see <a href="https://github.com/kserve/open-inference-protocol">Open Inference Protocol: inference_rest, and the
 *     binary tensor data extension</a>
 */
public final class OpenInferenceAdapter implements ProviderAdapter {

    private final HttpEndpoint endpoint;
    private final boolean binary;
    private final Duration probeTimeout;

    private OpenInferenceAdapter(Builder builder, HttpEndpoint endpoint) {
        this.endpoint = endpoint;
        this.binary = builder.binary;
        this.probeTimeout = builder.probeTimeout;
    }

    /** Starts an adapter named {@code openinference} that sends JSON; it needs a base URL. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public String name() {
        return endpoint.name();
    }

    @Override
    public boolean supports(Operation<?, ?> operation) {
        return operation.equals(InferenceRequest.INFER);
    }

    @Override
    public <Q extends ModelRequest, R extends ModelReply> R call(
            Operation<Q, R> operation, Q request, AttemptContext attempt) {
        if (!operation.equals(InferenceRequest.INFER) || !(request instanceof InferenceRequest inference)) {
            throw endpoint.refusal(
                    ErrorKind.UNSUPPORTED, name() + " has no operation " + operation.name() + ": use infer", attempt);
        }
        return operation.replyType().cast(infer(inference, attempt));
    }

    private InferenceResponse infer(InferenceRequest request, AttemptContext attempt) {
        HttpCall call = endpoint.call("POST", modelPath(attempt) + "/infer", attempt);
        try {
            new InferEncoder(request, binary).into(call);
        } catch (IllegalArgumentException e) {
            throw endpoint.refusal(ErrorKind.UNSUPPORTED, String.valueOf(e.getMessage()), attempt);
        }
        return InferDecoder.decode(endpoint.transport().fetch(call, attempt));
    }

    private String modelPath(AttemptContext attempt) {
        UpstreamModel model = UpstreamModel.of(attempt.model());
        String path = "/v2/models/" + Urls.segment(model.name());
        return model.version() == null ? path : path + "/versions/" + Urls.segment(model.version());
    }

    /**
     * Returns whether the server takes requests. False when it reports that it does not, and when it cannot be reached.
     *
     * @throws GatewayException if it does not accept the credential
     */
    public boolean isLive() {
        return isReady("/v2/health/live", probe("server"));
    }

    /**
     * Returns whether all models of the server are ready. False as for {@link #isLive()}.
     *
     * @throws GatewayException if the server does not accept the credential
     */
    public boolean isReady() {
        return isReady("/v2/health/ready", probe("server"));
    }

    /**
     * Returns whether a model is ready, {@code resnet} or {@code resnet@3}. False as for {@link #isLive()}, and for a
     * model that the server does not have.
     *
     * @throws GatewayException if the server does not accept the credential
     */
    public boolean isReady(String model) {
        AttemptContext attempt = probe(model);
        return isReady(modelPath(attempt) + "/ready", attempt);
    }

    /**
     * Returns the server's description of itself.
     *
     * @throws GatewayException if there is no answer
     */
    public ServerMetadata metadata() {
        return MetadataReader.server(get("/v2", probe("server")));
    }

    /**
     * Returns the inputs and outputs of a model, {@code resnet} or {@code resnet@3}.
     *
     * @throws GatewayException if there is no answer
     */
    public ModelMetadata metadata(String model) {
        AttemptContext attempt = probe(model);
        return MetadataReader.model(get(modelPath(attempt), attempt));
    }

    private HttpBytes get(String path, AttemptContext attempt) {
        return endpoint.transport().fetch(endpoint.call("GET", path, attempt), attempt);
    }

    private boolean isReady(String path, AttemptContext attempt) {
        try {
            JsonNode body = MetadataReader.parseOrNull(get(path, attempt));
            return body == null
                    || (body.path("live").asBoolean(true) && body.path("ready").asBoolean(true));
        } catch (GatewayException e) {
            if (e.kind() == ErrorKind.AUTHENTICATION || e.kind() == ErrorKind.PERMISSION) {
                throw e;
            }
            return false;
        }
    }

    private AttemptContext probe(String model) {
        return AttemptContext.builder(model)
                .timeouts(Timeouts.builder().attempt(probeTimeout).build())
                .build();
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
        return "OpenInferenceAdapter{" + endpoint + "}";
    }

    /**
     * Builds an {@link OpenInferenceAdapter}. Setting the same property twice throws {@link IllegalStateException}. Not
     * safe for use by several threads.
     */
    public static final class Builder extends HttpOptions<Builder> {

        private boolean binary;
        private Duration probeTimeout = Duration.ofSeconds(5);

        private Builder() {
            super("openinference");
        }

        /** Sets the base URL of the server, without {@code /v2}, for example {@code http://localhost:8000}. */
        @Override
        public Builder baseUrl(String baseUrl) {
            return super.baseUrl(baseUrl);
        }

        /**
         * Sets whether tensors are sent as bytes, by the binary tensor extension of Triton, MLServer and KServe; false
         * by default, for servers with JSON only. FP16 needs it on most servers.
         */
        public Builder binary(boolean binary) {
            once("binary");
            this.binary = binary;
            return this;
        }

        /**
         * Sets the timeout of readiness and metadata; 5 seconds by default. Inferences have the timeouts of their call.
         */
        public Builder probeTimeout(Duration probeTimeout) {
            once("probeTimeout");
            this.probeTimeout = Objects.requireNonNull(probeTimeout, "probeTimeout");
            return this;
        }

        /** Sets the credential, which is read for each call and sent as a bearer token; none by default. */
        @Override
        public Builder credential(Credential credential) {
            return super.credential(credential);
        }

        /**
         * Returns the adapter; no socket is opened before the first call.
         *
         * @throws IllegalStateException if the base URL is missing
         * @throws IllegalArgumentException if a maximum size is not positive
         */
        public OpenInferenceAdapter build() {
            return new OpenInferenceAdapter(this, endpoint(null, JsonErrors::read));
        }
    }
}
