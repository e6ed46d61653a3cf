package dev.aigw.api.inference;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/**
 * A named array of any rank, with its elements in row-major order. Immutable: arrays are copied in and out.
 *
 * <pre>{@code
 * Tensor image = Tensor.ofFloats("image", pixels, 1, 3, 224, 224);
 * }</pre>
 *
 * <p>Elements are kept unboxed: {@code boolean} for {@link DataType#BOOL}, {@code long} for integers, {@code float} for
 * {@link DataType#FP16} and {@link DataType#FP32}, {@code double} for {@link DataType#FP64}, {@code byte[]} for
 * {@link DataType#BYTES}.
 */
public final class Tensor {

    private final String name;
    private final DataType datatype;
    private final long[] shape;
    private final Object data;
    private final int size;
    private final Map<String, ?> parameters;

    private Tensor(String name, DataType datatype, long[] shape, Object data, int size, Map<String, ?> parameters) {
        this.name = Objects.requireNonNull(name, "name");
        this.datatype = Objects.requireNonNull(datatype, "datatype");
        this.shape = shape.length == 0 && size != 1 ? new long[] {size} : shape.clone();
        this.data = data;
        this.size = size;
        this.parameters = parameters;
        long product = 1;
        for (long dimension : this.shape) {
            if (dimension < 0) {
                throw new IllegalArgumentException(
                        "tensor " + name + " has the shape " + Arrays.toString(shape) + ": dimensions are 0 or more");
            }
            product = times(product, dimension);
        }
        if (product != size) {
            throw new IllegalArgumentException("tensor " + name + " has " + size + " elements but its shape "
                    + Arrays.toString(shape) + " needs " + product);
        }
    }

    /** Returns the product, at most the longest number. */
    private static long times(long a, long b) {
        return Math.multiplyHigh(a, b) != 0 || a * b < 0 ? Long.MAX_VALUE : a * b;
    }

    /**
     * Returns a tensor of {@link DataType#FP32}. Without a shape it has one dimension, or none if it has one element.
     *
     * @throws IllegalArgumentException if the shape does not fit the number of elements
     */
    public static Tensor ofFloats(String name, float[] data, long... shape) {
        return new Tensor(name, DataType.FP32, shape, data.clone(), data.length, Map.of());
    }

    /**
     * Returns a tensor of {@link DataType#FP16} or {@link DataType#FP32}; the shape works as in
     * {@link #ofFloats(String, float[], long...)}.
     *
     * @throws IllegalArgumentException if the datatype is another, or the shape does not fit
     */
    public static Tensor ofFloats(String name, DataType datatype, float[] data, long... shape) {
        if (datatype != DataType.FP16 && datatype != DataType.FP32) {
            throw new IllegalArgumentException(
                    "tensor " + name + " of " + datatype + " cannot have floats: use FP16 or FP32");
        }
        return new Tensor(name, datatype, shape, data.clone(), data.length, Map.of());
    }

    /**
     * Returns a tensor of {@link DataType#FP64}; the shape works as in {@link #ofFloats(String, float[], long...)}.
     *
     * @throws IllegalArgumentException if the shape does not fit the number of elements
     */
    public static Tensor ofDoubles(String name, double[] data, long... shape) {
        return new Tensor(name, DataType.FP64, shape, data.clone(), data.length, Map.of());
    }

    /**
     * Returns a tensor of {@link DataType#INT64}; the shape works as in {@link #ofFloats(String, float[], long...)}.
     *
     * @throws IllegalArgumentException if the shape does not fit the number of elements
     */
    public static Tensor ofLongs(String name, long[] data, long... shape) {
        return new Tensor(name, DataType.INT64, shape, data.clone(), data.length, Map.of());
    }

    /**
     * Returns a tensor of any integer datatype; the shape works as in {@link #ofFloats(String, float[], long...)}. For
     * {@link DataType#UINT64} give the upper half of the range as negative numbers.
     *
     * @throws IllegalArgumentException if the datatype is not an integer one, a number is out of its range, or the
     *     shape does not fit
     */
    public static Tensor ofLongs(String name, DataType datatype, long[] data, long... shape) {
        if (!datatype.isInteger()) {
            throw new IllegalArgumentException(
                    "tensor " + name + " of " + datatype + " cannot have integers: use a datatype such as INT32");
        }
        for (long value : data) {
            checkRange(name, datatype, value);
        }
        return new Tensor(name, datatype, shape, data.clone(), data.length, Map.of());
    }

