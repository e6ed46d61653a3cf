package dev.aigw.api.conversation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Media;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ToolCall;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ConversationTest {

    private static final ToolCall CLOCK = new ToolCall("c1", "clock", "{}");
    private static final ToolCall WEATHER = new ToolCall("c2", "weather", "{}");

    private static Message calls(ContentPart... calls) {
        return Message.of(Message.Role.ASSISTANT, List.of(calls));
    }

    private static List<String> texts(ChatRequest request) {
        return request.messages().stream().map(Message::text).toList();
    }

    @Test
    void itSendsWhatWasSaidInOrder() {
        Conversation conversation = Conversation.builder().system("rules").build();
        conversation.user("one").add(ChatResponse.of("first")).user("two");

        assertThat(texts(conversation.request("m"))).containsExactly("rules", "one", "first", "two");
        assertThat(conversation
                        .request("m", settings -> settings.maxOutputTokens(5))
                        .maxOutputTokens())
                .isEqualTo(5);
        assertThat(conversation.request("m")).isEqualTo(conversation.request("m"));
        assertThat(conversation).hasToString("Conversation{4 messages}");
    }

    @Test
    void anAnswerIsSentBackWithItsSignedReasoning() {
        ContentPart reasoning = new ContentPart.Reasoning("hm", null, "sig", null, "anthropic/claude");
        Conversation conversation = Conversation.builder().build().user("one");
        conversation.add(ChatResponse.builder().part(reasoning).text("first").build());
        conversation.user("two", Media.ofUrl("https://e.org/a.png"));

        ChatRequest request = conversation.request("m");
        assertThat(request.messages().get(1).parts()).containsExactly(reasoning, new ContentPart.Text("first"));
        assertThat(request.messages().get(2).parts()).hasSize(2);
    }

    @Test
    void beyondTheMostMessagesTheOldestExchangesAreLeftOutAndKept() {
        Conversation conversation =
                Conversation.builder().system("rules").maxMessages(4).build();
        for (int i = 1; i <= 4; i++) {
            conversation.user("q" + i);
            if (i < 4) {
                conversation.add(ChatResponse.of("a" + i));
            }
        }

        assertThat(texts(conversation.request("m"))).containsExactly("rules", "q3", "a3", "q4");
        assertThat(conversation.messages()).hasSize(8);
        assertThat(conversation.trim("m")).extracting(Message::text).containsExactly("q1", "a1", "q2", "a2");
        assertThat(conversation.messages()).hasSize(4);
        assertThat(conversation.trim("m")).isEmpty();
    }

    @Test
    void aWindowOfTokensIsKeptToo() {
        Conversation conversation = Conversation.builder()
                .window(ContextWindow.builder(60)
                        .counter((text, model) -> text.length())
                        .answerTokens(10)
                        .build())
                .build();
        conversation.user("x".repeat(40)).add(ChatResponse.of("fine")).user("and now?");

        assertThat(texts(conversation.request("m"))).containsExactly("and now?");
    }

    @Test
    void aLongToolLoopKeepsItsQuestionAndItsNewestRounds() {
        Conversation conversation =
                Conversation.builder().maxMessages(4).build().user("q");
        for (int round = 0; round < 5; round++) {
            ToolCall call = new ToolCall("call_0", "clock", "{\"round\":" + round + "}"); // ids that begin anew
            conversation.add(calls(call)).toolResult(call, "r" + round);
        }

        List<Message> sent = conversation.request("m").messages();
        assertThat(sent).hasSize(3);
        assertThat(sent.get(0).text()).isEqualTo("q");
        assertThat(sent.get(1).toolCalls().get(0).arguments()).contains("4");
    }

    @Test
    void callsWithoutResultsMustGetThemFirst() {
        Conversation conversation = Conversation.builder().build().user("q").add(calls(CLOCK, WEATHER));
        conversation.toolResult(WEATHER, "sun");

        assertThat(conversation.pendingToolCalls()).containsExactly(CLOCK);
        assertThatThrownBy(() -> conversation.request("m"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("c1 (clock)")
                .hasMessageContaining("toolResult");

        conversation.toolResult(CLOCK, "noon");
        assertThat(conversation.pendingToolCalls()).isEmpty();
        assertThat(conversation.request("m").messages()).hasSize(4);
    }

    @Test
    void anInterruptedCallIsSentWithAResultThatSaysSo() {
        Conversation conversation =
                Conversation.builder().build().user("q").add(calls(CLOCK)).user("never mind");

        List<Message> sent = conversation.request("m").messages();

        assertThat(sent).hasSize(4);
        assertThat(sent.get(2).role()).isEqualTo(Message.Role.TOOL);
        ContentPart.ToolResult result =
                (ContentPart.ToolResult) sent.get(2).parts().get(0);
        assertThat(result.toolCallId()).isEqualTo("c1");
        assertThat(result.isError()).isTrue();
        assertThat(result.text()).contains("interrupted");
        assertThat(conversation.messages()).hasSize(3);
    }

    @Test
    void aResultWithoutItsCallIsLeftOut() {
        Conversation conversation = Conversation.builder()
                .messages(List.of(Message.toolResult(CLOCK, "noon"), Message.assistant("It is noon.")))
                .build()
                .user("thanks");

        assertThat(texts(conversation.request("m"))).containsExactly("It is noon.", "thanks");
    }

    @Test
    void newInstructionsReplaceStoredOnes() {
        Conversation conversation = Conversation.builder()
                .messages(List.of(
                        Message.system("old rules"),
                        Message.system(ContextWindow.SUMMARY + "they met"),
                        Message.user("q")))
                .system("new rules")
                .build();

        assertThat(texts(conversation.request("m")))
                .containsExactly("new rules", ContextWindow.SUMMARY + "they met", "q");
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        assertThatThrownBy(() -> Conversation.builder().maxMessages(0)).hasMessageContaining("1 or more");
        assertThatThrownBy(() -> Conversation.builder().system("a").system("b")).hasMessageContaining("set twice");
        assertThatThrownBy(() -> Conversation.builder().build().request("m"))
                .isInstanceOf(GatewayException.class)
                .hasMessageContaining("no messages");
        assertThat(Conversation.builder().build().trim("m")).isEmpty();
        assertThatThrownBy(() -> Conversation.builder()
                        .json("{}")
                        .messages(List.of(Message.user("q")))
                        .build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("messages and json");
    }

    @Test
    void messagesOfManyThreadsAreAllKept() throws InterruptedException {
        Conversation conversation = Conversation.builder().build();
        CountDownLatch start = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Thread thread = new Thread(() -> {
                try {
                    start.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                for (int n = 0; n < 100; n++) {
                    conversation.user("x");
                    conversation.messages();
                }
            });
            thread.start();
            threads.add(thread);
        }
        start.countDown();
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(conversation.messages()).hasSize(800);
    }

    @Provide
    Arbitrary<List<Integer>> courses() {
        return Arbitraries.integers().between(0, 6).list().ofMaxSize(25);
    }

    @Property(tries = 500)
    void whateverWasSaidVendorsAcceptWhatIsSent(
            @ForAll("courses") List<Integer> course, @ForAll @IntRange(min = 1, max = 12) int most) {
        Conversation conversation =
                Conversation.builder().system("rules").maxMessages(most).build();
        for (int step : course) {
            switch (step) {
                case 0, 1 -> conversation.user("q");
                case 2 -> conversation.add(Message.assistant("a"));
                case 3 -> conversation.add(calls(CLOCK));
                case 4 -> conversation.add(calls(CLOCK, WEATHER));
                case 5 -> conversation.toolResult(CLOCK, "noon");
                default -> conversation.toolResult(WEATHER, "sun");
            }
        }
        conversation.user("last");

        List<Message> sent = conversation.request("m").messages();

        assertThat(sent.get(0)).isEqualTo(Message.system("rules"));
        assertThat(sent.get(sent.size() - 1)).isEqualTo(Message.user("last"));
        assertResultsFollowTheirCalls(sent);
        long spoken = sent.stream()
                .filter(message -> message.role() != Message.Role.SYSTEM)
                .count();
        boolean cut = sent.size() < ToolPairs.whole(conversation.messages()).size();
        if (cut) {
            assertThat(sent.get(1).role()).isEqualTo(Message.Role.USER);
        } else {
            assertThat(sent).isEqualTo(ToolPairs.whole(conversation.messages()));
        }
        if (spoken > most) {
            long exchanges = sent.stream()
                    .filter(message -> message.role() == Message.Role.USER)
                    .count();
            assertThat(exchanges)
                    .as("only the last question, however often repeated, is kept beyond the most")
                    .isEqualTo(spoken);
        }
    }

    private static void assertResultsFollowTheirCalls(List<Message> sent) {
        Set<String> open = new HashSet<>();
        for (Message message : sent) {
            for (ContentPart part : message.parts()) {
                if (part instanceof ContentPart.ToolResult result) {
                    assertThat(open.remove(result.toolCallId()))
                            .as("a call of this result before it")
                            .isTrue();
                }
            }
            if (message.role() != Message.Role.TOOL) {
                assertThat(open).as("calls without results").isEmpty();
            }
            message.toolCalls().forEach(call -> open.add(call.id()));
        }
        assertThat(open).as("calls without results").isEmpty();
    }
}
