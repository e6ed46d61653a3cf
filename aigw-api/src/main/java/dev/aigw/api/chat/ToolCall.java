package dev.aigw.api.chat;

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
}
