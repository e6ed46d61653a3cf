package dev.aigw.api.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ChatRequestTest {

    private static final ToolSpec TOOL = ToolSpec.function("find", "finds", Map.of("type", "object"));

    private static ChatRequest full() {
        return ChatRequest.builder("assistant")
                .system("be brief")
                .user("why?")
                .tool(TOOL)
                .toolChoice(ToolChoice.AUTO)
                .parallelToolCalls(true)
                .responseFormat(ResponseFormat.JSON)
                .reasoning(ReasoningEffort.budget(100))
                .verbosity("low")
                .temperature(0.5)
                .topP(0.9)
                .topK(40)
                .maxOutputTokens(10)
                .stop("END")
                .seed(7)
                .frequencyPenalty(0.1)
                .presencePenalty(0.2)
                .topLogprobs(2)
                .serviceTier("flex")
                .metadata("team", "blue")
                .userId("u1")
                .extra("x", 1)
                .build();
    }

    private static void assertInvalid(ThrowingCallable code, String message) {
        assertThatThrownBy(code)
                .isInstanceOfSatisfying(
                        GatewayException.class,
                        thrown -> assertThat(thrown.kind()).isEqualTo(ErrorKind.INVALID_REQUEST))
                .hasMessageContaining(message);
    }

    @Test
    void aRequestWithoutModelOrMessagesIsRefusedWithAHint() {
        assertInvalid(() -> ChatRequest.of(" ", "hi"), "model");
        assertInvalid(() -> ChatRequest.builder().user("hi").build(), "model");
        assertInvalid(() -> ChatRequest.builder("a").build(), "user(text)");
    }

    @Test
    void numbersOutOfRangeAreRefusedByName() {
        assertInvalid(() -> hi().temperature(-0.1).build(), "temperature");
        assertInvalid(() -> hi().temperature(Double.NaN).build(), "temperature");
        assertInvalid(() -> hi().topP(1.1).build(), "topP");
        assertInvalid(() -> hi().maxOutputTokens(0).build(), "maxOutputTokens");
        assertInvalid(() -> hi().topLogprobs(-1).build(), "topLogprobs");
        assertInvalid(() -> hi().presencePenalty(Double.POSITIVE_INFINITY).build(), "presencePenalty");
        assertInvalid(() -> hi().tool(TOOL).tool(TOOL).build(), "find");
    }

    private static ChatRequest.Builder hi() {
        return ChatRequest.builder("a").user("hi");
    }

    @Test
    void settingAPropertyTwiceThrowsAndNamesIt() {
        assertThatThrownBy(() -> hi().temperature(0.1).temperature(0.1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("temperature");
        assertThatThrownBy(() -> hi().model("b"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("model");
        assertThatThrownBy(() -> hi().messages(List.of(Message.user("lost?"))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("messages");
    }

    @Test
    void aCopyIsEqualAndMayBeChangedOnce() {
        ChatRequest request = full();

        assertThat(request.toBuilder().build()).isEqualTo(request).hasSameHashCodeAs(request);
        ChatRequest other =
                request.toBuilder().model("other").temperature(null).seed(null).build();
        assertThat(other.model()).isEqualTo("other");
        assertThat(other.sampling().temperature()).isNull();
        assertThat(other.sampling().seed()).isNull();
        assertThat(other.messages()).isEqualTo(request.messages());
        assertThat(request.toBuilder()
                        .messages(List.of(Message.user("new")))
                        .build()
                        .lastUserText())
                .isEqualTo("new");
    }

    @Test
    void listsAreCopied() {
        List<Message> messages = new ArrayList<>(List.of(Message.user("hi")));
        ChatRequest request = ChatRequest.builder("a").messages(messages).build();

        messages.add(Message.user("later"));

        assertThat(request.messages()).hasSize(1);
        assertThatThrownBy(() -> request.messages().add(Message.user("x")))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void whatDoesNotDecideTheAnswerIsNoPartOfTheCacheIdentity() {
        ChatRequest request = full();
        ChatRequest other = request.toBuilder()
                .model("elsewhere")
                .metadata("team", "red")
                .userId("u2")
                .build();

        assertThat(other).isNotEqualTo(request);
        assertThat(other.cacheIdentity()).isEqualTo(request.cacheIdentity()).hasSameHashCodeAs(request.cacheIdentity());
    }

    static List<UnaryOperator<ChatRequest.Builder>> changes() {
        return List.of(
                b -> b.user("and?"),
                b -> b.tools(List.of()),
                b -> b.toolChoice(ToolChoice.NONE),
                b -> b.parallelToolCalls(null),
                b -> b.responseFormat(ResponseFormat.TEXT),
                b -> b.reasoning(null),
                b -> b.verbosity("high"),
                b -> b.temperature(0.6),
                b -> b.topP(null),
                b -> b.topK(41),
                b -> b.maxOutputTokens(11),
                b -> b.stop(),
                b -> b.seed(8),
                b -> b.frequencyPenalty(0.0),
                b -> b.presencePenalty(null),
                b -> b.topLogprobs(null),
                b -> b.serviceTier(null),
                b -> b.extra("x", 2),
                b -> b.extra("y", null));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void whateverDecidesTheAnswerIsPartOfTheCacheIdentity(UnaryOperator<ChatRequest.Builder> change) {
        ChatRequest changed = change.apply(full().toBuilder()).build();

        assertThat(changed).isNotEqualTo(full());
        assertThat(changed.cacheIdentity()).isNotEqualTo(full().cacheIdentity());
    }

    @Test
    void theLastUserTextIsThatOfTheLastUserMessage() {
        assertThat(ChatRequest.builder("a")
                        .user("first")
                        .user("second")
                        .assistant("yes?")
                        .build()
                        .lastUserText())
                .isEqualTo("second");
        assertThat(ChatRequest.builder("a").system("s").build().lastUserText()).isEmpty();
    }

    @Test
    void contentStaysOutOfLogs() {
        assertThat(full().toString())
                .contains("assistant")
                .doesNotContain("why")
                .doesNotContain("brief");
        assertThat(full().cacheIdentity().toString()).doesNotContain("why");
        assertThat(ChatResponse.of("secret").toString()).doesNotContain("secret");
    }

    @Test
    void bothOperationsMayBeSharedAndHedged() {
        assertThat(List.of(ChatRequest.CHAT, ChatRequest.CHAT_STREAM)).allSatisfy(operation -> {
            assertThat(operation.cacheable()).isTrue();
            assertThat(operation.hedgeable()).isTrue();
        });
    }

    @Test
    void aResponseWithoutAMapperSaysSo() {
        assertThatThrownBy(() -> ChatResponse.of("{}").as(Map.class))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("mapper");
    }

    @Test
    void aResponseRefusesToBeSetTwice() {
        assertThatThrownBy(() -> ChatResponse.builder().id("a").id("b")).hasMessageContaining("id");
        assertThat(ChatResponse.of("a").toBuilder().id("b").build().id()).isEqualTo("b");
    }
}
