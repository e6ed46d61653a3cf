package dev.aigw.providers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.FinishReason;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pictures and sounds in answers, whole and streamed. */
class MediaReadingTest {

    private static final Base64.Encoder BASE64 = Base64.getEncoder();
    private static final int MIB = 1024 * 1024;
    private static final String END = "{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}";

    private static List<String> picture(String adapter, int bytes) {
        String base64 = BASE64.encodeToString(new byte[bytes]);
        return switch (adapter) {
            case "gemini" ->
                List.of(
                        "{\"candidates\":[{\"content\":{\"parts\":[{\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\""
                                + base64 + "\"}}]},\"finishReason\":\"STOP\"}]}");
            case "responses" ->
                List.of(
                        "{\"type\":\"response.output_item.done\",\"output_index\":0,\"item\":"
                                + "{\"type\":\"image_generation_call\",\"id\":\"ig_1\",\"result\":\"" + base64 + "\"}}",
                        "{\"type\":\"response.completed\",\"response\":{\"status\":\"completed\"}}");
            default ->
                List.of(
                        "{\"choices\":[{\"delta\":{\"images\":[{\"type\":\"image_url\",\"image_url\":{\"url\":"
                                + "\"data:image/png;base64," + base64 + "\"}}]}}]}",
                        END);
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"openrouter", "openai", "gemini", "responses"})
    void aPictureOfEightMebibytesOfBase64IsOneEvent(String adapter) {
        ChatResponse answer =
                Replies.streamed(adapter, picture(adapter, 6 * MIB).toArray(String[]::new));
        assertThat(answer.message().parts()).hasSize(1);
        ContentPart part = answer.message().parts().get(0);
        if (part instanceof ContentPart.Raw raw) { // goes back as it came
            assertThat(String.valueOf(raw.json().get("result"))).hasSize(8 * MIB);
        } else {
            assertThat(((ContentPart.Image) part).media().sizeBytes()).isEqualTo(6 * MIB);
        }
    }

    private static String sound(@Nullable String data, @Nullable String transcript) {
        return "{\"choices\":[{\"delta\":{\"audio\":{\"id\":\"audio_1\""
                + (data == null ? "" : ",\"data\":\"" + data + "\"")
                + (transcript == null ? "" : ",\"transcript\":\"" + transcript + "\"")
                + "}}}]}";
    }

