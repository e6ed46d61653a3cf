package dev.aigw.api.image;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.chat.Media;
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
 * A description of images to generate, optionally with images to edit. Immutable. Properties that are null are not
 * sent, so the vendor's defaults apply.
 *
 * <p>With {@link #images()} it is an edit: the model changes or combines the images as the prompt says, within the
 * {@link #mask()} if there is one.
 */
public final class ImageRequest implements ModelRequest {

    /**
     * Asks for new or edited images. Neither cached nor hedged: a repeated request wants another image, and each image
     * costs money.
     */
    public static final Operation<ImageRequest, ImageResponse> GENERATE_IMAGE = Operation.builder(
                    "generate_image", ImageRequest.class, ImageResponse.class)
            .build();

    private final String model;
    private final Identity identity;
    private final @Nullable String user;

    private ImageRequest(String model, Identity identity, @Nullable String user) {
        this.model = model;
        this.identity = identity;
        this.user = user;
    }

    /**
     * Returns a request for one new image.
     *
     * @throws GatewayException of kind {@link ErrorKind#INVALID_REQUEST} if something is blank or missing
     */
    public static ImageRequest of(String model, String prompt) {
        return builder(model).prompt(prompt).build();
    }

    /** Starts a request to {@code model}, without a prompt. */
    public static Builder builder(String model) {
        Builder builder = new Builder(model);
        builder.once.mark(0);
        return builder;
    }

    /** Starts from this request; every property may be set once more. */
    public Builder toBuilder() {
        Builder builder = new Builder(model);
        builder.prompt = identity.prompt;
        builder.images.addAll(identity.images);
        builder.mask = identity.mask;
        builder.count = identity.count;
        builder.size = identity.size;
        builder.quality = identity.quality;
        builder.background = identity.background;
        builder.format = identity.format;
        builder.user = user;
        builder.extra.putAll(identity.extra);
        return builder;
    }

    @Override
    public String model() {
        return model;
    }

    /** Returns what the images shall show, or how to change the given ones. */
    public String prompt() {
        return identity.prompt;
    }

    /** Returns the images to edit; none for a new image. */
    public List<Media> images() {
        return identity.images;
    }

    /** Returns the mask whose fully transparent areas mark where to edit the first image, or null. */
    public @Nullable Media mask() {
        return identity.mask;
    }

    /** Returns how many images are requested, or null. */
    public @Nullable Integer count() {
        return identity.count;
    }

    /** Returns the size in the vendor's words, for example {@code 1024x1536}, or null. */
    public @Nullable String size() {
        return identity.size;
    }

    /** Returns the quality in the vendor's words, for example {@code high}, or null. */
    public @Nullable String quality() {
        return identity.quality;
    }

    /** Returns the background in the vendor's words, for example {@code transparent}, or null. */
    public @Nullable String background() {
        return identity.background;
    }

    /** Returns the file format, for example {@code png}, or null. */
    public @Nullable String format() {
        return identity.format;
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
    public ImageRequest withExtra(Map<String, ?> extra) {
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
        return other instanceof ImageRequest that
                && model.equals(that.model)
                && identity.equals(that.identity)
                && Objects.equals(user, that.user);
    }

    @Override
    public int hashCode() {
        return Objects.hash(model, identity, user);
    }

    /** Returns the model and sizes; content stays out of logs. */
    @Override
    public String toString() {
        return "ImageRequest{model=" + model + ", " + identity.images.size() + " images to edit}";
    }

    private record Identity(
            String prompt,
            List<Media> images,
            @Nullable Media mask,
            @Nullable Integer count,
            @Nullable String size,
            @Nullable String quality,
            @Nullable String background,
            @Nullable String format,
            Map<String, ?> extra) {
        @Override
        public String toString() {
            return "ImageRequest.Identity";
        }
    }

    /**
     * Builds an {@link ImageRequest}. Setting a single-valued property twice throws {@link IllegalStateException}. Not
     * safe for use by several threads.
     */
    public static final class Builder {

        private final SetOnce once = new SetOnce();
        private String model;
        private @Nullable String prompt;
        private final List<Media> images = new ArrayList<>();
        private @Nullable Media mask;
        private @Nullable Integer count;
        private @Nullable String size;
        private @Nullable String quality;
        private @Nullable String background;
        private @Nullable String format;
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

        /** Sets what the images shall show, or how to change the given ones. */
        public Builder prompt(String prompt) {
            once.check(1, "prompt");
            this.prompt = Objects.requireNonNull(prompt, "prompt");
            return this;
        }

        /** Adds an image to edit. */
        public Builder image(Media image) {
            images.add(Objects.requireNonNull(image, "image"));
            once.mark(2);
            return this;
        }

        /**
         * Sets the images to edit, replacing those of the request that this builder started from.
         *
         * @throws IllegalStateException if this builder was given any before, which would be lost
         */
        public Builder images(List<Media> images) {
            once.check(2, "images");
            this.images.clear();
            this.images.addAll(images);
            return this;
        }

        /** Sets the mask, whose fully transparent areas mark where to edit the first image. */
        public Builder mask(@Nullable Media mask) {
            once.check(3, "mask");
            this.mask = mask;
            return this;
        }

        /** Sets how many images are requested, at least 1. */
        public Builder count(@Nullable Integer count) {
            once.check(4, "count");
            this.count = count;
            return this;
        }

        /** Sets the size in the vendor's words, for example {@code 1024x1536}. */
        public Builder size(@Nullable String size) {
            once.check(5, "size");
            this.size = size;
            return this;
        }

        /** Sets the quality in the vendor's words, for example {@code high}. */
        public Builder quality(@Nullable String quality) {
            once.check(6, "quality");
            this.quality = quality;
            return this;
        }

        /** Sets the background in the vendor's words, for example {@code transparent}. */
        public Builder background(@Nullable String background) {
            once.check(7, "background");
            this.background = background;
            return this;
        }

        /** Sets the file format, for example {@code png}, {@code jpeg} or {@code webp}. */
        public Builder format(@Nullable String format) {
            once.check(8, "format");
            this.format = format;
            return this;
        }

        /** Sets the id of the end user. */
        public Builder user(@Nullable String user) {
            once.check(9, "user");
            this.user = user;
            return this;
        }

        /**
         * Sets a field that is sent unchanged to the vendor that is asked first, replacing one of that name. A fallback
         * to another vendor leaves it out, with a warning. See {@link ImageRequest#extra()} for the scopes of names.
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
        public ImageRequest build() {
            if (model.isBlank()) {
                throw invalid("the request names no model: give builder(model) a name such as \"painter\"");
            }
            if (prompt == null) {
                throw invalid("the request has no prompt: set it by prompt(text)");
            }
            if (prompt.isBlank()) {
                throw invalid("the prompt is blank: say what the image shall show");
            }
            if (count != null && count < 1) {
                throw invalid("count is " + count + ": use 1 or more, or leave it unset");
            }
            if (mask != null && images.isEmpty()) {
                throw invalid("there is a mask but no image to edit: add one by image(media)");
            }
            Map<String, ?> copy = extra.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(extra));
            return new ImageRequest(
                    model,
                    new Identity(prompt, List.copyOf(images), mask, count, size, quality, background, format, copy),
                    user);
        }

        private static GatewayException invalid(String message) {
            return GatewayException.of(ErrorKind.INVALID_REQUEST, message);
        }
    }
}
