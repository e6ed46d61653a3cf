package dev.aigw.routing.cache.shared;

import java.io.DataOutput;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes plain values (maps, lists, strings, numbers, booleans, null, arrays of primitives) as bytes: for each a tag
 * and, if its length varies, the length. {@link PlainReader} returns an equal value, with numbers of the same class.
 * Not safe for use by several threads.
 */
class PlainWriter {

    /** The deepest nesting that is written and read. */
    static final int DEEPEST = 200;

    /** The largest scale of a decimal number, since a few bytes can stand for a number of a billion digits. */
    static final int MOST_SCALE = 10_000;

    final DataOutput out;
    private int depth;

    PlainWriter(DataOutput out) {
        this.out = out;
    }

    /**
     * Writes a value.
     *
     * @throws Unwritable if it is, or contains, something that is not a plain value
     */
    final void write(@Nullable Object value) throws IOException {
        if (++depth > DEEPEST) {
            throw new Unwritable("values nested more than " + DEEPEST + " deep");
        }
        if (value == null) {
            out.writeByte(Tag.NULL);
        } else if (value instanceof String text) {
            text(text);
        } else if (value instanceof Boolean truth) {
            out.writeByte(truth ? Tag.TRUE : Tag.FALSE);
        } else if (value instanceof Number number) {
            number(number);
        } else if (value instanceof Map<?, ?> map) {
            tag(Tag.MAP, map.size());
            entries(map);
        } else if (value instanceof List<?> list) {
            tag(Tag.LIST, list.size());
            for (Object element : list) {
                write(element);
            }
        } else if (value.getClass().isArray()) {
            array(value);
        } else {
            other(value);
        }
        depth--;
    }

    final void tag(int tag, int length) throws IOException {
        out.writeByte(tag);
        out.writeInt(length);
    }

    private void text(String text) throws IOException {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        if (new String(utf8, StandardCharsets.UTF_8).equals(text)) {
            tag(Tag.TEXT, utf8.length);
            out.write(utf8);
        } else { // half a surrogate pair, since a model may cut its answer there
            tag(Tag.UTF16, text.length());
            out.writeChars(text);
        }
    }

    final void key(Object key) throws IOException {
        if (!(key instanceof String name)) {
            throw new Unwritable("a map with keys of " + key.getClass().getName());
        }
        text(name);
    }

    /** Writes a number with its class. */
    void number(Number number) throws IOException {
        if (number instanceof Integer) {
            out.writeByte(Tag.INT);
            out.writeInt(number.intValue());
        } else if (number instanceof Long) {
            out.writeByte(Tag.LONG);
            out.writeLong(number.longValue());
        } else if (number instanceof Double) {
            out.writeByte(Tag.DOUBLE);
            out.writeDouble(number.doubleValue());
        } else if (number instanceof Float) {
            out.writeByte(Tag.FLOAT);
            out.writeFloat(number.floatValue());
        } else if (number instanceof Short || number instanceof Byte) {
            out.writeByte(number instanceof Short ? Tag.SHORT : Tag.BYTE);
            out.writeShort(number.shortValue());
        } else if (number instanceof BigInteger big) {
            bytes(Tag.BIG_INTEGER, big.toByteArray());
        } else if (number instanceof BigDecimal decimal) {
            if (Math.abs((long) decimal.scale()) > MOST_SCALE) {
                throw new Unwritable("a number of scale " + decimal.scale());
            }
            bytes(Tag.BIG_DECIMAL, decimal.unscaledValue().toByteArray());
            out.writeInt(decimal.scale());
        } else {
            other(number);
        }
    }

    final void bytes(int tag, byte[] bytes) throws IOException {
        tag(tag, bytes.length);
        out.write(bytes);
    }

    /** Writes the entries of a map, in its order. */
    void entries(Map<?, ?> map) throws IOException {
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            key(entry.getKey());
            write(entry.getValue());
        }
    }

    private void array(Object array) throws IOException {
        if (array instanceof byte[] values) {
            bytes(Tag.BYTES, values);
        } else if (array instanceof float[] values) {
            tag(Tag.FLOATS, values.length);
            for (float value : values) {
                out.writeFloat(value);
            }
        } else if (array instanceof double[] values) {
            tag(Tag.DOUBLES, values.length);
            for (double value : values) {
                out.writeDouble(value);
            }
        } else if (array instanceof long[] values) {
            tag(Tag.LONGS, values.length);
            for (long value : values) {
                out.writeLong(value);
            }
        } else if (array instanceof boolean[] values) {
            tag(Tag.BOOLEANS, values.length);
            for (boolean value : values) {
                out.writeBoolean(value);
            }
        } else {
            other(array);
        }
    }

    /** Writes or refuses a value of another class. */
    void other(Object value) throws IOException {
        throw new Unwritable("a value of " + value.getClass().getName());
    }
}
