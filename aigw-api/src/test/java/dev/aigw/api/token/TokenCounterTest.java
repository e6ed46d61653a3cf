package dev.aigw.api.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Media;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.chat.ToolSpec;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.predict.PredictRequest;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class TokenCounterTest {

    /** Counts a token for every word. */
    private static final TokenCounter WORDS = (text, model) ->
            text.toString().isBlank() ? 0 : text.toString().strip().split("\\s+", -1).length;

    private static long prompt(ChatRequest request) {
        return WORDS.countPrompt(request, "m");
    }

    private static final long FRAME = 6;

    @Property
    void theCalibratedCounterCountsAnyText(@ForAll String text) {
        long count = TokenCounter.calibrated().count(text, "m");
        assertThat(count).isBetween(0L, 2L * text.length());
        assertThat(TokenCounter.calibrated().count(text + "\n\nand one more sentence", "m"))
                .isGreaterThan(count);
    }

    @Test
    void everyPartOfAMessageCounts() {
        ToolCall call = new ToolCall("1", "look up", "{ city }");
        ChatRequest request = ChatRequest.builder("m")
                .system("one two")
                .user("three")
                .message(Message.of(Message.Role.ASSISTANT, List.of(call)))
                .message(Message.toolResult(call, "four five six"))
                .message(Message.of(
                        Message.Role.ASSISTANT,
                        List.of(
                                new ContentPart.Reasoning("seven", null, null, null, null),
                                new ContentPart.Refusal("eight nine"))))
                .build();
        assertThat(prompt(request)).isEqualTo(3 + 5 * 3 + 2 + 1 + (3 + 2 + 3) + (3 + 3) + 1 + 2);
    }

    @Test
    void toolsCountWithTheirSchemas() {
        ChatRequest without = ChatRequest.of("m", "hi");
        ChatRequest with = without.toBuilder()
                .tool(ToolSpec.function(
                        "weather", "tells the weather", Map.of("type", "object", "required", List.of("city"))))
                .build();
        assertThat(prompt(with)).isGreaterThan(prompt(without) + 10);
    }

    @Test
    void mediaCountByTheCounterOrItsDefault() {
        ContentPart low = new ContentPart.Image(Media.ofUrl("https://example.org/cat.png"), "low");
        ContentPart high = new ContentPart.Image(Media.ofUrl("https://example.org/cat.png"));
        ContentPart sound = new ContentPart.Audio(Media.ofBytes("audio/wav", new byte[400]));
        assertThat(prompt(
                        ChatRequest.builder("m").message(Message.user("x", low)).build()))
                .isEqualTo(FRAME + 1 + 85);
        assertThat(prompt(ChatRequest.builder("m")
                        .message(Message.user("x", high))
                        .build()))
                .isEqualTo(FRAME + 1 + 1600);
        assertThat(prompt(ChatRequest.builder("m")
                        .message(Message.user("x", sound))
                        .build()))
                .isEqualTo(FRAME + 1 + 100);
        TokenCounter tiles = new TokenCounter() {
            @Override
            public long count(CharSequence text, String model) {
                return 1;
            }

            @Override
            public long countMedia(ContentPart media, String model) {
                return 258;
            }
        };
        assertThat(tiles.countPrompt(
                        ChatRequest.builder("m")
                                .message(Message.user("x", high))
                                .build(),
                        "m"))
                .isEqualTo(FRAME + 1 + 258);
    }

    @Test
    void embeddingsCountTheirTextsAndOtherRequestsNothing() {
        assertThat(WORDS.countPrompt(EmbeddingRequest.of("m", "one two", "three"), "m"))
                .isEqualTo(3);
        assertThat(WORDS.countPrompt(PredictRequest.of("m", "fine"), "m")).isZero();
    }
}
