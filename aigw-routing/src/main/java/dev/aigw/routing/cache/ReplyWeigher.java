package dev.aigw.routing.cache;

import dev.aigw.api.ModelReply;
import dev.aigw.api.audio.SpeechResponse;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.embedding.EmbeddingResponse;
import dev.aigw.api.inference.InferenceResponse;
import dev.aigw.api.inference.Tensor;
import dev.aigw.api.rerank.RerankResponse;
import dev.aigw.api.spi.ResultCache;
import org.jspecify.annotations.Nullable;

/** Estimates the heap size of an entry in bytes, from lengths only. */
final class ReplyWeigher {

    /** Key, entry, reply and the cache's own nodes. */
    static final int ENTRY_BYTES = 512;

    private static final int TOKEN_BYTES = 4;
    private static final long PART_BYTES = 64;
    private static final int UNKNOWN_BYTES = 1024;

    private ReplyWeigher() {}

    /** Returns the weight. The key contains the request, whose size is estimated from the reported prompt tokens. */
    static int weigh(ResultCache.Entry entry) {
        ModelReply reply = entry.reply();
        long bytes = ENTRY_BYTES + TOKEN_BYTES * reply.usage().inputTokens();
        if (reply instanceof ChatResponse response) {
            for (ContentPart part : response.message().parts()) {
                bytes += size(part);
            }
            bytes += response.logprobs() == null
                    ? 0
                    : PART_BYTES * response.logprobs().tokens().size();
        } else if (reply instanceof EmbeddingResponse response) {
            bytes += response.size() == 0 ? 0 : (long) response.size() * (16 + 4L * response.vector(0).length);
        } else if (reply instanceof InferenceResponse response) {
            for (Tensor tensor : response.outputs()) {
                bytes += PART_BYTES + 8L * tensor.size();
            }
        } else if (reply instanceof SpeechResponse response) {
            bytes += PART_BYTES + response.audio().sizeBytes();
        } else if (reply instanceof RerankResponse response) {
            bytes += PART_BYTES * response.results().size();
        } else {
            bytes += UNKNOWN_BYTES;
        }
        return (int) Math.min(Integer.MAX_VALUE, bytes);
    }

    static long size(ContentPart part) {
        if (part instanceof ContentPart.Text text) {
            return PART_BYTES
                    + text.text().length()
                    + PART_BYTES * text.citations().size();
        }
        if (part instanceof ToolCall call) {
            return PART_BYTES + call.arguments().length() + size(call.signature());
        }
        if (part instanceof ContentPart.Reasoning reasoning) {
            return PART_BYTES
                    + size(reasoning.text())
                    + size(reasoning.summary())
                    + size(reasoning.signature())
                    + size(reasoning.encrypted());
        }
        if (part instanceof ContentPart.Image image) {
            return PART_BYTES + image.media().sizeBytes();
        }
        if (part instanceof ContentPart.Audio audio) {
            return PART_BYTES + audio.media().sizeBytes();
        }
        if (part instanceof ContentPart.Video video) {
            return PART_BYTES + video.media().sizeBytes();
        }
        if (part instanceof ContentPart.Document document) {
            return PART_BYTES + document.media().sizeBytes();
        }
        return part instanceof ContentPart.Refusal refusal
                ? PART_BYTES + refusal.text().length()
                : UNKNOWN_BYTES;
    }

    static long size(@Nullable String text) {
        return text == null ? 0 : text.length();
    }
}
