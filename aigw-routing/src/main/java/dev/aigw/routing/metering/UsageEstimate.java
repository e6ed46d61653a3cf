package dev.aigw.routing.metering;

import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.TokenUsage.Provenance;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.chat.ToolSpec;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.spi.End;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Estimates tokens by counting characters, four to a token, where a provider reported none.
 *
 * <p>Text, tool calls and their results, reasoning and the names and descriptions of tools are counted; media and
 * schemas are not, since their tokens do not go by their size.
 */
final class UsageEstimate {

    private static final int CHARS_PER_TOKEN = 4;

    private UsageEstimate() {}

    /** Returns an estimate for chats and embeddings; {@link TokenUsage#NONE} for anything else. */
    static TokenUsage of(ModelRequest request, End end) {
        if (request instanceof ChatRequest chat) {
            return TokenUsage.builder()
                    .input(tokens(chars(chat)))
                    .output(tokens(outputChars(end)))
                    .provenance(Provenance.ESTIMATED)
                    .build();
        }
        if (request instanceof EmbeddingRequest embedding) {
            return TokenUsage.builder()
                    .input(tokens(embedding.inputs().stream()
                            .mapToLong(String::length)
                            .sum()))
                    .provenance(Provenance.ESTIMATED)
                    .build();
        }
        return TokenUsage.NONE;
    }

    /** Returns {@code reported}, with more output where the characters that came stand for more than it says. */
    static TokenUsage atLeastOutput(TokenUsage reported, long outputChars) {
        long missing = tokens(outputChars) - reported.outputTokens();
        return missing <= 0
                ? reported
                : reported.plus(TokenUsage.builder()
                        .output(missing)
                        .provenance(Provenance.ESTIMATED)
                        .build());
    }

    private static long outputChars(End end) {
        ModelReply reply = end.reply();
        return reply instanceof ChatResponse response ? chars(response.message().parts()) : end.outputChars();
    }

    private static long chars(ChatRequest request) {
        long chars = 0;
        for (Message message : request.messages()) {
            chars += chars(message.parts());
        }
        for (ToolSpec tool : request.tools()) {
            chars += tool.name().length() + length(tool.description());
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
        if (part instanceof ContentPart.Reasoning reasoning) {
            return reasoning.text() != null ? reasoning.text().length() : length(reasoning.summary());
        }
        return part instanceof ContentPart.Refusal refusal ? refusal.text().length() : 0;
    }

    private static long length(@Nullable String text) {
        return text == null ? 0 : text.length();
    }

    private static long tokens(long chars) {
        return (chars + CHARS_PER_TOKEN - 1) / CHARS_PER_TOKEN;
    }
}
