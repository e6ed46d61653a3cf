package dev.aigw.providers.openinference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.Credential;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.inference.DataType;
import dev.aigw.api.inference.InferenceRequest;
import dev.aigw.api.inference.InferenceResponse;
import dev.aigw.api.inference.Tensor;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.Description;
import dev.aigw.providers.contract.ServiceContract;
import dev.aigw.providers.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import okio.Buffer;
import okio.ByteString;
import org.junit.jupiter.api.Test;

class OpenInferenceAdapterTest extends ServiceContract {

    private static final Description DESCRIBED = Description.of("open-inference", "inference_request");
    private static final Tensor X = Tensor.ofFloats("x", new float[] {1, 2.5f, 3, 4}, 2, 2);

    @Override
    protected ProviderAdapter adapter(String baseUrl) {
        return OpenInferenceAdapter.builder()
                .baseUrl(baseUrl)
                .credential(Credential.of(CREDENTIAL))
                .build();
    }

    @Override
    protected ModelReply call(ProviderAdapter adapter, AttemptContext attempt) {
        return infer(adapter, "m", attempt);
    }

    @Override
    protected String error(String words) {
        return "{\"error\":\"" + words + "\"}";
    }

    @Test
    void aRequestSaysEverythingAndIsAsTheProtocolDescribesIt() throws Exception {
        server.enqueue(json(200, "{\"model_name\":\"m\",\"outputs\":[]}"));
        InferenceRequest request = InferenceRequest.builder("m")
                .id("42")
                .parameter("priority", 1)
                .input(X.withParameters(Map.of("content_type", "np")))
                .input(Tensor.ofStrings("texts", List.of("a", "ü\"")))
                .input(Tensor.of("flag", DataType.BOOL, new long[] {1}, List.of(true)))
                .input(Tensor.ofLongs("big", DataType.UINT64, new long[] {-1, 7}))
                .outputs(List.of("y"))
                .build();
        adapter()
                .call(
                        InferenceRequest.INFER,
                        request,
                        AttemptContext.builder("my model@v10").build());

        RecordedRequest sent = server.takeRequest();
        assertThat(sent.getRequestLine()).startsWith("POST /v2/models/my%20model/versions/v10/infer ");
        assertThat(sent.getHeaders().get("Content-Type")).isEqualTo("application/json");
        JsonNode json = Json.parseOrNull(Objects.requireNonNull(sent.getBody()).utf8());
        assertThat(DESCRIBED.problems(Objects.requireNonNull(json))).isEmpty();
        assertThat(json).isEqualTo(Json.parseOrNull("""
                {"id":"42","parameters":{"priority":1},"inputs":[
                {"name":"x","shape":[2,2],"datatype":"FP32","parameters":{"content_type":"np"},"data":[1.0,2.5,3.0,4.0]},
                {"name":"texts","shape":[2],"datatype":"BYTES","data":["a","ü\\""]},
                {"name":"flag","shape":[1],"datatype":"BOOL","data":[true]},
                {"name":"big","shape":[2],"datatype":"UINT64","data":[18446744073709551615,7]}],
                "outputs":[{"name":"y"}]}"""));
    }

    @Test
    void aReplyIsReadFlatOrNested() {
        server.enqueue(json(200, """
                {"model_name":"m","model_version":"3","id":"42","parameters":{"took":2},"outputs":[
                {"name":"y","shape":[2,2],"datatype":"FP32","data":[[1,2.5],[3,4]],"parameters":{"kind":"raw"}},
                {"name":"n","shape":[2],"datatype":"INT8","data":[-128,127]},
                {"name":"one","shape":[],"datatype":"INT64","data":[7]}]}"""));
        InferenceResponse response = infer(adapter(), "m", attempt().build());
        assertThat(response.modelName()).isEqualTo("m");
        assertThat(response.modelVersion()).isEqualTo("3");
        assertThat(response.id()).isEqualTo("42");
        assertThat(response.parameters()).isEqualTo(Map.of("took", 2));
        assertThat(response.output("y").floats()).containsExactly(1, 2.5f, 3, 4);
        assertThat(response.output("y").shape()).containsExactly(2, 2);
        assertThat(response.output("y").parameters()).isEqualTo(Map.of("kind", "raw"));
        assertThat(response.output("n").longs()).containsExactly(-128, 127);
        assertThat(response.output("one").shape()).isEmpty();
    }

