package dev.aigw.routing.guard.screening;

/**
 * The blocks of GIF. Kept are the pictures, their control, loops and colour profiles; comments, texts, XMP are
 * metadata.
 */
final class ImageGif {

    private ImageGif() {}

    static boolean read(ImageBytes in, byte[] file, ImageScan.Facts facts) {
        facts.size(in.little(6, 2), in.little(8, 2));
        int at = 13 + colours(in.at(10));
        if (at > file.length) {
            return false;
        }
        facts.keep(file, 0, at);
        facts.frames = 0;
        int control = -1;
        int controlEnd = -1;
        while (at < file.length) {
            int block = in.at(at);
            if (block == 0x3B) {
                facts.keep(file, at, at + 1);
                facts.end = at + 1;
                return facts.frames > 0;
            }
            int end;
            if (block == 0x2C) {
                // A frame may be larger than the canvas, and some decoders then make room for it.
                facts.size(in.little(at + 1, 2) + in.little(at + 5, 2), in.little(at + 3, 2) + in.little(at + 7, 2));
                facts.frames++;
                end = subBlocks(in, at + 11 + colours(in.at(at + 9)));
                if (control >= 0) {
                    facts.keep(file, control, controlEnd);
                    control = -1;
                }
            } else if (block == 0x21) {
                end = subBlocks(in, at + 2);
            } else {
                return false;
            }
            if (end < 0) {
                return false;
            }
            if (block == 0x21 && in.at(at + 1) == 0xF9) {
                // It belongs to the next picture, or to a text that is left out.
                control = at;
                controlEnd = end;
            } else if (block == 0x2C || isKept(in, at)) {
                facts.keep(file, at, end);
            } else {
                facts.leaveOut();
                control = in.at(at + 1) == 0x01 ? -1 : control;
            }
            at = end;
        }
        return facts.frames > 0;
    }

    private static int colours(int flags) {
        return (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);
    }

    private static boolean isKept(ImageBytes in, int at) {
        return in.at(at + 1) == 0xFF
                && (in.has(at + 3, "NETSCAPE2.0") || in.has(at + 3, "ANIMEXTS1.0") || in.has(at + 3, "ICCRGBG1012"));
    }

    private static int subBlocks(ImageBytes in, int from) {
        int at = from;
        while (at < in.length()) {
            int length = in.at(at);
            at += length + 1;
            if (length == 0) {
                return at;
            }
        }
        return -1;
    }
}
