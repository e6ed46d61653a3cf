package dev.aigw.api.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.TokenUsage;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChatEventTest {

    @Test
    void anEventReportsHowMuchOfTheAnswerItCarries() {
        assertThat(new ChatEvent.TextDelta(0, "four").contentChars()).isEqualTo(4);
        assertThat(new ChatEvent.RefusalDelta(0, "no").contentChars()).isEqualTo(2);
        assertThat(new ChatEvent.ReasoningDelta(0, "because", true).contentChars())
                .isEqualTo(7);
        assertThat(new ChatEvent.ToolCallStarted(0, "call_1", "search").contentChars())
                .isEqualTo(6);
        assertThat(new ChatEvent.ToolArgumentsDelta(0, "{}").contentChars()).isEqualTo(2);
    }

    @Test
    void whatCarriesSomethingIsContent() {
        assertThat(List.of(
                        new ChatEvent.TextDelta(0, "x"),
                        new ChatEvent.ToolCallStarted(0, "call_1", "search"),
                        new ChatEvent.ToolCallStarted(0, "call_1", "")))
                .allMatch(ChatEvent::isContent);
        assertThat(List.of(
                        new ChatEvent.TextDelta(0, ""),
                        new ChatEvent.ToolArgumentsDelta(0, ""),
                        new ChatEvent.Started("id", "model"),
                        new ChatEvent.PartStarted(0, new ContentPart.Text("")),
                        new ChatEvent.PartEnded(0),
                        new ChatEvent.UsageReported(TokenUsage.of(1, 1)),
                        new ChatEvent.Raw("fake", Map.of()),
                        new ChatEvent.Finished(FinishReason.STOP)))
                .noneMatch(ChatEvent::isContent)
                .allMatch(event -> event.contentChars() == 0);
    }
}