    @Test
    void withTheBinaryExtensionElementsFollowTheJsonObject() throws Exception {
        byte[] head = """
                {"model_name":"m","outputs":[
                {"name":"y","shape":[2],"datatype":"INT16","parameters":{"binary_data_size":4}},
                {"name":"z","shape":[1],"datatype":"FP32","data":[0.5]},
                {"name":"s","shape":[2],"datatype":"BYTES","parameters":{"binary_data_size":11}}]}""".getBytes(StandardCharsets.UTF_8);
        server.enqueue(binary(head, ByteString.decodeHex("0100feff" + "02000000" + "6869" + "01000000" + "ff")));
        try (OpenInferenceAdapter adapter = builder().binary(true).build()) {
            InferenceResponse response = adapter.call(
                    InferenceRequest.INFER,
                    InferenceRequest.builder("m")
                            .input(Tensor.ofBooleans("b", new boolean[] {true, false}))
                            .input(Tensor.ofStrings("s", List.of("hi")))
                            .input(Tensor.ofFloats("h", DataType.FP16, new float[] {1, -2}))
                            .outputs(List.of("y"))
                            .build(),
                    attempt().build());
            assertThat(response.output("y").longs()).containsExactly(1, -2);
            assertThat(response.output("z").floats()).containsExactly(0.5f);
            assertThat(response.output("s").bytes())
                    .containsExactly("hi".getBytes(StandardCharsets.UTF_8), new byte[] {(byte) 0xff});
            assertThat(response.output("y").parameters()).isEmpty();
        }
        RecordedRequest sent = server.takeRequest();
        assertThat(sent.getHeaders().get("Content-Type")).isEqualTo("application/octet-stream");
        int length = Integer.parseInt(Objects.requireNonNull(sent.getHeaders().get("Inference-Header-Content-Length")));
        ByteString body = Objects.requireNonNull(sent.getBody());
        JsonNode json = Json.parseOrNull(body.substring(0, length).utf8());
        assertThat(DESCRIBED.problems(Objects.requireNonNull(json))).isEmpty();
        assertThat(json).isEqualTo(Json.parseOrNull("""
                {"parameters":{"binary_data_output":true},"inputs":[
                {"name":"b","shape":[2],"datatype":"BOOL","parameters":{"binary_data_size":2}},
                {"name":"s","shape":[],"datatype":"BYTES","parameters":{"binary_data_size":6}},
                {"name":"h","shape":[2],"datatype":"FP16","parameters":{"binary_data_size":4}}],
                "outputs":[{"name":"y"}]}"""));
        assertThat(body.substring(length).hex()).isEqualTo("0100" + "02000000" + "6869" + "003c00c0");
    }

