package dev.aigw.api.moderation;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.chat.Media;
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
 * Texts, or texts and images together, to be checked for harmful content. Immutable.
 *
 * <p>Without images each text gets its own verdict. With images all texts and images are judged together, as one item
 * with one verdict.
 */
public final class ModerationRequest implements ModelRequest {

    /** Asks for a verdict on each text, or on texts and images together. */
    public static final Operation<ModerationRequest, ModerationResponse> MODERATE = Operation.builder(
                    "moderate", ModerationRequest.class, ModerationResponse.class)
            .cacheable(true)
            .hedgeable(true)
            .build();

    private final String model;
    private final Identity identity;

    private ModerationRequest(String model, Identity identity) {
        this.model = model;
        this.identity = identity;
    }

    /**
     * Returns a request for a verdict on each of these texts.
     *
     * @throws GatewayException of kind {@link ErrorKind#INVALID_REQUEST} if something is blank or missing
     */
    public static ModerationRequest of(String model, String... texts) {
        return builder(model).texts(List.of(texts)).build();
    }

    /** Starts a request to {@code model}, without texts and images. */
    public static Builder builder(String model) {
        Builder builder = new Builder(model);
        builder.once.mark(0);
        return builder;
    }

    /** Starts from this request; every property may be set once more. */
    public Builder toBuilder() {
        Builder builder = new Builder(model);
        builder.texts.addAll(identity.texts);
        builder.images.addAll(identity.images);
        builder.extra.putAll(identity.extra);
        return builder;
    }

    @Override
    public String model() {
        return model;
    }

    /** Returns the texts, possibly none when there are images. */
    public List<String> texts() {
        return identity.texts;
    }

    /** Returns the images, judged together with the texts as one item; possibly none. */
    public List<Media> images() {
        return identity.images;
    }

    /** Returns how many verdicts are requested: one per text, or one in all when there are images. */
    public int items() {
        return identity.images.isEmpty() ? identity.texts.size() : 1;
    }

    @Override
    public Map<String, ?> extra() {
        return identity.extra;
    }

    @Override
    public ModerationRequest withExtra(Map<String, ?> extra) {
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
        return other instanceof ModerationRequest that && model.equals(that.model) && identity.equals(that.identity);
    }

    @Override
    public int hashCode() {
        return Objects.hash(model, identity);
    }

    /** Returns the model and sizes; content stays out of logs. */
    @Override
    public String toString() {
        return "ModerationRequest{model=" + model + ", " + identity.texts.size() + " texts, " + identity.images.size()
                + " images}";
    }

    private record Identity(List<String> texts, List<Media> images, Map<String, ?> extra) {
        @Override
        public int hashCode() {
            return 31 * (31 * ContentHash.of(texts) + images.hashCode()) + extra.hashCode();
        }

        @Override
        public String toString() {
            return "ModerationRequest.Identity";
        }
    }

    /**
     * Builds a {@link ModerationRequest}. Setting a single-valued property twice throws {@link IllegalStateException}.
     * Not safe for use by several threads.
     */
    public static final class Builder {

        private final SetOnce once = new SetOnce();
        private String model;
        private final List<String> texts = new ArrayList<>();
        private final List<Media> images = new ArrayList<>();
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
        public Builder text(String text) {
            texts.add(Objects.requireNonNull(text, "text"));
            once.mark(1);
            return this;
        }

        /**
         * Sets the texts, replacing those of the request that this builder started from.
         *
         * @throws IllegalStateException if this builder was given any before, which would be lost
         */
        public Builder texts(List<String> texts) {
            once.check(1, "texts");
            this.texts.clear();
            this.texts.addAll(texts);
            return this;
        }

        /** Adds an image; all texts and images are then judged together as one item. */
        public Builder image(Media image) {
            images.add(Objects.requireNonNull(image, "image"));
            once.mark(2);
            return this;
        }

        /**
         * Sets the images, replacing those of the request that this builder started from.
         *
         * @throws IllegalStateException if this builder was given any before, which would be lost
         */
        public Builder images(List<Media> images) {
            once.check(2, "images");
            this.images.clear();
            this.images.addAll(images);
            return this;
        }

        /**
         * Sets a field that is sent unchanged to the vendor that is asked first, replacing one of that name. A fallback
         * to another vendor leaves it out, with a warning. See {@link ModerationRequest#extra()} for the scopes of
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
        public ModerationRequest build() {
            if (model.isBlank()) {
                throw invalid("the request names no model: give builder(model) a name such as \"moderation\"");
            }
            if (texts.isEmpty() && images.isEmpty()) {
                throw invalid("the request has nothing to check: add a text(...) or an image(...)");
            }
            Map<String, ?> copy = extra.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(extra));
            return new ModerationRequest(model, new Identity(List.copyOf(texts), List.copyOf(images), copy));
        }

        private static GatewayException invalid(String message) {
            return GatewayException.of(ErrorKind.INVALID_REQUEST, message);
        }
    }
}
