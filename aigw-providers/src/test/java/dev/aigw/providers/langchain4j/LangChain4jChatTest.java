package dev.aigw.providers.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aigw.api.Cancellation;
import dev.aigw.api.Capability;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.FailureSubject;
import dev.aigw.api.GatewayException;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.Media;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ResponseFormat;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.chat.ToolChoice;
import dev.aigw.api.chat.ToolSpec;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.embedding.EmbeddingResponse;
import dev.aigw.api.spi.AttemptContext;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.exception.AuthenticationException;
import dev.langchain4j.exception.ContentFilteredException;
import dev.langchain4j.exception.HttpException;
import dev.langchain4j.exception.InternalServerException;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.exception.TimeoutException;
import dev.langchain4j.exception.UnresolvedModelServerException;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.json.JsonIntegerSchema;
import dev.langchain4j.model.chat.request.json.JsonRawSchema;
import dev.langchain4j.model.chat.request.json.JsonStringSchema;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.output.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class LangChain4jChatTest {

    private static final ChatRequest HELLO = ChatRequest.of("any", "hello");

    private final Models.Blocking model = Models.Blocking.of(Models.answer("hi"));

    private static AttemptContext attempt() {
        return AttemptContext.builder("upstream").build();
    }

    private static LangChain4jAdapter adapter(Models.Blocking model) {
        return LangChain4jAdapter.builder("lc").chatModel(model).build();
    }

    @Test
    void aModelThatDoesNotSaySoTakesNoSchema() {
        ChatModel schemas = new ChatModel() {
            @Override
            public Set<dev.langchain4j.model.chat.Capability> supportedCapabilities() {
                return Set.of(dev.langchain4j.model.chat.Capability.RESPONSE_FORMAT_JSON_SCHEMA);
            }
        };

        assertThat(adapter(model).lacking()).containsExactly(Capability.JSON_SCHEMA);
        assertThat(LangChain4jAdapter.builder("lc").chatModel(schemas).build().lacking())
                .isEmpty();
        assertThat(LangChain4jAdapter.builder("lc")
                        .chatModel(schemas)
                        .streamingChatModel(new Models.Streaming(handler -> {}))
                        .build()
                        .lacking())
                .containsExactly(Capability.JSON_SCHEMA);
    }

    private dev.langchain4j.model.chat.request.ChatRequest sent(ChatRequest request) {
        adapter(model).call(ChatRequest.CHAT, request, attempt());
        return model.seen.get(0);
    }

    private static ChatResponse received(dev.langchain4j.model.chat.response.ChatResponse theirs) {
        return adapter(Models.Blocking.of(theirs)).call(ChatRequest.CHAT, HELLO, attempt());
    }

    @Test
    void messagesKeepTheirRolesAndOrder() {
        ToolCall call = new ToolCall("c1", "weather", "{\"city\":\"Oslo\"}");
        var sent = sent(ChatRequest.builder("any")
                .system("be brief")
                .message(Message.user("hello").withName("ann"))
                .message(Message.of(Message.Role.ASSISTANT, List.of(new ContentPart.Text("let me see"), call)))
                .message(Message.toolResult(call, "4 degrees"))
                .build());

        assertThat(sent.messages())
                .containsExactly(
                        SystemMessage.from("be brief"),
                        UserMessage.from("ann", TextContent.from("hello")),
                        AiMessage.from(
                                "let me see",
                                List.of(ToolExecutionRequest.builder()
                                        .id("c1")
                                        .name("weather")
                                        .arguments("{\"city\":\"Oslo\"}")
                                        .build())),
                        ToolExecutionResultMessage.builder()
                                .id("c1")
                                .toolName("weather")
                                .text("4 degrees")
                                .isError(false)
                                .build());
    }

    @Test
    void blankTextsStayBehindAndEmptyArgumentsAreAnObject() {
        ToolCall call = new ToolCall("c1", "weather", " ");
        var sent = sent(ChatRequest.builder("any")
                .system(" ")
                .message(Message.user("hello", new ContentPart.Text("\n")))
                .message(Message.of(Message.Role.ASSISTANT, List.of(call)))
                .message(Message.user(" "))
                .message(Message.toolResult(call, ""))
                .build());

        assertThat(sent.messages()).hasSize(3);
        assertThat(sent.messages().get(0)).isEqualTo(UserMessage.from(TextContent.from("hello")));
        assertThat(((AiMessage) sent.messages().get(1))
                        .toolExecutionRequests()
                        .get(0)
                        .arguments())
                .isEqualTo("{}");
        assertThat(((ToolExecutionResultMessage) sent.messages().get(2)).text()).isEqualTo("(no content)");
    }

    @Test
    void theUpstreamModelIdIsSentByDefault() {
        assertThat(sent(HELLO).modelName()).isEqualTo("upstream");

        LangChain4jAdapter.builder("lc")
                .chatModel(model)
                .sendModelName(false)
                .build()
                .call(ChatRequest.CHAT, HELLO, attempt());
        assertThat(model.seen.get(1).modelName()).isNull();
    }

    @Test
    void samplingParametersArePassed() {
        var sent = sent(ChatRequest.builder("any")
                .user("hello")
                .temperature(0.5)
                .topP(0.9)
                .topK(7)
                .frequencyPenalty(0.1)
                .presencePenalty(0.2)
                .maxOutputTokens(99)
                .stop("END")
                .build());

        assertThat(sent.temperature()).isEqualTo(0.5);
        assertThat(sent.topP()).isEqualTo(0.9);
        assertThat(sent.topK()).isEqualTo(7);
        assertThat(sent.frequencyPenalty()).isEqualTo(0.1);
        assertThat(sent.presencePenalty()).isEqualTo(0.2);
        assertThat(sent.maxOutputTokens()).isEqualTo(99);
        assertThat(sent.stopSequences()).containsExactly("END");
    }

    @Test
    void imagesGoByUrlAndByBytes() {
        var sent = sent(ChatRequest.builder("any")
                .message(Message.user(
                        "look",
                        new ContentPart.Image(Media.ofUrl("https://example.org/cat.png"), "high"),
                        new ContentPart.Image(Media.ofBytes("image/png", new byte[] {1, 2}))))
                .build());

        UserMessage user = (UserMessage) sent.messages().get(0);
        assertThat(user.contents())
                .containsExactly(
                        TextContent.from("look"),
                        ImageContent.from("https://example.org/cat.png", ImageContent.DetailLevel.HIGH),
                        ImageContent.from("AQI=", "image/png", ImageContent.DetailLevel.AUTO));
    }

    @Test
    void aPartThatCannotBeSentIsUnsupported() {
        ChatRequest request = ChatRequest.builder("any")
                .message(Message.user("look", new ContentPart.Image(Media.ofFileId("file-1"))))
                .build();

        assertThatThrownBy(() -> sent(request))
                .hasMessageContaining("file ids")
                .extracting(thrown -> ((GatewayException) thrown).kind())
                .isEqualTo(ErrorKind.UNSUPPORTED);
    }

    @Test
    void toolsBecomeTypedSchemasAndTheRestStaysRaw() {
        var sent = sent(ChatRequest.builder("any")
                .user("hello")
                .tool(ToolSpec.function(
                        "weather",
                        "Tells the weather",
                        Map.of(
                                "type",
                                "object",
                                "properties",
                                Map.of(
                                        "city", Map.of("type", "string", "description", "where"),
                                        "days", Map.of("type", "integer"),
                                        "zip", Map.of("type", "string", "pattern", "[0-9]+")),
                                "required",
                                List.of("city"))))
                .tool(ToolSpec.raw("anthropic", "web_search", Map.of("type", "web_search")))
                .toolChoice(ToolChoice.tool("weather"))
                .build());

        ToolSpecification tool = sent.toolSpecifications().get(0);
        assertThat(sent.toolSpecifications()).hasSize(1);
        assertThat(tool.name()).isEqualTo("weather");
        assertThat(tool.description()).isEqualTo("Tells the weather");
        assertThat(tool.parameters().required()).containsExactly("city");
        assertThat(tool.parameters().properties().get("city"))
                .isEqualTo(JsonStringSchema.builder().description("where").build());
        assertThat(tool.parameters().properties().get("days")).isInstanceOf(JsonIntegerSchema.class);
        assertThat(tool.parameters().properties().get("zip"))
                .isInstanceOfSatisfying(
                        JsonRawSchema.class, raw -> assertThat(raw.schema()).contains("[0-9]+"));
        assertThat(sent.toolChoice()).isEqualTo(dev.langchain4j.model.chat.request.ToolChoice.REQUIRED);
    }

    @Test
    void aResponseSchemaIsPassedWhole() {
        var sent = sent(ChatRequest.builder("any")
                .user("hello")
                .responseFormat(ResponseFormat.schema("answer", Map.of("type", "object", "maxProperties", 3)))
                .build());

        assertThat(sent.responseFormat().type()).isEqualTo(ResponseFormatType.JSON);
        assertThat(sent.responseFormat().jsonSchema().name()).isEqualTo("answer");
        assertThat(((JsonRawSchema) sent.responseFormat().jsonSchema().rootElement()).schema())
                .contains("maxProperties");
    }

    @Test
    void anAnswerKeepsTextThinkingCallsAndUsage() {
        ChatResponse answer = received(dev.langchain4j.model.chat.response.ChatResponse.builder()
                .id("id-1")
                .modelName("model-1")
                .tokenUsage(new dev.langchain4j.model.output.TokenUsage(11, 5))
                .finishReason(dev.langchain4j.model.output.FinishReason.TOOL_EXECUTION)
                .aiMessage(AiMessage.builder()
                        .thinking("hmm")
                        .text("so")
                        .toolExecutionRequests(List.of(ToolExecutionRequest.builder()
                                .name("weather")
                                .arguments("{}")
                                .build()))
                        .build())
                .build());

        assertThat(answer.id()).isEqualTo("id-1");
        assertThat(answer.model()).isEqualTo("model-1");
        assertThat(answer.usage()).isEqualTo(TokenUsage.of(11, 5));
        assertThat(answer.finishReason()).isEqualTo(FinishReason.of(FinishReason.Kind.TOOL_CALLS, "tool_execution"));
        assertThat(answer.message().parts())
                .containsExactly(
                        new ContentPart.Reasoning("hmm", null, null, null, "lc"),
                        new ContentPart.Text("so"),
                        new ToolCall("call_0", "weather", "{}"));
    }

    @Test
    void whatLangchain4jWantsBackWithAMessageGoesBack() {
        AiMessage theirs = AiMessage.builder()
                .thinking("hmm")
                .text("so")
                .attributes(Map.of("thinking_signature", "sig"))
                .build();
        ChatResponse answer = received(dev.langchain4j.model.chat.response.ChatResponse.builder()
                .aiMessage(theirs)
                .build());

        var sent = sent(ChatRequest.builder("any")
                .user("hello")
                .message(answer.message())
                .user("go on")
                .build());

        assertThat(sent.messages().get(1)).isEqualTo(theirs);
    }

    record City(String name) {}

    @Test
    void anAnswerCanBeReadAsAType() {
        assertThat(received(Models.answer("{\"name\":\"Oslo\"}")).as(City.class))
                .isEqualTo(new City("Oslo"));
    }

    static List<Arguments> failures() {
        return List.of(
                Arguments.of(new AuthenticationException("no"), ErrorKind.AUTHENTICATION),
                Arguments.of(new AuthenticationException(new HttpException(403, "no")), ErrorKind.PERMISSION),
                Arguments.of(new RateLimitException("slow down"), ErrorKind.RATE_LIMITED),
                Arguments.of(new RateLimitException("insufficient_quota"), ErrorKind.QUOTA_EXHAUSTED),
                Arguments.of(new InternalServerException("oh"), ErrorKind.SERVER_ERROR),
                Arguments.of(new InternalServerException(new HttpException(503, "oh")), ErrorKind.OVERLOADED),
                Arguments.of(new InvalidRequestException("bad"), ErrorKind.INVALID_REQUEST),
                Arguments.of(new InvalidRequestException("context_length_exceeded"), ErrorKind.CONTEXT_TOO_LONG),
                Arguments.of(
                        new InvalidRequestException(
                                "{\"error\":{\"message\":\"'seed' is not supported with this model\"}}"),
                        ErrorKind.UNSUPPORTED),
                Arguments.of(
                        new InvalidRequestException("Your request exceeded model token limit: 262144"),
                        ErrorKind.CONTEXT_TOO_LONG),
                Arguments.of(
                        new RateLimitException("Request too large for m on tokens per min: Limit 10, Requested 20"),
                        ErrorKind.CONTEXT_TOO_LONG),
                Arguments.of(new InvalidRequestException(new HttpException(413, "big")), ErrorKind.PAYLOAD_TOO_LARGE),
                Arguments.of(new ContentFilteredException("no"), ErrorKind.CONTENT_FILTERED),
                Arguments.of(new ModelNotFoundException("gone"), ErrorKind.NOT_FOUND),
                Arguments.of(new TimeoutException("late"), ErrorKind.TIMEOUT),
                Arguments.of(new UnresolvedModelServerException("dns"), ErrorKind.CONNECTION),
                Arguments.of(new UnsupportedFeatureException("json"), ErrorKind.UNSUPPORTED),
                Arguments.of(new HttpException(429, "slow"), ErrorKind.RATE_LIMITED),
                Arguments.of(new HttpException(502, "oh"), ErrorKind.SERVER_ERROR),
                Arguments.of(new UncheckedIOException(new IOException("reset")), ErrorKind.CONNECTION),
                Arguments.of(new UncheckedIOException(new SocketTimeoutException("read")), ErrorKind.TIMEOUT),
                Arguments.of(new IllegalStateException("bug"), ErrorKind.SERVER_ERROR));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void exceptionsBecomeKinds(RuntimeException thrown, ErrorKind kind) {
        LangChain4jAdapter failing = adapter(new Models.Blocking(request -> {
            throw thrown;
        }));

        GatewayException failure =
                catchThrowableOfType(GatewayException.class, () -> failing.call(ChatRequest.CHAT, HELLO, attempt()));

        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.provider()).isEqualTo("lc");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "401|invalid x-api-key|CREDENTIAL",
                "402|payment required|CREDENTIAL",
                "403|Your project does not have access to the model m|MODEL",
                "403|<html><head><title>403 Forbidden</title></head></html>|REQUEST",
                "403|no|UNKNOWN",
                "404|File not found: file_1|REQUEST"
            })
    void aRefusalSaysWhatItIsAbout(int status, String words, FailureSubject subject) {
        LangChain4jAdapter failing = adapter(new Models.Blocking(request -> {
            throw new HttpException(status, words);
        }));

        GatewayException failure =
                catchThrowableOfType(GatewayException.class, () -> failing.call(ChatRequest.CHAT, HELLO, attempt()));

        assertThat(failure.subject()).isEqualTo(subject);
    }

    @Test
    void aSecretInAVendorsWordsIsMasked() {
        LangChain4jAdapter failing = adapter(new Models.Blocking(request -> {
            throw new AuthenticationException("Incorrect API key provided: sk-abcdef1234567890");
        }));

        GatewayException failure =
                catchThrowableOfType(GatewayException.class, () -> failing.call(ChatRequest.CHAT, HELLO, attempt()));

        assertThat(failure.body()).contains("Incorrect API key").doesNotContain("sk-abcdef1234567890");
        assertThat(failure.getMessage()).doesNotContain("sk-");
        assertThat(failure).hasNoCause();
    }

    @Test
    void aCancelledCallIsNotSent() {
        Cancellation cancellation = new Cancellation();
        cancellation.cancel();
        AttemptContext attempt =
                AttemptContext.builder("m").cancellation(cancellation).build();

        assertThatThrownBy(() -> adapter(model).call(ChatRequest.CHAT, HELLO, attempt))
                .extracting(thrown -> ((GatewayException) thrown).kind())
                .isEqualTo(ErrorKind.CANCELLED);
        assertThat(model.seen).isEmpty();
    }

    @Test
    void embeddingsAreAnsweredByTheEmbeddingModel() {
        EmbeddingModel embeddings = new EmbeddingModel() {
            @Override
            public Response<List<Embedding>> embedAll(List<TextSegment> segments) {
                return Response.from(
                        segments.stream()
                                .map(segment -> Embedding.from(
                                        new float[] {segment.text().length(), 1}))
                                .toList(),
                        new dev.langchain4j.model.output.TokenUsage(3));
            }
        };
        LangChain4jAdapter adapter =
                LangChain4jAdapter.builder("lc").embeddingModel(embeddings).build();

        EmbeddingResponse answer =
                adapter.call(EmbeddingRequest.EMBED, EmbeddingRequest.of("any", "a", "bcd"), attempt());

        assertThat(answer.vector(0)).containsExactly(1, 1);
        assertThat(answer.vector(1)).containsExactly(3, 1);
        assertThat(answer.usage().inputTokens()).isEqualTo(3);
        assertThat(adapter.supports(ChatRequest.CHAT)).isFalse();
        assertThatThrownBy(() -> adapter.call(ChatRequest.CHAT, HELLO, attempt()))
                .extracting(thrown -> ((GatewayException) thrown).kind())
                .isEqualTo(ErrorKind.UNSUPPORTED);
    }

    @Test
    void anEmbeddingModelThatLeavesTextsOutFailsAndANegativeCountIsNone() {
        EmbeddingModel forgetful = new EmbeddingModel() {
            @Override
            public Response<List<Embedding>> embedAll(List<TextSegment> segments) {
                return Response.from(
                        List.of(Embedding.from(new float[] {1})), new dev.langchain4j.model.output.TokenUsage(-3));
            }
        };
        LangChain4jAdapter adapter =
                LangChain4jAdapter.builder("lc").embeddingModel(forgetful).build();

        assertThat(adapter.call(EmbeddingRequest.EMBED, EmbeddingRequest.of("any", "a"), attempt())
                        .usage())
                .isEqualTo(TokenUsage.NONE);
        assertThatThrownBy(() -> adapter.call(EmbeddingRequest.EMBED, EmbeddingRequest.of("any", "a", "b"), attempt()))
                .hasMessageContaining("made 1 embeddings for 2 inputs")
                .extracting(thrown -> ((GatewayException) thrown).kind())
                .isEqualTo(ErrorKind.MALFORMED_RESPONSE);
    }

    @Test
    void mistakesInTheBuilderAreNamed() {
        assertThatThrownBy(() -> LangChain4jAdapter.builder("lc").build()).hasMessageContaining("chatModel(...)");
        assertThatThrownBy(() -> LangChain4jAdapter.builder("a/b")).hasMessageContaining("without '/'");
        assertThatThrownBy(
                        () -> LangChain4jAdapter.builder("lc").chatModel(model).chatModel(model))
                .hasMessageContaining("twice");
    }
}
