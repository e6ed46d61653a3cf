package dev.aigw.providers.tfserving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.Credential;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.ModelReply;
import dev.aigw.api.predict.PredictRequest;
import dev.aigw.api.predict.PredictResponse;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.contract.ServiceContract;
import java.util.List;
import java.util.Map;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.Test;

/** Bodies are written after "RESTful API" of TensorFlow Serving's guide. */
class TensorFlowServingTest extends ServiceContract {

    record Readings(List<String> tag, List<List<Integer>> signal) {}

    record Row(String tag, List<Integer> signal) {}

    record Outputs(List<Double> score, List<String> label) {}

    @Override
    protected ProviderAdapter adapter(String baseUrl) {
        return TensorFlowServing.builder()
                .baseUrl(baseUrl)
                .credential(Credential.of(CREDENTIAL))
                .build();
    }

    @Override
    protected ModelReply call(ProviderAdapter adapter, AttemptContext attempt) {
        return adapter.call(PredictRequest.PREDICT, PredictRequest.of("m", List.of(1)), attempt);
    }

    @Override
    protected String error(String words) {
        return "{ \"error\": \"" + words + "\" }";
    }

    @Test
    void aListIsSentByRow() throws Exception {
        server.enqueue(json(200, "{\n    \"predictions\": [3.5, 4.0, 5.5]\n}"));
        assertThat(ask("half_plus_three", List.of(1, 2, 5)).as(float[].class)).containsExactly(3.5f, 4, 5.5f);
        RecordedRequest request = server.takeRequest();
        assertThat(request.getRequestLine()).startsWith("POST /v1/models/half_plus_three:predict ");
        assertThat(request.getBody().utf8()).isEqualTo("{\"instances\":[1,2,5]}");

        server.enqueue(json(200, "{\"predictions\":[{\"score\":1,\"label\":\"a\"}]}"));
        PredictResponse rows = ask("m", List.of(new Row("foo", List.of(1, 2))));
        assertThat(rows.json()).isEqualTo(List.of(Map.of("score", 1, "label", "a")));
        assertThat(server.takeRequest().getBody().utf8())
                .isEqualTo("{\"instances\":[{\"tag\":\"foo\",\"signal\":[1,2]}]}");
    }

    @Test
    void anObjectIsSentByColumn() throws Exception {
        server.enqueue(json(200, "{\"outputs\":{\"score\":[0.5,1],\"label\":[\"a\",\"b\"]}}"));
        PredictResponse answer = ask("m", new Readings(List.of("foo", "bar"), List.of(List.of(1), List.of(2))));
        assertThat(answer.as(Outputs.class)).isEqualTo(new Outputs(List.of(0.5, 1.0), List.of("a", "b")));
        assertThat(server.takeRequest().getBody().utf8())
                .isEqualTo("{\"inputs\":{\"tag\":[\"foo\",\"bar\"],\"signal\":[[1],[2]]}}");
    }

    @Test
    void aWholeBodyGoesAsItIs() throws Exception {
        server.enqueue(json(200, "{\"predictions\":[1]}"));
        ask("m", Map.of("instances", List.of(7)));
        assertThat(server.takeRequest().getBody().utf8()).isEqualTo("{\"instances\":[7]}");
    }

    @Test
    void versionsAndLabelsAreAskedUnderTheirPath() throws Exception {
        server.enqueue(json(200, "{\"predictions\":[1]}"));
        server.enqueue(json(200, "{\"predictions\":[1]}"));
        ask("m@123", List.of(1));
        ask("m@stable", List.of(1));
        assertThat(server.takeRequest().getTarget()).isEqualTo("/v1/models/m/versions/123:predict");
        assertThat(server.takeRequest().getTarget()).isEqualTo("/v1/models/m/labels/stable:predict");
    }

    @Test
    void numbersThatAreNotFiniteAreReadAsTheServerWritesThem() {
        server.enqueue(json(200, "{\"predictions\":[NaN, Infinity, -Infinity, 1e3]}"));
        assertThat(ask("m", List.of(1)).as(double[].class))
                .containsExactly(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1000);
    }

    @Test
    void aModelThatIsNotThereIsNotFound() {
        server.enqueue(json(404, error("Servable not found for request: Latest(half)")));
        assertThat(failure(attempt().build()))
                .hasMessageContaining("Servable not found")
                .extracting(e -> e.kind())
                .isEqualTo(ErrorKind.NOT_FOUND);
    }

    @Test
    void whatTheProtocolFixesCannotBeSetAgain() {
        assertThatThrownBy(() -> TensorFlowServing.builder().path("/x")).hasMessageContaining("twice");
        assertThat(adapter().name()).isEqualTo("tfserving");
    }

    private PredictResponse ask(String model, Object payload) {
        return adapter()
                .call(
                        PredictRequest.PREDICT,
                        PredictRequest.of("m", payload),
                        AttemptContext.builder(model).build());
    }
}
