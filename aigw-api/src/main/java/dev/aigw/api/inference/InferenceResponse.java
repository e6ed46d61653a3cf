package dev.aigw.api.inference;

import dev.aigw.api.ModelReply;
import dev.aigw.api.Route;
import dev.aigw.api.internal.SetOnce;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The output tensors of a model. Immutable.
 *
 * <p>Two responses are equal when their answers are; the {@linkplain #route() route} does not count.
 */
public final class InferenceResponse implements ModelReply {

    private final @Nullable String modelName;
    private final @Nullable String modelVersion;
    private final @Nullable String id;
    private final List<Tensor> outputs;
    private final Map<String, ?> parameters;
    private final Route route;

    private InferenceResponse(Builder builder) {
        this.modelName = builder.modelName;
        this.modelVersion = builder.modelVersion;
        this.id = builder.id;
        this.outputs = List.copyOf(builder.outputs);
        this.parameters = builder.parameters.isEmpty()
                ? Map.of()
                : Collections.unmodifiableMap(new LinkedHashMap<>(builder.parameters));
        this.route = builder.route;
    }

    /** Starts a response without outputs. */
    public static Builder builder() {
        return new Builder();
    }

    /** Starts from this response; every property may be set once more. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.modelName = modelName;
        builder.modelVersion = modelVersion;
        builder.id = id;
        builder.outputs.addAll(outputs);
        builder.parameters.putAll(parameters);
        builder.route = route;
        return builder;
    }

    /** Returns the model as the server reported it, or null. */
    public @Nullable String modelName() {
        return modelName;
    }

    /** Returns the model's version as the server reported it, or null. */
    public @Nullable String modelVersion() {
        return modelVersion;
    }

    /** Returns the id of the request, or null. */
    public @Nullable String id() {
        return id;
    }

    /** Returns the outputs in order. */
    public List<Tensor> outputs() {
        return outputs;
    }

    /**
     * Returns the output of this name.
     *
     * @throws NoSuchElementException if there is none
     */
    public Tensor output(String name) {
        for (Tensor output : outputs) {
            if (output.name().equals(name)) {
                return output;
            }
        }
        throw new NoSuchElementException("no output is named " + name + ": there are "
                + outputs.stream().map(Tensor::name).toList());
    }

    /** Returns the server's parameters, as plain JSON values. */
    public Map<String, ?> parameters() {
        return parameters;
    }

    @Override
    public Route route() {
        return route;
    }

    @Override
    public InferenceResponse withRoute(Route route) {
        return toBuilder().route(route).build();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof InferenceResponse that
                && Objects.equals(modelName, that.modelName)
                && Objects.equals(modelVersion, that.modelVersion)
                && Objects.equals(id, that.id)
                && outputs.equals(that.outputs)
                && parameters.equals(that.parameters);
    }

    @Override
    public int hashCode() {
        return Objects.hash(modelName, modelVersion, id, outputs, parameters);
    }

    @Override
    public String toString() {
        return "InferenceResponse{modelName=" + modelName + ", modelVersion=" + modelVersion + ", outputs=" + outputs
                + "}";
    }

    /**
     * Builds an {@link InferenceResponse}. Setting a single-valued property twice throws {@link IllegalStateException}.
     * Not safe for use by several threads.
     */
    public static final class Builder {

        private final SetOnce once = new SetOnce();
        private @Nullable String modelName;
        private @Nullable String modelVersion;
        private @Nullable String id;
        private final List<Tensor> outputs = new ArrayList<>(2);
        private final Map<String, Object> parameters = new LinkedHashMap<>(0);
        private Route route = Route.NONE;

        private Builder() {}

        /** Sets the model as the server reported it. */
        public Builder modelName(@Nullable String modelName) {
            once.check(0, "modelName");
            this.modelName = modelName;
            return this;
        }

        /** Sets the model's version as the server reported it. */
        public Builder modelVersion(@Nullable String modelVersion) {
            once.check(1, "modelVersion");
            this.modelVersion = modelVersion;
            return this;
        }

        /** Sets the id of the request. */
        public Builder id(@Nullable String id) {
            once.check(2, "id");
            this.id = id;
            return this;
        }

        /** Adds an output. */
        public Builder output(Tensor output) {
            outputs.add(Objects.requireNonNull(output, "output"));
            once.mark(3);
            return this;
        }

        /**
         * Sets the outputs, replacing those of the response that this builder started from.
         *
         * @throws IllegalStateException if this builder was given outputs before, which would be lost
         */
        public Builder outputs(List<Tensor> outputs) {
            once.check(3, "outputs");
            this.outputs.clear();
            this.outputs.addAll(outputs);
            return this;
        }

        /** Sets a parameter, replacing one of that name. */
        public Builder parameter(String name, @Nullable Object value) {
            parameters.put(Objects.requireNonNull(name, "name"), value);
            return this;
        }

        /** Sets the route that led to this reply; {@link Route#NONE} by default. */
        public Builder route(Route route) {
            once.check(4, "route");
            this.route = Objects.requireNonNull(route, "route");
            return this;
        }

        /** Returns the response. */
        public InferenceResponse build() {
            return new InferenceResponse(this);
        }
    }
}
