package dev.aigw.api.conversation;

import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.client.ModelClient;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Summarizes the beginning of a conversation by a model. */
final class ModelSummary implements Function<List<Message>, String> {

    private static final String TASK = "You are given the beginning of a conversation. Sum it up so that it can go on"
            + " without it: who wants what, facts, names and numbers, what was decided, what is open. If it contains a"
            + " summary already, take that in. Answer with the summary alone, in the language of the conversation.";

    private final ModelClient client;
    private final String model;
    private final int maxTokens;

    ModelSummary(ModelClient client, String model, int maxTokens) {
        this.client = client;
        this.model = model;
        this.maxTokens = maxTokens;
    }

    @Override
    public String apply(List<Message> messages) {
        return client.chat(request(model, messages, maxTokens)).text();
    }

    static ChatRequest request(String model, List<Message> messages, int maxTokens) {
        return ChatRequest.builder(model)
                .system(TASK)
                .user(write(messages))
                .maxOutputTokens(maxTokens)
                .build();
    }

    private static String write(List<Message> messages) {
        StringBuilder text = new StringBuilder();
        for (Message message : messages) {
            text.append(message.role().name().toLowerCase(Locale.ROOT)).append(": ");
            for (ContentPart part : message.parts()) {
                if (part instanceof ContentPart.Text some) {
                    text.append(some.text());
                } else if (part instanceof ToolCall call) {
                    text.append("[calls ")
                            .append(call.name())
                            .append(' ')
                            .append(call.arguments())
                            .append(']');
                } else if (part instanceof ContentPart.ToolResult result) {
                    text.append("[result: ").append(result.text()).append(']');
                }
            }
            text.append('\n');
        }
        return text.toString();
    }
}