    private static void checkRange(String name, DataType datatype, long value) {
        int bits = 8 * datatype.size();
        boolean signed = datatype.compareTo(DataType.INT8) >= 0;
        boolean fits = bits == 64 || (signed ? value >> (bits - 1) == value >> 63 : value >>> bits == 0);
        if (!fits) {
            throw new IllegalArgumentException("tensor " + name + " of " + datatype + " holds " + value
                    + ", which does not fit: use a wider datatype");
        }
    }

    private static long whole(String name, DataType datatype, Number number) {
        long value = number.longValue();
        boolean exact = number instanceof BigInteger big
                ? big.bitLength() < 64 || (datatype == DataType.UINT64 && big.signum() > 0 && big.bitLength() == 64)
                : !(number instanceof Double || number instanceof Float || number instanceof BigDecimal)
                        || value == number.doubleValue();
        if (!exact) {
            throw new IllegalArgumentException("tensor " + name + " of " + datatype + " holds " + number
                    + ": use integers in its range, or a datatype such as FP64");
        }
        checkRange(name, datatype, value);
        return value;
    }

    /**
     * Returns a tensor of {@link DataType#INT32}; the shape works as in {@link #ofFloats(String, float[], long...)}.
     *
     * @throws IllegalArgumentException if the shape does not fit the number of elements
     */
    public static Tensor ofInts(String name, int[] data, long... shape) {
        return new Tensor(
                name, DataType.INT32, shape, Arrays.stream(data).asLongStream().toArray(), data.length, Map.of());
    }

    /**
     * Returns a tensor of {@link DataType#BOOL}; the shape works as in {@link #ofFloats(String, float[], long...)}.
     *
     * @throws IllegalArgumentException if the shape does not fit the number of elements
     */
    public static Tensor ofBooleans(String name, boolean[] data, long... shape) {
        return new Tensor(name, DataType.BOOL, shape, data.clone(), data.length, Map.of());
    }

