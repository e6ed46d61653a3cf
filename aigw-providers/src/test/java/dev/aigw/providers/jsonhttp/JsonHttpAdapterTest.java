package dev.aigw.providers.jsonhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aigw.api.Credential;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.predict.PredictRequest;
import dev.aigw.api.predict.PredictResponse;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.contract.ServiceContract;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonHttpAdapterTest extends ServiceContract {

    record Review(String text, int stars) {}

    record Sentiment(String mood, double confidence) {}

    record Broken(String text) {
        @Override
        public String text() {
            throw new IllegalStateException("broken");
        }
    }

    @Override
    protected ProviderAdapter adapter(String baseUrl) {
        return JsonHttpAdapter.builder()
                .baseUrl(baseUrl)
                .credential(Credential.of(CREDENTIAL))
                .build();
    }

    @Override
    protected ModelReply call(ProviderAdapter adapter, AttemptContext attempt) {
        return adapter.call(PredictRequest.PREDICT, PredictRequest.of("m", Map.of("a", 1)), attempt);
    }

    @Override
    protected String error(String words) {
        return "{\"error\":\"" + words + "\"}";
    }

    @Test
    void aRecordGoesOutAsJsonAndTheAnswerComesBackAsOne() throws Exception {
        server.enqueue(json(200, "{\"mood\":\"good\",\"confidence\":0.9,\"model\":\"s-2\"}"));

        PredictResponse answer = ask(adapter(), "any", new Review("Fine \"food\"", 5));

        assertThat(answer.as(Sentiment.class)).isEqualTo(new Sentiment("good", 0.9));
        assertThat(answer.json()).isEqualTo(Map.of("mood", "good", "confidence", 0.9, "model", "s-2"));
        RecordedRequest request = server.takeRequest();
        assertThat(request.getRequestLine()).startsWith("POST /predict ");
        assertThat(request.getHeaders().get("Content-Type")).isEqualTo("application/json");
        assertThat(request.getBody().utf8()).isEqualTo("{\"text\":\"Fine \\\"food\\\"\",\"stars\":5}");
    }

    @Test
    void aListGoesOutAsAnArrayAndItsAnswerIsReadAsAnArray() throws Exception {
        server.enqueue(json(200, "[{\"mood\":\"good\",\"confidence\":1},{\"mood\":\"bad\",\"confidence\":0.5}]"));

        PredictResponse answer = ask(adapter(), "any", List.of(new Review("a", 1), new Review("b", 2)));

        assertThat(answer.as(Sentiment[].class)).containsExactly(new Sentiment("good", 1), new Sentiment("bad", 0.5));
        assertThat(server.takeRequest().getBody().utf8())
                .isEqualTo("[{\"text\":\"a\",\"stars\":1},{\"text\":\"b\",\"stars\":2}]");
    }

    @Test
    void pathMethodHeadersAndCredentialAreAsSet() throws Exception {
        server.enqueue(json(200, "1"));
        server.enqueue(json(200, "1"));
        server.enqueue(json(200, "1"));
        try (JsonHttpAdapter adapter = JsonHttpAdapter.builder()
                .name("mine")
                .baseUrl(server.url("/base/").toString())
                .path("/v1/{model}/predict")
                .versionPath("/v1/{model}/versions/{version}/predict")
                .method("PUT")
                .header("x-team", "blue")
                .credential(Credential.of("secret-1"))
                .credentialHeader("X-Api-Key", "")
                .build()) {
            ask(adapter, "a b/c", 1);
            ask(adapter, "sentiment@2", 1);
            adapter.call(
                    PredictRequest.PREDICT,
                    PredictRequest.of("m", 1),
                    AttemptContext.builder("m")
                            .credential(Credential.of("secret-2"))
                            .baseUrl(server.url("/other").toString())
                            .idempotencyKey("once")
                            .build());
        }
        RecordedRequest first = server.takeRequest();
        assertThat(first.getRequestLine()).startsWith("PUT /base/v1/a%20b%2Fc/predict ");
        assertThat(first.getHeaders().get("x-team")).isEqualTo("blue");
        assertThat(first.getHeaders().get("X-Api-Key")).isEqualTo("secret-1");
        assertThat(first.getHeaders().get("Authorization")).isNull();
        assertThat(server.takeRequest().getTarget()).isEqualTo("/base/v1/sentiment/versions/2/predict");
        RecordedRequest third = server.takeRequest();
        assertThat(third.getTarget()).isEqualTo("/other/v1/m/predict");
        assertThat(third.getHeaders().get("X-Api-Key")).isEqualTo("secret-2");
        assertThat(third.getHeaders().get("Idempotency-Key")).isEqualTo("once");
    }

    @Test
    void withoutAVersionPathAnIdIsKeptWhole() throws Exception {
        server.enqueue(json(200, "1"));
        try (JsonHttpAdapter adapter = builder().path("/{model}").build()) {
            ask(adapter, "x@2", 1);
        }
        assertThat(server.takeRequest().getTarget()).isEqualTo("/x%402");
    }

    @Test
    void fieldsAreRenamedWrappedAndFoundAgain() throws Exception {
        server.enqueue(json(200, "{\"took\":3,\"result\":[{\"label\":\"good\",\"p\":0.75}]}"));
        try (JsonHttpAdapter adapter = builder()
                .requestName("text", "document")
                .requestEnvelope("input")
                .requestField("lang", "en")
                .answer("/nothing", "/result/0")
                .replyName("label", "mood")
                .replyName("p", "confidence")
                .build()) {
            PredictResponse answer = ask(adapter, "m", new Review("Fine", 4));
            assertThat(answer.as(Sentiment.class)).isEqualTo(new Sentiment("good", 0.75));
            assertThat(answer.json()).isEqualTo(Map.of("mood", "good", "confidence", 0.75));
        }
        assertThat(server.takeRequest().getBody().utf8())
                .isEqualTo("{\"input\":{\"document\":\"Fine\",\"stars\":4},\"lang\":\"en\"}");
    }

    @Test
    void fixedFieldsStandBesideThoseOfThePayloadWhichComeFirst() throws Exception {
        server.enqueue(json(200, "1"));
        try (JsonHttpAdapter adapter =
                builder().requestField("stars", 0).requestField("lang", "en").build()) {
            ask(adapter, "m", new Review("Fine", 4));
            assertThatThrownBy(() -> ask(adapter, "m", List.of(1)))
                    .isInstanceOf(GatewayException.class)
                    .hasMessageContaining("set an envelope");
        }
        assertThat(server.takeRequest().getBody().utf8()).isEqualTo("{\"text\":\"Fine\",\"stars\":4,\"lang\":\"en\"}");
    }

    @Test
    void whereAServiceTakesListsOnlyOnePayloadIsAListOfOne() throws Exception {
        server.enqueue(json(200, "{\"predictions\":[{\"mood\":\"good\",\"confidence\":1}]}"));
        server.enqueue(json(200, "{\"predictions\":[{\"mood\":\"good\",\"confidence\":1}]}"));
        server.enqueue(json(200, "{\"predictions\":[1,2]}"));
        try (JsonHttpAdapter adapter = builder()
                .listsOnly(true)
                .requestEnvelope("instances")
                .answer("/predictions")
                .build()) {
            assertThat(ask(adapter, "m", new Review("a", 1)).as(Sentiment.class).mood())
                    .isEqualTo("good");
            assertThat(ask(adapter, "m", List.of(new Review("a", 1))).as(Sentiment[].class))
                    .hasSize(1);
            assertThatThrownBy(() -> ask(adapter, "m", new Review("a", 1))).hasMessageContaining("not a list of one");
        }
        assertThat(server.takeRequest().getBody().utf8()).isEqualTo("{\"instances\":[{\"text\":\"a\",\"stars\":1}]}");
        assertThat(server.takeRequest().getBody().utf8()).isEqualTo("{\"instances\":[{\"text\":\"a\",\"stars\":1}]}");
    }

    @Test
    void aFunctionMayMakeTheBodyOfThePayloadAsPlainJson() throws Exception {
        server.enqueue(json(200, "1"));
        try (JsonHttpAdapter adapter = builder()
                .requestBody(payload -> List.of(((Map<?, ?>) payload).get("text"), "x"))
                .build()) {
            ask(adapter, "m", new Review("a", 1));
        }
        assertThat(server.takeRequest().getBody().utf8()).isEqualTo("[\"a\",\"x\"]");
    }

    @Test
    void anAnswerThatIsElsewhereOrOfAnotherTypeIsMalformed() {
        server.enqueue(json(200, "{\"answer\":1}"));
        server.enqueue(json(200, "{\"result\":\"no object\"}"));
        try (JsonHttpAdapter adapter = builder().answer("/result").build()) {
            assertThat(catchThrowableOfType(GatewayException.class, () -> ask(adapter, "m", 1)))
                    .hasMessageContaining("/result")
                    .extracting(GatewayException::kind)
                    .isEqualTo(ErrorKind.MALFORMED_RESPONSE);
            PredictResponse text = ask(adapter, "m", 1);
            assertThat(catchThrowableOfType(GatewayException.class, () -> text.as(Sentiment.class))
                            .kind())
                    .isEqualTo(ErrorKind.MALFORMED_RESPONSE);
        }
    }

    @Test
    void anErrorFieldInASuccessfulReplyIsAnAnswerByDefault() {
        server.enqueue(json(200, "{\"error\":0.25}"));
        assertThat(ask(adapter(), "m", 1).json()).isEqualTo(Map.of("error", 0.25));

        server.enqueue(json(200, "{\"error\":{\"code\":\"E7\",\"message\":\"model is loading\"},\"result\":null}"));
        server.enqueue(json(200, "{\"error\":null,\"result\":1}"));
        try (JsonHttpAdapter adapter =
                builder().error("/error").answer("/result").build()) {
            GatewayException e = catchThrowableOfType(GatewayException.class, () -> ask(adapter, "m", 1));
            assertThat(e.kind()).isEqualTo(ErrorKind.SERVER_ERROR);
            assertThat(e.vendorCode()).isEqualTo("E7");
            assertThat(e).hasMessageContaining("model is loading");
            assertThat(ask(adapter, "m", 1).json()).isEqualTo(1);
        }
    }

    @Test
    void theErrorObjectsOfCommonFrameworksAreUnderstood() {
        for (String body : List.of(
                "{\"detail\":[{\"loc\":[\"body\",\"text\"],\"msg\":\"field required\",\"type\":\"missing\"}]}",
                "{\"type\":\"https://errors.example/1\",\"title\":\"field required\",\"status\":422}",
                "{\"message\":\"field required\"}",
                "{\"error\":{\"message\":\"field required\"}}",
                "\"field required\"")) {
            server.enqueue(json(422, body));
            assertThat(failure(attempt().build())).hasMessageContaining("field required");
        }
    }

    @Test
    void whatIsNoJsonIsRefusedBeforeSending() {
        GatewayException e = catchThrowableOfType(GatewayException.class, () -> ask(adapter(), "m", new Broken("a")));
        assertThat(e.kind()).isEqualTo(ErrorKind.INVALID_REQUEST);
        assertThat(catchThrowableOfType(
                                GatewayException.class,
                                () -> ask(builder().path("/{model}").build(), "..", 1))
                        .kind())
                .isEqualTo(ErrorKind.INVALID_REQUEST);
        assertThat(server.getRequestCount()).isZero();
    }

    @Test
    void aKeyInAFileRotatesUnderLoadAndNoCallFails(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("key"), "key-one");
        Set<String> used = ConcurrentHashMap.newKeySet();
        CountDownLatch rotated = new CountDownLatch(1);
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                String key = String.valueOf(request.getHeaders().get("Authorization"));
                used.add(key);
                if (key.equals("Bearer key-two")) {
                    rotated.countDown();
                }
                return json(200, "1");
            }
        });
        ExecutorService callers = Executors.newFixedThreadPool(4);
        try (JsonHttpAdapter adapter =
                builder().credential(Credential.file(file)).build()) {
            List<Future<?>> loops = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                loops.add(callers.submit(() -> {
                    while (rotated.getCount() > 0) {
                        ask(adapter, "m", 1);
                    }
                }));
            }
            Path next = Files.writeString(folder.resolve("next"), "key-two");
            Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
            for (Future<?> loop : loops) {
                loop.get(30, TimeUnit.SECONDS);
            }
            used.clear();
            ask(adapter, "m", 1);
            assertThat(used).containsExactly("Bearer key-two");
        } finally {
            callers.shutdownNow();
        }
    }

    @Test
    void theBuilderNamesTheFix() {
        assertThatThrownBy(() -> JsonHttpAdapter.builder().build()).hasMessageContaining("baseUrl(");
        assertThatThrownBy(() -> builder().path("predict").build()).hasMessageContaining("begin with /");
        assertThatThrownBy(() -> builder().path("/{name}").build()).hasMessageContaining("{model}");
        assertThatThrownBy(() -> builder().path("/{version}").build()).hasMessageContaining("versionPath");
        assertThatThrownBy(() -> builder().method("GET")).hasMessageContaining("POST, PUT or PATCH");
        assertThatThrownBy(() -> builder().method("PUT").method("PUT")).hasMessageContaining("twice");
        assertThatThrownBy(() -> builder().baseUrl("x")).hasMessageContaining("twice");
        assertThatThrownBy(() -> builder().name("a/b")).hasMessageContaining("without /");
        assertThatThrownBy(() -> builder().path((m, v) -> "/").versionPath("/v").build())
                .hasMessageContaining("remove one");
    }

    private JsonHttpAdapter.Builder builder() {
        return JsonHttpAdapter.builder().baseUrl(server.url("/").toString());
    }

    private static PredictResponse ask(ProviderAdapter adapter, String model, Object payload) {
        return adapter.call(
                PredictRequest.PREDICT,
                PredictRequest.of("m", payload),
                AttemptContext.builder(model).build());
    }
}
