package dev.aigw.routing.balance;

import dev.aigw.api.ModelRequest;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ToolSpec;
import dev.aigw.api.spi.RoutingStrategy.Candidates;

/**
 * The key that ties calls to a deployment: the session, or else the beginning of the prompt, since a provider's prompt
 * cache serves equal beginnings.
 *
 * <p>A chat's beginning is its tools and its messages up to the user's first, so that all turns of a conversation have
 * the same key; only the first characters of each text count.
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
