package dev.aigw.api.chat;

import dev.aigw.api.JsonMapper;
import dev.aigw.api.TypeRef;
import dev.aigw.api.internal.BareJson;
import java.lang.reflect.Type;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A call of a tool by the model. The arguments are the raw text that the model wrote, which may not be valid JSON.
 *
 * @param id ties the call to its {@link ContentPart.ToolResult}
 * @param name the tool's name
 * @param arguments the arguments, JSON as the model wrote it; empty when it wrote none
 * @param signature an opaque signature that some vendors require back with the call, or null
 * @param origin whose signature it is, as in {@link ContentPart.Reasoning#origin()}; null without a signature
 */
public record ToolCall(
        String id,
        String name,
        String arguments,
        @Nullable String signature,
        @Nullable String origin) implements ContentPart {

    /** Requires id, name and arguments. */
    public ToolCall {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(arguments, "arguments");
    }

    /** Creates a call without a signature. */
    public ToolCall(String id, String name, String arguments) {
        this(id, name, arguments, null, null);
    }

    /**
     * Returns the arguments as a {@code type}, read by the installed mapper. Where the model wrote none, as for a tool
     * without parameters, they are an empty object.
     *
     * <pre>{@code
     * for (ToolCall call : reply.toolCalls()) {
     *   City city = call.as(City.class);
     * }
     * }</pre>
     *
     * @throws dev.aigw.api.GatewayException of kind {@link dev.aigw.api.ErrorKind#MALFORMED_RESPONSE} if they are not
     *     JSON or do not fit
     * @throws IllegalStateException if no mapper is installed
     * @see JsonMapper#installed()
     */
    public <T> T as(Class<T> type) {
        return as(type, JsonMapper.installed());
    }

    /**
     * Returns the arguments as a {@code type}, read by the installed mapper.
     *
     * @throws dev.aigw.api.GatewayException of kind {@link dev.aigw.api.ErrorKind#MALFORMED_RESPONSE} if they are not
     *     JSON or do not fit
     * @throws IllegalStateException if no mapper is installed
     */
    public <T> T as(TypeRef<T> type) {
        return as(type, JsonMapper.installed());
    }

    /**
     * Returns the arguments as a {@code type}, read by a mapper of your own, such as {@link ChatResponse#mapper()}.
     *
     * @throws dev.aigw.api.GatewayException of kind {@link dev.aigw.api.ErrorKind#MALFORMED_RESPONSE} if they are not
     *     JSON or do not fit
     */
    @SuppressWarnings("unchecked") // the mapper returns what the class says
    public <T> T as(Class<T> type, JsonMapper mapper) {
        return (T) read(type, mapper);
    }

    /**
     * Returns the arguments as a {@code type}, read by a mapper of your own, such as {@link ChatResponse#mapper()}.
     *
     * @throws dev.aigw.api.GatewayException of kind {@link dev.aigw.api.ErrorKind#MALFORMED_RESPONSE} if they are not
     *     JSON or do not fit
     */
    @SuppressWarnings("unchecked") // the mapper returns what the reference says
    public <T> T as(TypeRef<T> type, JsonMapper mapper) {
        return (T) read(type.type(), mapper);
    }

    private Object read(Type type, JsonMapper mapper) {
        String json = BareJson.of(arguments);
        return TypedJson.read(
                mapper, json.isEmpty() || json.equals("null") ? "{}" : json, type, "the arguments of tool " + name);
    }
}
