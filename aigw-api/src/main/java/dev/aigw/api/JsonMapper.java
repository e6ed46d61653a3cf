package dev.aigw.api;

import java.lang.reflect.Type;
import java.util.Map;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * Makes the JSON schemas of an application's types, and reads and writes values of them. One mapper does both, so that
 * what fits a type's schema can be read as the type. The api itself has none: {@link #installed()} finds one by
 * {@link ServiceLoader}, and {@code aigw-providers} contains one. Implementations are safe for use by many threads.
 */
public interface JsonMapper {

    /**
     * Returns the JSON schema of a type as plain JSON values. Its root is an object: any other value, such as a list,
     * is the only property of that object, and is taken out of it when it is read.
     *
     * @throws IllegalArgumentException if no schema describes what can be read as the type; the message names the
     *     member and the fix
     */
    Map<String, ?> schema(Type type);

    /**
     * Returns {@code json} as a {@code type}, never null.
     *
     * @throws GatewayException of kind {@link ErrorKind#MALFORMED_RESPONSE} if the text is not JSON or does not fit
     */
    Object read(String json, Type type);

    /**
     * Returns {@code json} as a {@code type}, never null.
     *
     * @throws GatewayException of kind {@link ErrorKind#MALFORMED_RESPONSE} if the text is not JSON or does not fit
     */
    @SuppressWarnings("unchecked") // a primitive's class has the type of its box
    default <T> T read(String json, Class<T> type) {
        return (T) read(json, (Type) type);
    }

    /**
     * Returns {@code json} as a {@code type}, never null.
     *
     * @throws GatewayException of kind {@link ErrorKind#MALFORMED_RESPONSE} if the text is not JSON or does not fit
     */
    @SuppressWarnings("unchecked") // the reference's type is T
    default <T> T read(String json, TypeRef<T> type) {
        return (T) read(json, type.type());
    }

    /**
     * Returns a value as JSON: a plain JSON value, or an object such as a record.
     *
     * @throws GatewayException of kind {@link ErrorKind#INVALID_REQUEST} if it cannot be written
     */
    String write(@Nullable Object value);

    /**
     * Returns the installed mapper. Where there is none, the methods of the one returned throw
     * {@link IllegalStateException}, which says what to add.
     */
    static JsonMapper installed() {
        return InstalledMapper.INSTANCE;
    }
}
