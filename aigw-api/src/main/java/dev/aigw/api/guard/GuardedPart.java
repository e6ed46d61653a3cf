package dev.aigw.api.guard;

import dev.aigw.api.chat.Media;
import dev.aigw.api.inference.Tensor;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One piece of content for a guard to check: a text, media or a tensor. Immutable; {@code toString} leaves the content
 * out.
 */
public final class GuardedPart {

    private final ContentOrigin origin;
    private final String path;
    private final @Nullable String text;
    private final @Nullable Media media;
    private final @Nullable Tensor tensor;
    private final boolean editable;

    private GuardedPart(
            ContentOrigin origin,
            String path,
            @Nullable String text,
            @Nullable Media media,
            @Nullable Tensor tensor,
            boolean editable) {
        this.origin = Objects.requireNonNull(origin, "origin");
        this.path = Objects.requireNonNull(path, "path");
        this.text = text;
        this.media = media;
        this.tensor = tensor;
        this.editable = editable;
    }

    /**
     * Returns a text.
     *
     * @param origin where it comes from
     * @param path where it stands in the request or reply, for example {@code messages[2].parts[0]}
     * @param text the text
     * @param editable whether a guard may have it changed; signed reasoning, for example, may not
     */
    public static GuardedPart text(ContentOrigin origin, String path, String text, boolean editable) {
        return new GuardedPart(origin, path, Objects.requireNonNull(text, "text"), null, null, editable);
    }

    /** Returns an image, audio, video or file; it may be blocked, or replaced as a whole. */
    public static GuardedPart media(ContentOrigin origin, String path, Media media) {
        return new GuardedPart(origin, path, null, Objects.requireNonNull(media, "media"), null, false);
    }

    /** Returns a tensor of numbers; it may be blocked. */
    public static GuardedPart tensor(ContentOrigin origin, String path, Tensor tensor) {
        return new GuardedPart(origin, path, null, null, Objects.requireNonNull(tensor, "tensor"), false);
    }

    /** Returns where the content comes from. */
    public ContentOrigin origin() {
        return origin;
    }

    /** Returns where the content stands, for example {@code messages[2].parts[0]}. */
    public String path() {
        return path;
    }

    /** Returns the text, or null for other content. */
    public @Nullable String text() {
        return text;
    }

    /** Returns the media, or null for other content. */
    public @Nullable Media media() {
        return media;
    }

    /** Returns the tensor, or null for other content. */
    public @Nullable Tensor tensor() {
        return tensor;
    }

    /** Returns whether a guard may have spans of the text replaced. */
    public boolean isEditable() {
        return editable;
    }

    @Override
    public String toString() {
        return "GuardedPart{" + path + ", " + origin + (text == null ? "" : ", " + text.length() + " chars") + "}";
    }
}
