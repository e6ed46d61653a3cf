package dev.aigw.routing.guard.output;

import static dev.aigw.routing.guard.output.Answers.inspection;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.GuardAction;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.guard.Guard;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GroundednessTest {

    private static final ChatRequest REQUEST = ChatRequest.builder("assistant")
            .user("When was it built?")
            .message(Message.toolResult(new ToolCall("1", "search", "{}"), "It was built in 1889."))
            .build();

    @Test
    void theFunctionGetsTheAnswerAndTheSources() {
        List<String> seen = new ArrayList<>();
        Guard guard = Groundedness.builder((answer, sources) -> {
                    seen.add(answer);
                    seen.addAll(sources);
                    return 0.2;
                })
                .sources(request -> List.of("A passage."))
                .build();

        assertThat(guard.check(inspection(REQUEST, "In 1902.")).findings())
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.rule()).isEqualTo("ungrounded");
                    assertThat(finding.action()).isEqualTo(GuardAction.BLOCK);
                    assertThat(finding.score()).isEqualTo(0.8);
                });
        assertThat(seen).containsExactly("In 1902.", "A passage.", "It was built in 1889.");
    }

    @Test
    void aScoreFromTheThresholdOnPasses() {
        Guard guard =
                Groundedness.builder((answer, sources) -> 0.7).threshold(0.7).build();

        assertThat(guard.check(inspection(REQUEST, "In 1889.")).findings()).isEmpty();
    }

    @Test
    void withoutSourcesTheFunctionIsNotAsked() {
        Guard guard = Groundedness.builder((answer, sources) -> {
                    throw new IllegalStateException("asked");
                })
                .build();

        assertThat(guard.check(inspection("In 1902.")).findings()).isEmpty();
    }

    @Test
    void aScoreThatIsNoNumberFails() {
        Guard guard = Groundedness.builder((answer, sources) -> Double.NaN).build();

        assertThatThrownBy(() -> guard.check(inspection(REQUEST, "x"))).isInstanceOf(IllegalStateException.class);
    }
}
