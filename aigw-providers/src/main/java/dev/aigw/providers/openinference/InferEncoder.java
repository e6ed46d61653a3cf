package dev.aigw.providers.openinference;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.aigw.api.inference.InferenceRequest;
import dev.aigw.api.inference.Tensor;
import dev.aigw.providers.http.HttpCall;
import dev.aigw.providers.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes an inference request: one JSON object, followed in binary form by the elements of its inputs. */
final class InferEncoder {

    private final InferenceRequest request;
    private final List<byte[]> binaries = new ArrayList<>();
    private final boolean binary;

    InferEncoder(InferenceRequest request, boolean binary) {
        this.request = request;
        this.binary = binary;
        if (binary) {
            request.inputs().forEach(input -> binaries.add(BinaryTensors.write(input)));
        }
    }

    /** Sets the body, and in binary form the headers with the sizes of its parts. */
    HttpCall into(HttpCall call) {
        if (!binary) {
            return call.body(this::writeJson);
        }
        byte[] head = head();
        return call.contentType("application/octet-stream")
                .header(InferDecoder.JSON_LENGTH, Integer.toString(head.length))
                .body(out -> {
                    out.write(head);
                    for (byte[] elements : binaries) {
                        out.write(elements);
                    }
                });
    }

    private byte[] head() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            writeJson(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private void writeJson(OutputStream out) throws IOException {
        try (JsonGenerator json = Json.generator(out)) {
            json.writeStartObject();
            if (request.id() != null) {
                json.writeStringField("id", request.id());
            }
            Map<String, @Nullable Object> parameters = new LinkedHashMap<>(request.parameters());
            if (binary) {
                parameters.putIfAbsent("binary_data_output", true);
            }
            writeParameters(json, parameters);
            json.writeArrayFieldStart("inputs");
            for (int i = 0; i < request.inputs().size(); i++) {
                writeInput(json, request.inputs().get(i), i);
            }
            json.writeEndArray();
            if (!request.outputs().isEmpty()) {
                json.writeArrayFieldStart("outputs");
                for (String output : request.outputs()) {
                    json.writeStartObject();
                    json.writeStringField("name", output);
                    json.writeEndObject();
                }
                json.writeEndArray();
            }
            json.writeEndObject();
        }
    }

    private void writeInput(JsonGenerator json, Tensor input, int index) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", input.name());
        json.writeFieldName("shape");
        long[] shape = input.shape();
        json.writeArray(shape, 0, shape.length);
        json.writeStringField("datatype", input.datatype().name());
        Map<String, @Nullable Object> parameters = new LinkedHashMap<>(input.parameters());
        if (binary) {
            parameters.put("binary_data_size", binaries.get(index).length);
        }
        writeParameters(json, parameters);
        if (!binary) {
            json.writeFieldName("data");
            JsonTensors.write(json, input);
        }
        json.writeEndObject();
    }

    private static void writeParameters(JsonGenerator json, Map<String, ?> parameters) throws IOException {
        if (!parameters.isEmpty()) {
            json.writeFieldName("parameters");
            Json.write(json, parameters);
        }
    }
}
