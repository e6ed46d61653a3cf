package dev.aigw.api.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ToolChoice;
import dev.aigw.api.chat.ToolSpec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ToolTokensTest {

    /** Counts a token for each character, so that what was counted can be added up by hand. */
    private static final TokenCounter CHARS = (text, model) -> text.length();

    private static long tools(String model, ChatRequest.Builder request) {
        ChatRequest with = request.build();
        ChatRequest without = with.toBuilder().tools(List.of()).build();
        return CHARS.countPrompt(with, model) - CHARS.countPrompt(without, model);
    }

    private static ChatRequest.Builder request(ToolSpec... tools) {
        return ChatRequest.builder("m").user("hi").tools(List.of(tools));
    }

    private static ToolSpec weather() {
        return tool("weather");
    }

    private static ToolSpec tool(String name) {
        return ToolSpec.function(
                name,
                "Tells it.",
                Map.of(
                        "type",
                        "object",
                        "properties",
                        Map.of(
                                "city", Map.of("type", "string", "description", "Where."),
                                "unit", Map.of("type", "string", "enum", List.of("C", "F")))));
    }

    @Test
    void aFunctionOfOpenAiCountsByItsPropertiesNotItsJson() {
        int city = 3 + "city:string:Where".length();
        int unit = 3 + "unit:string:".length() - 3 + (3 + 1) + (3 + 1);
        int function = 7 + "weather:Tells it".length() + 3 + city + unit;
        assertThat(tools("gpt-4o", request(weather()))).isEqualTo(function + 12);
        assertThat(tools("gpt-4o", request(weather(), tool("climate")))).isEqualTo(2 * function + 12);
    }

    @Test
    void nestedPropertiesCountAsTheirParents() {
        Map<String, ?> leaf = Map.of("type", "string");
        Map<String, ?> inner = Map.of("type", "object", "properties", Map.of("b", leaf));
        ToolSpec object = ToolSpec.function("f", "", Map.of("properties", Map.of("a", inner)));
        int nested = 3 + 3 + "a:object:".length() + 3 + 3 + "b:string:".length();
        assertThat(tools("gpt-4o", request(object))).isEqualTo(7 + 2 + nested + 12);
        ToolSpec list =
                ToolSpec.function("f", "", Map.of("properties", Map.of("a", Map.of("type", "array", "items", inner))));
        assertThat(tools("gpt-4o", request(list))).isEqualTo(7 + 2 + nested - 1 + 12);
    }

    @Test
    void aFunctionWithoutPropertiesOrDescriptionCounts() {
        assertThat(tools("o3", request(new ToolSpec("now", null, Map.of(), null, null))))
                .isEqualTo(7 + "now:".length() + 12);
    }

    @ParameterizedTest
    @CsvSource({
        "claude-opus-4-8, 290, 410",
        "claude-opus-4-1, 313, 315",
        "claude-sonnet-4-5, 496, 588",
        "eu.anthropic.claude-sonnet-4-5-20250929-v1:0, 496, 588",
        "claude-sonnet-5, 354, 474",
        "claude-fable-7, 675, 804"
    })
    void claudeAddsItsSystemPromptOncePerRequest(String model, long free, long forced) {
        long json = tools("llama", request(weather()));
        assertThat(tools(model, request(weather()))).isEqualTo(json + free);
        assertThat(tools(model, request(weather()).toolChoice(ToolChoice.NONE))).isEqualTo(json + free);
        assertThat(tools(model, request(weather()).toolChoice(ToolChoice.REQUIRED)))
                .isEqualTo(json + forced);
        assertThat(tools(model, request(weather(), tool("climate")).toolChoice(ToolChoice.tool("weather"))))
                .isEqualTo(2 * json + forced);
    }

    @Test
    void elsewhereTheJsonCounts() {
        assertThat(tools("gpt-oss-120b", request(weather()))).isEqualTo(tools("llama", request(weather())));
        assertThat(tools("llama", request(weather()))).isGreaterThan(tools("gpt-4o", request(weather())));
    }
}
