package dev.aigw.routing.engine.pool;

import dev.aigw.api.ModelRequest;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.chat.ToolSpec;
import dev.aigw.api.embedding.EmbeddingRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Estimates the size of a prompt cheaply, from the lengths of its texts without reading them. */
final class PromptSize {

    private static final int CHARS_PER_TOKEN = 4;

    private PromptSize() {}

    /** Returns the estimated tokens of the prompt, at four characters per token; 0 for requests without a prompt. */
    static long tokens(ModelRequest request) {
        return (chars(request) + CHARS_PER_TOKEN - 1) / CHARS_PER_TOKEN;
    }

    /** Returns the characters of a chat's texts, tool calls and tools, or of an embedding's inputs. */
    static long chars(ModelRequest request) {
        long chars = 0;
        if (request instanceof ChatRequest chat) {
            for (Message message : chat.messages()) {
                chars += chars(message.parts());
            }
            for (ToolSpec tool : chat.tools()) {
                chars += tool.name().length() + length(tool.description());
            }
        } else if (request instanceof EmbeddingRequest embedding) {
            for (String input : embedding.inputs()) {
                chars += input.length();
            }
        }
        return chars;
    }

    private static long chars(List<ContentPart> parts) {
        long chars = 0;
        for (ContentPart part : parts) {
            chars += chars(part);
        }
        return chars;
    }

    private static long chars(ContentPart part) {
        if (part instanceof ContentPart.Text text) {
            return text.text().length();
        }
        if (part instanceof ToolCall call) {
            return (long) call.name().length() + call.arguments().length();
        }
        if (part instanceof ContentPart.ToolResult result) {
            return chars(result.content());
        }
        return part instanceof ContentPart.Reasoning reasoning ? length(reasoning.text()) : 0;
    }

    private static long length(@Nullable String text) {
        return text == null ? 0 : text.length();
    }
}
