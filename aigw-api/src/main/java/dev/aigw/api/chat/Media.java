package dev.aigw.api.chat;

import dev.aigw.api.internal.ContentHash;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An image, audio, a video or a document: inline bytes, a URL, or a file id at the vendor.
 *
 * <p>Immutable: bytes are copied in, and returned as base64 or as a copy.
 */
public final class Media {

    private final @Nullable String mimeType;
    private final byte @Nullable [] bytes;
    private final @Nullable String url;
    private final @Nullable String fileId;

    private Media(@Nullable String mimeType, byte @Nullable [] bytes, @Nullable String url, @Nullable String fileId) {
        this.mimeType = mimeType;
        this.bytes = bytes;
        this.url = url;
        this.fileId = fileId;
    }

    /** Returns inline media. */
    public static Media ofBytes(String mimeType, byte[] bytes) {
        return new Media(Objects.requireNonNull(mimeType, "mimeType"), bytes.clone(), null, null);
    }

    /**
     * Returns inline media from base64.
     *
     * @throws IllegalArgumentException if {@code base64} is not base64
     */
    public static Media ofBase64(String mimeType, String base64) {
        return new Media(
                Objects.requireNonNull(mimeType, "mimeType"),
                Base64.getDecoder().decode(base64),
                null,
                null);
    }

    /** Returns media that the vendor fetches from {@code url}. */
    public static Media ofUrl(String url) {
        return new Media(null, null, Objects.requireNonNull(url, "url"), null);
    }

    /** Returns media that was uploaded to the vendor and has the id {@code fileId} there. */
    public static Media ofFileId(String fileId) {
        return new Media(null, null, null, Objects.requireNonNull(fileId, "fileId"));
    }

    /** Returns the MIME type, or null when unknown. */
    public @Nullable String mimeType() {
        return mimeType;
    }

    /** Returns a copy of the inline bytes, or null. */
    public byte @Nullable [] bytes() {
        return bytes == null ? null : bytes.clone();
    }

    /** Returns the inline bytes as base64, or null. */
    public @Nullable String base64() {
        return bytes == null ? null : Base64.getEncoder().encodeToString(bytes);
    }

    /** Returns the URL, or null. */
    public @Nullable String url() {
        return url;
    }

    /** Returns the vendor's file id, or null. */
    public @Nullable String fileId() {
        return fileId;
    }

    /** Returns the number of inline bytes; 0 when there are none. */
    public int sizeBytes() {
        return bytes == null ? 0 : bytes.length;
    }

    /**
     * Returns the width and height of an inline image, read from the header of its file at each call; null when the
     * bytes are not inline, or not PNG, JPEG, GIF or WebP.
     */
    public @Nullable ImageSize imageSize() {
        return bytes == null ? null : ImageSize.read(bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Media that
                && Objects.equals(mimeType, that.mimeType)
                && Arrays.equals(bytes, that.bytes)
                && Objects.equals(url, that.url)
                && Objects.equals(fileId, that.fileId);
    }

    @Override
    public int hashCode() {
        return Objects.hash(mimeType, bytes == null ? 0 : ContentHash.of(bytes), url, fileId);
    }

    @Override
    public String toString() {
        if (bytes != null) {
            return "Media{" + mimeType + ", " + bytes.length + " bytes}";
        }
        return url != null ? "Media{url}" : "Media{fileId=" + fileId + "}";
    }
}
