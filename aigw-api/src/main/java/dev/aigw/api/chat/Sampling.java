package dev.aigw.api.chat;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.internal.SetOnce;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Sampling settings: how a model chooses the next token of an answer. Immutable.
 *
 * <p>Settings that are null are not sent, so the vendor's defaults apply.
 *
 * <pre>{@code
 * Sampling careful = Sampling.builder().temperature(0.2).topP(0.9).seed(7).build();
 * ChatRequest request = ChatRequest.builder("assistant").user("Why is the sky blue?").sampling(careful).build();
 * }</pre>
 */
public final class Sampling {

    /** The vendor's defaults. */
    public static final Sampling DEFAULT = new Sampling(new Builder());

    private final @Nullable Double temperature;
    private final @Nullable Double topP;
    private final @Nullable Integer topK;
    private final @Nullable Long seed;
    private final @Nullable Double frequencyPenalty;
    private final @Nullable Double presencePenalty;

    private Sampling(Builder builder) {
        this.temperature = builder.temperature;
        this.topP = builder.topP;
        this.topK = builder.topK;
        this.seed = builder.seed;
        this.frequencyPenalty = builder.frequencyPenalty;
        this.presencePenalty = builder.presencePenalty;
    }

    /** Starts from the vendor's defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Starts from these settings; each may be set once more. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.temperature = temperature;
        builder.topP = topP;
        builder.topK = topK;
        builder.seed = seed;
        builder.frequencyPenalty = frequencyPenalty;
        builder.presencePenalty = presencePenalty;
        return builder;
    }

    /** Returns the temperature, or null. */
    public @Nullable Double temperature() {
        return temperature;
    }

    /** Returns the share of probability to sample from (nucleus sampling), 0 to 1, or null. */
    public @Nullable Double topP() {
        return topP;
    }

    /** Returns the number of most likely tokens to sample from, or null. */
    public @Nullable Integer topK() {
        return topK;
    }

    /** Returns the seed for repeatable sampling, or null. */
    public @Nullable Long seed() {
        return seed;
    }

    /** Returns the frequency penalty, on tokens by how often they occurred, or null. */
    public @Nullable Double frequencyPenalty() {
        return frequencyPenalty;
    }

    /** Returns the presence penalty, on tokens that occurred at all, or null. */
    public @Nullable Double presencePenalty() {
        return presencePenalty;
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || (other instanceof Sampling that
                        && Objects.equals(temperature, that.temperature)
                        && Objects.equals(topP, that.topP)
                        && Objects.equals(topK, that.topK)
                        && Objects.equals(seed, that.seed)
                        && Objects.equals(frequencyPenalty, that.frequencyPenalty)
                        && Objects.equals(presencePenalty, that.presencePenalty));
    }

    @Override
    public int hashCode() {
        return Objects.hash(temperature, topP, topK, seed, frequencyPenalty, presencePenalty);
    }

    @Override
    public String toString() {
        return "Sampling{temperature=" + temperature + ", topP=" + topP + ", topK=" + topK + ", seed=" + seed
                + ", frequencyPenalty=" + frequencyPenalty + ", presencePenalty=" + presencePenalty + "}";
    }

    /**
     * Builds {@link Sampling}. Setting the same thing twice throws {@link IllegalStateException}; null unsets what
     * {@link Sampling#toBuilder()} copied. Not safe for use by several threads.
     */
    public static final class Builder {

        private final SetOnce once = new SetOnce();
        private @Nullable Double temperature;
        private @Nullable Double topP;
        private @Nullable Integer topK;
        private @Nullable Long seed;
        private @Nullable Double frequencyPenalty;
        private @Nullable Double presencePenalty;

        private Builder() {}

        /** Sets the temperature, 0 or more. */
        public Builder temperature(@Nullable Double temperature) {
            once.check(0, "temperature");
            this.temperature = temperature;
            return this;
        }

        /** Sets the share of probability to sample from (nucleus sampling), 0 to 1. */
        public Builder topP(@Nullable Double topP) {
            once.check(1, "topP");
            this.topP = topP;
            return this;
        }

        /** Sets the number of most likely tokens to sample from. */
        public Builder topK(@Nullable Integer topK) {
            once.check(2, "topK");
            this.topK = topK;
            return this;
        }

        /** Sets the seed for repeatable sampling. */
        public Builder seed(long seed) {
            return seed(Long.valueOf(seed));
        }

        /** Sets or unsets the seed for repeatable sampling. */
        public Builder seed(@Nullable Long seed) {
            once.check(3, "seed");
            this.seed = seed;
            return this;
        }

        /** Sets the frequency penalty, on tokens by how often they occurred. */
        public Builder frequencyPenalty(@Nullable Double frequencyPenalty) {
            once.check(4, "frequencyPenalty");
            this.frequencyPenalty = frequencyPenalty;
            return this;
        }

        /** Sets the presence penalty, on tokens that occurred at all. */
        public Builder presencePenalty(@Nullable Double presencePenalty) {
            once.check(5, "presencePenalty");
            this.presencePenalty = presencePenalty;
            return this;
        }

        /**
         * Returns the settings.
         *
         * @throws GatewayException of kind {@link ErrorKind#INVALID_REQUEST} if one is out of range; the message names
         *     the fix
         */
        public Sampling build() {
            if (temperature != null && !(temperature >= 0 && temperature < Double.POSITIVE_INFINITY)) {
                throw invalid("temperature is " + temperature + ": use 0 or more, or leave it unset");
            }
            if (topP != null && !(topP >= 0 && topP <= 1)) {
                throw invalid("topP is " + topP + ": use 0 to 1, or leave it unset");
            }
            finite("frequencyPenalty", frequencyPenalty);
            finite("presencePenalty", presencePenalty);
            return new Sampling(this);
        }

        private static void finite(String property, @Nullable Double value) {
            if (value != null && !Double.isFinite(value)) {
                throw invalid(property + " is " + value + ": use a number, or leave it unset");
            }
        }

        private static GatewayException invalid(String message) {
            return GatewayException.of(ErrorKind.INVALID_REQUEST, message);
        }
    }
}
