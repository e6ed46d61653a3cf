package dev.aigw.providers.openinference;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.inference.DataType;
import dev.aigw.api.inference.InferenceResponse;
import dev.aigw.api.inference.Tensor;
import dev.aigw.providers.http.HttpBytes;
import dev.aigw.providers.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads an inference reply, each output in the form that the server chose. */
final class InferDecoder {

    /** The header with the length of the JSON object at the beginning of a body. */
    static final String JSON_LENGTH = "Inference-Header-Content-Length";

    private final HttpBytes reply;
    private final byte[] body;
    private int position;

    private InferDecoder(HttpBytes reply) {
        this.reply = reply;
        this.body = reply.body();
    }

    static InferenceResponse decode(HttpBytes reply) {
        InferDecoder decoder = new InferDecoder(reply);
        try {
            return decoder.read();
        } catch (IllegalArgumentException e) {
            throw reply.malformed(String.valueOf(e.getMessage()));
        }
    }

    private InferenceResponse read() {
        JsonNode head = reply.object(jsonLength());
        JsonNode outputs = head.get("outputs");
        if (outputs == null || !outputs.isArray()) {
            throw reply.malformed("the reply has no list of outputs");
        }
        InferenceResponse.Builder response = InferenceResponse.builder()
                .modelName(Json.textOf(head, "model_name"))
                .modelVersion(Json.textOf(head, "model_version"))
                .id(Json.textOf(head, "id"));
        Json.map(Json.at(head, "parameters")).forEach(response::parameter);
        for (JsonNode output : outputs) {
            response.output(tensor(output));
        }
        if (position != body.length) {
            throw reply.malformed("the reply has " + (body.length - position) + " bytes that belong to no output");
        }
        return response.build();
    }

    private int jsonLength() {
        String header = reply.header(JSON_LENGTH);
        int length;
        try {
            length = header == null ? body.length : Integer.parseInt(header.strip());
        } catch (NumberFormatException e) {
            length = -1;
        }
        if (length < 0 || length > body.length) {
            throw reply.malformed("the header " + JSON_LENGTH + " does not fit a body of " + body.length + " bytes");
        }
        position = length;
        return length;
    }

    private Tensor tensor(JsonNode output) {
        String name = Json.textOf(output, "name");
        if (name == null) {
            throw reply.malformed("an output of the reply has no name");
        }
        DataType datatype = datatype(name, Json.textOf(output, "datatype"));
        long[] shape = shape(name, output.path("shape"));
        Map<String, @Nullable Object> parameters = new LinkedHashMap<>(Json.map(Json.at(output, "parameters")));
        Object size = parameters.remove("binary_data_size");
        JsonNode data = output.get("data");
        Tensor tensor;
        if (size instanceof Number bytes) {
            tensor = binary(name, datatype, shape, bytes.longValue());
        } else if (data != null && data.isArray()) {
            tensor = JsonTensors.read(name, datatype, shape, data);
        } else {
            throw reply.malformed("output " + name + " has no data");
        }
        if (shape.length == 0 && tensor.size() != 1) {
            throw reply.malformed("output " + name + " has no dimensions but " + tensor.size() + " elements");
        }
        return parameters.isEmpty() ? tensor : tensor.withParameters(parameters);
    }

    private Tensor binary(String name, DataType datatype, long[] shape, long size) {
        if (size < 0 || size > body.length - position) {
            throw reply.malformed("output " + name + " is declared to have " + size + " bytes, "
                    + (body.length - position) + " are left");
        }
        int from = position;
        position += (int) size;
        return BinaryTensors.read(name, datatype, shape, body, from, (int) size);
    }

    private DataType datatype(String name, @Nullable String word) {
        for (DataType datatype : DataType.values()) {
            if (datatype.name().equals(word)) {
                return datatype;
            }
        }
        throw reply.malformed("output " + name + " is of the datatype " + word + ", which the protocol does not have");
    }

    private long[] shape(String name, JsonNode node) {
        if (!node.isArray()) {
            throw reply.malformed("output " + name + " has no shape");
        }
        long[] shape = new long[node.size()];
        for (int i = 0; i < shape.length; i++) {
            JsonNode dimension = node.get(i);
            if (!dimension.canConvertToExactIntegral() || !dimension.canConvertToLong()) {
                throw reply.malformed("output " + name + " has a shape that does not consist of integers");
            }
            shape[i] = dimension.longValue();
        }
        return shape;
    }
}
