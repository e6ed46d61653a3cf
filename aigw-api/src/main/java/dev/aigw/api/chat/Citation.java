package dev.aigw.api.chat;

import dev.aigw.api.internal.SetOnce;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A source that the model cites for a piece of its text. Immutable. */
public final class Citation {

    private final String kind;
    private final @Nullable String url;
    private final @Nullable String title;
    private final @Nullable String citedText;
    private final @Nullable Integer documentIndex;
    private final @Nullable Integer start;
    private final @Nullable Integer end;
    private final Map<String, ?> raw;

    private Citation(Builder builder) {
        this.kind = builder.kind;
        this.url = builder.url;
        this.title = builder.title;
        this.citedText = builder.citedText;
        this.documentIndex = builder.documentIndex;
        this.start = builder.start;
        this.end = builder.end;
        this.raw = Collections.unmodifiableMap(new LinkedHashMap<>(builder.raw));
    }

    /** Starts a citation of this kind. */
    public static Builder builder(String kind) {
        return new Builder(kind);
    }

    /** Starts from this citation; every property may be set once more. */
    public Builder toBuilder() {
        Builder builder = new Builder(kind);
        builder.url = url;
        builder.title = title;
        builder.citedText = citedText;
        builder.documentIndex = documentIndex;
        builder.start = start;
        builder.end = end;
        builder.raw = raw;
        return builder;
    }

    /**
     * Returns the vendor's name for the kind of location, for example {@code url_citation} or {@code page_location}.
     */
    public String kind() {
        return kind;
    }

    /** Returns the source's address, or null. */
    public @Nullable String url() {
        return url;
    }

    /** Returns the source's title, or null. */
    public @Nullable String title() {
        return title;
    }

    /** Returns the cited text, or null. */
    public @Nullable String citedText() {
        return citedText;
    }

    /** Returns the index of the cited document in the request, from 0, or null. */
    public @Nullable Integer documentIndex() {
        return documentIndex;
    }

    /** Returns where the cited passage begins, in the unit that {@link #kind()} implies, or null. */
    public @Nullable Integer start() {
        return start;
    }

    /** Returns where it ends, exclusive, in the same unit, or null. */
    public @Nullable Integer end() {
        return end;
    }

    /** Returns the citation as the vendor sent it. */
    public Map<String, ?> raw() {
        return raw;
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || (other instanceof Citation that
                        && kind.equals(that.kind)
                        && Objects.equals(url, that.url)
                        && Objects.equals(title, that.title)
                        && Objects.equals(citedText, that.citedText)
                        && Objects.equals(documentIndex, that.documentIndex)
                        && Objects.equals(start, that.start)
                        && Objects.equals(end, that.end)
                        && raw.equals(that.raw));
    }

    @Override
    public int hashCode() {
        return Objects.hash(kind, url, title, citedText, documentIndex, start, end, raw);
    }

    /** Returns the kind and the location; the cited text stays out of logs. */
    @Override
    public String toString() {
        return "Citation{" + kind + ", url=" + url + ", documentIndex=" + documentIndex + ", start=" + start + ", end="
                + end + "}";
    }

    /**
     * Builds a {@link Citation}. Setting the same thing twice throws {@link IllegalStateException}. Not safe for use by
     * several threads.
     */
    public static final class Builder {

        private final SetOnce once = new SetOnce();
        private final String kind;
        private @Nullable String url;
        private @Nullable String title;
        private @Nullable String citedText;
        private @Nullable Integer documentIndex;
        private @Nullable Integer start;
        private @Nullable Integer end;
        private Map<String, ?> raw = Map.of();

        private Builder(String kind) {
            this.kind = Objects.requireNonNull(kind, "kind");
        }

        /** Sets the source's address. */
        public Builder url(@Nullable String url) {
            once.check(0, "url");
            this.url = url;
            return this;
        }

        /** Sets the source's title. */
        public Builder title(@Nullable String title) {
            once.check(1, "title");
            this.title = title;
            return this;
        }

        /** Sets the cited text. */
        public Builder citedText(@Nullable String citedText) {
            once.check(2, "citedText");
            this.citedText = citedText;
            return this;
        }

        /** Sets the index of the cited document in the request, from 0. */
        public Builder documentIndex(@Nullable Integer documentIndex) {
            once.check(3, "documentIndex");
            this.documentIndex = documentIndex;
            return this;
        }

        /** Sets where the cited passage begins, in the unit that the kind implies. */
        public Builder start(@Nullable Integer start) {
            once.check(4, "start");
            this.start = start;
            return this;
        }

        /** Sets where it ends, exclusive, in the same unit. */
        public Builder end(@Nullable Integer end) {
            once.check(5, "end");
            this.end = end;
            return this;
        }

        /** Sets the citation as the vendor sent it; empty by default. */
        public Builder raw(Map<String, ?> raw) {
            once.check(6, "raw");
            this.raw = Objects.requireNonNull(raw, "raw");
            return this;
        }

        /** Returns the citation. */
        public Citation build() {
            return new Citation(this);
        }
    }
}
