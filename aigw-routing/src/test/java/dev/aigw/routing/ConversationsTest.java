package dev.aigw.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.Message;
import dev.aigw.api.conversation.ContextWindow;
import dev.aigw.api.conversation.Conversation;
import dev.aigw.api.spi.Phase;
import dev.aigw.api.token.TokenCounter;
import dev.aigw.providers.fake.FakeProvider;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Conversations through a router. */
class ConversationsTest {

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
    void whatIsLeftOutIsSummarisedByAModelAndTheNextSummaryTakesTheEarlierIn() {
        FakeProvider fake = FakeProvider.builder("fake").reply("in short").build();
        try (ModelRouter router = ModelRouter.builder().provider(fake).build()) {
            ContextWindow small =
                    window(140).summary(router, "fake/small").summaryTokens(60).build();
            ContextWindow.Trimmed first = small.trim(chat(
                    Message.system("rules"),
                    Message.user("x".repeat(100)),
                    Message.assistant("fine"),
                    Message.user("and now?")));
            assertThat(texts(first.request()))
                    .containsExactly("rules", "Summary of the conversation so far:\nin short", "and now?");
            assertThat(first.summary()).isEqualTo("in short");
            ChatRequest asked = (ChatRequest) fake.attempts().get(0).request();
            assertThat(asked.lastUserText()).contains("user: xxx").contains("assistant: fine");

            List<Message> longer = new ArrayList<>(first.request().messages());
            longer.add(Message.assistant("y".repeat(100)));
            longer.add(Message.user("next"));
            ContextWindow.Trimmed second =
                    small.trim(ChatRequest.builder("m").messages(longer).build());
            assertThat(texts(second.request()))
                    .containsExactly("rules", "Summary of the conversation so far:\nin short", "next");
            asked = (ChatRequest) fake.attempts().get(1).request();
            assertThat(asked.lastUserText()).contains("in short").contains("yyy");
        }
    }

    @Test
    void asAStageItTrimsCallsAndSaysSo() {
        FakeProvider fake = FakeProvider.builder("fake").echo().build();
        try (ModelRouter router = ModelRouter.builder()
                .provider(fake)
                .stage(Phase.TRANSFORM, window(40).build().stage())
                .build()) {
            ChatRequest request = ChatRequest.builder("fake/m")
                    .user("x".repeat(100))
                    .assistant("fine")
                    .user("and now?")
                    .build();
            assertThat(router.chat(request).route().warnings())
                    .containsExactly("2 messages were left out: the conversation did not fit 40 tokens");
            assertThat(((ChatRequest) fake.attempts().get(0).request()).messages())
                    .hasSize(1);
        }
    }

    @Test
    void aConversationIsRememberedStoredAndGoesOnElsewhere() {
        FakeProvider fake = FakeProvider.builder("fake").echo().build();
        try (ModelRouter router = ModelRouter.builder().provider(fake).build()) {
            Conversation conversation =
                    Conversation.builder().system("Be brief.").maxMessages(3).build();
            conversation.ask(router, "fake/m", "one");
            conversation.ask(router, "fake/m", "two");
            Conversation later = Conversation.builder()
                    .system("Be very brief.")
                    .json(conversation.toJson())
                    .maxMessages(3)
                    .build();
            later.user("three");
            later.add(router.chat(later.request("fake/m", settings -> settings.temperature(0.1))));

            ChatRequest last = (ChatRequest) fake.attempts().get(2).request();
            assertThat(texts(last)).containsExactly("Be very brief.", "two", "two", "three");
            assertThat(last.sampling().temperature()).isEqualTo(0.1);
            assertThat(later.messages()).hasSize(7);
        }
    }

    @Test
    void aQuestionThatFailsIsNotRemembered() {
        FakeProvider fake = FakeProvider.builder("fake")
                .fail(ErrorKind.INVALID_REQUEST)
                .reply("fine")
                .build();
        try (ModelRouter router = ModelRouter.builder().provider(fake).build()) {
            Conversation conversation = Conversation.builder().build();

            assertThatThrownBy(() -> conversation.ask(router, "fake/m", "Hi")).isInstanceOf(GatewayException.class);
            assertThat(conversation.messages()).isEmpty();

            conversation.ask(router, "fake/m", "Hi");
            assertThat(conversation.messages()).containsExactly(Message.user("Hi"), Message.assistant("fine"));
        }
    }

    @Test
    void aStoredConversationThatCannotBeReadNamesTheMember() {
        assertThatThrownBy(() -> Conversation.fromJson("""
                        {"type":"conversation","version":1,"messages":[{"role":"user","parts":[{"type":"text"}]}]}"""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("messages[0]: parts[0].text is missing");
        assertThatThrownBy(() -> Conversation.fromJson("[]")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Conversation.fromJson(ChatRequest.of("m", "Hi").toJson()))
                .hasMessageContaining("chat_request");
    }
}
