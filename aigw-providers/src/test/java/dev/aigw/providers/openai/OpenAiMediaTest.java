package dev.aigw.providers.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.TokenUsage.Bucket;
import dev.aigw.api.audio.SpeechRequest;
import dev.aigw.api.audio.SpeechResponse;
import dev.aigw.api.audio.TranscriptionRequest;
import dev.aigw.api.audio.TranscriptionRequest.Timestamps;
import dev.aigw.api.audio.TranscriptionResponse;
import dev.aigw.api.chat.Media;
import dev.aigw.api.image.ImageRequest;
import dev.aigw.api.image.ImageResponse;
import dev.aigw.api.moderation.ModerationRequest;
import dev.aigw.api.moderation.ModerationResponse;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.providers.json.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.Headers;
import okhttp3.MediaType;
import okhttp3.MultipartReader;
import okio.Buffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpenAiMediaTest {

    private static final AttemptContext ATTEMPT = AttemptContext.builder("up").build();
    private static final Media PNG = Media.ofBytes("image/png", new byte[] {1, 2, 3});
    private static final Media MP3 = Media.ofBytes("audio/mpeg", new byte[] {4, 5});
    private static final String SECRET = "sk-media-51c9e0";

    private final MockWebServer server = new MockWebServer();

    @BeforeEach
    void start() throws IOException {
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    // ---------------------------------------------------------------------------------------------------- moderation

    @Test
    void eachTextGetsAVerdict() throws Exception {
        enqueue("""
                {"id":"modr-1","model":"omni-moderation-latest","results":[
                 {"flagged":false,"categories":{"violence":false,"hate":null},"category_scores":{"violence":0.001}},
                 {"flagged":true,"categories":{"violence":true,"self-harm/intent":true},
                  "category_scores":{"violence":0.93,"self-harm/intent":0.6},
                  "category_applied_input_types":{"violence":["text"]},"field_of_tomorrow":1}]}""");

        ModerationResponse reply =
                call(ModerationRequest.MODERATE, ModerationRequest.of("m", "hello", "I will break it"));

        assertThat(reply.id()).isEqualTo("modr-1");
        assertThat(reply.model()).isEqualTo("omni-moderation-latest");
        assertThat(reply.results()).hasSize(2);
        assertThat(reply.results().get(0).flagged()).isFalse();
        assertThat(reply.results().get(0).categories()).containsExactly(Map.entry("violence", false));
        assertThat(reply.results().get(1).flaggedCategories()).containsExactly("violence", "self-harm/intent");
        assertThat(reply.results().get(1).scores()).containsEntry("self-harm/intent", 0.6);
        assertThat(reply.extra().get("category_applied_input_types"))
                .isEqualTo(List.of(Map.of("violence", List.of("text"))));
        RecordedRequest sent = server.takeRequest();
        assertThat(sent.getTarget()).isEqualTo("/v1/moderations");
        assertThat(sent.getHeaders().get("Authorization")).isEqualTo("Bearer " + SECRET);
        assertThat(sent.getBody().utf8()).isEqualTo("{\"model\":\"up\",\"input\":[\"hello\",\"I will break it\"]}");
    }

    @Test
    void textsAndImagesAreJudgedTogether() throws Exception {
        enqueue("{\"results\":[{\"flagged\":false,\"categories\":{},\"category_scores\":{}}]}");

        ModerationResponse reply = call(
                ModerationRequest.MODERATE,
                ModerationRequest.builder("m")
                        .text("look")
                        .image(PNG)
                        .image(Media.ofUrl("https://example.org/a.png"))
                        .build());

        assertThat(reply.results()).hasSize(1);
        assertThat(Json.parseOrNull(server.takeRequest().getBody().utf8())).isEqualTo(Json.parseOrNull("""
                {"model":"up","input":[{"type":"text","text":"look"},
                {"type":"image_url","image_url":{"url":"data:image/png;base64,AQID"}},
                {"type":"image_url","image_url":{"url":"https://example.org/a.png"}}]}"""));
    }

    // -------------------------------------------------------------------------------------------------------- images

    @Test
    void aNewImageIsAskedForByJson() throws Exception {
        enqueue("""
                {"created":1713833628,"background":"opaque","output_format":"webp","size":"1024x1024","quality":"high",
                 "data":[{"b64_json":"AQID","revised_prompt":"a red fox"},{"url":"https://example.org/b.webp"}],
                 "usage":{"total_tokens":110,"input_tokens":50,"output_tokens":60,
                  "input_tokens_details":{"text_tokens":10,"image_tokens":40}}}""");
        ImageRequest request = ImageRequest.builder("m")
                .prompt("a fox")
                .count(2)
                .size("1024x1024")
                .quality("high")
                .background("opaque")
                .format("webp")
                .user("u-1")
                .extra("moderation", "low")
                .build();

        ImageResponse reply = call(ImageRequest.GENERATE_IMAGE, request);

        assertThat(reply.images())
                .containsExactly(
                        new ImageResponse.GeneratedImage(
                                Media.ofBytes("image/webp", new byte[] {1, 2, 3}), "a red fox"),
                        new ImageResponse.GeneratedImage(Media.ofUrl("https://example.org/b.webp"), null));
        assertThat(reply.usage())
                .isEqualTo(TokenUsage.builder()
                        .input(10)
                        .set(Bucket.INPUT_IMAGE, 40)
                        .set(Bucket.OUTPUT_IMAGE, 60)
                        .build());
        assertThat(reply.extra().get("quality")).isEqualTo("high");
        RecordedRequest sent = server.takeRequest();
        assertThat(sent.getTarget()).isEqualTo("/v1/images/generations");
        assertThat(sent.getBody().utf8())
                .isEqualTo(
                        "{\"model\":\"up\",\"prompt\":\"a fox\",\"n\":2,\"size\":\"1024x1024\",\"quality\":\"high\","
                                + "\"background\":\"opaque\",\"output_format\":\"webp\",\"user\":\"u-1\",\"moderation\":\"low\"}");
    }

    @Test
    void textThatAModelWritesWhileDrawingIsNoImageToken() {
        enqueue("""
                {"data":[{"b64_json":"AQID"}],"usage":{"input_tokens":9,"output_tokens":60,
                 "output_tokens_details":{"text_tokens":7,"image_tokens":53}}}""");

        ImageResponse reply = call(ImageRequest.GENERATE_IMAGE, ImageRequest.of("m", "a fox"));

        assertThat(reply.images().get(0).media().mimeType()).isEqualTo("image/png");
        assertThat(reply.usage())
                .isEqualTo(TokenUsage.builder()
                        .input(9)
                        .output(7)
                        .set(Bucket.OUTPUT_IMAGE, 53)
                        .build());
    }

    @Test
    void imagesToEditTravelInAForm() throws Exception {
        enqueue("{\"data\":[{\"b64_json\":\"AQID\"}]}");
        enqueue("{\"data\":[{\"b64_json\":\"AQID\"}]}");
        Media jpeg = Media.ofBytes("image/jpeg", new byte[] {9});
        ImageRequest request = ImageRequest.builder("m")
                .prompt("add a hat, größer")
                .image(PNG)
                .image(jpeg)
                .mask(PNG)
                .count(1)
                .extra("input_fidelity", "high")
                .build();

        call(ImageRequest.GENERATE_IMAGE, request);
        call(
                ImageRequest.GENERATE_IMAGE,
                ImageRequest.builder("m").prompt("x").image(jpeg).build());

        RecordedRequest sent = server.takeRequest();
        assertThat(sent.getTarget()).isEqualTo("/v1/images/edits");
        assertThat(form(sent))
                .containsExactly(
                        new Part("model", null, null, "up"),
                        new Part("prompt", null, null, "add a hat, größer"),
                        new Part("n", null, null, "1"),
                        new Part("input_fidelity", null, null, "high"),
                        new Part("image[]", "image-1.png", "image/png", "\u0001\u0002\u0003"),
                        new Part("image[]", "image-2.jpeg", "image/jpeg", "\t"),
                        new Part("mask", "mask.png", "image/png", "\u0001\u0002\u0003"));
        assertThat(form(server.takeRequest())).extracting(Part::name).containsExactly("model", "prompt", "image");
    }

    // --------------------------------------------------------------------------------------------------------- audio

    @Test
    void aRecordingIsUploadedAndItsWordsRead() throws Exception {
        enqueue("""
                {"text":"Hello there.","usage":{"type":"tokens","input_tokens":14,
                 "input_token_details":{"text_tokens":4,"audio_tokens":10},"output_tokens":45,"total_tokens":59}}""");
        TranscriptionRequest request = TranscriptionRequest.builder("m")
                .audio(MP3)
                .language("en")
                .prompt("greeting")
                .temperature(0.2)
                .extra("include", List.of("logprobs"))
                .extra("chunking_strategy", Map.of("type", "server_vad"))
                .build();

        TranscriptionResponse reply = call(TranscriptionRequest.TRANSCRIBE, request);

        assertThat(reply)
                .isEqualTo(TranscriptionResponse.builder()
                        .text("Hello there.")
                        .usage(TokenUsage.builder()
                                .input(4)
                                .set(Bucket.INPUT_AUDIO, 10)
                                .output(45)
                                .build())
                        .build());
        RecordedRequest sent = server.takeRequest();
        assertThat(sent.getTarget()).isEqualTo("/v1/audio/transcriptions");
        assertThat(form(sent))
                .containsExactly(
                        new Part("model", null, null, "up"),
                        new Part("language", null, null, "en"),
                        new Part("prompt", null, null, "greeting"),
                        new Part("temperature", null, null, "0.2"),
                        new Part("include[]", null, null, "logprobs"),
                        new Part("chunking_strategy", null, null, "{\"type\":\"server_vad\"}"),
                        new Part("file", "audio.mp3", "audio/mpeg", "\u0004\u0005"));
    }

    @Test
    void timesAreAskedForAndRead() throws Exception {
        enqueue("""
                {"task":"transcribe","language":"english","duration":8.47,"text":"Hi you",
                 "segments":[{"id":0,"seek":0,"start":0.0,"end":3.32,"text":" Hi you","speaker":"A"}],
                 "words":[{"word":"Hi","start":0.5,"end":0.75}],"usage":{"type":"duration","seconds":9}}""");

        TranscriptionResponse reply = call(
                TranscriptionRequest.TRANSCRIBE,
                TranscriptionRequest.builder("m")
                        .audio(MP3)
                        .timestamps(Set.of(Timestamps.WORD, Timestamps.SEGMENT))
                        .build());

        assertThat(reply.language()).isEqualTo("english");
        assertThat(reply.duration()).isEqualTo(Duration.ofMillis(8470));
        assertThat(reply.segments())
                .containsExactly(
                        new TranscriptionResponse.Segment(Duration.ZERO, Duration.ofMillis(3320), " Hi you", "A"));
        assertThat(reply.words())
                .containsExactly(new TranscriptionResponse.Word(Duration.ofMillis(500), Duration.ofMillis(750), "Hi"));
        assertThat(reply.usage()).isEqualTo(TokenUsage.NONE);
        assertThat(form(server.takeRequest()))
                .contains(
                        new Part("response_format", null, null, "verbose_json"),
                        new Part("timestamp_granularities[]", null, null, "segment"),
                        new Part("timestamp_granularities[]", null, null, "word"));
    }

    @Test
    void speechIsReadAsBytes() throws Exception {
        byte[] sound = {0, (byte) 0xFF, 7, '{'};
        server.enqueue(new MockResponse.Builder()
                .setHeader("Content-Type", "audio/wav")
                .body(new Buffer().write(sound))
                .build());
        server.enqueue(new MockResponse.Builder()
                .setHeader("Content-Type", "application/octet-stream")
                .body(new Buffer().write(sound))
                .build());
        SpeechRequest request = SpeechRequest.of("m", "alloy", "All aboard").toBuilder()
                .instructions("calmly")
                .format("wav")
                .speed(1.25)
                .build();

        SpeechResponse reply = call(SpeechRequest.SPEAK, request);

        assertThat(reply.audio()).isEqualTo(Media.ofBytes("audio/wav", sound));
        RecordedRequest sent = server.takeRequest();
        assertThat(sent.getTarget()).isEqualTo("/v1/audio/speech");
        assertThat(sent.getBody().utf8())
                .isEqualTo("{\"model\":\"up\",\"input\":\"All aboard\",\"voice\":\"alloy\",\"instructions\":\"calmly\","
                        + "\"response_format\":\"wav\",\"speed\":1.25}");
        assertThat(call(SpeechRequest.SPEAK, SpeechRequest.of("m", "alloy", "x"))
                        .audio()
                        .mimeType())
                .isEqualTo("audio/mpeg");
    }

    // ------------------------------------------------------------------------------------------------------ failures

    static Stream<Arguments> requests() {
        return Stream.of(
                Arguments.of(ModerationRequest.MODERATE, ModerationRequest.of("m", "x")),
                Arguments.of(ImageRequest.GENERATE_IMAGE, ImageRequest.of("m", "x")),
                Arguments.of(
                        ImageRequest.GENERATE_IMAGE,
                        ImageRequest.builder("m").prompt("x").image(PNG).build()),
                Arguments.of(TranscriptionRequest.TRANSCRIBE, TranscriptionRequest.of("m", MP3)),
                Arguments.of(SpeechRequest.SPEAK, SpeechRequest.of("m", "alloy", "x")));
    }

    @ParameterizedTest
    @MethodSource("requests")
    <Q extends ModelRequest, R extends ModelReply> void errorsAreClassified(Operation<Q, R> operation, Q request) {
        Map<ErrorKind, String> codes = new LinkedHashMap<>();
        codes.put(ErrorKind.CONTENT_FILTERED, "moderation_blocked");
        codes.put(ErrorKind.QUOTA_EXHAUSTED, "insufficient_quota");
        codes.put(ErrorKind.NOT_FOUND, "model_not_found");
        codes.forEach((kind, code) -> {
            server.enqueue(new MockResponse.Builder()
                    .code(400)
                    .setHeader("Content-Type", "application/json")
                    .body("{\"error\":{\"message\":\"no, " + SECRET + "\",\"type\":\"x\",\"code\":\"" + code + "\"}}")
                    .build());
            GatewayException e = failure(operation, request);
            assertThat(e.kind()).isEqualTo(kind);
            assertThat(e + " " + e.body()).doesNotContain(SECRET);
        });
        server.enqueue(new MockResponse.Builder()
                .code(429)
                .setHeader("Retry-After", "3")
                .body("busy")
                .build());
        assertThat(failure(operation, request))
                .returns(ErrorKind.RATE_LIMITED, GatewayException::kind)
                .returns(Duration.ofSeconds(3), GatewayException::retryAfter);
    }

    @ParameterizedTest
    @MethodSource("requests")
    <Q extends ModelRequest, R extends ModelReply> void repliesOfAnotherShapeAreMalformed(
            Operation<Q, R> operation, Q request) {
        for (String body : List.of(
                "", "{\"hello\":1}", "{\"data\":[{}]}", "{\"data\":[{\"b64_json\":\"*\"}]}", "{\"results\":[{}]}")) {
            enqueue(body);
            assertThat(failure(operation, request).kind()).as(body).isEqualTo(ErrorKind.MALFORMED_RESPONSE);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"text\":\"a\",\"segments\":[{\"start\":0,\"text\":\"a\"}]}",
                "{\"text\":\"a\",\"words\":[{\"start\":0,\"end\":1}]}"
            })
    void timesWithoutWordsAreMalformed(String body) {
        enqueue(body);
        assertThat(failure(TranscriptionRequest.TRANSCRIBE, TranscriptionRequest.of("m", MP3))
                        .kind())
                .isEqualTo(ErrorKind.MALFORMED_RESPONSE);
    }

    @Test
    void aSoundOfNoBytesIsMalformed() {
        server.enqueue(new MockResponse.Builder()
                .setHeader("Content-Type", "audio/mpeg")
                .build());
        assertThat(failure(SpeechRequest.SPEAK, SpeechRequest.of("m", "alloy", "x"))
                        .kind())
                .isEqualTo(ErrorKind.MALFORMED_RESPONSE);
    }

    @Test
    void whatCannotBeCarriedIsRefusedBeforeSending() {
        Media file = Media.ofFileId("file-1");
        Media url = Media.ofUrl("https://example.org/a");
        assertThat(failure(
                                ModerationRequest.MODERATE,
                                ModerationRequest.builder("m").image(file).build())
                        .kind())
                .isEqualTo(ErrorKind.UNSUPPORTED);
        assertThat(failure(
                        ImageRequest.GENERATE_IMAGE,
                        ImageRequest.builder("m").prompt("x").image(url).build()))
                .hasMessageContaining("Media.ofBytes")
                .returns(ErrorKind.UNSUPPORTED, GatewayException::kind);
        assertThat(failure(
                                ImageRequest.GENERATE_IMAGE,
                                ImageRequest.builder("m")
                                        .prompt("x")
                                        .image(PNG)
                                        .mask(url)
                                        .build())
                        .kind())
                .isEqualTo(ErrorKind.UNSUPPORTED);
        assertThat(failure(TranscriptionRequest.TRANSCRIBE, TranscriptionRequest.of("m", url))
                        .kind())
                .isEqualTo(ErrorKind.UNSUPPORTED);
        assertThat(failure(
                        TranscriptionRequest.TRANSCRIBE,
                        TranscriptionRequest.of("m", MP3).toBuilder()
                                .extra("response_format", "srt")
                                .build()))
                .hasMessageContaining("verbose_json")
                .returns(ErrorKind.UNSUPPORTED, GatewayException::kind);
        assertThat(failure(
                        SpeechRequest.SPEAK,
                        SpeechRequest.builder("m").text("x").build()))
                .hasMessageContaining("voice(...)")
                .returns(ErrorKind.INVALID_REQUEST, GatewayException::kind);
        assertThat(server.getRequestCount()).isZero();
    }

    // ------------------------------------------------------------------------------------------------------- helpers

    private <Q extends ModelRequest, R extends ModelReply> R call(Operation<Q, R> operation, Q request) {
        try (OpenAiAdapter adapter = OpenAiAdapter.builder()
                .apiKey(SECRET)
                .baseUrl(server.url("/v1").toString())
                .build()) {
            assertThat(adapter.supports(operation)).isTrue();
            return adapter.call(operation, request, ATTEMPT);
        }
    }

    private <Q extends ModelRequest, R extends ModelReply> GatewayException failure(
            Operation<Q, R> operation, Q request) {
        return catchThrowableOfType(GatewayException.class, () -> call(operation, request));
    }

    private void enqueue(String json) {
        server.enqueue(new MockResponse.Builder()
                .setHeader("Content-Type", "application/json")
                .body(json)
                .build());
    }

    private record Part(
            String name,
            @Nullable String fileName,
            @Nullable String type,
            String body) {}

    private static List<Part> form(RecordedRequest request) throws IOException {
        MediaType type = MediaType.get(String.valueOf(request.getHeaders().get("Content-Type")));
        assertThat(type.type() + "/" + type.subtype()).isEqualTo("multipart/form-data");
        List<Part> parts = new java.util.ArrayList<>();
        try (MultipartReader reader = new MultipartReader(
                new Buffer().write(request.getBody()), String.valueOf(type.parameter("boundary")))) {
            for (MultipartReader.Part part = reader.nextPart(); part != null; part = reader.nextPart()) {
                Headers headers = part.headers();
                String disposition = String.valueOf(headers.get("Content-Disposition"));
                parts.add(new Part(
                        String.valueOf(quoted(disposition, "; name=\"")),
                        quoted(disposition, "; filename=\""),
                        headers.get("Content-Type"),
                        part.body().readUtf8()));
            }
        }
        return parts;
    }

    private static @Nullable String quoted(String header, String before) {
        int at = header.indexOf(before);
        return at < 0 ? null : header.substring(at + before.length(), header.indexOf('"', at + before.length()));
    }
}
