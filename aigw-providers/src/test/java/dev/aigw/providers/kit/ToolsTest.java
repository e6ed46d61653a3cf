package dev.aigw.providers.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Message;
import java.util.List;
import org.junit.jupiter.api.Test;

class ToolsTest {

    private static final ContentPart RESULT =
            new ContentPart.ToolResult("c1", List.of(new ContentPart.Text("r")), false);

    @Test
    void aCacheHintStaysBehindTheResultThatItMarks() {
        List<Message> sorted = Tools.resultsFirst(List.of(
                Message.user("wait"),
                Message.of(
                        Message.Role.USER, List.of(RESULT, ContentPart.CacheHint.LONG, new ContentPart.Text("and?")))));

        assertThat(sorted.get(0).parts()).containsExactly(RESULT, ContentPart.CacheHint.LONG);
        assertThat(sorted.get(2).parts()).containsExactly(new ContentPart.Text("and?"));
    }

    @Test
    void aCacheHintIsNoReasonToMoveAnything() {
        List<Message> given = List.of(
                Message.of(Message.Role.USER, List.of(RESULT, ContentPart.CacheHint.SHORT)),
                Message.of(Message.Role.USER, List.of(RESULT)));

        assertThat(Tools.resultsFirst(given)).isSameAs(given);
    }
}
