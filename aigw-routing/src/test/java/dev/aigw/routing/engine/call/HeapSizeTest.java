package dev.aigw.routing.engine.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.audio.SpeechRequest;
import dev.aigw.api.audio.SpeechResponse;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.Citation;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Logprobs;
import dev.aigw.api.chat.Media;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ResponseFormat;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.chat.ToolSpec;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.embedding.EmbeddingResponse;
import dev.aigw.api.inference.InferenceRequest;
import dev.aigw.api.inference.InferenceResponse;
import dev.aigw.api.inference.Tensor;
import dev.aigw.api.moderation.ModerationRequest;
import dev.aigw.api.moderation.ModerationResponse;
import dev.aigw.api.predict.PredictRequest;
import dev.aigw.api.predict.PredictResponse;
import dev.aigw.api.rerank.RerankRequest;
import dev.aigw.api.rerank.RerankResponse;
import dev.aigw.api.spi.ResultCache;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HeapSizeTest {

    private static final int LONG = 1_000_000;
    private static final String TEXT = "x".repeat(LONG);
    private static final byte[] BYTES = new byte[LONG];
    private static final Media MEDIA = Media.ofBytes("image/png", BYTES);

    private static ChatRequest chat(UnaryOperator<ChatRequest.Builder> change) {
        return change.apply(ChatRequest.builder("m").user("hello")).build();
    }

    private static ChatRequest with(ContentPart part) {
        return ChatRequest.builder("m").message(Message.user("hello", part)).build();
    }

    private static ChatResponse saying(ContentPart part) {
        return ChatResponse.builder().part(part).build();
    }

    /** Requests with a million bytes somewhere. */
    static Stream<ModelRequest> requests() {
        ToolCall call = new ToolCall("1", "f", TEXT);
        return Stream.of(
                chat(b -> b.user(TEXT)),
                chat(b -> b.system(TEXT)),
                chat(b -> b.tool(ToolSpec.function("f", TEXT, Map.of()))),
                chat(b -> b.tool(ToolSpec.function("f", "d", Map.of("a", List.of(Map.of("b", TEXT)))))),
                chat(b -> b.responseFormat(ResponseFormat.schema("s", Map.of("a", TEXT)))),
                chat(b -> b.extra("x", Map.of("a", List.of(TEXT)))),
                chat(b -> b.extra("x", new double[LONG / Double.BYTES])),
                chat(b -> b.metadata("x", TEXT)),
                chat(b -> b.userId(TEXT)),
                chat(b -> b.stop(TEXT)),
                chat(b -> b.message(Message.user("hello").withName(TEXT))),
                chat(b -> b.message(Message.of(Message.Role.ASSISTANT, List.of(call)))),
                chat(b -> b.message(Message.toolResult(call, TEXT))),
                with(new ContentPart.Image(MEDIA)),
                with(new ContentPart.Image(Media.ofUrl("https://example.org/" + TEXT))),
                with(new ContentPart.Audio(MEDIA)),
                with(new ContentPart.Video(MEDIA)),
                with(new ContentPart.Document(MEDIA, null, false)),
                with(new ContentPart.Raw("p", Map.of("x", TEXT))),
                with(new ContentPart.Reasoning(null, null, null, TEXT, null)),
                with(new ContentPart.ToolResult("1", List.of(new ContentPart.Image(MEDIA)), false)),
                EmbeddingRequest.of("m", TEXT),
                RerankRequest.of("m", "q", List.of(TEXT)),
                RerankRequest.of("m", TEXT, List.of("d")),
                ModerationRequest.of("m", TEXT),
                ModerationRequest.builder("m").image(MEDIA).build(),
                InferenceRequest.of("m", Tensor.ofFloats("x", new float[LONG / Float.BYTES])),
                InferenceRequest.of("m", Tensor.ofBytes("x", List.of(BYTES))),
                PredictRequest.of("m", Map.of("picture", BYTES)),
                PredictRequest.of("m", Collections.nCopies(LONG / 8, 1)),
                SpeechRequest.of("m", "ash", TEXT));
    }

    /** Replies with a million bytes somewhere. */
    static Stream<ModelReply> replies() {
        return Stream.of(
                ChatResponse.of(TEXT),
                saying(new ToolCall("1", "f", TEXT)),
                saying(new ContentPart.Image(MEDIA)),
                saying(new ContentPart.Raw("p", Map.of("x", TEXT))),
                saying(new ContentPart.Text(
                        "x", List.of(Citation.builder("page").citedText(TEXT).build()))),
                ChatResponse.builder().text("x").extra("x", TEXT).build(),
                ChatResponse.builder()
                        .text("x")
                        .logprobs(new Logprobs(Collections.nCopies(LONG / 100, new Logprobs.Token("t", 0, List.of()))))
                        .build(),
                EmbeddingResponse.builder()
                        .embedding(new float[LONG / Float.BYTES])
                        .build(),
                RerankResponse.builder()
                        .results(Collections.nCopies(LONG / 24, new RerankResponse.Result(0, 1)))
                        .build(),
                ModerationResponse.builder()
                        .results(List.of(new ModerationResponse.Verdict(false, Map.of(TEXT, true), Map.of())))
                        .build(),
                InferenceResponse.builder()
                        .output(Tensor.ofBytes("x", List.of(BYTES)))
                        .build(),
                PredictResponse.of(Map.of("x", TEXT)),
                SpeechResponse.builder().audio(MEDIA).build());
    }

    private static ResultCache.Key key(ModelRequest request) {
        return new ResultCache.Key("", "o", "m", List.of(), request.cacheIdentity(), request);
    }

    @ParameterizedTest
    @MethodSource("requests")
    void allThatARequestHoldsCounts(ModelRequest request) {
        assertThat(HeapSize.of(key(request))).isBetween((long) LONG, 30L * LONG);
    }

    @ParameterizedTest
    @MethodSource("replies")
    void allThatAReplyHoldsCounts(ModelReply reply) {
        assertThat(HeapSize.of(new ResultCache.Entry(reply, Instant.EPOCH))).isBetween((long) LONG, 4L * LONG);
    }

    @Test
    void aSmallEntryIsSmall() {
        long bytes = HeapSize.of(
                key(ChatRequest.of("m", "Why is the sky blue?")),
                new ResultCache.Entry(ChatResponse.of("Rayleigh scattering"), Instant.EPOCH));

        assertThat(bytes).isBetween(512L, 2_000L);
    }

    @Test
    void aTextBeyondLatin1TakesTwoBytesForEachCharacter() {
        assertThat(HeapSize.of("\u7a7a".repeat(1000))).isGreaterThanOrEqualTo(2_000);
        assertThat(HeapSize.of("\u00e9".repeat(1000))).isLessThan(1_100);
    }

    @Test
    void valuesNestedBeyondReasonAreCountedWithoutRecursion() {
        List<Object> nested = List.of(TEXT);
        for (int i = 0; i < 100_000; i++) {
            nested = List.of(nested);
        }

        assertThat(HeapSize.of(PredictResponse.of(nested))).isGreaterThan(LONG); // a request may not nest so deeply
    }
}
