package dev.aigw.api.audio;

import dev.aigw.api.ModelReply;
import dev.aigw.api.Route;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.internal.SetOnce;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The text of a recording. Immutable.
 *
 * <p>Two responses are equal when their answers are; the {@linkplain #route() route} does not count.
 */
public final class TranscriptionResponse implements ModelReply {

    /**
     * A phrase and when it was spoken.
     *
     * @param start from the recording's beginning
     * @param end from the recording's beginning
     * @param text its text
     * @param speaker the speaker, in the vendor's word, or null
     */
    public record Segment(
            Duration start,
            Duration end,
            String text,
            @Nullable String speaker) {}

    /**
     * A word and when it was spoken.
     *
     * @param start from the recording's beginning
     * @param end from the recording's beginning
     * @param text the word
     */
    public record Word(Duration start, Duration end, String text) {}

    private final @Nullable String model;
    private final String text;
    private final @Nullable String language;
    private final @Nullable Duration duration;
    private final List<Segment> segments;
    private final List<Word> words;
    private final TokenUsage usage;
    private final Map<String, ?> extra;
    private final Route route;

    private TranscriptionResponse(
            @Nullable String model,
            String text,
            @Nullable String language,
            @Nullable Duration duration,
            List<Segment> segments,
            List<Word> words,
            TokenUsage usage,
            Map<String, ?> extra,
            Route route) {
        this.model = model;
        this.text = text;
        this.language = language;
        this.duration = duration;
        this.segments = segments;
        this.words = words;
        this.usage = usage;
        this.extra = extra;
        this.route = route;
    }

    /** Starts a response without text. */
    public static Builder builder() {
        return new Builder();
    }

    /** Starts from this response; every property may be set once more. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.model = model;
        builder.text = text;
        builder.language = language;
        builder.duration = duration;
        builder.segments.addAll(segments);
        builder.words.addAll(words);
        builder.usage = usage;
        builder.extra.putAll(extra);
        builder.route = route;
        return builder;
    }

    /** Returns the model as the vendor reported it, or null. */
    public @Nullable String model() {
        return model;
    }

    /** Returns the whole text. */
    public String text() {
        return text;
    }

    /** Returns the detected language, in the vendor's word, or null. */
    public @Nullable String language() {
        return language;
    }

    /** Returns the length of the recording, or null. */
    public @Nullable Duration duration() {
        return duration;
    }

    /** Returns the phrases with their times; empty unless the vendor sent them. */
    public List<Segment> segments() {
        return segments;
    }

    /** Returns the words with their times; empty unless the vendor sent them. */
    public List<Word> words() {
        return words;
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
    public TranscriptionResponse withRoute(Route route) {
        return new TranscriptionResponse(
                model, text, language, duration, segments, words, usage, extra, Objects.requireNonNull(route, "route"));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TranscriptionResponse that
                && Objects.equals(model, that.model)
                && text.equals(that.text)
                && Objects.equals(language, that.language)
                && Objects.equals(duration, that.duration)
                && segments.equals(that.segments)
                && words.equals(that.words)
                && usage.equals(that.usage)
                && extra.equals(that.extra);
    }

    @Override
    public int hashCode() {
        return Objects.hash(model, text, language, duration, segments, words, usage, extra);
    }

    /** Returns the model and sizes; content stays out of logs. */
    @Override
    public String toString() {
        return "TranscriptionResponse{model=" + model + ", " + text.length() + " characters, usage=" + usage + "}";
    }

    /**
     * Builds a {@link TranscriptionResponse}. Setting a single-valued property twice throws
     * {@link IllegalStateException}. Not safe for use by several threads.
     */
    public static final class Builder {

        private final SetOnce once = new SetOnce();
        private @Nullable String model;
        private String text = "";
        private @Nullable String language;
        private @Nullable Duration duration;
        private final List<Segment> segments = new ArrayList<>();
        private final List<Word> words = new ArrayList<>();
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

        /** Sets the whole text; empty by default. */
        public Builder text(String text) {
            once.check(1, "text");
            this.text = Objects.requireNonNull(text, "text");
            return this;
        }

        /** Sets the detected language, in the vendor's word. */
        public Builder language(@Nullable String language) {
            once.check(2, "language");
            this.language = language;
            return this;
        }

        /** Sets the length of the recording. */
        public Builder duration(@Nullable Duration duration) {
            once.check(3, "duration");
            this.duration = duration;
            return this;
        }

        /** Adds a phrase. */
        public Builder segment(Segment segment) {
            segments.add(Objects.requireNonNull(segment, "segment"));
            once.mark(4);
            return this;
        }

        /**
         * Sets the phrases, replacing those of the response that this builder started from.
         *
         * @throws IllegalStateException if this builder was given any before, which would be lost
         */
        public Builder segments(List<Segment> segments) {
            once.check(4, "segments");
            this.segments.clear();
            this.segments.addAll(segments);
            return this;
        }

        /** Adds a word. */
        public Builder word(Word word) {
            words.add(Objects.requireNonNull(word, "word"));
            once.mark(5);
            return this;
        }

        /**
         * Sets the words, replacing those of the response that this builder started from.
         *
         * @throws IllegalStateException if this builder was given any before, which would be lost
         */
        public Builder words(List<Word> words) {
            once.check(5, "words");
            this.words.clear();
            this.words.addAll(words);
            return this;
        }

        /** Sets the tokens used; {@link TokenUsage#NONE} by default. */
        public Builder usage(TokenUsage usage) {
            once.check(6, "usage");
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
            once.check(7, "route");
            this.route = Objects.requireNonNull(route, "route");
            return this;
        }

        /** Returns the response. */
        public TranscriptionResponse build() {
            Map<String, ?> copy = extra.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(extra));
            return new TranscriptionResponse(
                    model, text, language, duration, List.copyOf(segments), List.copyOf(words), usage, copy, route);
        }
    }
}
