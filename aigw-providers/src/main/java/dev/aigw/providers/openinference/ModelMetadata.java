package dev.aigw.providers.openinference;

import java.util.List;

/**
 * A server's description of one of its models.
 *
 * @param name its name
 * @param versions the available versions; empty if there are none
 * @param platform what runs it, for example {@code onnxruntime_onnx}; empty when the server does not say
 * @param inputs the tensors it takes
 * @param outputs the tensors it computes
 */
public record ModelMetadata(
        String name,
        List<String> versions,
        String platform,
        List<TensorMetadata> inputs,
        List<TensorMetadata> outputs) {

    /** Copies the lists. */
    public ModelMetadata {
        versions = List.copyOf(versions);
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }
}