    @ParameterizedTest
    @CsvSource({
        // pieces that are padded each, or cut from one text anywhere
        "true, 1",
        "true, 2",
        "true, 3",
        "true, 5",
        "false, 1",
        "false, 3",
        "false, 4",
        "false, 7"
    })
    void piecesOfASoundAreOnePartWithItsTranscript(boolean padded, int size) {
        byte[] bytes = "some bytes of a sound".getBytes(StandardCharsets.US_ASCII);
        List<String> events = new ArrayList<>(List.of(sound(null, "Hel")));
        String text = BASE64.encodeToString(bytes);
        for (int at = 0; at < (padded ? bytes.length : text.length()); at += size) {
            String piece = padded
                    ? BASE64.encodeToString(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + size)))
                    : text.substring(at, Math.min(text.length(), at + size));
            events.add(sound(piece, at == 0 ? "lo" : null));
        }
        events.add("{\"choices\":[{\"delta\":{\"audio\":{\"expires_at\":17}}}]}");
        events.add(END);
        ChatResponse answer = Replies.streamed("openai", events.toArray(String[]::new));
        assertThat(answer.text()).isEqualTo("Hello");
        assertThat(answer.message().parts()).hasSize(2);
        ContentPart.Audio audio = (ContentPart.Audio) answer.message().parts().get(1);
        assertThat(audio.media().bytes()).isEqualTo(bytes);
        assertThat(audio.media().mimeType()).isEqualTo("audio/pcm");
    }

    @Test
    void aPieceOfASoundThatCannotBeReadIsNoHole() {
        assertThatThrownBy(() -> Replies.streamed("openai", sound("AAAA", "Hi"), sound("A#A=", null), END))
                .isInstanceOfSatisfying(
                        GatewayException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(ErrorKind.STREAM_INTERRUPTED));
        assertThatThrownBy(() -> Replies.streamed("openai", sound("AAAA", "Hi"), sound("A", null), END))
                .hasMessageContaining("the end of the sound is not base64");
    }

    @Test
    void piecesOfARawSoundOfGeminiAreOnePart() {
        String piece = "{\"candidates\":[{\"content\":{\"parts\":[{\"inlineData\":"
                + "{\"mimeType\":\"audio/L16;codec=pcm;rate=24000\",\"data\":\"%s\"}}]}%s}]}";
        List<ChatEvent> events = Replies.events(
                "gemini",
                Replies.type("gemini"),
                Replies.body(
                        "gemini",
                        List.of(
                                piece.formatted("AAEC", ""),
                                piece.formatted("AwQ=", ""),
                                piece.formatted("BQ==", ",\"finishReason\":\"STOP\""))));
        ChatResponse answer = Replies.answer(events);
        assertThat(answer.message().parts()).hasSize(1);
        ContentPart.Audio audio = (ContentPart.Audio) answer.message().parts().get(0);
        assertThat(audio.media().bytes()).containsExactly(0, 1, 2, 3, 4, 5);
        assertThat(audio.media().mimeType()).isEqualTo("audio/L16;codec=pcm;rate=24000");
        assertThat(answer.finishReason()).isEqualTo(FinishReason.of(FinishReason.Kind.STOP, "STOP"));
    }

    @Test
    void picturesOfOllamaAreParts() {
        String message = "\"message\":{\"content\":\"Look\",\"images\":[\"iVBORw==\",\"/9j/4A==\"]}";
        String end = ",\"done\":true,\"done_reason\":\"stop\"}";
        for (ChatResponse answer : List.of(
                Replies.whole("ollama", "{" + message + end),
                Replies.streamed(
                        "ollama", "{" + message + ",\"done\":false}", "{\"message\":{\"content\":\"\"}" + end))) {
            assertThat(answer.text()).isEqualTo("Look");
            assertThat(answer.message().parts())
                    .filteredOn(ContentPart.Image.class::isInstance)
                    .extracting(part -> ((ContentPart.Image) part).media().mimeType())
                    .containsExactly("image/png", "image/jpeg");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPictureOfBedrockIsOnePartHoweverItComes(boolean ended) {
        ContentPart.Raw picture = new ContentPart.Raw(
                "bedrock", Map.of("image", Map.of("format", "png", "source", Map.of("bytes", "AAECAwQF"))));
        List<String> events = new ArrayList<>(List.of(
                "contentBlockStart {\"contentBlockIndex\":0,\"start\":{\"image\":{\"format\":\"png\"}}}",
                "contentBlockDelta {\"contentBlockIndex\":0,\"delta\":{\"image\":{\"source\":{\"bytes\":\"AAEC\"}}}}",
                "contentBlockDelta {\"contentBlockIndex\":0,\"delta\":{\"image\":{\"source\":{\"bytes\":\"AwQF\"}}}}",
                "messageStop {\"stopReason\":\"end_turn\"}"));
        if (ended) {
            events.add(3, "contentBlockStop {\"contentBlockIndex\":0}");
        }
        assertThat(Replies.streamed("bedrock", events.toArray(String[]::new))
                        .message()
                        .parts())
                .containsExactly(picture);
        assertThat(Replies.whole(
                                "bedrock",
                                "{\"output\":{\"message\":{\"content\":[{\"image\":{\"format\":\"png\","
                                        + "\"source\":{\"bytes\":\"AAECAwQF\"}}}]}},\"stopReason\":\"end_turn\"}")
                        .message()
                        .parts())
                .containsExactly(picture);
    }

    @Test
    void aPictureThatIsStillBeingMadeIsNoPartOfTheAnswer() {
        List<ChatEvent> events = Replies.events(
                "responses",
                Replies.type("responses"),
                Replies.body(
                        "responses",
                        List.of(
                                "{\"type\":\"response.image_generation_call.partial_image\",\"output_index\":0,"
                                        + "\"partial_image_index\":0,\"partial_image_b64\":\"AAAA\"}",
                                "{\"type\":\"response.output_item.done\",\"output_index\":0,\"item\":"
                                        + "{\"type\":\"image_generation_call\",\"id\":\"ig_1\",\"result\":\"AAEC\"}}",
                                "{\"type\":\"response.completed\",\"response\":{\"status\":\"completed\"}}")));
        assertThat(events).anyMatch(ChatEvent.Raw.class::isInstance);
        assertThat(Replies.answer(events).message().parts())
                .containsExactly(new ContentPart.Raw(
                        "openai", Map.of("type", "image_generation_call", "id", "ig_1", "result", "AAEC")));
    }
}
