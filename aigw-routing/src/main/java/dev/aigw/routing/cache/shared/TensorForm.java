package dev.aigw.routing.cache.shared;

import dev.aigw.api.inference.DataType;
import dev.aigw.api.inference.Tensor;
import dev.aigw.api.internal.JsonFields;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The plain form of tensors, their elements in arrays of primitives. */
final class TensorForm {

    private TensorForm() {}

    static Object of(Tensor tensor) {
        return JsonFields.none()
                .with("name", tensor.name())
                .with("datatype", tensor.datatype())
                .with("shape", tensor.shape())
                .with("data", data(tensor))
                .with("parameters", tensor.parameters())
                .plain();
    }

    private static Object data(Tensor tensor) {
        DataType datatype = tensor.datatype();
        if (datatype == DataType.BOOL) {
            return tensor.booleans();
        }
        if (datatype.isInteger()) {
            return tensor.longs();
        }
        if (datatype == DataType.FP64) {
            return tensor.doubles();
        }
        return datatype.isFloat() ? tensor.floats() : tensor.bytes();
    }

    static Tensor tensor(@Nullable Object form) {
        JsonFields fields = JsonFields.read(form, "");
        Tensor tensor = tensor(
                fields.needText("name"),
                fields.constant("datatype", DataType.class),
                fields.need("shape", long[].class),
                fields);
        Map<String, @Nullable Object> parameters = fields.map("parameters");
        return parameters.isEmpty() ? tensor : tensor.withParameters(parameters);
    }

    private static Tensor tensor(String name, DataType datatype, long[] shape, JsonFields fields) {
        if (datatype == DataType.BOOL) {
            return Tensor.ofBooleans(name, fields.need("data", boolean[].class), shape);
        }
        if (datatype.isInteger()) {
            return Tensor.ofLongs(name, datatype, fields.need("data", long[].class), shape);
        }
        if (datatype == DataType.FP64) {
            return Tensor.ofDoubles(name, fields.need("data", double[].class), shape);
        }
        if (datatype.isFloat()) {
            return Tensor.ofFloats(name, datatype, fields.need("data", float[].class), shape);
        }
        List<byte[]> texts = fields.list("data", (text, path) -> (byte[]) Objects.requireNonNull(text));
        return Tensor.ofBytes(name, texts, shape);
    }
}
