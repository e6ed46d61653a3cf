package dev.aigw.api.client;

import dev.aigw.api.chat.ChatEvent;

/** Receives the events of a stream, one after the other. */
@FunctionalInterface
public interface ChatListener {

    /**
     * Called with the next event, in a thread of the client's executor. The stream waits until it returns. What it
     * throws ends the stream and fails the call.
     */
    void onEvent(ChatEvent event);
}
