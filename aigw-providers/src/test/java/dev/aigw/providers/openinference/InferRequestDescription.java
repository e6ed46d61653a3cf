package dev.aigw.providers.openinference;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;

/**
 * What the protocol's description says of an inference request, to check ours against: schemas
 * {@code inference_request}, {@code request_input}, {@code request_output}, {@code tensor_data} of
 * {@code open_inference_rest.yaml} in kserve/open-inference-protocol, version 2.0 of 2023; {@code binary_data_size} in
 * place of {@code data} after Triton's {@code extension_binary_data.md}.
 */
final class InferRequestDescription {

    private static final Set<String> DATATYPES = Set.of(
            "BOOL", "UINT8", "UINT16", "UINT32", "UINT64", "INT8", "INT16", "INT32", "INT64", "FP16", "FP32", "FP64",
            "BYTES");

    private InferRequestDescription() {}

    static void check(JsonNode request) {
        object(request, List.of("inputs"), Set.of("id", "parameters", "inputs", "outputs"));
        assertThat(request.path("id").isMissingNode() || request.get("id").isTextual())
                .isTrue();
        assertThat(request.path("parameters").isMissingNode()
                        || request.get("parameters").isObject())
                .isTrue();
        assertThat(request.get("inputs").isArray()).isTrue();
        for (JsonNode input : request.get("inputs")) {
            boolean binary = input.path("parameters").has("binary_data_size");
            object(
                    input,
                    binary ? List.of("name", "shape", "datatype") : List.of("name", "shape", "datatype", "data"),
                    Set.of("name", "shape", "datatype", "parameters", "data"));
            assertThat(input.has("data")).isNotEqualTo(binary);
            assertThat(input.get("name").isTextual()).isTrue();
            assertThat(DATATYPES).contains(input.get("datatype").textValue());
            input.get("shape")
                    .forEach(dimension ->
                            assertThat(dimension.isIntegralNumber()).isTrue());
            if (binary) {
                assertThat(input.get("parameters").get("binary_data_size").isIntegralNumber())
                        .isTrue();
            } else {
                data(input.get("data"));
            }
        }
        for (JsonNode output : request.path("outputs")) {
            object(output, List.of("name"), Set.of("name", "parameters"));
        }
    }

    private static void object(JsonNode node, List<String> required, Set<String> allowed) {
        assertThat(node.isObject()).isTrue();
        assertThat(node.fieldNames()).toIterable().containsAll(required).isSubsetOf(allowed);
    }

    private static void data(JsonNode data) {
        assertThat(data.isArray()).isTrue();
        for (JsonNode element : data) {
            if (element.isArray()) {
                data(element);
            } else {
                assertThat(element.isNumber() || element.isTextual() || element.isBoolean())
                        .isTrue();
            }
        }
    }
}
