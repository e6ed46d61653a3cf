package dev.aigw.routing.guard.screening;

import java.util.Arrays;

/**
 * The segments of JPEG. Kept are the picture, the colour profile and what decoders need: JFIF, Adobe's transform. EXIF,
 * XMP, IPTC, comments, previews and vendors' segments are metadata.
 */
final class ImageJpeg {

    private ImageJpeg() {}

    static boolean read(ImageBytes in, byte[] file, ImageScan.Facts facts, boolean turns) {
        int at = 2;
        boolean several = false;
        facts.keep(file, 0, 2);
        while (at + 1 < file.length) {
            if (in.at(at) != 0xFF) {
                return false;
            }
            int marker = in.at(at + 1);
            if (marker == 0xFF) {
                at++;
            } else if (marker == 0xD9) {
                facts.keep(file, at, at + 2);
                facts.end = several ? behindOthers(file, at + 2) : at + 2;
                return true;
            } else if (marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8)) {
                facts.keep(file, at, at + 2);
                at += 2;
            } else {
                int end = at + 2 + (int) in.big(at + 2, 2);
                if (end < at + 4 || end > file.length) {
                    return false;
                }
                if (isFrame(marker)) {
                    facts.size(in.big(at + 7, 2), in.big(at + 5, 2));
                }
                several |= marker == 0xE2 && in.has(at + 4, "MPF\0");
                if (isMetadata(in, at, marker)) {
                    facts.leaveOut();
                    if (marker == 0xE1 && turns && in.has(at + 4, "Exif\0")) {
                        turned(file, at + 4, end, facts);
                    }
                } else {
                    facts.keep(file, at, end);
                }
                at = end;
                if (marker == 0xDA) {
                    at = scanEnd(in, at);
                    facts.keep(file, end, at);
                }
            }
        }
        // Cameras that lose power leave files without an end; decoders show them.
        facts.end = file.length;
        return true;
    }

    /** Returns where the other images end that phones append by the Multi-Picture Format, such as gain maps. */
    private static int behindOthers(byte[] file, int from) {
        int end = from;
        for (int images = 0; images < 8; images++) {
            byte[] rest = Arrays.copyOfRange(file, end, file.length);
            ImageBytes in = new ImageBytes(rest);
            ImageScan.Facts other = new ImageScan.Facts(false);
            if (!in.has(0, "\u00ff\u00d8\u00ff") || !read(in, rest, other, false)) {
                return end;
            }
            end += other.end;
        }
        return end;
    }

    private static boolean isFrame(int marker) {
        return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    }

    private static boolean isMetadata(ImageBytes in, int at, int marker) {
        return switch (marker) {
            case 0xE0 -> !in.has(at + 4, "JFIF\0");
            case 0xE2 -> !in.has(at + 4, "ICC_PROFILE\0");
            case 0xEE -> !in.has(at + 4, "Adobe");
            default -> (marker >= 0xE1 && marker <= 0xEF) || marker == 0xFE;
        };
    }

    /** Returns where the coded data of a scan end: at a marker that is neither stuffing nor a restart. */
    private static int scanEnd(ImageBytes in, int from) {
        int at = from;
        while (at + 1 < in.length()) {
            if (in.at(at) == 0xFF) {
                int next = in.at(at + 1);
                if (next != 0 && next != 0xFF && !(next >= 0xD0 && next <= 0xD7)) {
                    return at;
                }
            }
            at++;
        }
        return in.length();
    }

    private static void turned(byte[] file, int from, int to, ImageScan.Facts facts) {
        int orientation = ImageTiff.orientation(file, from, to);
        if (orientation > 1) {
            byte[] exif = ImageTiff.onlyOrientation(orientation);
            int length = exif.length + 8;
            facts.put(
                    new byte[] {(byte) 0xFF, (byte) 0xE1, (byte) (length >> 8), (byte) length, 'E', 'x', 'i', 'f', 0, 0
                    });
            facts.put(exif);
        }
    }
}
