package dev.aigw.routing.balance;

import dev.aigw.api.ModelRequest;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ToolSpec;
import dev.aigw.api.spi.RoutingStrategy.Candidates;

/**
 * What a call's deployment shall be remembered by: its session, or else how its prompt begins, since a provider's
 * prompt cache serves equal beginnings.
 *
 * <p>A chat's beginning is its tools and its messages up to the first of the user, so that all turns of a conversation
 * have the same; of each text only the first characters count.
 */
final class PromptKey {

    private static final int MOST_CHARS = 1_024;

    private PromptKey() {}

    static long of(Candidates candidates) {
        String session = candidates.options().sessionKey();
        if (session != null) {
            return Hashes.of(session, Integer.MAX_VALUE);
        }
        ModelRequest request = candidates.request();
        return request instanceof ChatRequest chat
                ? beginning(chat)
                : Hashes.mix(request.cacheIdentity().hashCode());
    }

    private static long beginning(ChatRequest chat) {
        long hash = 0;
        for (ToolSpec tool : chat.tools()) {
            hash = Hashes.combine(hash, Hashes.of(tool.name(), MOST_CHARS));
        }
        for (Message message : chat.messages()) {
            hash = Hashes.combine(hash, Hashes.of(message.text(), MOST_CHARS));
            if (message.role() == Message.Role.USER) {
                break;
            }
        }
        return hash;
    }
}
