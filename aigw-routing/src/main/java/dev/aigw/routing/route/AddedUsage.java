package dev.aigw.routing.route;

import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatEventSource;
import org.jspecify.annotations.Nullable;

/** Adds the tokens of earlier attempts to those that a stream reports. One thread reads, any thread closes. */
final class AddedUsage implements ChatEventSource {

    private final ChatEventSource source;
    private final TokenUsage before;

    AddedUsage(ChatEventSource source, TokenUsage before) {
        this.source = source;
        this.before = before;
    }

    @Override
    public @Nullable ChatEvent next() {
        ChatEvent event = source.next();
        return event instanceof ChatEvent.UsageReported reported
                ? new ChatEvent.UsageReported(before.plus(reported.usage()))
                : event;
    }

    @Override
    public void close() {
        source.close();
    }
}
