package dev.aigw.routing.guard.screening;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Makes image files for tests, segment by segment. */
final class ImageFiles {

    private ImageFiles() {}

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static byte[] bytes(int... values) {
        byte[] out = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            out[i] = (byte) values[i];
        }
        return out;
    }

    /** EXIF data, with an orientation, a camera's name, and what they begin with. */
    static byte[] exif(String before, int orientation) {
        return join(
                latin(before),
                latin("II*\0"),
                bytes(8, 0, 0, 0, 2, 0),
                bytes(0x0F, 1, 2, 0, 6, 0, 0, 0, 38, 0, 0, 0),
                bytes(0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0),
                bytes(0, 0, 0, 0),
                latin("ACME-1"));
    }

    static byte[] chunk(String type, byte[] data) {
        CRC32 crc = new CRC32();
        crc.update(latin(type));
        crc.update(data);
        return ByteBuffer.allocate(data.length + 12)
                .putInt(data.length)
                .put(latin(type))
                .put(data)
                .putInt((int) crc.getValue())
                .array();
    }

    /** A grey PNG whose pixels are black, with more chunks before them. */
    static byte[] png(int width, int height, byte[]... more) {
        byte[] rows = new byte[(int) Math.min(1 << 16, (width + 1L) * height)];
        Deflater deflater = new Deflater();
        deflater.setInput(rows);
        deflater.finish();
        byte[] packed = new byte[1 << 12];
        int length = deflater.deflate(packed);
        deflater.end();
        return join(
                bytes(0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'),
                chunk(
                        "IHDR",
                        ByteBuffer.allocate(13)
                                .putInt(width)
                                .putInt(height)
                                .put(bytes(8, 0, 0, 0, 0))
                                .array()),
                join(more),
                chunk("IDAT", java.util.Arrays.copyOf(packed, length)),
                chunk("IEND", new byte[0]));
    }

    static byte[] segment(int marker, byte[] data) {
        int length = data.length + 2;
        return join(bytes(0xFF, marker, length >> 8, length), data);
    }

    /** A JPEG with more segments before the picture. */
    static byte[] jpeg(int width, int height, byte[]... more) {
        return join(
                bytes(0xFF, 0xD8),
                segment(0xE0, join(latin("JFIF\0"), bytes(1, 1, 0, 0, 1, 0, 1, 0, 0))),
                join(more),
                segment(0xC0, bytes(8, height >> 8, height, width >> 8, width, 1, 1, 0x11, 0)),
                segment(0xDA, bytes(1, 1, 0, 0, 63, 0)),
                bytes(0x12, 0xFF, 0x00, 0x34, 0xFF, 0xD0, 0x56, 0xFF, 0xD9));
    }

    static byte[] extension(int label, byte[]... blocks) {
        byte[] out = bytes(0x21, label);
        for (byte[] block : blocks) {
            out = join(out, bytes(block.length), block);
        }
        return join(out, bytes(0));
    }

    static byte[] gifFrame() {
        return join(extension(0xF9, bytes(0, 10, 0, 0)), bytes(0x2C, 0, 0, 0, 0, 2, 0, 2, 0, 0, 2, 2, 0x44, 0x01, 0));
    }

    static byte[] gif(byte[]... blocks) {
        return join(
                latin("GIF89a"),
                bytes(2, 0, 2, 0, 0x80, 0, 0),
                bytes(0, 0, 0, 255, 255, 255),
                join(blocks),
                bytes(0x3B));
    }

    static byte[] riff(String type, byte[] data) {
        return join(latin(type), little(data.length), data, new byte[data.length & 1]);
    }

    static byte[] little(int value) {
        return bytes(value, value >> 8, value >> 16, value >> 24);
    }

    static byte[] webp(byte[]... chunks) {
        byte[] body = join(latin("WEBP"), join(chunks));
        return join(latin("RIFF"), little(body.length), body);
    }

    /** The chunk of a lossless picture. */
    static byte[] vp8l(int width, int height) {
        return riff("VP8L", join(bytes(0x2F), little(width - 1 | (height - 1) << 14), bytes(1, 2, 3)));
    }

    static byte[] vp8x(int flags, int width, int height) {
        return riff(
                "VP8X",
                bytes(
                        flags,
                        0,
                        0,
                        0,
                        width - 1,
                        (width - 1) >> 8,
                        (width - 1) >> 16,
                        height - 1,
                        (height - 1) >> 8,
                        (height - 1) >> 16));
    }

    static byte[] box(String type, byte[]... content) {
        byte[] inside = join(content);
        return join(
                ByteBuffer.allocate(8)
                        .putInt(inside.length + 8)
                        .put(latin(type))
                        .array(),
                inside);
    }

    static byte[] heif(String brand, int width, int height) {
        return join(
                box("ftyp", latin(brand), new byte[4], latin("mif1")),
                box(
                        "meta",
                        new byte[4],
                        box(
                                "iprp",
                                box(
                                        "ipco",
                                        box(
                                                "ispe",
                                                new byte[4],
                                                ByteBuffer.allocate(8)
                                                        .putInt(width)
                                                        .putInt(height)
                                                        .array())))),
                box("mdat", new byte[9]));
    }

    static byte[] tiff(int width, int height) {
        return join(
                latin("MM\0*"),
                bytes(0, 0, 0, 8, 0, 2),
                bytes(1, 0, 0, 4, 0, 0, 0, 1, width >> 24, width >> 16, width >> 8, width),
                bytes(1, 1, 0, 3, 0, 0, 0, 1, height >> 8, height, 0, 0),
                bytes(0, 0, 0, 0));
    }

    static byte[] bmp(int width, int height) {
        return join(
                latin("BM"),
                little(58),
                little(0),
                little(54),
                little(40),
                little(width),
                little(-height),
                new byte[32]);
    }
}
