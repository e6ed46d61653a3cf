package dev.aigw.routing.guard.screening;

import java.util.Arrays;

/** The directories of TIFF, which are those of EXIF too. */
final class ImageTiff {

    private static final int WIDTH = 256;
    private static final int HEIGHT = 257;
    private static final int ORIENTATION = 0x112;

    private ImageTiff() {}

    static boolean read(ImageBytes in, ImageScan.Facts facts) {
        boolean little = in.at(0) == 'I';
        long at = in.of(little, 4, 4);
        int frames = 0;
        long entries = 0;
        while (at != 0) {
            long count = in.of(little, at, 2);
            entries += count + 1;
            // More entries than the file has room for means that the directories go in a circle.
            if (at + 2 + count * 12 + 4 > in.length() || entries * 6 > in.length()) {
                return false;
            }
            frames++;
            facts.size(entry(in, little, at, count, WIDTH), entry(in, little, at, count, HEIGHT));
            at = in.of(little, at + 2 + count * 12, 4);
        }
        facts.frames = frames;
        return frames > 0;
    }

    private static long entry(ImageBytes in, boolean little, long directory, long count, int tag) {
        for (long i = 0; i < count; i++) {
            long entry = directory + 2 + i * 12;
            long found = in.of(little, entry, 2);
            if (found == tag) {
                return in.of(little, entry + 8, in.of(little, entry + 2, 2) == 3 ? 2 : 4);
            }
            if (found > tag) {
                return 0;
            }
        }
        return 0;
    }

    /** Returns the orientation, 1 to 8, of EXIF data between two places; 1 if it has none. */
    static int orientation(byte[] file, int from, int to) {
        byte[] exif = Arrays.copyOfRange(file, from, to);
        ImageBytes in = new ImageBytes(exif);
        int start = in.has(0, "Exif\0\0") ? 6 : 0;
        ImageBytes tiff = start == 0 ? in : new ImageBytes(Arrays.copyOfRange(exif, start, exif.length));
        if (!tiff.has(0, "II*\0") && !tiff.has(0, "MM\0*")) {
            return 1;
        }
        boolean little = tiff.at(0) == 'I';
        long directory = tiff.of(little, 4, 4);
        long count = Math.min(tiff.of(little, directory, 2), (tiff.length() - directory) / 12);
        for (long i = 0; i < count; i++) {
            long entry = directory + 2 + i * 12;
            if (tiff.of(little, entry, 2) == ORIENTATION) {
                long value = tiff.of(little, entry + 8, 2);
                return value >= 1 && value <= 8 ? (int) value : 1;
            }
        }
        return 1;
    }

    /** Returns EXIF data that say the orientation and nothing else. */
    static byte[] onlyOrientation(int orientation) {
        return new byte[] {
            'M',
            'M',
            0,
            '*',
            0,
            0,
            0,
            8,
            0,
            1,
            ORIENTATION >> 8,
            ORIENTATION & 255,
            0,
            3,
            0,
            0,
            0,
            1,
            0,
            (byte) orientation,
            0,
            0,
            0,
            0,
            0,
            0
        };
    }
}
