package dev.aigw.routing.engine.call;

import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.audio.SpeechRequest;
import dev.aigw.api.audio.SpeechResponse;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.Citation;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Logprobs;
import dev.aigw.api.chat.Media;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.chat.ToolSpec;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.embedding.EmbeddingResponse;
import dev.aigw.api.inference.InferenceRequest;
import dev.aigw.api.inference.InferenceResponse;
import dev.aigw.api.inference.Tensor;
import dev.aigw.api.moderation.ModerationRequest;
import dev.aigw.api.moderation.ModerationResponse;
import dev.aigw.api.predict.PredictRequest;
import dev.aigw.api.predict.PredictResponse;
import dev.aigw.api.rerank.RerankRequest;
import dev.aigw.api.rerank.RerankResponse;
import dev.aigw.api.spi.ResultCache;
import java.lang.reflect.Array;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Estimates how many bytes of the heap a stored entry takes, its key included: every text, picture, tensor and field of
 * request and reply, and a fixed size for each object. What only an application knows, a custom request or reply or an
 * object within one, counts {@value #UNKNOWN_BYTES} bytes.
 */
public final class HeapSize {

    /** Key, entry, reply and a cache's own nodes. */
    static final int ENTRY_BYTES = 512;

    private static final long OBJECT_BYTES = 64;
    private static final long NUMBER_BYTES = 24;
    private static final long REFERENCE_BYTES = 8;
    private static final long UNKNOWN_BYTES = 1024;

    /** The last character of which a compact string needs one byte. */
    private static final char LATIN1 = 0xff;

    private HeapSize() {}

    /** Returns the size of a key and its entry. */
    public static long of(ResultCache.Key key, ResultCache.Entry entry) {
        return of(key) + of(entry);
    }

    /** Returns the size of an entry without its key. */
    public static long of(ResultCache.Entry entry) {
        return ENTRY_BYTES + of(entry.reply());
    }

    /** Returns the size of a key with its request. */
    public static long of(ResultCache.Key key) {
        return of(key.scope()) + of(key.conditions()) + of(key.request());
    }

    static long of(ModelRequest request) {
        if (request instanceof ChatRequest chat) {
            return of(chat);
        }
        long extra = of(request.extra());
        if (request instanceof EmbeddingRequest embedding) {
            return extra + of(embedding.inputs());
        }
        if (request instanceof RerankRequest rerank) {
            return extra + of(rerank.query()) + of(rerank.documents());
        }
        if (request instanceof ModerationRequest moderation) {
            long bytes = extra + of(moderation.texts());
            for (Media image : moderation.images()) {
                bytes += of(image);
            }
            return bytes;
        }
        if (request instanceof InferenceRequest inference) {
            return of(inference.inputs()) + of(inference.outputs()) + of(inference.parameters());
        }
        if (request instanceof PredictRequest predict) {
            return of(predict.payload());
        }
        if (request instanceof SpeechRequest speech) {
            return extra + of(speech.text()) + of(speech.instructions());
        }
        return UNKNOWN_BYTES;
    }

    private static long of(ChatRequest chat) {
        long bytes = of(chat.extra()) + of(chat.metadata()) + of(chat.stop()) + of(chat.user());
        for (Message message : chat.messages()) {
            bytes += OBJECT_BYTES + of(message.name());
            for (ContentPart part : message.parts()) {
                bytes += of(part);
            }
        }
        for (ToolSpec tool : chat.tools()) {
            bytes += OBJECT_BYTES + of(tool.name()) + of(tool.description()) + of(tool.parameters());
        }
        return bytes + of(chat.responseFormat().schema());
    }

    static long of(ModelReply reply) {
        if (reply instanceof ChatResponse chat) {
            return of(chat);
        }
        if (reply instanceof EmbeddingResponse embedding) {
            return embedding.size() == 0
                    ? 0
                    : embedding.size() * (OBJECT_BYTES + (long) Float.BYTES * embedding.vector(0).length);
        }
        if (reply instanceof InferenceResponse inference) {
            return of(inference.outputs()) + of(inference.parameters());
        }
        if (reply instanceof SpeechResponse speech) {
            return of(speech.audio()) + of(speech.extra());
        }
        if (reply instanceof RerankResponse rerank) {
            return OBJECT_BYTES * rerank.results().size() + of(rerank.extra());
        }
        if (reply instanceof ModerationResponse moderation) {
            long bytes = of(moderation.extra());
            for (ModerationResponse.Verdict verdict : moderation.results()) {
                bytes += OBJECT_BYTES + of(verdict.categories()) + of(verdict.scores());
            }
            return bytes;
        }
        // its text takes no more than the values that were read from it
        return reply instanceof PredictResponse predict ? 2 * of(predict.json()) : UNKNOWN_BYTES;
    }

    private static long of(ChatResponse chat) {
        long bytes = of(chat.warnings()) + of(chat.extra());
        for (ContentPart part : chat.message().parts()) {
            bytes += of(part);
        }
        if (chat.logprobs() != null) {
            for (Logprobs.Token token : chat.logprobs().tokens()) {
                bytes += OBJECT_BYTES
                        + of(token.token())
                        + (OBJECT_BYTES + OBJECT_BYTES) * token.top().size();
            }
        }
        return bytes;
    }

    /** Returns the size of a part of a message. */
    public static long of(ContentPart part) {
        if (part instanceof ContentPart.Text text) {
            long bytes = OBJECT_BYTES + of(text.text());
            for (Citation citation : text.citations()) {
                bytes += OBJECT_BYTES
                        + of(citation.url())
                        + of(citation.title())
                        + of(citation.citedText())
                        + of(citation.raw());
            }
            return bytes;
        }
        if (part instanceof ToolCall call) {
            return OBJECT_BYTES
                    + of(call.id())
                    + of(call.name())
                    + of(call.arguments())
                    + of(call.signature())
                    + of(call.origin());
        }
        if (part instanceof ContentPart.ToolResult result) {
            long bytes = OBJECT_BYTES + of(result.toolCallId());
            for (ContentPart each : result.content()) {
                bytes += of(each);
            }
            return bytes;
        }
        if (part instanceof ContentPart.Reasoning reasoning) {
            return OBJECT_BYTES
                    + of(reasoning.text())
                    + of(reasoning.summary())
                    + of(reasoning.signature())
                    + of(reasoning.encrypted())
                    + of(reasoning.origin());
        }
        if (part instanceof ContentPart.Document document) {
            return of(document.media()) + of(document.title());
        }
        if (part instanceof ContentPart.Refusal refusal) {
            return OBJECT_BYTES + of(refusal.text());
        }
        if (part instanceof ContentPart.Raw raw) {
            return OBJECT_BYTES + of(raw.json());
        }
        Media media = part instanceof ContentPart.Image image
                ? image.media()
                : part instanceof ContentPart.Audio audio
                        ? audio.media()
                        : part instanceof ContentPart.Video video ? video.media() : null;
        return media == null ? OBJECT_BYTES : of(media);
    }

    private static long of(Media media) {
        return OBJECT_BYTES + media.sizeBytes() + of(media.url()) + of(media.fileId());
    }

    /** Returns the size of a text: one byte for each character, or two if any is beyond Latin-1. */
    public static long of(@Nullable String text) {
        if (text == null) {
            return 0;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > LATIN1) {
                return OBJECT_BYTES + 2L * text.length();
            }
        }
        return OBJECT_BYTES + text.length();
    }

    /** Returns the size of a plain value and all it contains, however deep. */
    private static long of(@Nullable Object value) {
        long bytes = 0;
        Deque<Object> left = new ArrayDeque<>();
        Object next = value;
        while (next != null) {
            bytes += REFERENCE_BYTES;
            if (next instanceof String text) {
                bytes += of(text);
            } else if (next instanceof Map<?, ?> map) {
                bytes += OBJECT_BYTES * (1 + map.size());
                map.forEach((name, each) -> {
                    push(left, name);
                    push(left, each);
                });
            } else if (next instanceof Collection<?> list) {
                bytes += OBJECT_BYTES;
                list.forEach(each -> push(left, each));
            } else if (next instanceof Tensor tensor) {
                bytes += OBJECT_BYTES + OBJECT_BYTES + tensor.sizeBytes();
                push(left, tensor.parameters());
            } else if (next.getClass().isArray()) {
                bytes += OBJECT_BYTES;
                if (next instanceof Object[] elements) {
                    for (Object each : elements) {
                        push(left, each);
                    }
                } else {
                    bytes += REFERENCE_BYTES * Array.getLength(next);
                }
            } else {
                bytes += next instanceof Number || next instanceof Boolean || next instanceof Enum
                        ? NUMBER_BYTES
                        : UNKNOWN_BYTES;
            }
            next = left.poll();
        }
        return bytes;
    }

    private static void push(Deque<Object> left, @Nullable Object value) {
        if (value != null) {
            left.push(value);
        }
    }
}
