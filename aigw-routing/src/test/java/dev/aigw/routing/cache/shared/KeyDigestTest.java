package dev.aigw.routing.cache.shared;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.ModelRequest;
import dev.aigw.api.audio.SpeechRequest;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Media;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ReasoningEffort;
import dev.aigw.api.chat.ResponseFormat;
import dev.aigw.api.chat.Sampling;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.chat.ToolChoice;
import dev.aigw.api.chat.ToolSpec;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.inference.DataType;
import dev.aigw.api.inference.InferenceRequest;
import dev.aigw.api.inference.Tensor;
import dev.aigw.api.moderation.ModerationRequest;
import dev.aigw.api.predict.PredictRequest;
import dev.aigw.api.rerank.RerankRequest;
import dev.aigw.api.spi.ResultCache;
import java.lang.reflect.Modifier;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class KeyDigestTest {

    private enum Mood {
        GLAD
    }

    private record Review(String text, Mood mood, List<Integer> stars) {}

    private record Opinion(String text, Mood mood, List<Integer> stars) {}

    @Provide
    Arbitrary<ContentPart> parts() {
        return Replies.parts();
    }

    /** Requests of each kind, no two of which ask the same. */
    static List<ModelRequest> different() {
        ChatRequest chat = ChatRequest.of("m", "hello");
        Tensor tensor = Tensor.ofFloats("x", new float[] {1, 2});
        return List.of(
                chat,
                ChatRequest.of("m", "hello "),
                chat(b -> b.user("hello").user("")),
                chat(b -> b.system("hello")),
                chat(b -> b.message(Message.user("hello").withName("ada"))),
                chat(b -> b.message(Message.user("hel", new ContentPart.Text("lo")))),
                chat(b -> b.message(Message.user("hello", ContentPart.CacheHint.SHORT))),
                chat(b -> b.message(Message.user("hello", ContentPart.CacheHint.LONG))),
                chat(b -> b.message(Message.user("hello", image(1)))),
                chat(b -> b.message(Message.user("hello", image(2)))),
                chat(b -> b.message(Message.user(
                        "hello", new ContentPart.Image(Media.ofBytes("image/png", new byte[] {1}), "low")))),
                chat(b -> b.message(Message.user("hello", new ContentPart.Image(Media.ofUrl("1"))))),
                chat(b -> b.message(Message.user("hello", new ContentPart.Image(Media.ofFileId("1"))))),
                chat(b -> b.message(Message.toolResult(new ToolCall("1", "n", "{}"), "hello"))),
                chat(b -> b.message(Message.toolResult(new ToolCall("2", "n", "{}"), "hello"))),
                with(chat, b -> b.tool(ToolSpec.function("f", "d", Map.of()))),
                with(chat, b -> b.tool(ToolSpec.function("f", "d", Map.of("type", "object")))),
                with(chat, b -> b.tool(new ToolSpec("f", "d", Map.of(), true, null))),
                with(chat, b -> b.tool(ToolSpec.raw("p", "f", Map.of()))),
                with(chat, b -> b.toolChoice(ToolChoice.AUTO)),
                with(chat, b -> b.toolChoice(ToolChoice.tool("f"))),
                with(chat, b -> b.parallelToolCalls(true)),
                with(chat, b -> b.parallelToolCalls(false)),
                with(chat, b -> b.responseFormat(ResponseFormat.JSON)),
                with(chat, b -> b.responseFormat(ResponseFormat.schema("s", Map.of()))),
                with(chat, b -> b.responseFormat(ResponseFormat.schema("s", Map.of("a", 1)))),
                with(chat, b -> b.reasoning(ReasoningEffort.of(ReasoningEffort.Level.LOW))),
                with(chat, b -> b.reasoning(ReasoningEffort.budget(1))),
                with(chat, b -> b.verbosity("low")),
                with(chat, b -> b.temperature(0.0)),
                with(chat, b -> b.temperature(1.0)),
                with(chat, b -> b.topP(1.0)),
                with(chat, b -> b.topK(1)),
                with(chat, b -> b.maxOutputTokens(1)),
                with(chat, b -> b.stop("x")),
                with(chat, b -> b.seed(1L)),
                with(chat, b -> b.frequencyPenalty(1.0)),
                with(chat, b -> b.presencePenalty(1.0)),
                with(chat, b -> b.topLogprobs(1)),
                with(chat, b -> b.serviceTier("flex")),
                with(chat, b -> b.extra("x", null)),
                with(chat, b -> b.extra("x", 1)),
                with(chat, b -> b.extra("x", 1.0)),
                with(chat, b -> b.extra("x", "1")),
                with(chat, b -> b.extra("x", List.of(1))),
                with(chat, b -> b.extra("x", List.of(List.of(), 1))),
                with(chat, b -> b.extra("x", List.of(List.of(1)))),
                with(chat, b -> b.extra("x", Map.of("1", 1))),
                with(chat, b -> b.extra("x", true)),
                EmbeddingRequest.of("m", "hello"),
                EmbeddingRequest.of("m", "hel", "lo"),
                EmbeddingRequest.builder("m").input("hello").dimensions(1).build(),
                EmbeddingRequest.builder("m").input("hello").extra("x", 1).build(),
                RerankRequest.of("m", "q", List.of("d")),
                RerankRequest.of("m", "qd", List.of("")),
                RerankRequest.builder("m").query("q").document("d").topN(1).build(),
                RerankRequest.builder("m")
                        .query("q")
                        .document("d")
                        .extra("x", 1)
                        .build(),
                ModerationRequest.builder("m").text("hello").build(),
                ModerationRequest.builder("m")
                        .text("hello")
                        .image(Media.ofUrl("u"))
                        .build(),
                ModerationRequest.builder("m").text("hello").extra("x", 1).build(),
                InferenceRequest.of("m", tensor),
                InferenceRequest.of("m", Tensor.ofFloats("y", new float[] {1, 2})),
                InferenceRequest.of("m", Tensor.ofFloats("x", new float[] {1, 3})),
                InferenceRequest.of("m", Tensor.ofFloats("x", new float[] {1, 2}, 1, 2)),
                InferenceRequest.of("m", Tensor.ofFloats("x", DataType.FP16, new float[] {1, 2})),
                InferenceRequest.of("m", Tensor.ofLongs("x", new long[] {1, 2})),
                InferenceRequest.of("m", tensor.withParameters(Map.of("a", 1))),
                InferenceRequest.builder("m")
                        .input(tensor)
                        .outputs(List.of("o"))
                        .build(),
                InferenceRequest.builder("m").input(tensor).parameter("x", 1).build(),
                PredictRequest.of("m", Map.of("text", "hello")),
                PredictRequest.of("m", new Review("hello", Mood.GLAD, List.of(5))),
                PredictRequest.of("m", new Review("hello", Mood.GLAD, List.of(4))),
                PredictRequest.of("m", new Opinion("hello", Mood.GLAD, List.of(5))),
                SpeechRequest.of("m", "ash", "hello"),
                SpeechRequest.of("m", "elm", "hello"),
                speech(b -> b.instructions("calmly")),
                speech(b -> b.format("mp3")),
                speech(b -> b.speed(1.5)),
                speech(b -> b.extra("x", 1)));
    }

    private static ContentPart image(int content) {
        return new ContentPart.Image(Media.ofBytes("image/png", new byte[] {(byte) content}));
    }

    private static ChatRequest chat(Consumer<ChatRequest.Builder> change) {
        ChatRequest.Builder builder = ChatRequest.builder("m");
        change.accept(builder);
        return builder.build();
    }

    private static ChatRequest with(ChatRequest chat, Consumer<ChatRequest.Builder> change) {
        ChatRequest.Builder builder = chat.toBuilder();
        change.accept(builder);
        return builder.build();
    }

    private static SpeechRequest speech(Consumer<SpeechRequest.Builder> change) {
        SpeechRequest.Builder builder = SpeechRequest.of("m", "ash", "hello").toBuilder();
        change.accept(builder);
        return builder.build();
    }

    @Test
    void requestsThatAskSomethingElseHaveOtherDigests() {
        List<ModelRequest> requests = different();
        Map<String, ModelRequest> byDigest = new HashMap<>();

        for (ModelRequest request : requests) {
            ModelRequest other = byDigest.put(digest(request), request);
            assertThat(other).as("digest of " + request).isNull();
        }

        assertThat(requests.stream().map(ModelRequest::cacheIdentity).distinct())
                .hasSameSizeAs(requests);
    }

    @Property(tries = 200)
    void equalPartsHaveEqualDigestsAndOthersDoNot(
            @ForAll("parts") ContentPart one, @ForAll("parts") ContentPart other) {
        ModelRequest first = chat(b -> b.message(Message.user("x", one)));
        ModelRequest second = chat(b -> b.message(Message.user("x", other)));

        assertThat(digest(chat(b -> b.message(Message.user("x", one))))).isEqualTo(digest(first));
        assertThat(digest(first).equals(digest(second))).isEqualTo(one.equals(other));
    }

    @Test
    void scopeOperationModelAndConditionsCount() {
        ChatRequest request = ChatRequest.of("m", "hello");

        assertThat(Stream.of(
                                key("", "chat", "m", request),
                                key("acme", "chat", "m", request),
                                key("", "draw", "m", request),
                                key("", "chat", "acme", request),
                                new ResultCache.Key(
                                        "", "chat", "m", List.of("tag eu"), request.cacheIdentity(), request),
                                new ResultCache.Key(
                                        "", "chat", "m", List.of("tag", "eu"), request.cacheIdentity(), request))
                        .map(KeyDigest::of)
                        .distinct())
                .hasSize(6);
    }

    @Test
    void theNameAskedForTheUserAndLabelsDoNotCount() {
        ChatRequest request = ChatRequest.of("m", "hello");
        ChatRequest other = request.toBuilder()
                .model("alias")
                .userId("ada")
                .metadata("run", "2")
                .build();

        assertThat(KeyDigest.of(key("", "chat", "m", other))).isEqualTo(KeyDigest.of(key("", "chat", "m", request)));
        assertThat(digest(InferenceRequest.builder("m")
                        .id("7")
                        .input(Tensor.ofLongs("x", new long[] {1}))
                        .build()))
                .isEqualTo(digest(InferenceRequest.of("m", Tensor.ofLongs("x", new long[] {1}))));
        assertThat(digest(EmbeddingRequest.builder("m").input("a").user("ada").build()))
                .isEqualTo(digest(EmbeddingRequest.of("m", "a")));
    }

    @Test
    void theOrderOfAMapsEntriesDoesNotCount() {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("a", 1);
        one.put("b", 2);
        Map<String, Object> other = new LinkedHashMap<>();
        other.put("b", 2L); // and a number is what JSON makes of it
        other.put("a", (short) 1);

        assertThat(digest(PredictRequest.of("m", one))).isEqualTo(digest(PredictRequest.of("m", other)));
    }

    @Test
    void itIsTheSameInEveryJvm() {
        assertThat(KeyDigest.of(key("acme", "chat", "assistant", ChatRequest.of("assistant", "Why is the sky blue?"))))
                .isEqualTo("3.CD_ALgu2iLzN0-I7wUn2sMSTqN4_pmO4W7pT9IFl4qM");
    }

    @Test
    void whatOnlyThisJvmCanCompareHasNoDigest() {
        assertThat(KeyDigest.of(key("", "p", "m", PredictRequest.of("m", Optional.of("x")))))
                .isNull();
        assertThat(KeyDigest.of(key("", "p", "m", () -> "m"))).isNull();
        assertThat(KeyDigest.of(key("", "p", "m", PredictRequest.of("m", Map.of(1, "x")))))
                .isNull();
    }

    /** A field that an identity compares and a digest does not hash would have one request answered with another's. */
    @ParameterizedTest
    @MethodSource("fields")
    void noFieldWasAddedWithoutAThoughtForTheDigest(Class<?> type, int fields) {
        assertThat(Stream.of(type.getDeclaredFields()).filter(field -> !Modifier.isStatic(field.getModifiers())))
                .as("fields of %s: write a new one in RequestForm or ChatForm, if identities compare it", type)
                .hasSize(fields);
    }

    static Stream<Arguments> fields() {
        return Stream.of(
                fields(ChatRequest.class, 18),
                fields(Sampling.class, 6),
                fields(Message.class, 3),
                fields(ToolSpec.class, 5),
                fields(ToolChoice.class, 2),
                fields(ToolCall.class, 5),
                fields(ResponseFormat.class, 4),
                fields(ReasoningEffort.class, 2),
                fields(Media.class, 4),
                fields(Tensor.class, 6),
                fields(ContentPart.Text.class, 2),
                fields(ContentPart.Image.class, 2),
                fields(ContentPart.Audio.class, 1),
                fields(ContentPart.Video.class, 1),
                fields(ContentPart.Document.class, 3),
                fields(ContentPart.ToolResult.class, 3),
                fields(ContentPart.Reasoning.class, 5),
                fields(ContentPart.Refusal.class, 1),
                fields(ContentPart.CacheHint.class, 1),
                fields(ContentPart.Raw.class, 2),
                fields(identity(EmbeddingRequest.of("m", "a")), 3),
                fields(identity(RerankRequest.of("m", "q", List.of("d"))), 4),
                fields(identity(ModerationRequest.builder("m").text("a").build()), 3),
                fields(identity(InferenceRequest.of("m", Tensor.ofLongs("x", new long[] {1}))), 3),
                fields(identity(PredictRequest.of("m", "x")), 1),
                fields(identity(SpeechRequest.of("m", "ash", "hello")), 6));
    }

    private static Arguments fields(Class<?> type, int fields) {
        return Arguments.of(type, fields);
    }

    private static Class<?> identity(ModelRequest request) {
        return request.cacheIdentity().getClass();
    }

    private static String digest(ModelRequest request) {
        return Objects.requireNonNull(KeyDigest.of(key("", request.getClass().getSimpleName(), "m", request)));
    }

    private static ResultCache.Key key(String scope, String operation, String model, ModelRequest request) {
        return new ResultCache.Key(scope, operation, model, List.of(), request.cacheIdentity(), request);
    }
}
