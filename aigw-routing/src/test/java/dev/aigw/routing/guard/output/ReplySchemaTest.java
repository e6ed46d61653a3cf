package dev.aigw.routing.guard.output;

import static dev.aigw.routing.guard.output.Answers.inspection;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.GuardAction;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ResponseFormat;
import dev.aigw.api.guard.Guard;
import dev.aigw.api.guard.GuardFinding;
import dev.aigw.api.guard.StreamChecking;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReplySchemaTest {

    private static final Map<String, ?> SCHEMA = Map.of(
            "type",
            "object",
            "properties",
            Map.of("stars", Map.of("type", "integer", "maximum", 5)),
            "required",
            List.of("stars"),
            "additionalProperties",
            false);

    private final Guard guard = ReplySchema.builder().build();

    private static ChatRequest request(ResponseFormat format) {
        return ChatRequest.builder("assistant")
                .user("Rate it")
                .responseFormat(format)
                .build();
    }

    private List<String> rules(ResponseFormat format, String answer) {
        return guard.check(inspection(request(format), answer)).findings().stream()
                .map(GuardFinding::rule)
                .toList();
    }

    @Test
    void anAnswerMustFitTheSchemaThatTheRequestAsksFor() {
        ResponseFormat format = ResponseFormat.schema("rating", SCHEMA);

        assertThat(rules(format, "{\"stars\": 4}")).isEmpty();
        assertThat(rules(format, "Here it is:\n```json\n{\"stars\": 4}\n```")).isEmpty();
        assertThat(rules(format, "{\"stars\": 9}")).containsExactly("schema");
        assertThat(rules(format, "{\"stars\": \"four\"}")).containsExactly("schema");
        assertThat(rules(format, "{\"stars\": 4, \"note\": \"x\"}")).containsExactly("schema");
        assertThat(rules(format, "{\"stars\": 4")).containsExactly("schema");
        assertThat(rules(format, "Four stars.")).containsExactly("schema");
    }

    @Test
    void anAnswerMustBeAnObjectWhereAnyIsAskedFor() {
        assertThat(rules(ResponseFormat.JSON, "{}")).isEmpty();
        assertThat(rules(ResponseFormat.JSON, "[1]")).containsExactly("no-json");
        assertThat(rules(ResponseFormat.JSON, "Sorry")).containsExactly("no-json");
    }

    @Test
    void freeTextAndAnswersWithoutTextPass() {
        assertThat(rules(ResponseFormat.TEXT, "Sorry")).isEmpty();
        assertThat(rules(ResponseFormat.JSON, " ")).isEmpty();
    }

    @Test
    void aSchemaOfItsOwnHoldsForEveryAnswer() {
        Guard own = ReplySchema.builder()
                .schema(SCHEMA)
                .action(GuardAction.ANNOTATE)
                .build();

        assertThat(own.check(inspection("Sorry")).action()).isEqualTo(GuardAction.ANNOTATE);
        assertThat(own.check(inspection("{\"stars\":1}")).findings()).isEmpty();
        assertThat(own.streaming()).isSameAs(StreamChecking.whole());
    }

    @Test
    void nothingCanBeReplaced() {
        assertThatThrownBy(() -> ReplySchema.builder().action(GuardAction.REDACT))
                .hasMessageContaining("BLOCK");
    }
}
