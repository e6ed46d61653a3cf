package dev.aigw.routing.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.audio.SpeechRequest;
import dev.aigw.api.audio.SpeechResponse;
import dev.aigw.api.audio.TranscriptionRequest;
import dev.aigw.api.audio.TranscriptionResponse;
import dev.aigw.api.chat.Media;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.embedding.EmbeddingResponse;
import dev.aigw.api.image.ImageRequest;
import dev.aigw.api.image.ImageResponse;
import dev.aigw.api.inference.InferenceRequest;
import dev.aigw.api.inference.InferenceResponse;
import dev.aigw.api.inference.Tensor;
import dev.aigw.api.moderation.ModerationRequest;
import dev.aigw.api.moderation.ModerationResponse;
import dev.aigw.api.predict.PredictRequest;
import dev.aigw.api.predict.PredictResponse;
import dev.aigw.api.rerank.RerankRequest;
import dev.aigw.api.rerank.RerankResponse;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.RouterHarness;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every operation passes the guards in both directions. */
class EveryOperationTest extends RouterHarness {

    private final List<ModelRequest> sent = new ArrayList<>();

    EveryOperationTest() {
        super(1);
    }

    private <R extends ModelReply> R seen(ModelRequest request, R reply) {
        sent.add(request);
        return reply;
    }

    private ModelRouter router(Words guard) {
        FakeProvider fake = fake().embed(request -> seen(
                        request,
                        EmbeddingResponse.builder().embedding(new float[] {1}).build()))
                .rerank(request -> seen(
                        request,
                        RerankResponse.builder()
                                .result(new RerankResponse.Result(0, 1))
                                .build()))
                .moderate(request -> seen(request, ModerationResponse.builder().build()))
                .generateImage(request -> seen(
                        request,
                        ImageResponse.builder()
                                .image(new ImageResponse.GeneratedImage(
                                        Media.ofUrl("https://x.example/1.png"), request.prompt()))
                                .build()))
                .transcribe(request -> seen(
                        request,
                        TranscriptionResponse.builder().text(request.prompt()).build()))
                .speak(request -> seen(
                        request,
                        SpeechResponse.builder()
                                .audio(Media.ofBytes("audio/mpeg", new byte[] {1}))
                                .build()))
                .infer(request -> seen(
                        request,
                        InferenceResponse.builder()
                                .output(request.inputs().get(0))
                                .build()))
                .predict(request -> seen(request, PredictResponse.of(request.payload())))
                .build();
        return builder(fake)
                .model("m", model -> model.deployment("fake/any"))
                .guards(Guards.builder().input(guard).build())
                .build();
    }

    /** What an application's own type holds. */
    record Review(String author, int stars) {}

    @Test
    void noOperationSendsWhatIsMaskedAndEachRestoresIt() {
        ModelRouter router = router(Words.masking("Ada"));

        router.embed(EmbeddingRequest.of("m", "I am Ada", "no one"));
        assertThat(((EmbeddingRequest) sent.get(0)).inputs()).containsExactly("I am [WORD_1]", "no one");

        router.rerank(RerankRequest.of("m", "who is Ada", List.of("Ada wrote")));
        assertThat(((RerankRequest) sent.get(1)).query()).isEqualTo("who is [WORD_1]");
        assertThat(((RerankRequest) sent.get(1)).documents()).containsExactly("[WORD_1] wrote");

        router.moderate(ModerationRequest.of("m", "Ada"));
        assertThat(((ModerationRequest) sent.get(2)).texts()).containsExactly("[WORD_1]");

        assertThat(router.generateImage(ImageRequest.of("m", "Ada at work"))
                        .images()
                        .get(0)
                        .revisedPrompt())
                .isEqualTo("Ada at work");
        assertThat(((ImageRequest) sent.get(3)).prompt()).isEqualTo("[WORD_1] at work");

        assertThat(router.transcribe(TranscriptionRequest.builder("m")
                                .audio(Media.ofBytes("audio/mpeg", new byte[] {1}))
                                .prompt("Ada speaks")
                                .build())
                        .text())
                .isEqualTo("Ada speaks");
        assertThat(((TranscriptionRequest) sent.get(4)).prompt()).isEqualTo("[WORD_1] speaks");

        router.speak(SpeechRequest.of("m", "voice", "Ada"));
        assertThat(((SpeechRequest) sent.get(5)).text()).isEqualTo("[WORD_1]");

        assertThat(router.infer(InferenceRequest.of("m", Tensor.ofStrings("text", List.of("Ada", "x"))))
                        .output("text")
                        .strings())
                .containsExactly("Ada", "x");
        assertThat(((InferenceRequest) sent.get(6)).inputs().get(0).strings()).containsExactly("[WORD_1]", "x");

        Map<String, Object> payload = Map.of("people", List.of(Map.of("name", "Ada", "age", 36)));
        assertThat(router.predict(PredictRequest.of("m", payload)).json()).isEqualTo(payload);
        assertThat(((PredictRequest) sent.get(7)).payload())
                .isEqualTo(Map.of("people", List.of(Map.of("name", "[WORD_1]", "age", 36))));

        assertThat(router.predict(PredictRequest.of("m", new Review("Ada", 5))).json())
                .isEqualTo(Map.of("author", "Ada", "stars", 5));
        assertThat(((PredictRequest) sent.get(8)).payload()).isEqualTo(Map.of("author", "[WORD_1]", "stars", 5));
    }

    @Test
    void whatIsNotMaskedIsSentAsItIs() {
        ModelRouter router = router(Words.masking("Ada"));
        PredictRequest request = PredictRequest.of("m", new Review("Bob", 5));

        router.predict(request);

        assertThat(((PredictRequest) sent.get(0)).payload()).isSameAs(request.payload());
    }
}