    @Test
    void aReplyThatDoesNotAddUpIsMalformed() {
        for (String outputs : List.of(
                "{\"name\":\"y\",\"shape\":[3],\"datatype\":\"FP32\",\"data\":[1]}",
                "{\"name\":\"y\",\"shape\":[],\"datatype\":\"FP32\",\"data\":[1,2]}",
                "{\"name\":\"y\",\"shape\":[1],\"datatype\":\"UINT8\",\"data\":[256]}",
                "{\"name\":\"y\",\"shape\":[1],\"datatype\":\"INT32\",\"data\":[1.5]}",
                "{\"name\":\"y\",\"shape\":[1],\"datatype\":\"INT32\",\"data\":[\"1\"]}",
                "{\"name\":\"y\",\"shape\":[1],\"datatype\":\"INT64\",\"data\":[9223372036854775808]}",
                "{\"name\":\"y\",\"shape\":[1],\"datatype\":\"BYTES\",\"data\":[1]}",
                "{\"name\":\"y\",\"shape\":[1],\"datatype\":\"BF16\",\"data\":[1]}",
                "{\"name\":\"y\",\"shape\":[-1],\"datatype\":\"FP32\",\"data\":[1]}",
                "{\"name\":\"y\",\"shape\":\"1\",\"datatype\":\"FP32\",\"data\":[1]}",
                "{\"name\":\"y\",\"shape\":[1],\"datatype\":\"FP32\"}",
                "{\"shape\":[1],\"datatype\":\"FP32\",\"data\":[1]}",
                "{\"name\":\"y\",\"shape\":[1],\"datatype\":\"FP32\",\"parameters\":{\"binary_data_size\":4}}")) {
            server.enqueue(json(200, "{\"model_name\":\"m\",\"outputs\":[" + outputs + "]}"));
            assertThat(failure(attempt().build()).kind()).as(outputs).isEqualTo(ErrorKind.MALFORMED_RESPONSE);
        }
        server.enqueue(json(200, "{\"model_name\":\"m\"}"));
        assertThat(failure(attempt().build())).hasMessageContaining("outputs");
    }

    @Test
    void binaryPartsThatDoNotFitAreMalformed() {
        String output = "{\"outputs\":[{\"name\":\"y\",\"shape\":[1],\"datatype\":\"%s\",\"parameters\":"
                + "{\"binary_data_size\":%s}}]}";
        for (String[] broken : new String[][] {
            {"FP32", "8", "00000000"},
            {"FP32", "4", "0000000000"},
            {"FP32", "3", "000000"},
            {"BYTES", "4", "01000000"},
            {"BYTES", "4", "ffffffff"},
            {"BYTES", "2", "0000"},
            {"FP32", "-1", ""}
        }) {
            byte[] head = output.formatted(broken[0], broken[1]).getBytes(StandardCharsets.UTF_8);
            server.enqueue(binary(head, ByteString.decodeHex(broken[2])));
            assertThat(failure(attempt().build()).kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE);
        }
        for (String length : List.of("99", "-1", "x")) {
            server.enqueue(json(200, "{}")
                    .newBuilder()
                    .setHeader("Inference-Header-Content-Length", length)
                    .build());
            assertThat(failure(attempt().build()).kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE);
        }
    }

    @Test
    void whatJsonCannotRepresentIsRefusedBeforeSending() {
        for (Tensor tensor : List.of(
                Tensor.ofFloats("x", new float[] {Float.NaN}),
                Tensor.ofDoubles("x", new double[] {Double.POSITIVE_INFINITY}),
                Tensor.ofBytes("x", List.of(new byte[] {(byte) 0xff})))) {
            GatewayException e = catchThrowableOfType(
                    GatewayException.class,
                    () -> adapter()
                            .call(
                                    InferenceRequest.INFER,
                                    InferenceRequest.of("m", tensor),
                                    attempt().build()));
            assertThat(e.kind()).isEqualTo(ErrorKind.UNSUPPORTED);
            assertThat(e).hasMessageContaining("binary(true)");
        }
        assertThat(server.getRequestCount()).isZero();
    }

