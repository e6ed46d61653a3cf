package dev.aigw.providers.openinference;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.inference.DataType;
import dev.aigw.api.inference.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** The elements of tensors as JSON: written flat, read flat or nested. */
final class JsonTensors {

    private JsonTensors() {}

    /**
     * Writes the elements as an array.
     *
     * @throws IllegalArgumentException if JSON cannot represent one: a number that is not finite, bytes that are not
     *     text
     */
    static void write(JsonGenerator json, Tensor tensor) throws IOException {
        json.writeStartArray();
        switch (tensor.datatype()) {
            case BOOL -> {
                for (boolean value : tensor.booleans()) {
                    json.writeBoolean(value);
                }
            }
            case BYTES -> {
                for (byte[] value : tensor.bytes()) {
                    json.writeString(text(tensor, value));
                }
            }
            case FP16, FP32 -> {
                for (float value : tensor.floats()) {
                    checkFinite(tensor, value);
                    json.writeNumber(value);
                }
            }
            case FP64 -> {
                for (double value : tensor.doubles()) {
                    checkFinite(tensor, value);
                    json.writeNumber(value);
                }
            }
            case UINT64 -> {
                for (long value : tensor.longs()) {
                    json.writeNumber(Long.toUnsignedString(value));
                }
            }
            default -> json.writeArray(tensor.longs(), 0, tensor.size());
        }
        json.writeEndArray();
    }

    private static void checkFinite(Tensor tensor, double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException(
                    "input " + tensor.name() + " holds " + value + ", which JSON cannot represent: use binary(true)");
        }
    }

    private static String text(Tensor tensor, byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(
                    "input " + tensor.name()
                            + " has bytes that are not UTF-8, which JSON cannot represent: use binary(true)",
                    e);
        }
    }

    /**
     * Returns the tensor whose elements are in {@code data}.
     *
     * @throws IllegalArgumentException if one does not fit the datatype, or their number the shape
     */
    static Tensor read(String name, DataType datatype, long[] shape, JsonNode data) {
        int size = count(data);
        Reader reader = new Reader(name, datatype);
        switch (datatype) {
            case BOOL -> {
                boolean[] values = new boolean[size];
                reader.each(data, (i, node) -> values[i] = reader.bool(node));
                return Tensor.ofBooleans(name, values, shape);
            }
            case BYTES -> {
                byte[][] values = new byte[size][];
                reader.each(data, (i, node) -> values[i] = reader.text(node).getBytes(StandardCharsets.UTF_8));
                return Tensor.ofBytes(name, Arrays.asList(values), shape);
            }
            case FP16, FP32 -> {
                float[] values = new float[size];
                reader.each(data, (i, node) -> values[i] = reader.number(node).floatValue());
                return Tensor.ofFloats(name, datatype, values, shape);
            }
            case FP64 -> {
                double[] values = new double[size];
                reader.each(data, (i, node) -> values[i] = reader.number(node).doubleValue());
                return Tensor.ofDoubles(name, values, shape);
            }
            default -> {
                long[] values = new long[size];
                reader.each(data, (i, node) -> values[i] = reader.whole(node));
                return Tensor.ofLongs(name, datatype, values, shape);
            }
        }
    }

    private static int count(JsonNode node) {
        if (!node.isArray()) {
            return 1;
        }
        int count = 0;
        for (JsonNode element : node) {
            count += count(element);
        }
        return count;
    }

    @FunctionalInterface
    private interface Element {
        void take(int index, JsonNode node);
    }

    /** Visits the elements of nested rows in order. */
    private static final class Reader {
        private final String name;
        private final DataType datatype;
        private int next;

        Reader(String name, DataType datatype) {
            this.name = name;
            this.datatype = datatype;
        }

        void each(JsonNode node, Element element) {
            if (node.isArray()) {
                for (JsonNode child : node) {
                    each(child, element);
                }
            } else {
                element.take(next++, node);
            }
        }

        boolean bool(JsonNode node) {
            return node.isNumber()
                    ? number(node).intValue() != 0
                    : check(node, node.isBoolean()).booleanValue();
        }

        JsonNode number(JsonNode node) {
            return check(node, node.isNumber());
        }

        long whole(JsonNode node) {
            boolean fits = node.canConvertToExactIntegral()
                    && (node.canConvertToLong()
                            || (datatype == DataType.UINT64
                                    && node.bigIntegerValue().signum() > 0
                                    && node.bigIntegerValue().bitLength() <= 64));
            return check(node, fits).bigIntegerValue().longValue();
        }

        String text(JsonNode node) {
            return check(node, node.isTextual()).textValue();
        }

        private JsonNode check(JsonNode node, boolean fits) {
            if (!fits) {
                throw new IllegalArgumentException("output " + name + " of " + datatype + " holds a "
                        + node.getNodeType().name().toLowerCase(Locale.ROOT) + " that is none");
            }
            return node;
        }
    }
}
