package dev.aigw.providers.schema.emulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.FailureSubject;
import dev.aigw.api.GatewayException;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ResponseFormat;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.json.Json;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PromptedSchemasTest {

    private static final ResponseFormat FORMAT = ResponseFormat.schema(
            "verdict",
            Map.of(
                    "type", "object",
                    "properties", Map.of("mood", Map.of("enum", List.of("GOOD", "BAD"))),
                    "required", List.of("mood")));
    private static final ChatRequest REQUEST = ChatRequest.builder("legacy")
            .system("Judge.")
            .user("Tasty.")
            .responseFormat(FORMAT)
            .build();

    record Verdict(String mood) {}

    private final Deque<ChatResponse> script = new ArrayDeque<>();
    private final List<ChatRequest> sent = new ArrayList<>();
    private final List<String> keys = new ArrayList<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final ProviderAdapter adapter = PromptedSchemas.around(ProviderAdapter.builder("legacy")
            .chat((request, attempt) -> {
                sent.add(request);
                keys.add(String.valueOf(attempt.idempotencyKey()));
                return script.removeFirst();
            })
            .onClose(() -> closed.set(true))
            .build());

    @Test
    void theSchemaGoesIntoThePromptAndTheAnswerComesBackAsARecord() {
        script.add(answer("{\"mood\":\"GOOD\"}"));

        ChatResponse response = chat(REQUEST);

        assertThat(response.as(Verdict.class)).isEqualTo(new Verdict("GOOD"));
        assertThat(response.usage()).isEqualTo(TokenUsage.of(10, 5));
        assertThat(sent).singleElement().satisfies(request -> {
            assertThat(request.responseFormat()).isEqualTo(ResponseFormat.TEXT);
            assertThat(request.messages()).hasSize(2);
            assertThat(request.messages().get(0)).isEqualTo(Message.system("Judge."));
            assertThat(request.lastUserText()).startsWith("Tasty.").endsWith(Json.text(FORMAT.schema()));
        });
    }

    @Test
    void aFenceAroundTheAnswerIsTakenOff() {
        script.add(answer("```json\n{\"mood\":\"BAD\"}\n```\n"));

        assertThat(chat(REQUEST).text()).isEqualTo("{\"mood\":\"BAD\"}");
        assertThat(sent).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "```\n{\"mood\":\"BAD\"}```",
                "``` json \r\n\r\n{\"mood\":\"BAD\"}\r\n```",
                "\n```JSON\n  {\"mood\":\"BAD\"}  \n\n ```"
            })
    void aFenceMayHaveWhiteSpaceAboutIt(String text) {
        script.add(answer(text));

        assertThat(chat(REQUEST).text()).isEqualTo("{\"mood\":\"BAD\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Here you are:\n{\"mood\":\"BAD\"}\nHope this helps!",
                "<think>GOOD? {no}</think>{\"mood\":\"BAD\"}",
                "\uFEFF{\"mood\":\"BAD\"}",
                "\"{\\\"mood\\\":\\\"BAD\\\"}\""
            })
    void whatStandsAroundTheAnswerNeedsNoRepair(String text) {
        script.add(answer(text));

        assertThat(chat(REQUEST).text()).isEqualTo("{\"mood\":\"BAD\"}");
        assertThat(sent).hasSize(1);
    }

    @Test
    void aStringStaysOneWhereTheSchemaAllowsStrings() {
        script.add(answer("\"[1]\""));

        assertThat(chat(ChatRequest.builder("legacy")
                                .user("Say.")
                                .responseFormat(ResponseFormat.schema("s", Map.of("type", "string")))
                                .build())
                        .text())
                .isEqualTo("\"[1]\"");
    }

    @Test
    void anAnswerThatDoesNotFitIsSentBackOnceWithWhatIsWrong() {
        script.add(answer("{\"mood\":\"DELIGHTED\"}"));
        script.add(answer("{\"mood\":\"GOOD\"}"));

        ChatResponse response = chat(REQUEST);

        assertThat(response.as(Verdict.class)).isEqualTo(new Verdict("GOOD"));
        assertThat(response.usage()).isEqualTo(TokenUsage.of(20, 10));
        List<Message> repair = sent.get(1).messages();
        assertThat(repair.subList(0, 2)).isEqualTo(sent.get(0).messages());
        assertThat(repair.get(2)).isEqualTo(Message.assistant("{\"mood\":\"DELIGHTED\"}"));
        assertThat(repair.get(3).text()).contains("/mood is none of [\"GOOD\",\"BAD\"]");
        assertThat(keys).containsExactly("key-1", "key-2");
    }

    @Test
    void aSecondAnswerThatDoesNotFitIsMalformedAndKeptWithTheUsageOfBoth() {
        script.add(answer("no idea"));
        script.add(answer("{}"));

        assertThatThrownBy(() -> chat(REQUEST))
                .hasMessageContaining("the value lacks \"mood\"")
                .asInstanceOf(type(GatewayException.class))
                .satisfies(failure -> {
                    assertThat(failure.kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE);
                    assertThat(failure.subject()).isEqualTo(FailureSubject.REQUEST);
                    assertThat(failure.provider()).isEqualTo("legacy");
                    assertThat(failure.partial())
                            .asInstanceOf(type(ChatResponse.class))
                            .returns("{}", ChatResponse::text)
                            .returns(TokenUsage.of(20, 10), ChatResponse::usage);
                });
        assertThat(sent).hasSize(2);
    }

    @Test
    void aSecondAnswerThatBreaksOffIsKeptWithTheUsageOfBoth() {
        ProviderAdapter breaking = PromptedSchemas.around(ProviderAdapter.builder("legacy")
                .chat((request, attempt) -> {
                    if (sent.isEmpty()) {
                        sent.add(request);
                        return answer("no idea");
                    }
                    throw GatewayException.builder(ErrorKind.CONNECTION, "cut")
                            .partial(answer("{\"mo"))
                            .build();
                })
                .build());

        assertThatThrownBy(() -> breaking.call(ChatRequest.CHAT, REQUEST, attempt()))
                .asInstanceOf(type(GatewayException.class))
                .returns(ErrorKind.CONNECTION, GatewayException::kind)
                .extracting(GatewayException::partial, type(ChatResponse.class))
                .returns("{\"mo", ChatResponse::text)
                .returns(TokenUsage.of(20, 10), ChatResponse::usage);
    }

    @Test
    void aStreamBeginsWithTheRepairedAnswer() {
        script.add(answer("{\"mood\":1}"));
        script.add(answer("{\"mood\":\"BAD\"}"));

        try (ChatStream stream = adapter.call(ChatRequest.CHAT_STREAM, REQUEST, attempt())) {
            assertThat(stream.response().as(Verdict.class)).isEqualTo(new Verdict("BAD"));
            assertThat(stream.response().usage()).isEqualTo(TokenUsage.of(20, 10));
        }
    }

    @Test
    void whatIsNoFinalAnswerIsHandedOnUnchecked() {
        ChatResponse calling = ChatResponse.builder()
                .part(new ToolCall("1", "look", "{}"))
                .finishReason(FinishReason.of(FinishReason.Kind.TOOL_CALLS, "tool_calls"))
                .build();
        ChatResponse cut = ChatResponse.builder()
                .text("{\"mo")
                .finishReason(FinishReason.of(FinishReason.Kind.LENGTH, "length"))
                .build();
        script.add(calling);
        script.add(cut);

        assertThat(chat(REQUEST)).isEqualTo(calling);
        assertThat(chat(REQUEST)).isEqualTo(cut);
        assertThat(sent).hasSize(2);
    }

    @Test
    void theSchemaStaysWithTheQuestionWhileToolsAreCalled() {
        ToolCall call = new ToolCall("1", "look", "{}");
        script.add(answer("{\"mood\":\"GOOD\"}"));

        chat(REQUEST.toBuilder()
                .message(Message.of(Message.Role.ASSISTANT, List.of(call)))
                .message(Message.toolResult(call, "seen"))
                .build());

        assertThat(sent.get(0).messages()).hasSize(4);
        assertThat(sent.get(0).messages().get(1).text()).startsWith("Tasty.").contains("JSON schema");
    }

    @Test
    void allElsePassesUntouchedAndCloseReachesTheAdapterWithin() {
        ChatRequest plain = ChatRequest.of("legacy", "hello");
        script.add(answer("hi"));

        assertThat(chat(plain).text()).isEqualTo("hi");
        assertThat(sent).containsExactly(plain);
        adapter.close();
        assertThat(closed).isTrue();
        assertThat(adapter.name()).isEqualTo("legacy");
    }

    private ChatResponse chat(ChatRequest request) {
        return adapter.call(ChatRequest.CHAT, request, attempt());
    }

    private static AttemptContext attempt() {
        return AttemptContext.builder("legacy").idempotencyKey("key").build();
    }

    private static ChatResponse answer(String text) {
        return ChatResponse.builder()
                .text(text)
                .finishReason(FinishReason.STOP)
                .usage(TokenUsage.of(10, 5))
                .build();
    }
}
