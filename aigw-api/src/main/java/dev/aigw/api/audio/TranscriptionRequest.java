package dev.aigw.api.audio;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.chat.Media;
import dev.aigw.api.internal.ExtraScope;
import dev.aigw.api.internal.JsonDepth;
import dev.aigw.api.internal.SetOnce;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A recording to be transcribed. Immutable. Properties that are null are not sent, so the vendor's defaults apply.
 *
 * <pre>{@code
 * byte[] bytes = Files.readAllBytes(Path.of("meeting.mp3"));
 * String text = router.transcribe("scribe", Media.ofBytes("audio/mpeg", bytes)).text();
 * }</pre>
 */
public final class TranscriptionRequest implements ModelRequest {

    /**
     * Asks for the text of a recording. Neither cached nor hedged: recordings seldom repeat, and are large to store and
     * to send.
     */
    public static final Operation<TranscriptionRequest, TranscriptionResponse> TRANSCRIBE = Operation.builder(
                    "transcribe", TranscriptionRequest.class, TranscriptionResponse.class)
            .build();

    private final String model;
    private final Identity identity;

    private TranscriptionRequest(String model, Identity identity) {
        this.model = model;
        this.identity = identity;
    }

    /**
     * Returns a request to transcribe {@code audio}.
     *
     * @throws GatewayException of kind {@link ErrorKind#INVALID_REQUEST} if something is blank or missing
     */
    public static TranscriptionRequest of(String model, Media audio) {
        return builder(model).audio(audio).build();
    }

    /** Starts a request to {@code model}, without a recording. */
    public static Builder builder(String model) {
        Builder builder = new Builder(model);
        builder.once.mark(0);
        return builder;
    }

    /** Starts from this request; every property may be set once more. */
    public Builder toBuilder() {
        Builder builder = new Builder(model);
        builder.audio = identity.audio;
        builder.language = identity.language;
        builder.prompt = identity.prompt;
        builder.temperature = identity.temperature;
        builder.timestamps = identity.timestamps;
        builder.extra.putAll(identity.extra);
        return builder;
    }

    @Override
    public String model() {
        return model;
    }

    /** Returns the recording. */
    public Media audio() {
        return identity.audio;
    }

    /** Returns the language spoken, as an ISO-639-1 code such as {@code en}, or null to let the model detect it. */
    public @Nullable String language() {
        return identity.language;
    }

    /** Returns a text that guides style and spelling, or null. */
    public @Nullable String prompt() {
        return identity.prompt;
    }

    /** Returns the sampling temperature, or null. */
    public @Nullable Double temperature() {
        return identity.temperature;
    }

    /** Returns the parts of the text for which times are requested; none by default. */
    public Set<Timestamps> timestamps() {
        return identity.timestamps;
    }

    /** The parts of a text that can have times. */
    public enum Timestamps {
        /** Sentences or phrases. */
        SEGMENT,
        /** Single words. */
        WORD
    }

    @Override
    public Map<String, ?> extra() {
        return identity.extra;
    }

    @Override
    public TranscriptionRequest withExtra(Map<String, ?> extra) {
        Builder builder = toBuilder();
        builder.extra.clear();
        builder.extra.putAll(extra);
        return builder.build();
    }

    /** Returns everything but {@link #model()}, as a value. */
    @Override
    public Object cacheIdentity() {
        return identity;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TranscriptionRequest that && model.equals(that.model) && identity.equals(that.identity);
    }

    @Override
    public int hashCode() {
        return Objects.hash(model, identity);
    }

    /** Returns the model and sizes; content stays out of logs. */
    @Override
    public String toString() {
        return "TranscriptionRequest{model=" + model + ", " + identity.audio + "}";
    }

    private record Identity(
            Media audio,
            @Nullable String language,
            @Nullable String prompt,
            @Nullable Double temperature,
            Set<Timestamps> timestamps,
            Map<String, ?> extra) {
        @Override
        public String toString() {
            return "TranscriptionRequest.Identity";
        }
    }

    /**
     * Builds a {@link TranscriptionRequest}. Setting a single-valued property twice throws
     * {@link IllegalStateException}. Not safe for use by several threads.
     */
    public static final class Builder {

        private final SetOnce once = new SetOnce();
        private String model;
        private @Nullable Media audio;
        private @Nullable String language;
        private @Nullable String prompt;
        private @Nullable Double temperature;
        private Set<Timestamps> timestamps = Set.of();
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

        /** Sets the recording; the vendor learns the format from its MIME type. */
        public Builder audio(Media audio) {
            once.check(1, "audio");
            this.audio = Objects.requireNonNull(audio, "audio");
            return this;
        }

        /** Sets the language spoken, as an ISO-639-1 code such as {@code en}. */
        public Builder language(@Nullable String language) {
            once.check(2, "language");
            this.language = language;
            return this;
        }

        /** Sets a text that guides style and spelling, such as names or the preceding text. */
        public Builder prompt(@Nullable String prompt) {
            once.check(3, "prompt");
            this.prompt = prompt;
            return this;
        }

        /** Sets the sampling temperature, 0 or more. */
        public Builder temperature(@Nullable Double temperature) {
            once.check(4, "temperature");
            this.temperature = temperature;
            return this;
        }

        /** Sets the parts of the text for which times are requested. */
        public Builder timestamps(Set<Timestamps> timestamps) {
            once.check(5, "timestamps");
            this.timestamps = Set.copyOf(timestamps);
            return this;
        }

        /**
         * Sets a field that is sent unchanged to the vendor that is asked first, replacing one of that name. A fallback
         * to another vendor leaves it out, with a warning. See {@link TranscriptionRequest#extra()} for the scopes of
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
        public TranscriptionRequest build() {
            if (model.isBlank()) {
                throw invalid("the request names no model: give builder(model) a name such as \"scribe\"");
            }
            if (audio == null) {
                throw invalid("the request has no audio: set it by audio(media)");
            }
            if (temperature != null && !(temperature >= 0)) {
                throw invalid("temperature is " + temperature + ": use 0 or more, or leave it unset");
            }
            Map<String, ?> copy = extra.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(extra));
            return new TranscriptionRequest(
                    model, new Identity(audio, language, prompt, temperature, timestamps, copy));
        }

        private static GatewayException invalid(String message) {
            return GatewayException.of(ErrorKind.INVALID_REQUEST, message);
        }
    }
}
