package dev.aigw.api.chat;

import dev.aigw.api.GatewayException;
import dev.aigw.api.JsonMapper;
import java.util.Map;

/** Reads stored JSON as plain values. */
final class StoredJson {

    private StoredJson() {}

    /**
     * Returns an object.
     *
     * @throws IllegalArgumentException if the text is none
     */
    @SuppressWarnings("unchecked") // the keys of maps are only read as text
    static Map<String, ?> read(String json) {
        try {
            return (Map<String, ?>) JsonMapper.installed().read(json, Map.class);
        } catch (GatewayException e) { // not as the cause: its message quotes the text, as for an answer of a model
            throw new IllegalArgumentException("the text is not a JSON object");
        }
    }
}
