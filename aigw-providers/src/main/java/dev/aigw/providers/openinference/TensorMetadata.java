package dev.aigw.providers.openinference;

import java.util.List;

/**
 * The model's description of one of its tensors.
 *
 * @param name its name
 * @param datatype the type of the elements, in the server's word: a name of {@link dev.aigw.api.inference.DataType}, or
 *     a vendor-specific one such as {@code BF16}
 * @param shape its shape; -1 where a dimension may be of any size
 */
public record TensorMetadata(String name, String datatype, List<Long> shape) {

    /** Copies the list. */
    public TensorMetadata {
        shape = List.copyOf(shape);
    }
}
