package dev.aigw.routing.guard.screening;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A format of images, told by its first bytes, or PDF. */
enum ImageKind {
    PNG("image/png"),
    JPEG("image/jpeg"),
    GIF("image/gif"),
    WEBP("image/webp"),
    BMP("image/bmp"),
    TIFF("image/tiff"),
    HEIC("image/heic"),
    AVIF("image/avif"),
    PDF("application/pdf");

    private final String type;

    ImageKind(String type) {
        this.type = type;
    }

    /** Returns the MIME type. */
    String type() {
        return type;
    }

    /** Returns the format of a MIME type, without parameters and in lower case, or of another name for it; or null. */
    static @Nullable ImageKind named(String name) {
        return switch (name) {
            case "image/png", "image/x-png", "image/apng", "image/vnd.mozilla.apng" -> PNG;
            case "image/jpeg", "image/jpg", "image/pjpeg", "image/jfif" -> JPEG;
            case "image/gif" -> GIF;
            case "image/webp" -> WEBP;
            case "image/bmp", "image/x-bmp", "image/x-ms-bmp" -> BMP;
            case "image/tiff", "image/tif", "image/x-tiff" -> TIFF;
            case "image/heic", "image/heif", "image/heic-sequence", "image/heif-sequence" -> HEIC;
            case "image/avif", "image/avif-sequence" -> AVIF;
            case "application/pdf", "application/x-pdf" -> PDF;
            default -> null;
        };
    }

    /** Returns a MIME type without parameters and in lower case. */
    static String plain(String type) {
        int end = type.indexOf(';');
        return (end < 0 ? type : type.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    }

    /** Returns the format that the first bytes say, or null. */
    static @Nullable ImageKind of(byte[] file) {
        ImageBytes in = new ImageBytes(file);
        if (in.has(0, "\u0089PNG\r\n\u001a\n")) {
            return PNG;
        }
        if (in.has(0, "\u00ff\u00d8\u00ff")) {
            return JPEG;
        }
        if (in.has(0, "GIF87a") || in.has(0, "GIF89a")) {
            return GIF;
        }
        if (in.has(0, "RIFF") && in.has(8, "WEBP")) {
            return WEBP;
        }
        if (in.has(0, "II*\0") || in.has(0, "MM\0*")) {
            return TIFF;
        }
        if (in.has(0, "%PDF-")) {
            return PDF;
        }
        if (in.has(4, "ftyp")) {
            return isoMedia(in);
        }
        return in.has(0, "BM") && file.length >= 26 && isBitmap(in.little(14, 4)) ? BMP : null;
    }

    private static boolean isBitmap(long header) {
        return header == 12
                || header == 40
                || header == 52
                || header == 56
                || header == 64
                || header == 108
                || header == 124;
    }

    /** The brands of the file, the major one first. */
    private static @Nullable ImageKind isoMedia(ImageBytes in) {
        long end = Math.min(in.length(), Math.min(in.big(0, 4), 256));
        for (int at = 8; at + 4 <= end; at += at == 8 ? 8 : 4) {
            if (in.has(at, "avif") || in.has(at, "avis")) {
                return AVIF;
            }
            if (in.has(at, "hei") || in.has(at, "hev") || in.has(at, "mif1") || in.has(at, "msf1")) {
                // Both are in files of either kind; a later brand may say AVIF.
                for (int later = at; later + 4 <= end; later += 4) {
                    if (in.has(later, "avif") || in.has(later, "avis")) {
                        return AVIF;
                    }
                }
                return HEIC;
            }
        }
        return null;
    }
}
