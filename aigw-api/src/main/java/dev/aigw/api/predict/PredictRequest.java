package dev.aigw.api.predict;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.internal.JsonDepth;
import java.util.Objects;

/**
 * Any JSON for a model service: a plain JSON value, or an object such as a record that the adapter's mapper writes as
 * JSON. Immutable if the payload is.
 */
public final class PredictRequest implements ModelRequest {

    /** Asks for the service's answer to the payload. */
    public static final Operation<PredictRequest, PredictResponse> PREDICT = Operation.builder(
                    "predict", PredictRequest.class, PredictResponse.class)
            .cacheable(true)
            .hedgeable(true)
            .build();

    private final String model;
    private final Identity identity;

    private PredictRequest(String model, Object payload) {
        if (model.isBlank()) {
            throw GatewayException.of(
                    ErrorKind.INVALID_REQUEST, "the request names no model: give of(model, payload) a name");
        }
        this.model = model;
        JsonDepth.check("the payload", Objects.requireNonNull(payload, "payload"));
        this.identity = new Identity(payload);
    }

    /**
     * Returns a request. Equal payloads may share an answer, so an object that changes later must not define
     * {@code equals}.
     *
     * @throws GatewayException of kind {@link ErrorKind#INVALID_REQUEST} if the model's name is blank
     */
    public static PredictRequest of(String model, Object payload) {
        return new PredictRequest(model, payload);
    }

    @Override
    public String model() {
        return model;
    }

    /** Returns the payload: a plain JSON value, or an object that the adapter's mapper writes as JSON. */
    public Object payload() {
        return identity.payload;
    }

    /** Returns this request for another model. */
    public PredictRequest withModel(String model) {
        return new PredictRequest(model, identity.payload);
    }

    /** Returns the payload as a value. */
    @Override
    public Object cacheIdentity() {
        return identity;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PredictRequest that && model.equals(that.model) && identity.equals(that.identity);
    }

    @Override
    public int hashCode() {
        return 31 * model.hashCode() + identity.hashCode();
    }

    /** Returns the model and the payload's type; content stays out of logs. */
    @Override
    public String toString() {
        return "PredictRequest{model=" + model + ", payload of "
                + identity.payload.getClass().getSimpleName() + "}";
    }

    private record Identity(Object payload) {
        @Override
        public String toString() {
            return "PredictRequest.Identity{" + payload.getClass().getSimpleName() + "}";
        }
    }
}
