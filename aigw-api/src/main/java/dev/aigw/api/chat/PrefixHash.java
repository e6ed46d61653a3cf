package dev.aigw.api.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Hashes the beginnings of a conversation: its tools, and its messages without reasoning and cache hints. The hashes
 * are the same in every JVM. Not safe for use by several threads.
 */
final class PrefixHash {

    private static final long MULTIPLIER = 0x9e3779b97f4a7c15L;

    private final List<Message> messages;
    private final List<Long> hashes = new ArrayList<>();
    private long hash = MULTIPLIER;

    PrefixHash(List<ToolSpec> tools, List<Message> messages) {
        this.messages = messages;
        for (ToolSpec tool : tools) {
            add(tool.name().hashCode());
            add(Objects.hashCode(tool.description()));
            add(tool.parameters().hashCode());
        }
        hashes.add(hash);
    }

    /** Returns the hash of what precedes the message at {@code index}. */
    String before(int index) {
        while (hashes.size() <= index) {
            Message message = messages.get(hashes.size() - 1);
            add(message.role().name().hashCode());
            message.parts().forEach(this::add);
            hashes.add(hash);
        }
        return Long.toHexString(hashes.get(index));
    }

    /**
     * Returns whether a hash is that of what precedes the answer at {@code index}, or the answers in a row that it
     * ends, which an application may have made of one.
     */
    boolean isBefore(int index, String prefix) {
        for (int i = index; i >= 0; i--) {
            if (before(i).equals(prefix)) {
                return true;
            }
            if (i == 0 || messages.get(i - 1).role() != Message.Role.ASSISTANT) {
                return false;
            }
        }
        return false;
    }

    private void add(ContentPart part) {
        if (part instanceof ContentPart.Text text) {
            add(text.text().hashCode());
        } else if (part instanceof ContentPart.Refusal refusal) {
            add(refusal.text().hashCode());
        } else if (part instanceof ToolCall call) {
            add(call.id().hashCode());
            add(call.name().hashCode());
            add(call.arguments().hashCode());
        } else if (part instanceof ContentPart.ToolResult result) {
            add(result.toolCallId().hashCode());
            result.content().forEach(this::add);
        } else if (part instanceof ContentPart.Image image) {
            add(image.media());
        } else if (part instanceof ContentPart.Audio audio) {
            add(audio.media());
        } else if (part instanceof ContentPart.Video video) {
            add(video.media());
        } else if (part instanceof ContentPart.Document document) {
            add(document.media());
        }
    }

    private void add(Media media) {
        byte @Nullable [] bytes = media.bytes();
        add(bytes == null ? 0 : bytes.length);
        add(Objects.hashCode(media.url()));
        add(Objects.hashCode(media.fileId()));
    }

    private void add(int value) {
        hash = (hash ^ value) * MULTIPLIER;
        hash ^= hash >>> 32;
    }
}
