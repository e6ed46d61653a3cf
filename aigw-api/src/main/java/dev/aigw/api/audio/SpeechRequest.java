package dev.aigw.api.audio;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.internal.ExtraScope;
import dev.aigw.api.internal.JsonDepth;
import dev.aigw.api.internal.SetOnce;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A text to be spoken. Immutable. Properties that are null are not sent, so the vendor's defaults apply.
 *
 * <pre>{@code
 * SpeechResponse speech = router.speak("reader", "alloy", "The train leaves at nine.");
 * Files.write(Path.of("train.mp3"), speech.audio().bytes());
 * }</pre>
 */
public final class SpeechRequest implements ModelRequest {

    /** Asks for the text as speech. */
    public static final Operation<SpeechRequest, SpeechResponse> SPEAK = Operation.builder(
                    "speak", SpeechRequest.class, SpeechResponse.class)
            .cacheable(true)
            .hedgeable(true)
            .build();

    private final String model;
    private final Identity identity;

    private SpeechRequest(String model, Identity identity) {
        this.model = model;
        this.identity = identity;
    }

    /**
     * Returns a request to speak {@code text} in {@code voice}.
     *
     * @throws GatewayException of kind {@link ErrorKind#INVALID_REQUEST} if something is blank or missing
     */
    public static SpeechRequest of(String model, String voice, String text) {
        return builder(model).voice(voice).text(text).build();
    }

    /** Starts a request to {@code model}, without a text. */
    public static Builder builder(String model) {
        Builder builder = new Builder(model);
        builder.once.mark(0);
        return builder;
    }

    /** Starts from this request; every property may be set once more. */
    public Builder toBuilder() {
        Builder builder = new Builder(model);
        builder.text = identity.text;
        builder.voice = identity.voice;
        builder.instructions = identity.instructions;
        builder.format = identity.format;
        builder.speed = identity.speed;
        builder.extra.putAll(identity.extra);
        return builder;
    }

    @Override
    public String model() {
        return model;
    }

    /** Returns the text to be spoken. */
    public String text() {
        return identity.text;
    }

    /** Returns the voice in the vendor's words, for example {@code alloy}, or null. */
    public @Nullable String voice() {
        return identity.voice;
    }

    /** Returns how to speak, for example {@code calmly}, or null. */
    public @Nullable String instructions() {
        return identity.instructions;
    }

    /** Returns the file format, for example {@code mp3}, or null. */
    public @Nullable String format() {
        return identity.format;
    }

    /** Returns the speed, 1 being normal, or null. */
    public @Nullable Double speed() {
        return identity.speed;
    }

    @Override
    public Map<String, ?> extra() {
        return identity.extra;
    }

    @Override
    public SpeechRequest withExtra(Map<String, ?> extra) {
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
        return other instanceof SpeechRequest that && model.equals(that.model) && identity.equals(that.identity);
    }

    @Override
    public int hashCode() {
        return Objects.hash(model, identity);
    }

    /** Returns the model and sizes; content stays out of logs. */
    @Override
    public String toString() {
        return "SpeechRequest{model=" + model + ", " + identity.text.length() + " characters}";
    }

    private record Identity(
            String text,
            @Nullable String voice,
            @Nullable String instructions,
            @Nullable String format,
            @Nullable Double speed,
            Map<String, ?> extra) {
        @Override
        public String toString() {
            return "SpeechRequest.Identity";
        }
    }

    /**
     * Builds a {@link SpeechRequest}. Setting a single-valued property twice throws {@link IllegalStateException}. Not
     * safe for use by several threads.
     */
    public static final class Builder {

        private final SetOnce once = new SetOnce();
        private String model;
        private @Nullable String text;
        private @Nullable String voice;
        private @Nullable String instructions;
        private @Nullable String format;
        private @Nullable Double speed;
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

        /** Sets the text to be spoken. */
        public Builder text(String text) {
            once.check(1, "text");
            this.text = Objects.requireNonNull(text, "text");
            return this;
        }

        /** Sets the voice in the vendor's words, for example {@code alloy}. */
        public Builder voice(@Nullable String voice) {
            once.check(2, "voice");
            this.voice = voice;
            return this;
        }

        /** Sets how to speak, for example {@code calmly}. */
        public Builder instructions(@Nullable String instructions) {
            once.check(3, "instructions");
            this.instructions = instructions;
            return this;
        }

        /** Sets the file format, for example {@code mp3}, {@code opus} or {@code wav}. */
        public Builder format(@Nullable String format) {
            once.check(4, "format");
            this.format = format;
            return this;
        }

        /** Sets the speed, above 0; 1 is normal. */
        public Builder speed(@Nullable Double speed) {
            once.check(5, "speed");
            this.speed = speed;
            return this;
        }

        /**
         * Sets a field that is sent unchanged to the vendor that is asked first, replacing one of that name. A fallback
         * to another vendor leaves it out, with a warning. See {@link SpeechRequest#extra()} for the scopes of names.
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
        public SpeechRequest build() {
            if (model.isBlank()) {
                throw invalid("the request names no model: give builder(model) a name such as \"reader\"");
            }
            if (text == null) {
                throw invalid("the request has no text: set it by text(text)");
            }
            if (text.isBlank()) {
                throw invalid("the text is blank: say what is to be spoken");
            }
            if (speed != null && !(speed > 0)) {
                throw invalid("speed is " + speed + ": use a number above 0, or leave it unset");
            }
            Map<String, ?> copy = extra.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(extra));
            return new SpeechRequest(model, new Identity(text, voice, instructions, format, speed, copy));
        }

        private static GatewayException invalid(String message) {
            return GatewayException.of(ErrorKind.INVALID_REQUEST, message);
        }
    }
}
