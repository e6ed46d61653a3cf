package dev.aigw.routing.cache.shared;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@link PlainWriter} wrote. Other bytes cause an {@link IllegalArgumentException} or a
 * {@link java.nio.BufferUnderflowException}, and never take more memory than a small multiple of their length. Not safe
 * for use by several threads.
 */
final class PlainReader {

    private final ByteBuffer in;
    private int depth;

    PlainReader(ByteBuffer in) {
        this.in = in;
    }

    @Nullable
    Object read() {
        if (++depth > PlainWriter.DEEPEST) {
            throw new IllegalArgumentException("values are nested too deeply");
        }
        byte tag = in.get();
        Object value = switch (tag) {
            case Tag.NULL -> null;
            case Tag.TRUE -> true;
            case Tag.FALSE -> false;
            case Tag.TEXT, Tag.UTF16 -> text(tag);
            case Tag.LIST -> list();
            case Tag.MAP -> map();
            case Tag.BYTES -> bytes();
            case Tag.FLOATS -> floats();
            case Tag.DOUBLES -> doubles();
            case Tag.LONGS -> longs();
            case Tag.BOOLEANS -> booleans();
            default -> number(tag);
        };
        depth--;
        return value;
    }

    private Number number(byte tag) {
        return switch (tag) {
            case Tag.INT -> in.getInt();
            case Tag.LONG -> in.getLong();
            case Tag.SHORT -> in.getShort();
            case Tag.BYTE -> (byte) in.getShort();
            case Tag.DOUBLE -> in.getDouble();
            case Tag.FLOAT -> in.getFloat();
            case Tag.BIG_INTEGER -> new BigInteger(bytes());
            case Tag.BIG_DECIMAL -> decimal(new BigInteger(bytes()), in.getInt());
            default -> throw new IllegalArgumentException("no value begins with byte " + tag);
        };
    }

    private static BigDecimal decimal(BigInteger unscaled, int scale) {
        if (Math.abs((long) scale) > PlainWriter.MOST_SCALE) {
            throw new IllegalArgumentException("a number of scale " + scale);
        }
        return new BigDecimal(unscaled, scale);
    }

    /** Returns a number of elements of at least {@code size} bytes each, after checking that so many bytes are left. */
    private int length(int size) {
        int length = in.getInt();
        if (length < 0 || (long) length * size > in.remaining()) {
            throw new IllegalArgumentException("a length of " + length + " with " + in.remaining() + " bytes left");
        }
        return length;
    }

    private String text(byte tag) {
        if (tag == Tag.TEXT) {
            return new String(bytes(), StandardCharsets.UTF_8);
        }
        if (tag != Tag.UTF16) {
            throw new IllegalArgumentException("the key of an entry is not text");
        }
        char[] chars = new char[length(Character.BYTES)];
        for (int i = 0; i < chars.length; i++) {
            chars[i] = in.getChar();
        }
        return new String(chars);
    }

    private byte[] bytes() {
        byte[] bytes = new byte[length(1)];
        in.get(bytes);
        return bytes;
    }

    private List<@Nullable Object> list() {
        int length = length(1);
        List<@Nullable Object> list = new ArrayList<>(length);
        for (int i = 0; i < length; i++) {
            list.add(read());
        }
        return list;
    }

    private Map<String, @Nullable Object> map() {
        int length = length(2);
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (int i = 0; i < length; i++) {
            String name = text(in.get());
            map.put(name, read());
        }
        return map;
    }

    private float[] floats() {
        float[] values = new float[length(Float.BYTES)];
        for (int i = 0; i < values.length; i++) {
            values[i] = in.getFloat();
        }
        return values;
    }

    private double[] doubles() {
        double[] values = new double[length(Double.BYTES)];
        for (int i = 0; i < values.length; i++) {
            values[i] = in.getDouble();
        }
        return values;
    }

    private long[] longs() {
        long[] values = new long[length(Long.BYTES)];
        for (int i = 0; i < values.length; i++) {
            values[i] = in.getLong();
        }
        return values;
    }

    private boolean[] booleans() {
        boolean[] values = new boolean[length(1)];
        for (int i = 0; i < values.length; i++) {
            values[i] = in.get() != 0;
        }
        return values;
    }
}
