package dev.aigw.api.internal;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.ResponseFormat;
import dev.aigw.api.chat.ToolSpec;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.predict.PredictRequest;
import dev.aigw.api.predict.PredictResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class JsonDepthTest {

    private static Map<String, Object> deep(int levels) {
        Map<String, Object> value = new LinkedHashMap<>(Map.of("type", "string"));
        for (int i = 1; i < levels; i++) {
            Object inner = i % 2 == 0 ? value : List.of(value);
            i += i % 2 == 0 ? 0 : 1;
            value = new LinkedHashMap<>(Map.of("items", inner));
        }
        return value;
    }

    @Test
    void aValueWithinTheBoundIsAccepted() {
        for (Object value : new Object[] {deep(400), "text", List.of(Map.of(), List.of())}) {
            assertThatCode(() -> JsonDepth.check("it", value)).doesNotThrowAnyException();
        }
    }

    @Test
    void aDeepSchemaOrFieldIsRefusedWhereItIsGiven() {
        for (int levels : new int[] {5_000, 200_000}) {
            Map<String, Object> deep = deep(levels);

            assertRefused("the schema of the tool f", () -> ToolSpec.function("f", "d", deep));
            assertRefused("the schema answer", () -> ResponseFormat.schema("answer", deep));
            assertRefused("the field metadata", () -> ChatRequest.builder("m").extra("metadata", deep));
            assertRefused("the field x", () -> EmbeddingRequest.builder("m").extra("x", deep));
            assertRefused("the part of openai", () -> new ContentPart.Raw("openai", deep));
            assertRefused("the payload", () -> PredictRequest.of("m", deep));
            assertRefused("the value", () -> PredictResponse.of(deep).rawJson());
        }
    }

    @Test
    void aValueThatContainsItselfIsRefused() {
        List<Object> circle = new ArrayList<>();
        circle.add(circle);

        assertRefused("the schema f", () -> ResponseFormat.schema("f", Map.of("items", circle)));
    }

    private static void assertRefused(String what, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(what + " nests deeper than 500 levels, or contains itself: give flatter JSON");
    }
}
