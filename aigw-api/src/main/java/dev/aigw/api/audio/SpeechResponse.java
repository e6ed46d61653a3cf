package dev.aigw.api.audio;

import dev.aigw.api.ModelReply;
import dev.aigw.api.Route;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.Media;
import dev.aigw.api.internal.SetOnce;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Spoken text. Immutable.
 *
 * <p>Two responses are equal when their answers are; the {@linkplain #route() route} does not count.
 */
public final class SpeechResponse implements ModelReply {

    private final @Nullable String model;
    private final Media audio;
    private final TokenUsage usage;
    private final Map<String, ?> extra;
    private final Route route;

    private SpeechResponse(@Nullable String model, Media audio, TokenUsage usage, Map<String, ?> extra, Route route) {
        this.model = model;
        this.audio = audio;
        this.usage = usage;
        this.extra = extra;
        this.route = route;
    }

    /** Starts a response without audio. */
    public static Builder builder() {
        return new Builder();
    }

    /** Starts from this response; every property may be set once more. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.model = model;
        builder.audio = audio;
        builder.usage = usage;
        builder.extra.putAll(extra);
        builder.route = route;
        return builder;
    }

    /** Returns the model as the vendor reported it, or null. */
    public @Nullable String model() {
        return model;
    }

    /** Returns the audio. */
    public Media audio() {
        return audio;
    }

    /** Returns other fields of the vendor's reply, as plain JSON values. */
    public Map<String, ?> extra() {
        return extra;
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
    public SpeechResponse withRoute(Route route) {
        return new SpeechResponse(model, audio, usage, extra, Objects.requireNonNull(route, "route"));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SpeechResponse that
                && Objects.equals(model, that.model)
                && audio.equals(that.audio)
                && usage.equals(that.usage)
                && extra.equals(that.extra);
    }

    @Override
    public int hashCode() {
        return Objects.hash(model, audio, usage, extra);
    }

    /** Returns the model and sizes; content stays out of logs. */
    @Override
    public String toString() {
        return "SpeechResponse{model=" + model + ", " + audio + ", usage=" + usage + "}";
    }

    /**
     * Builds a {@link SpeechResponse}. Setting a single-valued property twice throws {@link IllegalStateException}. Not
     * safe for use by several threads.
     */
    public static final class Builder {

        private final SetOnce once = new SetOnce();
        private @Nullable String model;
        private @Nullable Media audio;
        private TokenUsage usage = TokenUsage.NONE;
        private final Map<String, Object> extra = new LinkedHashMap<>(0);
        private Route route = Route.NONE;

        private Builder() {}

        /** Sets the model as the vendor reported it. */
        public Builder model(@Nullable String model) {
            once.check(0, "model");
            this.model = model;
            return this;
        }

        /** Sets the audio. */
        public Builder audio(Media audio) {
            once.check(1, "audio");
            this.audio = Objects.requireNonNull(audio, "audio");
            return this;
        }

        /** Sets the tokens used; {@link TokenUsage#NONE} by default. */
        public Builder usage(TokenUsage usage) {
            once.check(2, "usage");
            this.usage = Objects.requireNonNull(usage, "usage");
            return this;
        }

        /** Sets another field of the vendor's reply, replacing one of that name. */
        public Builder extra(String name, @Nullable Object value) {
            extra.put(Objects.requireNonNull(name, "name"), value);
            return this;
        }

        /** Sets the route that led to this reply; {@link Route#NONE} by default. */
        public Builder route(Route route) {
            once.check(3, "route");
            this.route = Objects.requireNonNull(route, "route");
            return this;
        }

        /**
         * Returns the response.
         *
         * @throws IllegalStateException if audio is missing
         */
        public SpeechResponse build() {
            if (audio == null) {
                throw new IllegalStateException("the response has no audio: set it by audio(media)");
            }
            Map<String, ?> copy = extra.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(extra));
            return new SpeechResponse(model, audio, usage, copy, route);
        }
    }
}
