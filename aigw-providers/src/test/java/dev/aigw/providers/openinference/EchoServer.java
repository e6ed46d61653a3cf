package dev.aigw.providers.openinference;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aigw.providers.Description;
import dev.aigw.providers.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import okio.Buffer;

/** Answers an inference with its inputs as outputs, in the form they came in, and checks the request on the way. */
final class EchoServer extends Dispatcher {

    @Override
    public MockResponse dispatch(RecordedRequest request) {
        try {
            return echo(request);
        } catch (AssertionError | RuntimeException e) {
            return new MockResponse.Builder()
                    .code(400)
                    .body(Json.text(Map.of("error", e.toString())))
                    .build();
        }
    }

    private static MockResponse echo(RecordedRequest request) {
        byte[] body = Objects.requireNonNull(request.getBody()).toByteArray();
        String header = request.getHeaders().get("Inference-Header-Content-Length");
        int length = header == null ? body.length : Integer.parseInt(header);
        JsonNode json = Objects.requireNonNull(Json.parseOrNull(new String(body, 0, length, StandardCharsets.UTF_8)));
        assertThat(Description.of("open-inference", "inference_request").problems(json))
                .isEmpty();
        ObjectNode reply = ((ObjectNode) json).objectNode();
        reply.put("model_name", request.getTarget());
        if (json.has("id")) {
            reply.set("id", json.get("id"));
        }
        reply.set("outputs", json.get("inputs"));
        byte[] head = reply.toString().getBytes(StandardCharsets.UTF_8);
        MockResponse.Builder response = new MockResponse.Builder()
                .body(new Buffer().write(head).write(Arrays.copyOfRange(body, length, body.length)));
        if (header != null) {
            response.setHeader("Content-Type", "application/octet-stream");
            response.setHeader("Inference-Header-Content-Length", head.length);
        }
        return response.build();
    }
}
