package dev.aigw.api.embedding;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.internal.ContentHash;
import dev.aigw.api.internal.ExtraScope;
import dev.aigw.api.internal.JsonDepth;
import dev.aigw.api.internal.SetOnce;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Texts to be turned into vectors. Immutable. Properties that are null are not sent, so the vendor's defaults apply.
 */
public final class EmbeddingRequest implements ModelRequest {

    /** Asks for one vector per text. */
    public static final Operation<EmbeddingRequest, EmbeddingResponse> EMBED = Operation.builder(
                    "embed", EmbeddingRequest.class, EmbeddingResponse.class)
            .cacheable(true)
            .hedgeable(true)
            .build();

    private final String model;
    private final Identity identity;
    private final @Nullable String user;

    private EmbeddingRequest(String model, Identity identity, @Nullable String user) {
        this.model = model;
        this.identity = identity;
        this.user = user;
    }

    /**
     * Returns a request for these texts.
     *
     * @throws GatewayException of kind {@link ErrorKind#INVALID_REQUEST} if the model's name is blank or there is no
     *     text
     */
    public static EmbeddingRequest of(String model, String... inputs) {
        return of(model, List.of(inputs));
    }

    /**
     * Returns a request for these texts.
     *
     * @throws GatewayException of kind {@link ErrorKind#INVALID_REQUEST} if the model's name is blank or there is no
     *     text
     */
    public static EmbeddingRequest of(String model, List<String> inputs) {
        return builder(model).inputs(inputs).build();
    }

    /** Starts a request to {@code model}, without texts. */
    public static Builder builder(String model) {
        Builder builder = new Builder(model);
        builder.once.mark(0);
        return builder;
    }

    /** Starts from this request; every property may be set once more. */
    public Builder toBuilder() {
        Builder builder = new Builder(model);
        builder.inputs.addAll(identity.inputs);
        builder.dimensions = identity.dimensions;
        builder.user = user;
        builder.extra.putAll(identity.extra);
        return builder;
    }

    @Override
    public String model() {
        return model;
    }

    /** Returns the texts, at least one. */
    public List<String> inputs() {
        return identity.inputs;
    }

    /** Returns the requested number of dimensions, or null. */
    public @Nullable Integer dimensions() {
        return identity.dimensions;
    }

    /** Returns the id of the end user, sent to vendors that take one, or null. */
    public @Nullable String user() {
        return user;
    }

    @Override
    public Map<String, ?> extra() {
        return identity.extra;
    }

    @Override
    public EmbeddingRequest withExtra(Map<String, ?> extra) {
        Builder builder = toBuilder();
        builder.extra.clear();
        builder.extra.putAll(extra);
        return builder.build();
    }

    /** Returns everything but {@link #model()} and {@link #user()}, as a value. */
    @Override
    public Object cacheIdentity() {
        return identity;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EmbeddingRequest that
                && model.equals(that.model)
                && identity.equals(that.identity)
                && Objects.equals(user, that.user);
    }

    @Override
    public int hashCode() {
        return Objects.hash(model, identity, user);
    }

    /** Returns the model and the number of texts; content stays out of logs. */
    @Override
    public String toString() {
        return "EmbeddingRequest{model=" + model + ", " + identity.inputs.size() + " inputs}";
    }

    private record Identity(List<String> inputs, @Nullable Integer dimensions, Map<String, ?> extra) {
        @Override
        public int hashCode() {
            return 31 * (31 * ContentHash.of(inputs) + Objects.hashCode(dimensions)) + extra.hashCode();
        }

        @Override
        public String toString() {
            return "EmbeddingRequest.Identity{" + inputs.size() + " inputs}";
        }
    }

    /**
     * Builds an {@link EmbeddingRequest}. Setting a single-valued property twice throws {@link IllegalStateException}.
     * Not safe for use by several threads.
     */
    public static final class Builder {

        private final SetOnce once = new SetOnce();
        private String model;
        private final List<String> inputs = new ArrayList<>(1);
        private @Nullable Integer dimensions;
        private @Nullable String user;
        private final Map<String, Object> extra = new LinkedHashMap<>(0);

        private Builder(String model) {
            this.model = Objects.requireNonNull(model, "model");
        }

        /** Sets the model, replacing that of the request that this builder started from. */
        public Builder model(String model) {
            once.check(0, "model");
            this.model = Objects.requireNonNull(model, "model");
            return this;
        }

        /** Adds a text. */
        public Builder input(String text) {
            inputs.add(Objects.requireNonNull(text, "text"));
            once.mark(1);
            return this;
        }

        /**
         * Sets the texts, replacing those of the request that this builder started from.
         *
         * @throws IllegalStateException if this builder was given texts before, which would be lost
         */
        public Builder inputs(List<String> texts) {
            once.check(1, "inputs");
            inputs.clear();
            inputs.addAll(texts);
            return this;
        }

        /** Sets the number of dimensions, at least 1. */
        public Builder dimensions(@Nullable Integer dimensions) {
            once.check(2, "dimensions");
            this.dimensions = dimensions;
            return this;
        }

        /** Sets the id of the end user. */
        public Builder user(@Nullable String user) {
            once.check(3, "user");
            this.user = user;
            return this;
        }

        /**
         * Sets a field that is sent unchanged to the vendor that is asked first, replacing one of that name. A fallback
         * to another vendor leaves it out, with a warning. See {@link EmbeddingRequest#extra()} for the scopes of
         * names.
         */
        public Builder extra(String name, @Nullable Object value) {
            JsonDepth.check("the field " + name, value);
            extra.put(Objects.requireNonNull(name, "name"), value);
            return this;
        }

        /**
         * Sets a field that is sent unchanged to one vendor only, replacing one of that name and vendor.
         *
         * @param vendor the name of an adapter or its vendor, such as {@code anthropic}
         * @throws IllegalArgumentException if the vendor is blank or has a slash
         */
        public Builder extra(String vendor, String name, @Nullable Object value) {
            return extra(ExtraScope.of(vendor, name), value);
        }

        /** Sets a field that is sent unchanged to every vendor, replacing one of that name. */
        public Builder extraEverywhere(String name, @Nullable Object value) {
            return extra(ExtraScope.ofAll(name), value);
        }

        /**
         * Returns the request.
         *
         * @throws GatewayException of kind {@link ErrorKind#INVALID_REQUEST} if something is missing or out of range;
         *     the message names the fix
         */
        public EmbeddingRequest build() {
            if (model.isBlank()) {
                throw invalid("the request names no model: give builder(model) a name such as \"embeddings\"");
            }
            if (inputs.isEmpty()) {
                throw invalid("the request has no inputs: add at least one by input(text)");
            }
            if (dimensions != null && dimensions < 1) {
                throw invalid("dimensions is " + dimensions + ": use 1 or more, or leave it unset");
            }
            Map<String, ?> copy = extra.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(extra));
            return new EmbeddingRequest(model, new Identity(List.copyOf(inputs), dimensions, copy), user);
        }

        private static GatewayException invalid(String message) {
            return GatewayException.of(ErrorKind.INVALID_REQUEST, message);
        }
    }
}
