package dev.aigw.api.chat;

import org.jspecify.annotations.Nullable;

/**
 * Finds the size of an image in the first bytes of its file: PNG's {@code IHDR} (RFC 2083), GIF's screen descriptor
 * (GIF89a), WebP's {@code VP8}, {@code VP8L} and {@code VP8X} chunks (RFC 9649), and the frame header of JPEG (ITU
 * T.81), whose segments before it are skipped by their lengths. Never throws.
 */
final class ImageHeader {

    private static final long PNG = 0x89504E470D0A1A0AL;
    private static final int IHDR = 0x49484452;
    private static final int GIF8 = 0x47494638;
    private static final int RIFF = 0x52494646;
    private static final int WEBP = 0x57454250;
    private static final int VP8 = 0x56503820;
    private static final int VP8L = 0x5650384C;
    private static final int VP8X = 0x56503858;

    private final byte[] file;

    private ImageHeader(byte[] file) {
        this.file = file;
    }

    static @Nullable ImageSize read(byte[] file) {
        return new ImageHeader(file).read();
    }

    private @Nullable ImageSize read() {
        if (file.length < 10) {
            return null;
        }
        if (big(0, 2) == 0xFFD8) {
            return jpeg();
        }
        if (big(0, 4) == GIF8) {
            return size(little(6, 2), little(8, 2));
        }
        if (file.length < 30) {
            return null;
        }
        if (big(0, 8) == PNG && big(12, 4) == IHDR) {
            return size(big(16, 4), big(20, 4));
        }
        return big(0, 4) == RIFF && big(8, 4) == WEBP ? webp() : null;
    }

    private @Nullable ImageSize webp() {
        long chunk = big(12, 4);
        if (chunk == VP8 && big(23, 3) == 0x9D012A) {
            return size(little(26, 2) & 0x3FFF, little(28, 2) & 0x3FFF);
        }
        if (chunk == VP8L && big(20, 1) == 0x2F) {
            long bits = little(21, 4);
            return size((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1);
        }
        return chunk == VP8X ? size(little(24, 3) + 1, little(27, 3) + 1) : null;
    }

    private @Nullable ImageSize jpeg() {
        int at = 2;
        while (at + 9 <= file.length) {
            if (big(at, 1) != 0xFF) {
                return null;
            }
            int marker = (int) big(at + 1, 1);
            if (marker == 0xFF) {
                at++; // a fill byte
            } else if (marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8)) {
                at += 2; // a marker without a segment
            } else if (isFrame(marker)) {
                return size(big(at + 7, 2), big(at + 5, 2));
            } else {
                at += 2 + (int) Math.max(2, big(at + 2, 2));
            }
        }
        return null;
    }

    /** Returns whether a marker begins a frame header; some tables have markers in the same range. */
    private static boolean isFrame(int marker) {
        return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    }

    private static @Nullable ImageSize size(long width, long height) {
        return width < 1 || height < 1 || width > Integer.MAX_VALUE || height > Integer.MAX_VALUE
                ? null
                : new ImageSize((int) width, (int) height);
    }

    private long big(int at, int bytes) {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value = value << 8 | (file[at + i] & 0xFF);
        }
        return value;
    }

    private long little(int at, int bytes) {
        long value = 0;
        for (int i = bytes - 1; i >= 0; i--) {
            value = value << 8 | (file[at + i] & 0xFF);
        }
        return value;
    }
}
