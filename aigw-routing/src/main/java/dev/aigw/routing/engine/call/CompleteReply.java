package dev.aigw.routing.engine.call;

import dev.aigw.api.ModelReply;
import dev.aigw.api.audio.SpeechResponse;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.Media;
import dev.aigw.api.embedding.EmbeddingResponse;
import dev.aigw.api.inference.InferenceResponse;
import dev.aigw.api.moderation.ModerationResponse;
import dev.aigw.api.predict.PredictResponse;
import dev.aigw.api.rerank.RerankResponse;

/**
 * Decides which replies may answer later calls: those with all that the model had to say. Not empty ones, which some
 * models give now and then, not those cut by a limit or a pause, filtered or refused, and not chats with a warning about
 * their content: the next call may get a better one.
 */
public final class CompleteReply {

    private CompleteReply() {}

    /**
     * Returns whether the reply may be stored.
     *
     * @param toolCalls whether a chat that asks for tools may be
     */
    public static boolean is(ModelReply reply, boolean toolCalls) {
        if (reply instanceof ChatResponse chat) {
            return isComplete(chat) && (toolCalls || !asksForTools(chat));
        }
        if (reply instanceof EmbeddingResponse embedding) {
            return embedding.size() > 0
                    && embedding.embeddings().stream().allMatch(vector -> vector.length > 0);
        }
        if (reply instanceof RerankResponse rerank) {
            return !rerank.results().isEmpty();
        }
        if (reply instanceof ModerationResponse moderation) {
            return !moderation.results().isEmpty();
        }
        if (reply instanceof InferenceResponse inference) {
            return !inference.outputs().isEmpty();
        }
        if (reply instanceof PredictResponse predict) {
            return predict.json() != null;
        }
        return !(reply instanceof SpeechResponse speech) || !isEmpty(speech.audio());
    }

    private static boolean isComplete(ChatResponse chat) {
        FinishReason.Kind end = chat.finishReason().kind();
        return (end == FinishReason.Kind.STOP || end == FinishReason.Kind.TOOL_CALLS)
                && !chat.isEmpty()
                && chat.refusal() == null
                && chat.warnings().isEmpty();
    }

    private static boolean asksForTools(ChatResponse chat) {
        return chat.finishReason().kind() == FinishReason.Kind.TOOL_CALLS
                || !chat.toolCalls().isEmpty();
    }

    private static boolean isEmpty(Media media) {
        return media.sizeBytes() == 0 && media.url() == null && media.fileId() == null;
    }
}
