package dev.aigw.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.aigw.api.CallOptions;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.Route;
import dev.aigw.api.audio.SpeechRequest;
import dev.aigw.api.audio.TranscriptionRequest;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.Media;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.image.ImageRequest;
import dev.aigw.api.inference.InferenceRequest;
import dev.aigw.api.inference.InferenceResponse;
import dev.aigw.api.inference.Tensor;
import dev.aigw.api.moderation.ModerationRequest;
import dev.aigw.api.predict.PredictRequest;
import dev.aigw.api.predict.PredictResponse;
import dev.aigw.api.rerank.RerankRequest;
import dev.aigw.api.spi.TokenMeter;
import dev.aigw.api.spi.UsageLedger;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.routing.cache.Caches;
import dev.aigw.routing.metering.Meters;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every operation goes the same way: routed, retried, metered, and cached only where that makes sense. */
class OperationsTest {

    private static final Tensor TENSOR = Tensor.ofFloats("x", new float[] {1}, 1);

    static Stream<Arguments> operations() {
        return Stream.of(
                arguments(ChatRequest.CHAT, ChatRequest.of("m", "hello"), true),
                arguments(EmbeddingRequest.EMBED, EmbeddingRequest.of("m", "hello"), true),
                arguments(RerankRequest.RERANK, RerankRequest.of("m", "hello", List.of("hello", "bye")), true),
                arguments(ModerationRequest.MODERATE, ModerationRequest.of("m", "hello"), true),
                arguments(ImageRequest.GENERATE_IMAGE, ImageRequest.of("m", "a fox"), false),
                arguments(
                        TranscriptionRequest.TRANSCRIBE,
                        TranscriptionRequest.of("m", Media.ofBytes("audio/wav", new byte[4])),
                        false),
                arguments(SpeechRequest.SPEAK, SpeechRequest.of("m", "alloy", "hello"), true),
                arguments(InferenceRequest.INFER, InferenceRequest.of("m", TENSOR), true),
                arguments(PredictRequest.PREDICT, PredictRequest.of("m", 1), true));
    }

    private static FakeProvider.Builder fake() {
        return FakeProvider.builder("fake")
                .infer(request -> InferenceResponse.builder().output(TENSOR).build())
                .predict(request -> PredictResponse.of(true));
    }

    private static ModelRouter.Builder router(FakeProvider fake) {
        return ModelRouter.builder()
                .environment(new VirtualEnvironment(7))
                .provider(fake)
                .model("m", model -> model.deployment("fake/a").deployment("fake/b"));
    }

    @ParameterizedTest
    @MethodSource("operations")
    <Q extends ModelRequest, R extends ModelReply> void isRoutedRetriedAndMetered(
            Operation<Q, R> operation, Q request, boolean shared) {
        FakeProvider fake = fake().fail(ErrorKind.OVERLOADED).reply("hello").build();
        TokenMeter meter = Meters.inMemory();
        try (ModelRouter router = router(fake).meter(meter).build()) {
            R reply = router.callAsync(operation, request, CallOptions.DEFAULT).join();

            assertThat(reply.route().model()).isEqualTo("m");
            assertThat(reply.route().attempts())
                    .extracting(Route.Attempt::errorKind)
                    .containsExactly(ErrorKind.OVERLOADED, null);
            assertThat(fake.attempts()).hasSize(2).allSatisfy(seen -> {
                assertThat(seen.operation()).isEqualTo(operation);
                assertThat(seen.request()).isEqualTo(request);
            });
            UsageLedger.Sum sum = meter.ledger().total();
            assertThat(sum.attempts()).isEqualTo(2);
            assertThat(sum.failed()).isEqualTo(1);
            assertThat(sum.usage()).isEqualTo(fake.servedTokens());
        }
    }

    @ParameterizedTest
    @MethodSource("operations")
    <Q extends ModelRequest, R extends ModelReply> void isAnsweredFromTheCacheOnlyWhereEqualRequestsMayShareAnAnswer(
            Operation<Q, R> operation, Q request, boolean shared) {
        FakeProvider fake = fake().reply("hello").build();
        try (ModelRouter router =
                router(fake).cache(Caches.inMemory().maximumEntries(10).build()).build()) {
            R first = router.call(operation, request, CallOptions.DEFAULT);
            R second = router.call(operation, request, CallOptions.DEFAULT);

            assertThat(second).isEqualTo(first);
            assertThat(second.route().source()).isEqualTo(shared ? Route.Source.CACHE : Route.Source.MODEL);
            assertThat(fake.attempts()).hasSize(shared ? 1 : 2);
        }
    }

    @ParameterizedTest
    @MethodSource("operations")
    <Q extends ModelRequest, R extends ModelReply> void failsAsTheLastDeploymentDid(
            Operation<Q, R> operation, Q request, boolean shared) {
        FakeProvider fake = fake().fail(ErrorKind.NOT_FOUND).build();
        try (ModelRouter router = router(fake).build()) {
            assertThatThrownBy(() -> router.call(operation, request, CallOptions.DEFAULT))
                    .isInstanceOfSatisfying(GatewayException.class, thrown -> {
                        assertThat(thrown.kind()).isEqualTo(ErrorKind.NOT_FOUND);
                        assertThat(thrown.route().attempts()).hasSize(2);
                    });
        }
    }
}
