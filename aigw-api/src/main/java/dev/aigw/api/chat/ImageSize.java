package dev.aigw.api.chat;

import org.jspecify.annotations.Nullable;

/**
 * The width and height of an image. Immutable.
 *
 * @param width in pixels, positive
 * @param height in pixels, positive
 */
public record ImageSize(int width, int height) {

    /** Checks that both are positive. */
    public ImageSize {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException(
                    "an image of " + width + " by " + height + " pixels: use positive numbers");
        }
    }

    /**
     * Reads the size from the header of a PNG, JPEG, GIF or WebP file; nothing is decoded, and the rest of the file may
     * be missing.
     *
     * @return the size, or null when the format is another or the bytes end too early
     */
    public static @Nullable ImageSize read(byte[] file) {
        return ImageHeader.read(file);
    }
}
