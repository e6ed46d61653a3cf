package dev.aigw.api.client;

import dev.aigw.api.chat.ChatEvent;

/** Takes the events of a stream, one after the other. */
@FunctionalInterface
public interface ChatListener {

    /**
     * Takes the next event, in a thread of the client's executor. The stream waits until it returns; what it throws
     * ends the stream and fails the call.
     */
    void onEvent(ChatEvent event);
}
