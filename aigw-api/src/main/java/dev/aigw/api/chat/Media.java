package dev.aigw.api.chat;

import dev.aigw.api.internal.ContentHash;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An image, audio, a video or a document: inline bytes, a URL, or a file id at the vendor.
 *
 * <pre>{@code
 * router.chat(ChatRequest.builder("assistant")
 *     .user("What is on these?", Media.of(Path.of("cat.jpg")), Media.ofUrl("https://example.org/dog.png"))
 *     .build());
 * }</pre>
 *
 * <p>Immutable: bytes are copied in, and returned as base64 or as a copy.
 */
public final class Media {

    private static final long MOST_FILE_BYTES = 64L << 20;

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

    /**
     * Reads a file of at most 64 MiB, now and whole, so that retries and fallbacks send the same bytes even if the file
     * changes. Its type is found by its first bytes, which vendors check, and by its name: images (PNG, JPEG, GIF,
     * WebP, HEIC, AVIF, BMP, TIFF), sound, video, PDF, Office files and UTF-8 texts are known.
     *
     * @throws IllegalArgumentException if the file is larger, empty or of an unknown type, or if its name contradicts
     *     its bytes; the message names the fix
     * @throws UncheckedIOException if it cannot be read
     */
    public static Media of(Path file) {
        return of(file, MOST_FILE_BYTES);
    }

    /**
     * Reads a file as {@link #of(Path)} does, of at most {@code mostBytes}.
     *
     * @throws IllegalArgumentException if the file is larger, empty or of an unknown type, or if its name contradicts
     *     its bytes; the message names the fix
     * @throws UncheckedIOException if it cannot be read
     */
    public static Media of(Path file, long mostBytes) {
        if (mostBytes < 1 || mostBytes >= Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("mostBytes is " + mostBytes + ": use 1 to 2,147,483,638");
        }
        Path fileName = file.getFileName();
        String name = fileName == null ? file.toString() : fileName.toString();
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes((int) mostBytes + 1);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
        if (bytes.length > mostBytes) {
            throw new IllegalArgumentException(name + " has more than " + mostBytes
                    + " bytes: upload it to the vendor and use Media.ofFileId or Media.ofUrl, or raise the bound by"
                    + " Media.of(file, mostBytes)");
        }
        return new Media(MediaType.of(name, bytes), bytes, null, null);
    }

    /**
     * Returns inline media whose type the first bytes say: images, sound, video, PDF.
     *
     * @throws IllegalArgumentException if they say none
     */
    public static Media of(byte[] bytes) {
        return new Media(MediaType.of("the content", bytes), bytes.clone(), null, null);
    }

    /**
     * Returns what a URI names: a {@code file:} is read as by {@link #of(Path)}, a {@code data:} URL is decoded, and
     * any other absolute URI, such as {@code https:}, {@code gs:} or {@code s3:}, is left to the vendor, who fetches
     * it.
     *
     * @throws IllegalArgumentException if the URI is relative, or its content is not accepted
     * @throws UncheckedIOException if a file cannot be read
     */
    public static Media of(URI uri) {
        String scheme = uri.getScheme();
        if (scheme == null) {
            throw new IllegalArgumentException(
                    "a relative URI: use an absolute one, or Media.of(Path) for a file on this machine");
        }
        return scheme.toLowerCase(Locale.ROOT).equals("file") ? of(Path.of(uri)) : ofUrl(uri.toString());
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

    /**
     * Returns media that the vendor fetches from {@code url}; a {@code data:} URL is decoded to inline media, since
     * most vendors take none as a URL.
     *
     * @throws IllegalArgumentException if it is a {@code data:} URL that cannot be read
     */
    public static Media ofUrl(String url) {
        if (DataUrl.isOne(url)) {
            return DataUrl.read(url);
        }
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

    /** Returns the MIME type, or else the one that the file name in the URL suggests; null when neither says any. */
    public @Nullable String likelyType() {
        return mimeType != null ? MediaType.normal(mimeType) : url != null ? MediaType.ofName(url) : null;
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

    /** Returns this media as a plain JSON object, to be stored, inline bytes as base64. */
    public Map<String, @Nullable Object> toMap() {
        return PartForm.of(this);
    }

    /**
     * Returns the media that {@link #toMap()} wrote. Members of other names are ignored.
     *
     * @throws IllegalArgumentException if a member is missing or does not fit; the message names it
     */
    public static Media fromMap(Map<String, ?> map) {
        return PartForm.media(map, "");
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
