package dev.aigw.providers.langchain4j;

import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.embedding.EmbeddingResponse;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.message.AiMessage;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Turns LangChain4j's replies into ours. */
final class ReplyDecoder {

    private ReplyDecoder() {}

    static ChatResponse chat(String provider, dev.langchain4j.model.chat.response.ChatResponse theirs) {
        AiMessage message = theirs.aiMessage();
        ChatResponse.Builder ours = ChatResponse.builder()
                .id(theirs.id())
                .model(theirs.modelName())
                .usage(usage(theirs.tokenUsage()))
                .finishReason(finishReason(theirs));
        if (message.thinking() != null) {
            ours.part(new ContentPart.Reasoning(message.thinking(), null, null, null, provider));
        }
        if (message.text() != null) {
            ours.text(message.text());
        }
        for (int i = 0; i < message.toolExecutionRequests().size(); i++) {
            ours.part(toolCall(i, message.toolExecutionRequests().get(i)));
        }
        if (!message.attributes().isEmpty()) {
            ours.part(attributes(provider, message));
        }
        return ours.build();
    }

    /** Returns the attributes that LangChain4j needs back with the message, such as the signature of its thinking. */
    static ContentPart.Raw attributes(String provider, AiMessage message) {
        return new ContentPart.Raw(provider, message.attributes());
    }

    static ToolCall toolCall(int index, ToolExecutionRequest theirs) {
        return new ToolCall(
                id(index, theirs.id()), theirs.name(), theirs.arguments() == null ? "" : theirs.arguments());
    }

    /** Some local models give their calls no id. */
    static String id(int index, @Nullable String theirs) {
        return theirs == null ? "call_" + index : theirs;
    }

    static FinishReason finishReason(dev.langchain4j.model.chat.response.ChatResponse theirs) {
        dev.langchain4j.model.output.FinishReason reason = theirs.finishReason();
        if (reason == null) {
            return theirs.aiMessage().hasToolExecutionRequests()
                    ? FinishReason.of(FinishReason.Kind.TOOL_CALLS, "")
                    : FinishReason.of(FinishReason.Kind.STOP, "");
        }
        FinishReason.Kind kind = switch (reason) {
            case STOP -> FinishReason.Kind.STOP;
            case LENGTH -> FinishReason.Kind.LENGTH;
            case TOOL_EXECUTION -> FinishReason.Kind.TOOL_CALLS;
            case CONTENT_FILTER -> FinishReason.Kind.CONTENT_FILTER;
            case OTHER -> FinishReason.Kind.UNKNOWN;
        };
        return FinishReason.of(kind, reason.name().toLowerCase(Locale.ROOT));
    }

    /** LangChain4j reports two counts; whether its input includes cached tokens depends on the model behind it. */
    static TokenUsage usage(dev.langchain4j.model.output.@Nullable TokenUsage theirs) {
        if (theirs == null) {
            return TokenUsage.NONE;
        }
        TokenUsage.Builder ours = TokenUsage.builder();
        set(ours, TokenUsage.Bucket.INPUT, theirs.inputTokenCount());
        set(ours, TokenUsage.Bucket.OUTPUT, theirs.outputTokenCount());
        return ours.build();
    }

    /** A negative count is none, since 0 tokens would be free. */
    private static void set(TokenUsage.Builder usage, TokenUsage.Bucket bucket, @Nullable Integer count) {
        if (count != null && count >= 0) {
            usage.set(bucket, count);
        }
    }

    static EmbeddingResponse embeddings(dev.langchain4j.model.embedding.response.EmbeddingResponse theirs) {
        EmbeddingResponse.Builder ours =
                EmbeddingResponse.builder().model(theirs.modelName()).usage(usage(theirs.tokenUsage()));
        for (Embedding embedding : theirs.embeddings()) {
            ours.embedding(embedding.vector());
        }
        return ours.build();
    }
}
