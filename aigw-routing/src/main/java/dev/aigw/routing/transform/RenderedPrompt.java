package dev.aigw.routing.transform;

import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.Message;
import dev.aigw.api.internal.ExtraScope;
import java.util.List;
import java.util.Map;

/**
 * A prompt with its values.
 *
 * @param name the prompt's name
 * @param version the version that was chosen
 * @param messages the messages
 */
public record RenderedPrompt(String name, String version, List<Message> messages) {

    /** The field of a request that names its prompt; no vendor is sent it. */
    static final String FIELD = ExtraScope.ofRouter("prompt");

    static final String RENDERED = "rendered";

    /** Copies the list. */
    public RenderedPrompt {
        messages = List.copyOf(messages);
    }

    /** Returns name and version, as in {@code support@3}. */
    public String id() {
        return name + "@" + version;
    }

    /**
     * Starts a request with these messages, for a router that has the {@link Prompts}: it labels the call with
     * {@link #id()}. Others refuse the request; give them {@link #messages()}.
     *
     * @param model the model asked for
     */
    public ChatRequest.Builder request(String model) {
        ChatRequest.Builder request = ChatRequest.builder(model).extra(FIELD, Map.of(RENDERED, id()));
        messages.forEach(request::message);
        return request;
    }

    /** Leaves the messages out. */
    @Override
    public String toString() {
        return "RenderedPrompt{" + id() + "}";
    }
}
