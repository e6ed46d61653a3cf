package dev.aigw.routing.guard.screening;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.zip.CRC32;

/**
 * The chunks of PNG. Kept are the critical ones, those of colours and transparency, and those of animations; texts,
 * EXIF, times and unknown chunks are metadata.
 */
final class ImagePng {

    private static final Set<String> KEPT = Set.of(
            "tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "cICP", "mDCV", "cLLI", "sBIT", "bKGD", "pHYs", "hIST", "acTL",
            "fcTL", "fdAT");

    private ImagePng() {}

    static boolean read(ImageBytes in, byte[] file, ImageScan.Facts facts, boolean turns) {
        int at = 8;
        facts.keep(file, 0, 8);
        while (at + 12 <= file.length) {
            long length = in.big(at, 4);
            if (length > file.length - at - 12L || at == 8 != in.has(at + 4, "IHDR")) {
                return false;
            }
            int end = at + 12 + (int) length;
            String type = new String(file, at + 4, 4, StandardCharsets.ISO_8859_1);
            switch (type) {
                case "IHDR" -> facts.size(in.big(at + 8, 4), in.big(at + 12, 4));
                case "acTL" -> facts.frames = (int) Math.min(Integer.MAX_VALUE, Math.max(1, in.big(at + 8, 4)));
                default -> {}
            }
            boolean critical = type.charAt(0) < 'a';
            if (critical || KEPT.contains(type)) {
                facts.keep(file, at, end);
            } else {
                facts.leaveOut();
                if (turns && type.equals("eXIf")) {
                    turned(file, at + 8, end - 4, facts);
                }
            }
            at = end;
            if (type.equals("IEND")) {
                facts.end = at;
                return true;
            }
        }
        return false;
    }

    private static void turned(byte[] file, int from, int to, ImageScan.Facts facts) {
        int orientation = ImageTiff.orientation(file, from, to);
        if (orientation > 1) {
            byte[] exif = ImageTiff.onlyOrientation(orientation);
            ByteBuffer chunk = ByteBuffer.allocate(exif.length + 12);
            chunk.putInt(exif.length)
                    .put("eXIf".getBytes(StandardCharsets.ISO_8859_1))
                    .put(exif);
            CRC32 crc = new CRC32();
            crc.update(chunk.array(), 4, exif.length + 4);
            chunk.putInt((int) crc.getValue());
            facts.put(chunk.array());
        }
    }
}
