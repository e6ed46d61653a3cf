package dev.aigw.api.embedding;

import dev.aigw.api.ModelReply;
import dev.aigw.api.Route;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.internal.SetOnce;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One vector for each text, in the order of the request. Immutable: vectors are copied in and out.
 *
 * <p>Two responses are equal when their answers are; the {@linkplain #route() route} does not count.
 */
public final class EmbeddingResponse implements ModelReply {

    private final @Nullable String model;
    private final float[][] vectors;
    private final TokenUsage usage;
    private final Route route;

    private EmbeddingResponse(@Nullable String model, float[][] vectors, TokenUsage usage, Route route) {
        this.model = model;
        this.vectors = vectors;
        this.usage = usage;
        this.route = route;
    }

    /** Starts a response without vectors. */
    public static Builder builder() {
        return new Builder();
    }

    /** Starts from this response; every property may be set once more. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.model = model;
        builder.vectors.addAll(Arrays.asList(vectors));
        builder.usage = usage;
        builder.route = route;
        return builder;
    }

    /** Returns the model as the vendor reported it, or null. */
    public @Nullable String model() {
        return model;
    }

    /** Returns the number of vectors. */
    public int size() {
        return vectors.length;
    }

    /**
     * Returns a copy of the vector of the text at {@code index}, from 0.
     *
     * @throws IndexOutOfBoundsException if there is none
     */
    public float[] vector(int index) {
        return vectors[Objects.checkIndex(index, vectors.length)].clone();
    }

    /** Returns copies of all vectors, in the order of the request. */
    public List<float[]> embeddings() {
        List<float[]> copies = new ArrayList<>(vectors.length);
        for (float[] vector : vectors) {
            copies.add(vector.clone());
        }
        return copies;
    }

    @Override
    public TokenUsage usage() {
        return usage;
    }

    @Override
    public Route route() {
        return route;
    }

    @Override
    public EmbeddingResponse withRoute(Route route) {
        return new EmbeddingResponse(model, vectors, usage, Objects.requireNonNull(route, "route"));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EmbeddingResponse that
                && Objects.equals(model, that.model)
                && Arrays.deepEquals(vectors, that.vectors)
                && usage.equals(that.usage);
    }

    @Override
    public int hashCode() {
        return Objects.hash(model, Arrays.deepHashCode(vectors), usage);
    }

    /** Returns the model and the number of vectors; content stays out of logs. */
    @Override
    public String toString() {
        return "EmbeddingResponse{model=" + model + ", " + vectors.length + " vectors, usage=" + usage + "}";
    }

    /**
     * Builds an {@link EmbeddingResponse}. Setting a single-valued property twice throws {@link IllegalStateException}.
     * Not safe for use by several threads.
     */
    public static final class Builder {

        private final SetOnce once = new SetOnce();
        private @Nullable String model;
        private final List<float[]> vectors = new ArrayList<>();
        private TokenUsage usage = TokenUsage.NONE;
        private Route route = Route.NONE;

        private Builder() {}

        /** Sets the model as the vendor reported it. */
        public Builder model(@Nullable String model) {
            once.check(0, "model");
            this.model = model;
            return this;
        }

        /** Adds the vector of the next text. */
        public Builder embedding(float[] vector) {
            vectors.add(vector.clone());
            once.mark(1);
            return this;
        }

        /**
         * Sets the vectors, replacing those of the response that this builder started from.
         *
         * @throws IllegalStateException if this builder was given vectors before, which would be lost
         */
        public Builder embeddings(List<float[]> vectors) {
            once.check(1, "embeddings");
            this.vectors.clear();
            vectors.forEach(vector -> this.vectors.add(vector.clone()));
            return this;
        }

        /** Sets the tokens used; {@link TokenUsage#NONE} by default. */
        public Builder usage(TokenUsage usage) {
            once.check(2, "usage");
            this.usage = Objects.requireNonNull(usage, "usage");
            return this;
        }

        /** Sets the route that led to this reply; {@link Route#NONE} by default. */
        public Builder route(Route route) {
            once.check(3, "route");
            this.route = Objects.requireNonNull(route, "route");
            return this;
        }

        /** Returns the response. */
        public EmbeddingResponse build() {
            return new EmbeddingResponse(model, vectors.toArray(new float[0][]), usage, route);
        }
    }
}
