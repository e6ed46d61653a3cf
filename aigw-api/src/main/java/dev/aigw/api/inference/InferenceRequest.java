package dev.aigw.api.inference;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.internal.SetOnce;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Input tensors for a model. Immutable. */
public final class InferenceRequest implements ModelRequest {

    /** Asks for the output tensors for given input tensors. */
    public static final Operation<InferenceRequest, InferenceResponse> INFER = Operation.builder(
                    "infer", InferenceRequest.class, InferenceResponse.class)
            .cacheable(true)
            .hedgeable(true)
            .build();

    private final String model;
    private final @Nullable String id;
    private final Identity identity;

    private InferenceRequest(String model, @Nullable String id, Identity identity) {
        this.model = model;
        this.id = id;
        this.identity = identity;
    }

    /**
     * Returns a request for all outputs of these inputs.
     *
     * @throws GatewayException of kind {@link ErrorKind#INVALID_REQUEST} if the model's name is blank or there is no
     *     input
     */
    public static InferenceRequest of(String model, Tensor... inputs) {
        return builder(model).inputs(List.of(inputs)).build();
    }

    /** Starts a request to {@code model}, without inputs. */
    public static Builder builder(String model) {
        Builder builder = new Builder(model);
        builder.once.mark(0);
        return builder;
    }

    /** Starts from this request; every property may be set once more. */
    public Builder toBuilder() {
        Builder builder = new Builder(model);
        builder.id = id;
        builder.inputs.addAll(identity.inputs);
        builder.outputs = identity.outputs;
        builder.parameters.putAll(identity.parameters);
        return builder;
    }

    @Override
    public String model() {
        return model;
    }

    /** Returns the caller's id of this request, which the server sends back, or null. */
    public @Nullable String id() {
        return id;
    }

    /** Returns the inputs, at least one. */
    public List<Tensor> inputs() {
        return identity.inputs;
    }

    /** Returns the names of the requested outputs; empty for all. */
    public List<String> outputs() {
        return identity.outputs;
    }

    /** Returns parameters that are sent to the server unchanged, as plain JSON values. */
    public Map<String, ?> parameters() {
        return identity.parameters;
    }

    /** Returns everything but {@link #model()} and {@link #id()}, as a value. */
    @Override
    public Object cacheIdentity() {
        return identity;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof InferenceRequest that
                && model.equals(that.model)
                && Objects.equals(id, that.id)
                && identity.equals(that.identity);
    }

    @Override
    public int hashCode() {
        return Objects.hash(model, id, identity);
    }

    @Override
    public String toString() {
        return "InferenceRequest{model=" + model + ", inputs=" + identity.inputs + "}";
    }

    private record Identity(List<Tensor> inputs, List<String> outputs, Map<String, ?> parameters) {
        @Override
        public String toString() {
            return "InferenceRequest.Identity{" + inputs + "}";
        }
    }

    /**
     * Builds an {@link InferenceRequest}. Setting a single-valued property twice throws {@link IllegalStateException}.
     * Not safe for use by several threads.
     */
    public static final class Builder {

        private final SetOnce once = new SetOnce();
        private String model;
        private @Nullable String id;
        private final List<Tensor> inputs = new ArrayList<>(2);
        private List<String> outputs = List.of();
        private final Map<String, Object> parameters = new LinkedHashMap<>(0);

        private Builder(String model) {
            this.model = Objects.requireNonNull(model, "model");
        }

        /** Sets the model, replacing that of the request that this builder started from. */
        public Builder model(String model) {
            once.check(0, "model");
            this.model = Objects.requireNonNull(model, "model");
            return this;
        }

        /** Sets the caller's id of this request. */
        public Builder id(@Nullable String id) {
            once.check(1, "id");
            this.id = id;
            return this;
        }

        /** Adds an input. */
        public Builder input(Tensor input) {
            inputs.add(Objects.requireNonNull(input, "input"));
            once.mark(2);
            return this;
        }

        /**
         * Sets the inputs, replacing those of the request that this builder started from.
         *
         * @throws IllegalStateException if this builder was given inputs before, which would be lost
         */
        public Builder inputs(List<Tensor> inputs) {
            once.check(2, "inputs");
            this.inputs.clear();
            this.inputs.addAll(inputs);
            return this;
        }

        /** Sets the names of the requested outputs; empty, the default, for all. */
        public Builder outputs(List<String> outputs) {
            once.check(3, "outputs");
            this.outputs = List.copyOf(outputs);
            return this;
        }

        /** Sets a parameter that is sent to the server unchanged, replacing one of that name. */
        public Builder parameter(String name, @Nullable Object value) {
            parameters.put(Objects.requireNonNull(name, "name"), value);
            return this;
        }

        /**
         * Returns the request.
         *
         * @throws GatewayException of kind {@link ErrorKind#INVALID_REQUEST} if something is missing; the message names
         *     the fix
         */
        public InferenceRequest build() {
            if (model.isBlank()) {
                throw invalid("the request names no model: give builder(model) a name such as \"resnet\"");
            }
            if (inputs.isEmpty()) {
                throw invalid("the request has no inputs: add at least one by input(tensor)");
            }
            Set<String> names = new HashSet<>();
            for (Tensor input : inputs) {
                if (!names.add(input.name())) {
                    throw invalid("two inputs are named " + input.name() + ": rename or remove one");
                }
            }
            Map<String, ?> copy =
                    parameters.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
            return new InferenceRequest(model, id, new Identity(List.copyOf(inputs), outputs, copy));
        }

        private static GatewayException invalid(String message) {
            return GatewayException.of(ErrorKind.INVALID_REQUEST, message);
        }
    }
}
