package dev.aigw.api.chat;

import dev.aigw.api.GatewayException;
import dev.aigw.api.JsonMapper;
import java.lang.reflect.Type;

/** Reads a model's JSON as a type, and says in a failure what was read. */
final class TypedJson {

    private TypedJson() {}

    static Object read(JsonMapper mapper, String json, Type type, String what) {
        return read(mapper, json, type, what, "");
    }

    static Object read(JsonMapper mapper, String json, Type type, String what, String advice) {
        try {
            return mapper.read(json, type);
        } catch (GatewayException e) {
            GatewayException explained =
                    e.toBuilder().message(what + ": " + e.getMessage() + advice).build();
            explained.setStackTrace(e.getStackTrace());
            throw explained;
        }
    }
}
