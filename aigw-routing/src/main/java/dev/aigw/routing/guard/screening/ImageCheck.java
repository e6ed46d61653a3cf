package dev.aigw.routing.guard.screening;

import dev.aigw.api.GuardAction;
import dev.aigw.api.chat.Media;
import dev.aigw.api.guard.Guard;
import dev.aigw.api.guard.GuardFinding;
import dev.aigw.api.guard.GuardVerdict;
import dev.aigw.api.guard.GuardedPart;
import dev.aigw.api.guard.Inspection;
import dev.aigw.api.guard.StreamChecking;
import dev.aigw.api.internal.SetOnce;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A guard that checks images and PDF by their bytes: size, format, pixels, frames, and what is hidden in them. Pixels
 * are never decoded.
 *
 * <pre>{@code
 * Guard images = ImageCheck.builder()
 *     .types("image/png", "image/jpeg")
 *     .maximumPixels(20_000_000)
 *     .stripMetadata()
 *     .build();
 * }</pre>
 *
 * <p>The rules that it blocks by:
 *
 * <ul>
 *   <li>{@code image-bytes}, {@code image-pixels}, {@code image-frames}: larger than allowed. Pixels are what the
 *       header says, so that a small file that unpacks to gigabytes is refused before a decoder sees it;
 *   <li>{@code image-type}: a format that is not allowed, or none that is known though the type says image;
 *   <li>{@code image-mismatch}: the first bytes are of another format than the declared type;
 *   <li>{@code image-malformed}: the segments are broken, or no size is found;
 *   <li>{@code image-trailing-data}: something follows the image, such as an archive. {@link Builder#stripMetadata()}
 *       cuts it off instead;
 *   <li>{@code image-metadata}: TIFF, HEIC and AVIF when metadata are to be stripped, which is not supported for them;
 *   <li>{@code image-unchecked}: a URL or file id, with {@link Builder#inlineOnly()}.
 * </ul>
 *
 * <p>With {@link Builder#stripMetadata()} an image that holds metadata is replaced, also by the rule
 * {@code image-metadata}. Other media, such as sound or Office files, pass. Text in the picture itself is not read.
 *
 * <p>Immutable and safe for use by many threads. It reads each file once, in time in proportion to its bytes.
 */
public final class ImageCheck implements Guard {

    private final long maximumBytes;
    private final long maximumPixels;
    private final int maximumFrames;
    private final Set<ImageKind> kinds;
    private final boolean strips;
    private final boolean turns;
    private final boolean inlineOnly;

    private ImageCheck(Builder builder) {
        maximumBytes = builder.maximumBytes;
        maximumPixels = builder.maximumPixels;
        maximumFrames = builder.maximumFrames;
        kinds = EnumSet.copyOf(builder.kinds);
        strips = builder.strips;
        turns = !builder.stripsOrientation;
        inlineOnly = builder.inlineOnly;
    }

    /** Returns a builder. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public GuardVerdict check(Inspection inspection) {
        List<GuardFinding> findings = new ArrayList<>();
        List<GuardedPart> parts = inspection.parts();
        for (int i = 0; i < parts.size(); i++) {
            Media media = parts.get(i).media();
            GuardFinding finding = media == null ? null : check(i, media);
            if (finding != null) {
                findings.add(finding);
            }
        }
        return GuardVerdict.of(findings);
    }

    private @Nullable GuardFinding check(int part, Media media) {
        String type = media.mimeType();
        String declared = type == null ? "" : ImageKind.plain(type);
        byte[] file = media.sizeBytes() > maximumBytes ? null : media.bytes();
        if (file == null) {
            if (media.sizeBytes() > maximumBytes) {
                return isForeign(declared) ? null : block(part, "image-bytes");
            }
            return inlineOnly ? block(part, "image-unchecked") : null;
        }
        ImageKind kind = ImageKind.of(file);
        if (kind == null) {
            return isForeign(declared) ? null : block(part, "image-type");
        }
        if (!declared.isEmpty() && !declared.equals("application/octet-stream") && ImageKind.named(declared) != kind) {
            return block(part, "image-mismatch");
        }
        if (!kinds.contains(kind)) {
            return block(part, "image-type");
        }
        return content(part, type == null ? kind.type() : type, kind, file);
    }

    /** Returns whether the declared type is of neither images nor PDF. */
    private static boolean isForeign(String declared) {
        return !declared.startsWith("image/") && ImageKind.named(declared) == null;
    }

    private @Nullable GuardFinding content(int part, String type, ImageKind kind, byte[] file) {
        ImageScan.Facts facts = ImageScan.read(kind, file, strips, turns);
        if (facts == null) {
            return block(part, "image-malformed");
        }
        if (facts.height > 0 && facts.width > maximumPixels / facts.height) {
            return block(part, "image-pixels");
        }
        if (facts.frames > maximumFrames) {
            return block(part, "image-frames");
        }
        if (strips && (kind == ImageKind.TIFF || kind == ImageKind.HEIC || kind == ImageKind.AVIF)) {
            return block(part, "image-metadata");
        }
        boolean trailing = !isPadding(file, facts.end);
        if (trailing && !strips) {
            return block(part, "image-trailing-data");
        }
        byte[] clean = kind == ImageKind.PDF || kind == ImageKind.BMP ? null : facts.clean(trailing);
        return clean == null ? null : GuardFinding.replace(part, "image-metadata", 1, Media.ofBytes(type, clean));
    }

    /** Zeros behind an image, with which some programs fill blocks, hide nothing. */
    private static boolean isPadding(byte[] file, int from) {
        for (int i = from; i < file.length; i++) {
            if (file[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private static GuardFinding block(int part, String rule) {
        return GuardFinding.in(part, rule, 1, GuardAction.BLOCK);
    }

    @Override
    public Effort effort() {
        return Effort.MEMORY;
    }

    /** Texts need not wait for this guard: it looks at whole media alone. */
    @Override
    public StreamChecking streaming() {
        return StreamChecking.window(1, 0);
    }

    @Override
    public String toString() {
        return "ImageCheck" + kinds;
    }

    /** Builds an {@link ImageCheck}. Not safe for use by several threads. */
    public static final class Builder {

        private final SetOnce once = new SetOnce("ImageCheck: ");
        private long maximumBytes = 20L << 20;
        private long maximumPixels = 50_000_000;
        private int maximumFrames = 100;
        private Set<ImageKind> kinds =
                EnumSet.of(ImageKind.PNG, ImageKind.JPEG, ImageKind.GIF, ImageKind.WEBP, ImageKind.PDF);
        private boolean strips;
        private boolean stripsOrientation;
        private boolean inlineOnly;

        private Builder() {}

        /**
         * Sets the most bytes of a file; 20 MiB by default.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder maximumBytes(long bytes) {
            once.check(0, "maximumBytes");
            maximumBytes = positive(bytes, "maximumBytes");
            return this;
        }

        /**
         * Sets the most pixels of an image, width by height; 50 million by default. An image of 50 million pixels takes
         * 200 MB when it is decoded.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder maximumPixels(long pixels) {
            once.check(1, "maximumPixels");
            maximumPixels = positive(pixels, "maximumPixels");
            return this;
        }

        /**
         * Sets the most frames of an animation, or pages of TIFF; 100 by default. 1 refuses animations, which many
         * vendors do not accept.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder maximumFrames(int frames) {
            once.check(2, "maximumFrames");
            maximumFrames = (int) positive(frames, "maximumFrames");
            return this;
        }

        /**
         * Sets the MIME types that are allowed; PNG, JPEG, GIF, WebP and PDF by default, which vendors accept. BMP,
         * TIFF, HEIC and AVIF are known, too. SVG is not: it is a program.
         *
         * @throws IllegalArgumentException if a type is not known
         */
        public Builder types(String... types) {
            once.check(3, "types");
            Set<ImageKind> named = EnumSet.noneOf(ImageKind.class);
            for (String type : types) {
                ImageKind kind = ImageKind.named(ImageKind.plain(type));
                if (kind == null) {
                    throw new IllegalArgumentException(
                            "the type \"" + type + "\" is not known: use image/png, image/jpeg,"
                                    + " image/gif, image/webp, image/bmp, image/tiff, image/heic, image/avif or application/pdf");
                }
                named.add(kind);
            }
            if (named.isEmpty()) {
                throw new IllegalArgumentException("types() names none: name at least one");
            }
            kinds = named;
            return this;
        }

        /**
         * Replaces images that hold metadata by copies without: EXIF with its place and preview, XMP, IPTC, comments
         * and texts, and what follows the image. The pixels stay, byte for byte, with colour profile and orientation.
         * By default images stay as they are, and what follows one is refused. PDF and BMP pass unchanged.
         */
        public Builder stripMetadata() {
            once.check(4, "stripMetadata");
            strips = true;
            return this;
        }

        /**
         * Strips the orientation as well, so that photographs may lie on their side; it is kept by default. Only with
         * {@link #stripMetadata()}.
         */
        public Builder stripOrientation() {
            once.check(5, "stripOrientation");
            stripsOrientation = true;
            return this;
        }

        /**
         * Refuses media that are not inline, whose bytes cannot be checked: URLs and file ids. By default they pass.
         */
        public Builder inlineOnly() {
            once.check(6, "inlineOnly");
            inlineOnly = true;
            return this;
        }

        /**
         * Builds the guard.
         *
         * @throws IllegalStateException if the orientation is to be stripped but not the metadata
         */
        public ImageCheck build() {
            if (stripsOrientation && !strips) {
                throw new IllegalStateException("stripOrientation() strips nothing without stripMetadata(): add it");
            }
            return new ImageCheck(this);
        }

        private static long positive(long value, String name) {
            if (value < 1) {
                throw new IllegalArgumentException(name + " is " + value + ": it is 1 or more");
            }
            return value;
        }
    }
}
