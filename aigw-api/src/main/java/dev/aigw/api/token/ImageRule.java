package dev.aigw.api.token;

import dev.aigw.api.chat.ImageSize;
import org.jspecify.annotations.Nullable;

/** A vendor's rule for the tokens of an image; {@link ImageTokens} says where each is published. Immutable. */
sealed interface ImageRule {

    /**
     * Returns the tokens of an image.
     *
     * @param size its size as sent
     * @param detail the detail asked for, in the vendor's word, or null
     */
    long tokens(ImageSize size, @Nullable String detail);

    private static long covering(double length, int piece) {
        return (long) Math.ceil(length / piece);
    }

    /** A fixed number for any size. */
    record Fixed(long tokens) implements ImageRule {
        @Override
        public long tokens(ImageSize size, @Nullable String detail) {
            return tokens;
        }
    }

    /** A base and a number for each tile of 512 pixels, after scaling down to 2048 and the short side to 768. */
    record OpenAiTiles(int base, int tile) implements ImageRule {
        @Override
        public long tokens(ImageSize size, @Nullable String detail) {
            if ("low".equals(detail)) {
                return base;
            }
            double fit = Math.min(1, 2048.0 / Math.max(size.width(), size.height()));
            double width = size.width() * fit;
            double height = size.height() * fit;
            double shrink = Math.min(1, 768 / Math.min(width, height));
            return base + tile * tiles(width * shrink) * tiles(height * shrink);
        }

        private static long tiles(double length) {
            return covering(Math.max(1, Math.floor(length)), 512);
        }
    }

    /** A number of hundredths of a token for each patch of 32 pixels, within the limits of the detail asked for. */
    record OpenAiPatches(int hundredths, Limit low, Limit high, Limit original, Limit auto) implements ImageRule {

        private static final int PATCH = 32;

        /** The longest side in pixels and the most patches; larger images are scaled down. */
        record Limit(int side, int patches) {}

        OpenAiPatches(int hundredths, Limit any) {
            this(hundredths, any, any, any, any);
        }

        @Override
        public long tokens(ImageSize size, @Nullable String detail) {
            Limit limit = switch (detail == null ? "auto" : detail) {
                case "low" -> low;
                case "high" -> high;
                case "original" -> original;
                default -> auto;
            };
            return (patches(size, limit) * hundredths + 99) / 100;
        }

        private static long patches(ImageSize size, Limit limit) {
            double fit = Math.min(1, (double) limit.side / Math.max(size.width(), size.height()));
            double width = Math.max(1, Math.rint(size.width() * fit));
            double height = Math.max(1, Math.rint(size.height() * fit));
            long patches = covering(width, PATCH) * covering(height, PATCH);
            if (patches <= limit.patches) {
                return patches;
            }
            double shrink = Math.sqrt((double) PATCH * PATCH * limit.patches / (width * height));
            double across = width * shrink / PATCH;
            double down = height * shrink / PATCH;
            shrink *= Math.min(Math.floor(across) / across, Math.floor(down) / down);
            long shrunk = covering(Math.floor(width * shrink), PATCH) * covering(Math.floor(height * shrink), PATCH);
            return shrunk == 0 ? limit.patches : shrunk; // a strip that the rule would scale to zero
        }
    }

    /** A token for each patch of 28 pixels, of the largest size that meets both limits. */
    record Claude(int side, int tokens) implements ImageRule {

        private static final int PATCH = 28;

        @Override
        public long tokens(ImageSize size, @Nullable String detail) {
            int longSide = Math.max(size.width(), size.height());
            double ratio = (double) Math.min(size.width(), size.height()) / longSide;
            if (fits(longSide, ratio)) {
                return patches(longSide, ratio);
            }
            int fits = 1;
            int exceeds = longSide;
            while (exceeds - fits > 1) {
                int middle = (fits + exceeds) >>> 1;
                if (fits(middle, ratio)) {
                    fits = middle;
                } else {
                    exceeds = middle;
                }
            }
            return patches(fits, ratio);
        }

        private boolean fits(int longSide, double ratio) {
            return covering(longSide, PATCH) * PATCH <= side && patches(longSide, ratio) <= tokens;
        }

        private static long patches(int longSide, double ratio) {
            return covering(longSide, PATCH) * covering(Math.max(1, Math.rint(longSide * ratio)), PATCH);
        }
    }

    /** 258 for a small image and for each tile of a larger one, at most nine: the whole and eight crops. */
    record GeminiTiles() implements ImageRule {

        private static final int TILE = 258;
        private static final int SMALL = 384;
        private static final int SMALLEST_CROP = 256;
        private static final int MOST_TILES = 9;

        @Override
        public long tokens(ImageSize size, @Nullable String detail) {
            if (size.width() <= SMALL && size.height() <= SMALL) {
                return TILE;
            }
            int crop = Math.max(SMALLEST_CROP, (int) (Math.min(size.width(), size.height()) / 1.5));
            return TILE * Math.min(MOST_TILES, covering(size.width(), crop) * covering(size.height(), crop));
        }
    }
}
