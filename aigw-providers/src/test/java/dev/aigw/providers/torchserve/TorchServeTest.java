package dev.aigw.providers.torchserve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.Credential;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.predict.PredictRequest;
import dev.aigw.api.predict.PredictResponse;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.contract.ServiceContract;
import java.util.Map;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.Test;

/** Bodies are written after "Inference API" of TorchServe's documentation. */
class TorchServeTest extends ServiceContract {

    record Picture(String url) {}

    @Override
    protected ProviderAdapter adapter(String baseUrl) {
        return TorchServe.builder()
                .baseUrl(baseUrl)
                .credential(Credential.of(CREDENTIAL))
                .build();
    }

    @Override
    protected ModelReply call(ProviderAdapter adapter, AttemptContext attempt) {
        return adapter.call(PredictRequest.PREDICT, PredictRequest.of("m", new Picture("x")), attempt);
    }

    @Override
    protected String error(String words) {
        return "{\"code\": 400, \"type\": \"BadRequestException\", \"message\": \"" + words + "\"}";
    }

    @Test
    void aModelIsAskedByNameAndByVersion() throws Exception {
        server.enqueue(json(200, "{\"tiger_cat\": 0.46, \"tabby\": 0.45}"));
        server.enqueue(json(200, "{}"));
        PredictResponse answer = (PredictResponse)
                call(adapter(), AttemptContext.builder("densenet161").build());
        call(adapter(), AttemptContext.builder("densenet161@2.0").build());

        assertThat(answer.json()).isEqualTo(Map.of("tiger_cat", 0.46, "tabby", 0.45));
        RecordedRequest first = server.takeRequest();
        assertThat(first.getRequestLine()).startsWith("POST /predictions/densenet161 ");
        assertThat(first.getBody().utf8()).isEqualTo("{\"url\":\"x\"}");
        assertThat(server.takeRequest().getTarget()).isEqualTo("/predictions/densenet161/2.0");
        assertThat(adapter().name()).isEqualTo("torchserve");
    }

    @Test
    void anErrorHasItsCodeAndMessage() {
        server.enqueue(json(404, """
                {"code": 404, "type": "ModelNotFoundException", "message": "Model not found: m"}"""));
        GatewayException e = failure(attempt().build());
        assertThat(e.vendorCode()).isEqualTo("ModelNotFoundException");
        assertThat(e).hasMessageContaining("Model not found: m");
    }
}
