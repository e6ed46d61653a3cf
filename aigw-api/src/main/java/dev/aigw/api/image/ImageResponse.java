package dev.aigw.api.image;

import dev.aigw.api.ModelReply;
import dev.aigw.api.Route;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.Media;
import dev.aigw.api.internal.SetOnce;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Generated images. Immutable.
 *
 * <p>Two responses are equal when their answers are; the {@linkplain #route() route} does not count.
 */
public final class ImageResponse implements ModelReply {

    /**
     * One image.
     *
     * @param media the image: its bytes, or a URL that may expire
     * @param revisedPrompt the prompt as the vendor rewrote it, or null
     */
    public record GeneratedImage(Media media, @Nullable String revisedPrompt) {}

    private final @Nullable String model;
    private final List<GeneratedImage> images;
    private final TokenUsage usage;
    private final Map<String, ?> extra;
    private final Route route;

    private ImageResponse(
            @Nullable String model, List<GeneratedImage> images, TokenUsage usage, Map<String, ?> extra, Route route) {
        this.model = model;
        this.images = images;
        this.usage = usage;
        this.extra = extra;
        this.route = route;
    }

    /** Starts a response without images. */
    public static Builder builder() {
        return new Builder();
    }

    /** Starts from this response; every property may be set once more. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.model = model;
        builder.images.addAll(images);
        builder.usage = usage;
        builder.extra.putAll(extra);
        builder.route = route;
        return builder;
    }

    /** Returns the model as the vendor reported it, or null. */
    public @Nullable String model() {
        return model;
    }

    /** Returns the images, in the vendor's order. */
    public List<GeneratedImage> images() {
        return images;
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
    public ImageResponse withRoute(Route route) {
        return new ImageResponse(model, images, usage, extra, Objects.requireNonNull(route, "route"));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ImageResponse that
                && Objects.equals(model, that.model)
                && images.equals(that.images)
                && usage.equals(that.usage)
                && extra.equals(that.extra);
    }

    @Override
    public int hashCode() {
        return Objects.hash(model, images, usage, extra);
    }

    /** Returns the model and sizes; content stays out of logs. */
    @Override
    public String toString() {
        return "ImageResponse{model=" + model + ", " + images.size() + " images, usage=" + usage + "}";
    }

    /**
     * Builds an {@link ImageResponse}. Setting a single-valued property twice throws {@link IllegalStateException}. Not
     * safe for use by several threads.
     */
    public static final class Builder {

        private final SetOnce once = new SetOnce();
        private @Nullable String model;
        private final List<GeneratedImage> images = new ArrayList<>();
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

        /** Adds an image. */
        public Builder image(GeneratedImage image) {
            images.add(Objects.requireNonNull(image, "image"));
            once.mark(1);
            return this;
        }

        /**
         * Sets the images, replacing those of the response that this builder started from.
         *
         * @throws IllegalStateException if this builder was given any before, which would be lost
         */
        public Builder images(List<GeneratedImage> images) {
            once.check(1, "images");
            this.images.clear();
            this.images.addAll(images);
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

        /** Returns the response. */
        public ImageResponse build() {
            Map<String, ?> copy = extra.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(extra));
            return new ImageResponse(model, List.copyOf(images), usage, copy, route);
        }
    }
}
