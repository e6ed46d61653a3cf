package dev.aigw.examples.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.embedding.EmbeddingResponse;
import dev.aigw.api.inference.InferenceRequest;
import dev.aigw.api.inference.InferenceResponse;
import dev.aigw.api.inference.Tensor;
import dev.aigw.providers.jsonhttp.JsonHttpAdapter;
import dev.aigw.providers.openai.OpenAiAdapter;
import dev.aigw.providers.openinference.OpenInferenceAdapter;
import dev.aigw.routing.ModelRouter;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** One real model, reached by three protocols over loopback HTTP, as one model of the router. */
class RealModelTest {

    private static final List<String> TEXTS =
            List.of("The cat sleeps on the sofa.", "A kitten naps on the couch.", "Taxes rose by 2 % in 1987.");

    private static LocalModelService service;
    private static ModelRouter router;

    record Text(String text) {}

    record Meaning(List<Float> vector) {

        float[] floats() {
            float[] floats = new float[vector.size()];
            for (int i = 0; i < floats.length; i++) {
                floats[i] = vector.get(i);
            }
            return floats;
        }
    }

    @BeforeAll
    static void start() {
        service = LocalModelService.start("minilm", LocalModel.load());
        router = ModelRouter.builder()
                .provider(OpenAiAdapter.builder().baseUrl(service.baseUrl()).build())
                .provider(OpenInferenceAdapter.builder()
                        .name("tensors")
                        .baseUrl(service.rootUrl())
                        .build())
                .provider(JsonHttpAdapter.builder()
                        .name("json")
                        .baseUrl(service.rootUrl())
                        .build())
                .model(
                        "meaning",
                        meaning -> meaning.deployment("openai/minilm")
                                .deployment("tensors/minilm")
                                .deployment("json/minilm"))
                .build();
    }

    @AfterAll
    static void stop() {
        router.close();
        service.close();
    }

    @Test
    void theSameTextHasTheSameVectorByEachProtocol() {
        List<float[]> embedded = embed();

        assertThat(embedded).hasSize(3).allMatch(vector -> vector.length == 384);
        assertThat(infer()).usingElementComparator(Arrays::compare).containsExactlyElementsOf(embedded);
        assertThat(predict()).usingElementComparator(Arrays::compare).containsExactlyElementsOf(embedded);
    }

    @Test
    void textsOfLikeMeaningAreNearerThanOthersByEachProtocol() {
        assertThat(Stream.of(embed(), infer(), predict())).allSatisfy(vectors -> {
            double alike = LocalModel.similarity(vectors.get(0), vectors.get(1));
            double unlike = LocalModel.similarity(vectors.get(0), vectors.get(2));
            assertThat(alike).isGreaterThan(0.5).isGreaterThan(unlike + 0.3);
        });
    }

    @Test
    void eachOperationIsServedByTheDeploymentThatHasIt() {
        EmbeddingResponse embedding = router.embed("meaning", "one text");
        InferenceResponse inference = router.infer(request(List.of("one text")));

        assertThat(embedding.route().deployment()).isEqualTo("openai/minilm");
        assertThat(embedding.usage().inputTokens()).isPositive();
        assertThat(inference.route().deployment()).isEqualTo("tensors/minilm");
        assertThat(inference.modelName()).isEqualTo("minilm");
        Meaning meaning = router.predict("meaning", new Text("one text"), Meaning.class);
        assertThat(meaning.floats()).containsExactly(embedding.vector(0));
    }

    @Test
    void whatTheModelServerRefusesIsToldInItsWords() {
        InferenceRequest wrong = InferenceRequest.of("meaning", Tensor.ofLongs("text", new long[] {1}, 1));

        assertThatThrownBy(() -> router.infer(wrong))
                .hasMessageContaining("of datatype BYTES")
                .asInstanceOf(type(GatewayException.class))
                .returns(ErrorKind.INVALID_REQUEST, GatewayException::kind);
        assertThatThrownBy(() -> router.predict("meaning", new Meaning(List.of()), Meaning.class))
                .hasMessageContaining("\"text\" is missing")
                .asInstanceOf(type(GatewayException.class))
                .returns(ErrorKind.INVALID_REQUEST, GatewayException::kind);
    }

    private static List<float[]> embed() {
        return router.embed("meaning", TEXTS.toArray(String[]::new)).embeddings();
    }

    private static List<float[]> infer() {
        float[] all = router.infer(request(TEXTS)).output("vector").floats();
        int size = all.length / TEXTS.size();
        return Stream.iterate(0, from -> from + size)
                .limit(TEXTS.size())
                .map(from -> Arrays.copyOfRange(all, from, from + size))
                .toList();
    }

    private static List<float[]> predict() {
        List<Text> texts = TEXTS.stream().map(Text::new).toList();
        return Stream.of(router.predict("meaning", texts, Meaning[].class))
                .map(Meaning::floats)
                .toList();
    }

    private static InferenceRequest request(List<String> texts) {
        return InferenceRequest.of("meaning", Tensor.ofStrings("text", texts, texts.size()));
    }
}
