package dev.aigw.api.conversation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.token.TokenCounter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ContextWindowTest {

    /** Counts a token for every character, so that a message is 3 tokens and its text. */
    private static final TokenCounter CHARS = (text, model) -> text.length();

    private static ContextWindow.Builder window(long tokens) {
        return ContextWindow.builder(tokens).counter(CHARS).answerTokens(10);
    }

    private static ChatRequest chat(Message... messages) {
        return ChatRequest.builder("m").messages(List.of(messages)).build();
    }

    private static List<String> texts(ChatRequest request) {
        return request.messages().stream().map(Message::text).toList();
    }

    @Test
    void whatFitsStaysTheVerySame() {
        ChatRequest request = chat(Message.user("12345")); // 3 + 3 + 5, and 10 for the answer
        assertThat(window(21).build().fits(request)).isTrue();
        assertThat(window(21).build().trim(request).request()).isSameAs(request);
        assertThat(window(20).build().fits(request)).isFalse();
        assertThat(window(20)
                        .build()
                        .fits(request.toBuilder().maxOutputTokens(9).build()))
                .isTrue();
    }

    @Test
    void theOldestExchangesGoAndSystemMessagesStay() {
        ChatRequest request = chat(
                Message.system("rules"),
                Message.user("q1"),
                Message.assistant("a1"),
                Message.system("more rules"),
                Message.user("q2"),
                Message.assistant("a2"),
                Message.user("q3"));
        long all = CHARS.countPrompt(request, "m") + 10;
        ContextWindow.Trimmed trimmed = window(all - 1).build().trim(request);
        assertThat(texts(trimmed.request())).containsExactly("rules", "more rules", "q2", "a2", "q3");
        assertThat(trimmed.leftOut()).extracting(Message::text).containsExactly("q1", "a1");
        assertThat(texts(window(all - 11).build().trim(request).request()))
                .containsExactly("rules", "more rules", "q3");
    }

    @Test
    void aConversationWithSignedReasoningIsCutAtTheSamePlaceForManyTurns() {
        ContextWindow window = window(400).build();
        List<Message> messages = new ArrayList<>();
        List<Integer> lost = new ArrayList<>();
        for (int turn = 0; turn < 40; turn++) {
            messages.add(Message.user("question " + turn + " of some length"));
            messages.add(Message.of(
                    Message.Role.ASSISTANT,
                    List.of(
                            new ContentPart.Reasoning(null, null, "sig", null, "v"),
                            new ContentPart.Text("answer " + turn))));
            messages.add(Message.user("and"));
            ContextWindow.Trimmed trimmed = window.trim(chat(messages.toArray(Message[]::new)));
            messages.remove(messages.size() - 1);
            lost.add(trimmed.leftOut().size());
        }
        assertThat(lost).isSorted();
        assertThat(lost.get(lost.size() - 1)).isGreaterThan(40);
        assertThat(new HashSet<>(lost)).as("the places of the cut").hasSizeBetween(8, 20);
    }

    @Test
    void theStepOfTrimmingIsSettable() {
        ChatRequest request = chat(
                Message.user("q1"),
                Message.assistant("a1"),
                Message.user("q2"),
                Message.assistant("a2"),
                Message.user("q3"));
        long all = CHARS.countPrompt(request, "m") + 10;
        assertThat(texts(window(all - 1).trimStep(0).build().trim(request).request()))
                .containsExactly("q2", "a2", "q3");
        assertThat(texts(window(all - 1).trimStep(0.5).build().trim(request).request()))
                .containsExactly("q3");
        assertThat(texts(window(all - 1).trimStep(1).build().trim(request).request()))
                .as("so much cannot be dropped")
                .containsExactly("q2", "a2", "q3");
        assertThatThrownBy(() -> window(9).trimStep(1.5)).hasMessageContaining("from 0 to 1");
    }

    @Test
    void withinTheLastExchangeOldRoundsOfToolsGoWithTheirResults() {
        ToolCall first = new ToolCall("1", "look", "{}");
        ToolCall second = new ToolCall("2", "look", "{}");
        ChatRequest request = chat(
                Message.user("find it"),
                Message.of(Message.Role.ASSISTANT, List.of(first)),
                Message.toolResult(first, "a long result of no use"),
                Message.of(Message.Role.ASSISTANT, List.of(second)),
                Message.toolResult(second, "here"));
        ContextWindow.Trimmed trimmed =
                window(CHARS.countPrompt(request, "m") + 9).build().trim(request);
        assertThat(trimmed.request().messages())
                .containsExactly(
                        request.messages().get(0),
                        request.messages().get(3),
                        request.messages().get(4));
    }

    @Test
    void whatMustStayAndDoesNotFitIsTooLong() {
        GatewayException failure = catchThrowableOfType(
                GatewayException.class,
                () -> window(20).build().trim(chat(Message.system("0123456789"), Message.user("q"))));
        assertThat(failure.kind()).isEqualTo(ErrorKind.CONTEXT_TOO_LONG);
    }

    @Test
    void aSummaryThatDoesNotFitIsLeftOutToo() {
        ContextWindow window = window(100)
                .summary(messages -> "s".repeat(500))
                .summaryTokens(10)
                .build();
        ContextWindow.Trimmed trimmed =
                window.trim(chat(Message.user("x".repeat(100)), Message.assistant("fine"), Message.user("and now?")));
        assertThat(texts(trimmed.request())).containsExactly("and now?");
        assertThat(trimmed.summary()).isNull();
    }

    @Test
    void contradictionsAreRefused() {
        assertThatThrownBy(() -> ContextWindow.builder(0)).hasMessageContaining("positive");
        assertThatThrownBy(() -> window(1).counter(CHARS)).hasMessageContaining("set twice");
        assertThatThrownBy(() -> window(1).summary(messages -> "").summary(messages -> ""))
                .hasMessageContaining("set twice");
    }

    /** Conversations of all shapes: system messages anywhere, rounds of tools, questions in a row, repeated ids. */
    private static ChatRequest conversation(List<Integer> steps) {
        List<Message> messages = new ArrayList<>();
        int calls = 0;
        for (int step : steps) {
            String text = "t".repeat(step);
            switch (step % 6) {
                case 0 -> messages.add(Message.system(text));
                case 1, 2 -> messages.add(Message.user(text));
                case 3 -> messages.add(Message.assistant(text));
                default -> {
                    ToolCall one = new ToolCall("id" + calls++ % 5, "tool", text);
                    ToolCall two = new ToolCall("id" + calls++ % 5, "tool", text);
                    messages.add(Message.of(Message.Role.ASSISTANT, List.of(new ContentPart.Text(text), one, two)));
                    messages.add(Message.toolResult(one, text));
                    if (step % 6 == 5) {
                        messages.add(Message.user("meanwhile"));
                    }
                    messages.add(Message.toolResult(two, text));
                }
            }
        }
        messages.add(Message.user("last"));
        return ChatRequest.builder("m").messages(messages).build();
    }

    @Property
    void trimmingKeepsItsPromises(
            @ForAll @Size(max = 25) List<@IntRange(min = 0, max = 40) Integer> steps,
            @ForAll @IntRange(min = 20, max = 900) int tokens) {
        ChatRequest request = conversation(steps);
        ContextWindow window = window(tokens).build();
        ContextWindow.Trimmed trimmed;
        try {
            trimmed = window.trim(request);
        } catch (GatewayException e) {
            assertThat(e.kind()).isEqualTo(ErrorKind.CONTEXT_TOO_LONG);
            assertThat(window.fits(request)).isFalse();
            return;
        }
        List<Message> kept = trimmed.request().messages();
        assertThat(window.fits(trimmed.request())).isTrue();
        assertThat(kept).isSubsetOf(request.messages());
        assertThat(kept.size() + trimmed.leftOut().size())
                .isEqualTo(request.messages().size());
        assertThat(system(kept)).isEqualTo(system(request.messages()));
        assertThat(kept.get(kept.size() - 1).text()).isEqualTo("last");
        assertPairsAreWhole(kept);
        assertPairsAreWhole(trimmed.leftOut());
        assertThat(window.trim(trimmed.request()).request())
                .as("once is enough")
                .isSameAs(trimmed.request());
        if (!trimmed.leftOut().isEmpty()) {
            assertLeastWasLeftOut(request, trimmed, window);
        }
    }

    private static List<Message> system(List<Message> messages) {
        return messages.stream()
                .filter(message -> message.role() == Message.Role.SYSTEM)
                .toList();
    }

    private static void assertPairsAreWhole(List<Message> messages) {
        Set<String> open = new HashSet<>();
        for (Message message : messages) {
            for (ContentPart part : message.parts()) {
                if (part instanceof ToolCall call) {
                    open.add(call.id());
                } else if (part instanceof ContentPart.ToolResult result) {
                    assertThat(open.remove(result.toolCallId()))
                            .as("a result has its call")
                            .isTrue();
                }
            }
        }
        assertThat(open).as("calls without their results").isEmpty();
    }

    /** No cut that leaves out less would have done. */
    private static void assertLeastWasLeftOut(
            ChatRequest request, ContextWindow.Trimmed trimmed, ContextWindow window) {
        History history = new History(request.messages());
        for (History.Cut cut : history.cuts()) {
            if (history.leftOut(cut).size() < trimmed.leftOut().size()) {
                assertThat(window.fits(
                                request.toBuilder().messages(history.kept(cut)).build()))
                        .isFalse();
            }
        }
    }
}
