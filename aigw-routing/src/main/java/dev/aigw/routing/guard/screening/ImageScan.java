package dev.aigw.routing.guard.screening;

import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * What the structure of an image file says; pixels are never decoded. Each format is read segment by segment in time in
 * proportion to the file, and the segments that are kept are copied.
 */
final class ImageScan {

    /** What is read of a file, and the copy without metadata. For one thread. */
    static final class Facts {
        long width;
        long height;
        int frames = 1;

        /** Where the image ends; what follows is not part of it. */
        int end;

        private final @Nullable ByteArrayOutputStream copy;
        private boolean leftOut;

        Facts(boolean strips) {
            copy = strips ? new ByteArrayOutputStream() : null;
        }

        void size(long width, long height) {
            this.width = Math.max(this.width, width);
            this.height = Math.max(this.height, height);
        }

        void keep(byte[] file, int from, int to) {
            if (copy != null) {
                copy.write(file, from, to - from);
            }
        }

        void put(byte[] bytes) {
            if (copy != null) {
                copy.write(bytes, 0, bytes.length);
            }
        }

        /** Says that a segment was not copied. */
        void leaveOut() {
            leftOut = true;
        }

        /** Returns whether a copy is made. */
        boolean strips() {
            return copy != null;
        }

        /** Returns the copy without metadata; null if there is none or nothing was left out. */
        byte @Nullable [] clean(boolean trailing) {
            return copy != null && (leftOut || trailing) ? copy.toByteArray() : null;
        }
    }

    private ImageScan() {}

    /**
     * Reads a file.
     *
     * @param strips whether a copy without metadata is made
     * @param turns whether the copy keeps the orientation
     * @return null if the structure is broken or the size is missing
     */
    static @Nullable Facts read(ImageKind kind, byte[] file, boolean strips, boolean turns) {
        Facts facts = new Facts(strips);
        ImageBytes in = new ImageBytes(file);
        facts.end = file.length;
        boolean sound = switch (kind) {
            case PNG -> ImagePng.read(in, file, facts, turns);
            case JPEG -> ImageJpeg.read(in, file, facts, turns);
            case GIF -> ImageGif.read(in, file, facts);
            case WEBP -> ImageWebp.read(in, file, facts, turns);
            case BMP -> bitmap(in, facts);
            case TIFF -> ImageTiff.read(in, facts);
            case HEIC, AVIF -> isoMedia(in, 0, file.length, 0, facts);
            case PDF -> true;
        };
        return sound && (kind == ImageKind.PDF || (facts.width > 0 && facts.height > 0)) ? facts : null;
    }

    private static boolean bitmap(ImageBytes in, Facts facts) {
        if (in.little(14, 4) == 12) {
            facts.size(in.little(18, 2), in.little(20, 2));
        } else {
            // A negative height means that the rows go down.
            int height = (int) in.little(22, 4);
            facts.size(in.little(18, 4), Math.abs((long) height));
        }
        return true;
    }

    /** Walks the boxes of HEIC and AVIF to the sizes of their images, of which the largest counts. */
    private static boolean isoMedia(ImageBytes in, long from, long end, int depth, Facts facts) {
        long at = from;
        while (at + 8 <= end) {
            long size = in.big(at, 4);
            long head = 8;
            if (size == 1) {
                size = in.big(at + 8, 8);
                head = 16;
            } else if (size == 0) {
                size = end - at;
            }
            if (size < head || size > end - at) {
                return false;
            }
            if (in.has(at + 4, "ispe")) {
                facts.size(in.big(at + head + 4, 4), in.big(at + head + 8, 4));
            } else if (depth < 4 && (in.has(at + 4, "meta") || in.has(at + 4, "iprp") || in.has(at + 4, "ipco"))) {
                long inside = at + head + (in.has(at + 4, "meta") ? 4 : 0);
                if (!isoMedia(in, inside, at + size, depth + 1, facts)) {
                    return false;
                }
            }
            at += size;
        }
        return true;
    }
}
