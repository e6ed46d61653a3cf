package dev.aigw.routing.transform.jsonata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.predict.PredictRequest;
import dev.aigw.api.predict.PredictResponse;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.transform.Transforms;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class JsonataMappingTest {

    @Test
    void aModelThatExpectsAnotherStructureIsAsked() {
        FakeProvider fake = FakeProvider.builder("fake")
                .predict(request -> PredictResponse.of(Map.of(
                        "predictions", List.of(Map.of("class", "good", "p", 0.75), Map.of("class", "bad", "p", 0.25)))))
                .build();
        Transforms transforms = Transforms.builder()
                .rule(
                        "scorer",
                        rule -> rule.model("scorer")
                                .payload(JsonataMapping.of(
                                        "{\"instances\": [{\"in\": text, \"lang\": lang ? lang : 'en'}]}"))
                                .answer(JsonataMapping.of("{\"label\": predictions[0].class, \"all\": predictions.p}")))
                .build();
        try (ModelRouter router = ModelRouter.builder()
                .provider(fake)
                .model("scorer", model -> model.deployment("fake/scorer"))
                .transforms(transforms)
                .build()) {
            PredictResponse reply = router.predict(PredictRequest.of("scorer", Map.of("text", "nice")));

            assertThat(((PredictRequest) fake.attempts().get(0).request()).payload())
                    .isEqualTo(Map.of("instances", List.of(Map.of("in", "nice", "lang", "en"))));
            assertThat(reply.json()).isEqualTo(Map.of("label", "good", "all", List.of(0.75, 0.25)));
        }
    }

    @Test
    void valuesArePlainJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("n", null);
        json.put("i", 3);
        json.put("l", Arrays.asList(1, null, "x"));

        assertThat(JsonataMapping.of("n").apply(json)).isNull();
        assertThat(JsonataMapping.of("none").apply(json)).isNull();
        assertThat(JsonataMapping.of("{'a': n, 'b': i + 1, 'c': l}").apply(json))
                .isEqualTo(new LinkedHashMap<>() {
                    private static final long serialVersionUID = 1L;

                    {
                        put("a", null);
                        put("b", 4);
                        put("c", Arrays.asList(1, null, "x"));
                    }
                });
        Object list = JsonataMapping.of("l[0]").apply(json);
        assertThat(list).isEqualTo(1);
        assertThat(JsonataMapping.of("[l.$string()]").apply(Map.of("l", List.of(1))))
                .isEqualTo(List.of("1"));
        assertThat(JsonataMapping.of("[1..3]").apply(null).getClass().getName()).startsWith("java.util.");
        assertThatThrownBy(() -> JsonataMapping.of("[$sum]").apply(null)).hasMessageContaining("returns a function");
    }

    @Test
    void aMistakeSaysWhereAndAFailureHasNoContent() {
        assertThatThrownBy(() -> JsonataMapping.of("{'a': "))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not JSONata at character");
        assertThatThrownBy(() -> JsonataMapping.of("a + 1").apply(Map.of("a", "secret")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the expression failed with T2001 at character")
                .hasMessageNotContaining("secret")
                .hasNoCause();
    }

    @Test
    void anExpressionThatDoesNotEndIsStopped() {
        JsonataMapping endless =
                JsonataMapping.of("($f := function($x) { $f($x + 1) }; $f(0))").timeout(Duration.ofMillis(200));

        assertThatThrownBy(() -> endless.apply(null)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> endless.timeout(Duration.ZERO)).hasMessageContaining("use 1 ms or more");
    }

    @Test
    void manyThreadsMayShareAMapping() throws Exception {
        JsonataMapping mapping = JsonataMapping.of("$sum(n.($ * 2))");
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<Object>> sums = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                int n = i;
                Callable<Object> sum = () -> mapping.apply(Map.of("n", List.of(n, 1)));
                sums.add(threads.submit(sum));
            }
            for (int i = 0; i < 200; i++) {
                assertThat(((Number) sums.get(i).get()).intValue()).isEqualTo(2 * i + 2);
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
