package dev.aigw.routing.guard.screening;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The chunks of WebP. Kept are the pictures, transparency, animation and colour profile; EXIF, XMP and others are
 * metadata.
 */
final class ImageWebp {

    private static final Set<String> KEPT = Set.of("VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF", "ICCP");
    private static final int HAS_EXIF = 8;
    private static final int HAS_XMP = 4;

    private ImageWebp() {}

    static boolean read(ImageBytes in, byte[] file, ImageScan.Facts facts, boolean turns) {
        long declared = 8 + in.little(4, 4);
        declared += declared + 1 == file.length ? declared & 1 : 0;
        if (declared > file.length || declared < 20) {
            return false;
        }
        int end = (int) declared;
        int at = 12;
        int frames = 0;
        int orientation = 1;
        byte @Nullable [] extended = null;
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        while (at + 8 <= end) {
            String type = new String(file, at, 4, StandardCharsets.ISO_8859_1);
            long length = in.little(at + 4, 4);
            if (length > end - at - 8L) {
                return false;
            }
            int next = (int) Math.min(end, at + 8 + length + (length & 1));
            switch (type) {
                case "VP8X" -> {
                    facts.size(1 + in.little(at + 12, 3), 1 + in.little(at + 15, 3));
                    extended = Arrays.copyOfRange(file, at, next);
                }
                case "VP8 " -> facts.size(in.little(at + 14, 2) & 0x3FFF, in.little(at + 16, 2) & 0x3FFF);
                case "VP8L" -> {
                    long bits = in.little(at + 9, 4);
                    facts.size(1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF));
                }
                case "ANMF" -> {
                    frames++;
                    facts.size(1 + in.little(at + 14, 3), 1 + in.little(at + 17, 3));
                }
                case "EXIF" -> orientation = turns ? ImageTiff.orientation(file, at + 8, at + 8 + (int) length) : 1;
                default -> {}
            }
            if (!KEPT.contains(type)) {
                facts.leaveOut();
            } else if (facts.strips() && !type.equals("VP8X")) {
                kept.write(file, at, next - at);
            }
            at = next;
        }
        facts.frames = Math.max(1, frames);
        facts.end = end;
        if (facts.strips()) {
            write(file, facts, kept.toByteArray(), extended, orientation);
        }
        return true;
    }

    private static void write(
            byte[] file, ImageScan.Facts facts, byte[] kept, byte @Nullable [] extended, int orientation) {
        byte[] exif = new byte[0];
        if (extended != null && extended.length > 8) {
            extended[8] &= ~(HAS_EXIF | HAS_XMP);
            if (orientation > 1) {
                extended[8] |= HAS_EXIF;
                byte[] tiff = ImageTiff.onlyOrientation(orientation);
                exif = new byte[8 + tiff.length];
                System.arraycopy("EXIF".getBytes(StandardCharsets.ISO_8859_1), 0, exif, 0, 4);
                exif[4] = (byte) tiff.length;
                System.arraycopy(tiff, 0, exif, 8, tiff.length);
            }
        }
        int size = 4 + (extended == null ? 0 : extended.length) + kept.length + exif.length;
        facts.keep(file, 0, 4);
        facts.put(new byte[] {(byte) size, (byte) (size >> 8), (byte) (size >> 16), (byte) (size >> 24)});
        facts.keep(file, 8, 12);
        if (extended != null) {
            facts.put(extended);
        }
        facts.put(kept);
        facts.put(exif);
    }
}
