package dev.aigw.api.chat;

import dev.aigw.api.JsonSchemas;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A tool the model may ask to have called.
 *
 * @param name its name
 * @param description what it does, for the model to read, or null
 * @param parameters the JSON schema of its arguments; for a vendor's own tool, the whole definition
 * @param strict whether arguments must follow the schema exactly, or null for the vendor's default
 * @param provider null for an ordinary function; otherwise the only adapter this definition is for
 */
public record ToolSpec(
        String name,
        @Nullable String description,
        Map<String, ?> parameters,
        @Nullable Boolean strict,
        @Nullable String provider) {

    /** Copies the map. */
    public ToolSpec {
        Objects.requireNonNull(name, "name");
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }

    /** Returns an ordinary function. */
    public static ToolSpec function(String name, String description, Map<String, ?> parameters) {
        return new ToolSpec(name, description, parameters, null, null);
    }

    /**
     * Returns an ordinary function whose arguments {@code arguments}, a record, can be read from.
     *
     * @throws IllegalStateException if no generator of schemas is there; the message says what to add
     * @see JsonSchemas
     */
    public static ToolSpec function(String name, String description, Class<?> arguments) {
        return function(name, description, JsonSchemas.installed().of(arguments));
    }

    /** Returns a tool that one vendor runs on its side (web search, say), defined as that vendor wants it. */
    public static ToolSpec raw(String provider, String name, Map<String, ?> definition) {
        return new ToolSpec(name, null, definition, null, Objects.requireNonNull(provider, "provider"));
    }
}
