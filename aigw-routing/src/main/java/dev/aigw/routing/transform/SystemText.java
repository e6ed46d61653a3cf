package dev.aigw.routing.transform;

import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.Message;
import java.util.ArrayList;
import java.util.List;

/**
 * Adds a system message to the system messages at the beginning, as the first or as the last of them. A request that
 * has it there stays as it is.
 */
record SystemText(Message message, boolean first) {

    ChatRequest in(ChatRequest request) {
        List<Message> messages = request.messages();
        int end = 0;
        while (end < messages.size() && messages.get(end).role() == Message.Role.SYSTEM) {
            if (messages.get(end).equals(message)) {
                return request;
            }
            end++;
        }
        List<Message> longer = new ArrayList<>(messages.size() + 1);
        longer.addAll(messages);
        longer.add(first ? 0 : end, message);
        return request.toBuilder().messages(longer).build();
    }
}
