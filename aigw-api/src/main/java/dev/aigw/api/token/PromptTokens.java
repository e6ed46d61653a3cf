package dev.aigw.api.token;

import dev.aigw.api.ModelRequest;
import dev.aigw.api.batch.BatchRequest;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Media;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.embedding.EmbeddingRequest;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts the tokens of a request's prompt, piece by piece. The framing of a message (3 tokens, and 3 once for the
 * answer's beginning) is counted as in OpenAI's cookbook; other vendors differ by a few tokens.
 */
final class PromptTokens {

    private static final int MESSAGE = 3;
    private static final int ANSWER_START = 3;

    private static final int OTHER_MEDIA = 1_600;
    private static final int BYTES_PER_TOKEN = 4;

    private final TokenCounter counter;
    private final String model;

    PromptTokens(TokenCounter counter, String model) {
        this.counter = counter;
        this.model = model;
    }

    long of(ModelRequest request) {
        if (request instanceof ChatRequest chat) {
            return chat(chat);
        }
        if (request instanceof EmbeddingRequest embedding) {
            long sum = 0;
            for (String input : embedding.inputs()) {
                sum += text(input);
            }
            return sum;
        }
        if (request instanceof BatchRequest batch) {
            long sum = 0;
            for (BatchRequest.Item item : batch.items()) {
                sum += of(item.request());
            }
            return sum;
        }
        return 0;
    }

    private long chat(ChatRequest chat) {
        long sum = ANSWER_START;
        for (Message message : chat.messages()) {
            sum += MESSAGE + text(message.name());
            for (ContentPart part : message.parts()) {
                sum += part(part);
            }
        }
        return chat.tools().isEmpty() ? sum : sum + new ToolTokens(this, model).of(chat);
    }

    private long part(ContentPart part) {
        if (part instanceof ContentPart.Text text) {
            return text(text.text());
        }
        if (part instanceof ToolCall call) {
            return MESSAGE + text(call.name()) + text(call.arguments());
        }
        if (part instanceof ContentPart.ToolResult result) {
            long sum = MESSAGE;
            for (ContentPart piece : result.content()) {
                sum += part(piece);
            }
            return sum;
        }
        if (part instanceof ContentPart.Reasoning reasoning) {
            return reasoning.text() != null ? text(reasoning.text()) : text(reasoning.summary());
        }
        if (part instanceof ContentPart.Refusal refusal) {
            return text(refusal.text());
        }
        if (part instanceof ContentPart.Raw raw) {
            return json(raw.json());
        }
        return part instanceof ContentPart.CacheHint ? 0 : counter.countMedia(part, model);
    }

    static long media(ContentPart part, String model) {
        if (part instanceof ContentPart.Image image) {
            return ImageTokens.of(image, model);
        }
        Media media = part instanceof ContentPart.Audio audio
                ? audio.media()
                : part instanceof ContentPart.Video video
                        ? video.media()
                        : part instanceof ContentPart.Document document ? document.media() : null;
        return media == null ? 0 : media.sizeBytes() == 0 ? OTHER_MEDIA : media.sizeBytes() / BYTES_PER_TOKEN;
    }

    /** Counts a value approximately as the JSON that is sent: a token for each pair of delimiters. */
    long json(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            long sum = 1;
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                sum += 1 + text(String.valueOf(entry.getKey())) + json(entry.getValue());
            }
            return sum;
        }
        if (value instanceof Iterable<?> list) {
            long sum = 1;
            for (Object element : list) {
                sum += 1 + json(element);
            }
            return sum;
        }
        return text(String.valueOf(value));
    }

    long text(@Nullable String text) {
        return text == null || text.isEmpty() ? 0 : counter.count(text, model);
    }
}
