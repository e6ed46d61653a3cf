package dev.aigw.providers.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.providers.RecordingAttempt;
import java.util.List;
import org.junit.jupiter.api.Test;

class TurnsTest {

    private final RecordingAttempt attempt = new RecordingAttempt("m");

    private Turns of(Message... messages) {
        return Turns.of(List.of(messages), new Unsupported("p", false, attempt), part -> true);
    }

    private static ContentPart text(String text) {
        return new ContentPart.Text(text);
    }

    @Test
    void messagesOfOneSideBecomeOneTurnAndInstructionsStandApart() {
        ToolCall call = new ToolCall("1", "f", "{}");
        Message result = Message.toolResult(call, "seen");

        Turns turns = of(
                Message.system("Be brief."),
                Message.user("a"),
                Message.user("b"),
                Message.of(Message.Role.ASSISTANT, List.of(call)),
                result,
                Message.user("c"),
                Message.assistant("d"));

        assertThat(turns.instructions()).containsExactly(text("Be brief."));
        assertThat(turns.turns())
                .containsExactly(
                        new Turns.Turn(false, List.of(text("a"), text("b"))),
                        new Turns.Turn(true, List.of(call)),
                        new Turns.Turn(false, List.of(result.parts().get(0), text("c"))),
                        new Turns.Turn(true, List.of(text("d"))));
        assertThat(attempt.warnings).isEmpty();
    }

    @Test
    void instructionsFromTheMiddleMoveWithAWarningAndPartNoTurn() {
        Turns turns = of(Message.user("a"), Message.system("x"), Message.user("b"));

        assertThat(turns.instructions()).containsExactly(text("x"));
        assertThat(turns.turns()).containsExactly(new Turns.Turn(false, List.of(text("a"), text("b"))));
        assertThat(attempt.warnings)
                .containsExactly("p was sent instructions from the middle of the conversation at its beginning");
    }

    @Test
    void aMessageOfWhichNothingIsSentEndsNoTurn() {
        Turns turns = Turns.of(
                List.of(Message.user("a"), Message.assistant(" "), Message.user("b")),
                new Unsupported("p", false, attempt),
                part -> !((ContentPart.Text) part).text().isBlank());

        assertThat(turns.turns()).hasSize(1);
        assertThat(turns.turns().get(0).parts()).contains(text("a"), text("b"));
    }

    @Test
    void resultsOfToolsComeFirstWithTheHintsThatFollowThem() {
        ToolCall call = new ToolCall("1", "f", "{}");
        ContentPart result = Message.toolResult(call, "seen").parts().get(0);

        Turns turns = of(
                Message.of(Message.Role.ASSISTANT, List.of(call)),
                Message.user("wait", ContentPart.CacheHint.LONG, result, ContentPart.CacheHint.SHORT));

        assertThat(turns.turns().get(1).parts())
                .containsExactly(result, ContentPart.CacheHint.SHORT, text("wait"), ContentPart.CacheHint.LONG);
    }

    @Test
    void aConversationCanBeMadeToBeginWithTheUser() {
        Unsupported unsupported = new Unsupported("p", false, attempt);
        assertThat(of(Message.user("a")).fromUser(unsupported)).isEqualTo(of(Message.user("a")));
        assertThat(attempt.warnings).isEmpty();

        assertThat(of(Message.system("a")).fromUser(unsupported).turns()).hasSize(1);
        Turns turns = of(Message.assistant("a")).fromUser(unsupported);
        assertThat(turns.turns()).hasSize(2);
        assertThat(turns.turns().get(0).byAssistant()).isFalse();
        assertThat(attempt.warnings).singleElement().asString().contains("that the user does not begin");
    }

    @Test
    void whitespaceAtTheEndOfABegunAnswerIsLeftOut() {
        Unsupported unsupported = new Unsupported("p", false, attempt);
        assertThat(of(Message.user("a \n")).trimmed(unsupported)).isEqualTo(of(Message.user("a \n")));
        assertThat(of(Message.user("a"), Message.assistant("b"))
                        .trimmed(unsupported)
                        .turns())
                .hasSize(2);
        assertThat(attempt.warnings).isEmpty();

        Turns turns = of(Message.user("a"), Message.assistant("b \n")).trimmed(unsupported);
        assertThat(turns.turns().get(1)).isEqualTo(new Turns.Turn(true, List.of(text("b"))));
        assertThat(attempt.warnings).singleElement().asString().contains("whitespace");
    }

    @Test
    void aSpeakersNameIsNotTaken() {
        assertThatThrownBy(() -> of(Message.user("a").withName("ada"))).hasMessageContaining("the speaker's name");
    }

    @Test
    void aConversationMayBeginWithTheAssistantOrBeEmpty() {
        assertThat(of(Message.assistant("a")).turns()).containsExactly(new Turns.Turn(true, List.of(text("a"))));
        assertThat(of().turns()).isEmpty();
    }
}