    /**
     * Returns a tensor of {@link DataType#BYTES} from texts in UTF-8; the shape works as in {@link #ofFloats(String,
     * float[], long...)}.
     *
     * @throws IllegalArgumentException if the shape does not fit the number of elements
     */
    public static Tensor ofStrings(String name, List<String> data, long... shape) {
        byte[][] bytes = new byte[data.size()][];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = data.get(i).getBytes(StandardCharsets.UTF_8);
        }
        return new Tensor(name, DataType.BYTES, shape, bytes, bytes.length, Map.of());
    }

    /**
     * Returns a tensor of {@link DataType#BYTES}; the shape works as in {@link #ofFloats(String, float[], long...)}.
     *
     * @throws IllegalArgumentException if the shape does not fit the number of elements
     */
    public static Tensor ofBytes(String name, List<byte[]> data, long... shape) {
        byte[][] bytes = new byte[data.size()][];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = data.get(i).clone();
        }
        return new Tensor(name, DataType.BYTES, shape, bytes, bytes.length, Map.of());
    }

    /**
     * Returns a tensor from plain JSON values, flat or nested by rows.
     *
     * @param name its name
     * @param datatype the type of the elements
     * @param shape its shape
     * @param data {@link Boolean}s, {@link Number}s, {@link String}s or {@code byte[]}s, or lists of them
     * @throws IllegalArgumentException if an element does not fit the datatype, or their number the shape
     */
    public static Tensor of(String name, DataType datatype, long[] shape, List<?> data) {
        List<@Nullable Object> flat = new ArrayList<>(data.size());
        flatten(data, flat);
        int size = flat.size();
        Object array;
        if (datatype == DataType.BOOL) {
            boolean[] values = new boolean[size];
            for (int i = 0; i < size; i++) {
                values[i] = flat.get(i) instanceof Number number
                        ? number.intValue() != 0
                        : element(name, datatype, flat.get(i), Boolean.class);
            }
            array = values;
        } else if (datatype.isInteger()) {
            long[] values = new long[size];
            for (int i = 0; i < size; i++) {
                values[i] = whole(name, datatype, element(name, datatype, flat.get(i), Number.class));
            }
            array = values;
        } else if (datatype == DataType.FP64) {
            double[] values = new double[size];
            for (int i = 0; i < size; i++) {
                values[i] = element(name, datatype, flat.get(i), Number.class).doubleValue();
            }
            array = values;
        } else if (datatype.isFloat()) {
            float[] values = new float[size];
            for (int i = 0; i < size; i++) {
                values[i] = element(name, datatype, flat.get(i), Number.class).floatValue();
            }
            array = values;
        } else {
            byte[][] values = new byte[size][];
            for (int i = 0; i < size; i++) {
                values[i] = flat.get(i) instanceof byte[] bytes
                        ? bytes.clone()
                        : element(name, datatype, flat.get(i), String.class).getBytes(StandardCharsets.UTF_8);
            }
            array = values;
        }
        return new Tensor(name, datatype, shape, array, size, Map.of());
    }

    private static void flatten(List<?> data, List<@Nullable Object> flat) {
        for (Object element : data) {
            if (element instanceof List<?> row) {
                flatten(row, flat);
            } else {
                flat.add(element);
            }
        }
    }

    private static <T> T element(String name, DataType datatype, @Nullable Object value, Class<T> type) {
        if (!type.isInstance(value)) {
            throw new IllegalArgumentException("tensor " + name + " of " + datatype + " has an element of type "
                    + (value == null ? "null" : value.getClass().getSimpleName()) + ": use "
                    + type.getSimpleName());
        }
        return type.cast(value);
    }

    /** Returns this tensor with vendor parameters, as plain JSON values. */
    public Tensor withParameters(Map<String, ?> parameters) {
        return new Tensor(
                name, datatype, shape, data, size, Collections.unmodifiableMap(new LinkedHashMap<>(parameters)));
    }

    /** Returns the name. */
    public String name() {
        return name;
    }

    /** Returns the type of the elements. */
    public DataType datatype() {
        return datatype;
    }

    /** Returns a copy of the shape; empty for a single value. */
    public long[] shape() {
        return shape.clone();
    }

    /** Returns the number of elements. */
    public int size() {
        return size;
    }

    /** Returns vendor parameters, as plain JSON values. */
    public Map<String, ?> parameters() {
        return parameters;
    }

    /**
     * Returns the elements as an unmodifiable list in row-major order: {@link Boolean}s, {@link Long}s, {@link Float}s,
     * {@link Double}s, or {@link String}s for {@link DataType#BYTES}, read as UTF-8.
     */
    public List<?> data() {
        return new Elements(this);
    }

    /** Returns the number of bytes that the elements take in the heap, without copying them. */
    public long sizeBytes() {
        if (data instanceof byte[][] values) {
            long bytes = 0;
            for (byte[] value : values) {
                bytes += value.length;
            }
            return bytes;
        }
        long each = data instanceof float[] ? Float.BYTES : data instanceof boolean[] ? 1 : Long.BYTES;
        return each * size;
    }

    /**
     * Returns the elements of a numeric tensor as {@code float}s, rounded where needed.
     *
     * @throws IllegalStateException if the elements are not numbers
     */
    public float[] floats() {
        if (data instanceof float[] values) {
            return values.clone();
        }
        float[] copy = new float[size];
        for (int i = 0; i < size; i++) {
            copy[i] = (float) number(i);
        }
        return copy;
    }

    /**
     * Returns the elements of a numeric tensor as {@code double}s.
     *
     * @throws IllegalStateException if the elements are not numbers
     */
    public double[] doubles() {
        double[] copy = new double[size];
        for (int i = 0; i < size; i++) {
            copy[i] = number(i);
        }
        return copy;
    }

    /**
     * Copies elements of a numeric tensor as {@code double}s, for those who look at many without a copy of all.
     *
     * @param from the index of the first element to copy
     * @param into where to copy them: as many as fit and are there
     * @return how many were copied; 0 at the end
     * @throws IllegalStateException if the elements are not numbers
     * @throws IndexOutOfBoundsException if {@code from} is negative or greater than {@link #size()}
     */
    public int read(int from, double[] into) {
        Objects.checkIndex(from, size + 1);
        int count = Math.min(into.length, size - from);
        if (data instanceof float[] values) {
            for (int i = 0; i < count; i++) {
                into[i] = values[from + i];
            }
        } else if (data instanceof double[] values) {
            System.arraycopy(values, from, into, 0, count);
        } else if (data instanceof long[] values) {
            for (int i = 0; i < count; i++) {
                into[i] = values[from + i];
            }
        } else {
            throw wrongKind("numbers");
        }
        return count;
    }

    /**
     * Returns the elements of a tensor of integers.
     *
     * @throws IllegalStateException if the elements are not integers
     */
    public long[] longs() {
        if (data instanceof long[] values) {
            return values.clone();
        }
        throw wrongKind("whole numbers");
    }

    /**
     * Returns the elements of a tensor of booleans.
     *
     * @throws IllegalStateException if the elements are not booleans
     */
    public boolean[] booleans() {
        if (data instanceof boolean[] values) {
            return values.clone();
        }
        throw wrongKind("truth values");
    }

    /**
     * Returns the elements of a tensor of byte strings, read as UTF-8.
     *
     * @throws IllegalStateException if the elements are not byte strings
     */
    public List<String> strings() {
        List<String> texts = new ArrayList<>(size);
        for (byte[] bytes : byteStrings()) {
            texts.add(new String(bytes, StandardCharsets.UTF_8));
        }
        return Collections.unmodifiableList(texts);
    }

    /**
     * Returns copies of the elements of a tensor of byte strings.
     *
     * @throws IllegalStateException if the elements are not byte strings
     */
    public List<byte[]> bytes() {
        List<byte[]> copies = new ArrayList<>(size);
        for (byte[] bytes : byteStrings()) {
            copies.add(bytes.clone());
        }
        return Collections.unmodifiableList(copies);
    }

    /**
     * Returns the number of bytes of an element of a tensor of byte strings, without copying it.
     *
     * @throws IllegalStateException if the elements are not byte strings
     * @throws IndexOutOfBoundsException if there is no such element
     */
    public int byteLength(int index) {
        return byteStrings()[index].length;
    }

    private byte[][] byteStrings() {
        if (data instanceof byte[][] values) {
            return values;
        }
        throw wrongKind("byte strings");
    }

    private double number(int index) {
        if (data instanceof float[] values) {
            return values[index];
        }
        if (data instanceof double[] values) {
            return values[index];
        }
        if (data instanceof long[] values) {
            return values[index];
        }
        throw wrongKind("numbers");
    }

    private IllegalStateException wrongKind(String wanted) {
        return new IllegalStateException("tensor " + name + " is of " + datatype + ", so it has no " + wanted);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Tensor that
                && name.equals(that.name)
                && datatype == that.datatype
                && Arrays.equals(shape, that.shape)
                && Objects.deepEquals(data, that.data)
                && parameters.equals(that.parameters);
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, datatype.name(), Arrays.hashCode(shape), Arrays.deepHashCode(new Object[] {data}));
    }

    /** Returns name, datatype and shape; content stays out of logs. */
    @Override
    public String toString() {
        return "Tensor{" + name + ", " + datatype + Arrays.toString(shape) + "}";
    }

    private static final class Elements extends AbstractList<Object> implements RandomAccess {

        private final Tensor tensor;

        Elements(Tensor tensor) {
            this.tensor = tensor;
        }

        @Override
        public Object get(int index) {
            if (tensor.data instanceof float[] values) {
                return values[index];
            }
            if (tensor.data instanceof long[] values) {
                return values[index];
            }
            if (tensor.data instanceof double[] values) {
                return values[index];
            }
            if (tensor.data instanceof boolean[] values) {
                return values[index];
            }
            return new String(((byte[][]) tensor.data)[index], StandardCharsets.UTF_8);
        }

        @Override
        public int size() {
            return tensor.size;
        }
    }
}
