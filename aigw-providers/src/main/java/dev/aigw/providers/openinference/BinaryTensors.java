package dev.aigw.providers.openinference;

import dev.aigw.api.inference.DataType;
import dev.aigw.api.inference.Tensor;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The elements of tensors in the form of the binary tensor extension: row by row, little-endian, without gaps; booleans
 * in one byte; byte strings each after its length in four bytes.
 */
final class BinaryTensors {

    private BinaryTensors() {}

    /** Returns the elements as bytes. */
    static byte[] write(Tensor tensor) {
        DataType datatype = tensor.datatype();
        if (datatype == DataType.BYTES) {
            return writeStrings(tensor.bytes());
        }
        ByteBuffer out = little(ByteBuffer.allocate(Math.multiplyExact(tensor.size(), datatype.size())));
        if (datatype == DataType.BOOL) {
            for (boolean value : tensor.booleans()) {
                out.put((byte) (value ? 1 : 0));
            }
        } else if (datatype == DataType.FP64) {
            out.asDoubleBuffer().put(tensor.doubles());
        } else if (datatype == DataType.FP32) {
            out.asFloatBuffer().put(tensor.floats());
        } else if (datatype == DataType.FP16) {
            for (float value : tensor.floats()) {
                out.putShort(HalfFloats.of(value));
            }
        } else {
            writeLongs(tensor.longs(), datatype.size(), out);
        }
        return out.array();
    }

    private static void writeLongs(long[] values, int size, ByteBuffer out) {
        for (long value : values) {
            switch (size) {
                case 1 -> out.put((byte) value);
                case 2 -> out.putShort((short) value);
                case 4 -> out.putInt((int) value);
                default -> out.putLong(value);
            }
        }
    }

    private static byte[] writeStrings(List<byte[]> strings) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteBuffer length = little(ByteBuffer.allocate(4));
        for (byte[] string : strings) {
            out.writeBytes(length.putInt(0, string.length).array());
            out.writeBytes(string);
        }
        return out.toByteArray();
    }

    /**
     * Returns the tensor whose elements are {@code bytes}.
     *
     * @throws IllegalArgumentException if their number does not fit the shape
     */
    static Tensor read(String name, DataType datatype, long[] shape, byte[] bytes, int offset, int length) {
        ByteBuffer in = little(ByteBuffer.wrap(bytes, offset, length));
        if (datatype == DataType.BYTES) {
            return Tensor.ofBytes(name, readStrings(name, in), shape);
        }
        if (length % datatype.size() != 0) {
            throw new IllegalArgumentException(
                    "output " + name + " of " + datatype + " has " + length + " bytes, not whole elements");
        }
        int count = length / datatype.size();
        if (datatype == DataType.BOOL) {
            boolean[] values = new boolean[count];
            for (int i = 0; i < count; i++) {
                values[i] = in.get() != 0;
            }
            return Tensor.ofBooleans(name, values, shape);
        }
        if (datatype == DataType.FP64) {
            double[] values = new double[count];
            in.asDoubleBuffer().get(values);
            return Tensor.ofDoubles(name, values, shape);
        }
        if (datatype.isFloat()) {
            return Tensor.ofFloats(name, datatype, readFloats(datatype, count, in), shape);
        }
        return Tensor.ofLongs(name, datatype, readLongs(datatype, count, in), shape);
    }

    private static float[] readFloats(DataType datatype, int count, ByteBuffer in) {
        float[] values = new float[count];
        if (datatype == DataType.FP32) {
            in.asFloatBuffer().get(values);
        } else {
            for (int i = 0; i < count; i++) {
                values[i] = HalfFloats.toFloat(in.getShort());
            }
        }
        return values;
    }

    private static long[] readLongs(DataType datatype, int count, ByteBuffer in) {
        long[] values = new long[count];
        for (int i = 0; i < count; i++) {
            values[i] = switch (datatype) {
                case UINT8 -> Byte.toUnsignedLong(in.get());
                case UINT16 -> Short.toUnsignedLong(in.getShort());
                case UINT32 -> Integer.toUnsignedLong(in.getInt());
                case INT8 -> in.get();
                case INT16 -> in.getShort();
                case INT32 -> in.getInt();
                default -> in.getLong();
            };
        }
        return values;
    }

    private static List<byte[]> readStrings(String name, ByteBuffer in) {
        List<byte[]> strings = new ArrayList<>();
        try {
            while (in.hasRemaining()) {
                int length = in.getInt();
                if (length < 0 || length > in.remaining()) {
                    throw new BufferUnderflowException();
                }
                byte[] string = new byte[length];
                in.get(string);
                strings.add(string);
            }
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("output " + name + " of BYTES ends within an element", e);
        }
        return strings;
    }

    private static ByteBuffer little(ByteBuffer buffer) {
        return buffer.order(ByteOrder.LITTLE_ENDIAN);
    }
}
