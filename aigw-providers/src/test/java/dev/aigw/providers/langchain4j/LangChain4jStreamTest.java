package dev.aigw.providers.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aigw.api.Cancellation;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Timeouts;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.spi.AttemptContext;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.PartialThinking;
import dev.langchain4j.model.chat.response.PartialToolCall;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class LangChain4jStreamTest {

    private static final ChatRequest HELLO = ChatRequest.of("any", "hello");

    private static AttemptContext attempt() {
        return AttemptContext.builder("upstream").build();
    }

    private static ChatStream stream(AttemptContext attempt, Consumer<StreamingChatResponseHandler> script) {
        return LangChain4jAdapter.builder("lc")
                .streamingChatModel(new Models.Streaming(script))
                .build()
                .call(ChatRequest.CHAT_STREAM, HELLO, attempt);
    }

    private static ToolExecutionRequest weather() {
        return ToolExecutionRequest.builder()
                .id("c1")
                .name("weather")
                .arguments("{\"a\":1}")
                .build();
    }

    @Test
    void deltasThinkingAndToolCallsArriveAsTheyAreCalledBack() {
        try (ChatStream stream = stream(attempt(), handler -> {
            handler.onPartialThinking(new PartialThinking("hm"));
            handler.onPartialThinking(new PartialThinking("m"));
            handler.onPartialResponse("he");
            handler.onPartialResponse("llo");
            handler.onPartialToolCall(tool("{\"a\":"));
            handler.onPartialToolCall(tool("1}"));
            handler.onCompleteToolCall(new CompleteToolCall(0, weather()));
            handler.onCompleteResponse(dev.langchain4j.model.chat.response.ChatResponse.builder()
                    .id("id-1")
                    .tokenUsage(new dev.langchain4j.model.output.TokenUsage(3, 4))
                    .finishReason(dev.langchain4j.model.output.FinishReason.TOOL_EXECUTION)
                    .aiMessage(AiMessage.builder()
                            .thinking("hmm")
                            .text("hello")
                            .toolExecutionRequests(List.of(weather()))
                            .build())
                    .build());
        })) {
            ChatResponse answer = stream.response();

            assertThat(answer.message().parts())
                    .containsExactly(
                            new ContentPart.Reasoning("hmm", null, null, null, "lc"),
                            new ContentPart.Text("hello"),
                            new ToolCall("c1", "weather", "{\"a\":1}"));
            assertThat(answer.id()).isEqualTo("id-1");
            assertThat(answer.usage()).isEqualTo(TokenUsage.of(3, 4));
            assertThat(answer.finishReason().kind()).isEqualTo(FinishReason.Kind.TOOL_CALLS);
        }
    }

    private static PartialToolCall tool(String arguments) {
        return PartialToolCall.builder()
                .index(0)
                .id("c1")
                .name("weather")
                .partialArguments(arguments)
                .build();
    }

    @Test
    void aModelThatOnlyCompletesGivesTheSameAnswer() {
        try (ChatStream stream = stream(
                attempt(),
                handler -> handler.onCompleteResponse(dev.langchain4j.model.chat.response.ChatResponse.builder()
                        .aiMessage(AiMessage.from("hello", List.of(weather())))
                        .build()))) {
            assertThat(stream.response().message().parts())
                    .containsExactly(new ContentPart.Text("hello"), new ToolCall("c1", "weather", "{\"a\":1}"));
        }
    }

    @Test
    void anErrorEndsTheStreamWithWhatHadArrived() {
        try (ChatStream stream = stream(attempt(), handler -> {
            handler.onPartialResponse("half");
            handler.onError(new RateLimitException("slow down"));
        })) {
            GatewayException failure = catchThrowableOfType(GatewayException.class, stream::response);

            assertThat(failure.kind()).isEqualTo(ErrorKind.RATE_LIMITED);
            assertThat(failure.partial())
                    .isInstanceOfSatisfying(
                            ChatResponse.class,
                            partial -> assertThat(partial.text()).isEqualTo("half"));
        }
    }

    @Test
    void whatTheModelThrowsAtOnceIsThrown() {
        GatewayException failure = catchThrowableOfType(
                GatewayException.class,
                () -> stream(attempt(), handler -> {
                    throw new RateLimitException("slow down");
                }));

        assertThat(failure.kind()).isEqualTo(ErrorKind.RATE_LIMITED);
    }

    @Test
    void closingCancelsTheModelsStreamAndEndsTheReader() throws Exception {
        Models.Handle handle = new Models.Handle();
        ChatStream stream = stream(
                attempt(),
                handler -> handler.onPartialResponse(new PartialResponse("x"), new PartialResponseContext(handle)));
        assertThat(stream.next()).isEqualTo(new ChatEvent.TextDelta(1, "x"));
        CompletableFuture<ErrorKind> kind = CompletableFuture.supplyAsync(
                () -> catchThrowableOfType(GatewayException.class, stream::next).kind());

        stream.close();

        assertThat(kind.get(10, TimeUnit.SECONDS)).isEqualTo(ErrorKind.CANCELLED);
        assertThat(handle.isCancelled()).isTrue();
    }

    @Test
    void aStreamStoppedBeforeItsFirstCallbackIsCancelledAtThatCallback() {
        AtomicReference<StreamingChatResponseHandler> later = new AtomicReference<>();
        Models.Handle handle = new Models.Handle();
        Cancellation cancellation = new Cancellation();
        ChatStream stream =
                stream(AttemptContext.builder("m").cancellation(cancellation).build(), later::set);

        cancellation.cancel();
        later.get().onPartialResponse(new PartialResponse("x"), new PartialResponseContext(handle));

        assertThat(handle.isCancelled()).isTrue();
        assertThat(catchThrowableOfType(GatewayException.class, stream::next).kind())
                .isEqualTo(ErrorKind.CANCELLED);
    }

    @Test
    void silenceTripsFirstEventIdleAndDeadline() {
        Duration tick = Duration.ofMillis(1);
        assertThat(silent(Timeouts.builder().firstEvent(tick).build(), 0)).isEqualTo(ErrorKind.TIMEOUT);
        assertThat(silent(Timeouts.builder().idle(tick).build(), 1)).isEqualTo(ErrorKind.TIMEOUT);
        assertThat(silent(Timeouts.total(Duration.ofMillis(200)), 1)).isEqualTo(ErrorKind.DEADLINE);
    }

    private static ErrorKind silent(Timeouts timeouts, int deltas) {
        Models.Handle handle = new Models.Handle();
        try (ChatStream stream =
                stream(AttemptContext.builder("m").timeouts(timeouts).build(), handler -> {
                    for (int i = 0; i < deltas; i++) {
                        handler.onPartialResponse(new PartialResponse("x"), new PartialResponseContext(handle));
                    }
                })) {
            ErrorKind kind = catchThrowableOfType(GatewayException.class, stream::response)
                    .kind();
            assertThat(handle.isCancelled()).isEqualTo(deltas > 0);
            return kind;
        }
    }

    @Test
    void aReaderThatFallsTooFarBehindFailsTheStream() {
        Models.Handle handle = new Models.Handle();
        try (ChatStream stream = stream(attempt(), handler -> {
            for (int i = 0; i <= CallbackSource.MAX_QUEUED_EVENTS; i++) {
                handler.onPartialResponse(new PartialResponse("x"), new PartialResponseContext(handle));
            }
        })) {
            assertThat(catchThrowableOfType(GatewayException.class, stream::response)
                            .kind())
                    .isEqualTo(ErrorKind.STREAM_INTERRUPTED);
        }
        assertThat(handle.isCancelled()).isTrue();
    }

    @Test
    void eachKindOfChatIsDerivedFromTheOther() {
        LangChain4jAdapter blocking = LangChain4jAdapter.builder("lc")
                .chatModel(Models.Blocking.of(Models.answer("hi")))
                .build();
        LangChain4jAdapter streaming = LangChain4jAdapter.builder("lc")
                .streamingChatModel(new Models.Streaming(handler -> handler.onCompleteResponse(Models.answer("hi"))))
                .build();

        try (ChatStream stream = blocking.call(ChatRequest.CHAT_STREAM, HELLO, attempt())) {
            assertThat(stream.response().text()).isEqualTo("hi");
        }
        assertThat(streaming.call(ChatRequest.CHAT, HELLO, attempt()).text()).isEqualTo("hi");
    }
}
