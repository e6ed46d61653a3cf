package dev.aigw.routing.cache.shared;

import dev.aigw.api.ModelRequest;
import dev.aigw.api.audio.SpeechRequest;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ReasoningEffort;
import dev.aigw.api.chat.ResponseFormat;
import dev.aigw.api.chat.ToolChoice;
import dev.aigw.api.chat.ToolSpec;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.inference.InferenceRequest;
import dev.aigw.api.moderation.ModerationRequest;
import dev.aigw.api.predict.PredictRequest;
import dev.aigw.api.rerank.RerankRequest;
import org.jspecify.annotations.Nullable;

/**
 * The plain form of what affects a request's answer: everything that its {@linkplain ModelRequest#cacheIdentity()
 * identity} compares, and nothing else.
 */
final class RequestForm {

    private RequestForm() {}

    /**
     * Returns the plain form.
     *
     * @throws Unwritable if it is a request of a custom operation
     */
    static Object of(ModelRequest request) throws Unwritable {
        if (request instanceof ChatRequest chat) {
            return of(chat);
        }
        if (request instanceof EmbeddingRequest embedding) {
            return Fields.none()
                    .with("inputs", embedding.inputs())
                    .with("dimensions", embedding.dimensions())
                    .with("extra", embedding.extra())
                    .plain();
        }
        if (request instanceof RerankRequest rerank) {
            return Fields.none()
                    .with("query", rerank.query())
                    .with("documents", rerank.documents())
                    .with("top", rerank.topN())
                    .with("extra", rerank.extra())
                    .plain();
        }
        if (request instanceof ModerationRequest moderation) {
            return Fields.none()
                    .with("texts", moderation.texts())
                    .with("images", moderation.images(), ChatForm::of)
                    .with("extra", moderation.extra())
                    .plain();
        }
        if (request instanceof InferenceRequest inference) {
            return Fields.none()
                    .with("inputs", inference.inputs(), TensorForm::of)
                    .with("outputs", inference.outputs())
                    .with("parameters", inference.parameters())
                    .plain();
        }
        if (request instanceof PredictRequest predict) {
            return Fields.none().with("payload", predict.payload()).plain();
        }
        if (request instanceof SpeechRequest speech) {
            return Fields.none()
                    .with("text", speech.text())
                    .with("voice", speech.voice())
                    .with("instructions", speech.instructions())
                    .with("format", speech.format())
                    .with("speed", speech.speed())
                    .with("extra", speech.extra())
                    .plain();
        }
        throw new Unwritable("a request of " + request.getClass().getName());
    }

    private static Object of(ChatRequest chat) {
        return Fields.none()
                .with("messages", chat.messages(), RequestForm::of)
                .with("tools", chat.tools(), RequestForm::of)
                .with("tool_choice", of(chat.toolChoice()))
                .with("parallel", chat.parallelToolCalls())
                .with("format", of(chat.responseFormat()))
                .with("reasoning", of(chat.reasoning()))
                .with("verbosity", chat.verbosity())
                .with("temperature", chat.sampling().temperature())
                .with("top_p", chat.sampling().topP())
                .with("top_k", chat.sampling().topK())
                .with("most_tokens", chat.maxOutputTokens())
                .with("stop", chat.stop())
                .with("seed", chat.sampling().seed())
                .with("frequency", chat.sampling().frequencyPenalty())
                .with("presence", chat.sampling().presencePenalty())
                .with("logprobs", chat.topLogprobs())
                .with("tier", chat.serviceTier())
                .with("extra", chat.extra())
                .plain();
    }

    private static Object of(Message message) {
        return Fields.none()
                .with("role", message.role())
                .with("name", message.name())
                .with("parts", message.parts(), ChatForm::of)
                .plain();
    }

    private static Object of(ToolSpec tool) {
        return Fields.none()
                .with("name", tool.name())
                .with("description", tool.description())
                .with("parameters", tool.parameters())
                .with("strict", tool.strict())
                .with("provider", tool.provider())
                .plain();
    }

    private static @Nullable Object of(@Nullable ToolChoice choice) {
        return choice == null
                ? null
                : Fields.none()
                        .with("mode", choice.mode())
                        .with("tool", choice.toolName())
                        .plain();
    }

    private static Object of(ResponseFormat format) {
        return Fields.none()
                .with("type", format.type())
                .with("name", format.name())
                .with("schema", format.schema())
                .with("strict", format.strict())
                .plain();
    }

    private static @Nullable Object of(@Nullable ReasoningEffort effort) {
        return effort == null
                ? null
                : Fields.none()
                        .with("level", effort.level())
                        .with("budget", effort.budgetTokens())
                        .plain();
    }
}