    @Test
    void healthIsAskedOfTheServerAModelAndAVersion() throws Exception {
        try (OpenInferenceAdapter adapter = builder().build()) {
            server.enqueue(new MockResponse.Builder().build());
            server.enqueue(new MockResponse.Builder().build());
            server.enqueue(json(200, "{\"name\":\"m\",\"ready\":true}"));
            server.enqueue(json(200, "{\"name\":\"m\",\"ready\":false}"));
            server.enqueue(json(503, error("loading")));
            server.enqueue(json(404, error("no such model")));
            assertThat(adapter.isLive()).isTrue();
            assertThat(adapter.isReady()).isTrue();
            assertThat(adapter.isReady("m")).isTrue();
            assertThat(adapter.isReady("m@2")).isFalse();
            assertThat(adapter.isReady()).isFalse();
            assertThat(adapter.isReady("n")).isFalse();
            for (String path : List.of(
                    "/v2/health/live",
                    "/v2/health/ready",
                    "/v2/models/m/ready",
                    "/v2/models/m/versions/2/ready",
                    "/v2/health/ready",
                    "/v2/models/n/ready")) {
                assertThat(server.takeRequest().getRequestLine()).isEqualTo("GET " + path + " HTTP/1.1");
            }
            server.enqueue(json(401, error("who are you")));
            assertThatThrownBy(adapter::isReady).isInstanceOf(GatewayException.class);
        }
    }

    @Test
    void aServerThatDoesNotAnswerInTimeOrAtAllIsNotReady() {
        try (OpenInferenceAdapter adapter =
                builder().probeTimeout(Duration.ofMillis(200)).build()) {
            server.enqueue(new MockResponse.Builder()
                    .onResponseStart(SocketEffect.Stall.INSTANCE)
                    .build());
            assertThat(adapter.isReady()).isFalse();
            server.close();
            assertThat(adapter.isLive()).isFalse();
        }
    }

    @Test
    void metadataOfServerAndModelAreRead() throws Exception {
        try (OpenInferenceAdapter adapter = builder().build()) {
            server.enqueue(json(200, """
                    {"name":"triton","version":"2.50.0","extensions":["classification","binary_tensor_data"]}"""));
            assertThat(adapter.metadata())
                    .isEqualTo(new ServerMetadata("triton", "2.50.0", List.of("classification", "binary_tensor_data")));
            server.enqueue(json(200, """
                    {"name":"resnet","versions":["1","3"],"platform":"onnxruntime_onnx",
                    "inputs":[{"name":"image","datatype":"FP32","shape":[-1,3,224,224]}],
                    "outputs":[{"name":"classes","datatype":"BF16","shape":[-1,1000]}]}"""));
            assertThat(adapter.metadata("resnet@3"))
                    .isEqualTo(new ModelMetadata(
                            "resnet",
                            List.of("1", "3"),
                            "onnxruntime_onnx",
                            List.of(new TensorMetadata("image", "FP32", List.of(-1L, 3L, 224L, 224L))),
                            List.of(new TensorMetadata("classes", "BF16", List.of(-1L, 1000L)))));
            assertThat(server.takeRequest().getTarget()).isEqualTo("/v2");
            assertThat(server.takeRequest().getTarget()).isEqualTo("/v2/models/resnet/versions/3");
            server.enqueue(json(404, error("no such model")));
            assertThat(catchThrowableOfType(GatewayException.class, () -> adapter.metadata("x"))
                            .kind())
                    .isEqualTo(ErrorKind.NOT_FOUND);
        }
    }

    @Test
    void theBuilderNamesTheFix() {
        assertThatThrownBy(() -> OpenInferenceAdapter.builder().build()).hasMessageContaining("baseUrl(");
        assertThatThrownBy(() -> builder().binary(true).binary(true)).hasMessageContaining("twice");
    }

    private OpenInferenceAdapter.Builder builder() {
        return OpenInferenceAdapter.builder().baseUrl(server.url("/").toString());
    }

    private static InferenceResponse infer(ProviderAdapter adapter, String model, AttemptContext attempt) {
        return adapter.call(InferenceRequest.INFER, InferenceRequest.of(model, X), attempt);
    }

    private static MockResponse binary(byte[] head, ByteString elements) {
        return new MockResponse.Builder()
                .setHeader("Content-Type", "application/octet-stream")
                .setHeader("Inference-Header-Content-Length", head.length)
                .body(new Buffer().write(head).write(elements))
                .build();
    }
}
