package dev.aigw.api.chat;

import dev.aigw.api.JsonMapper;
import dev.aigw.api.TypeRef;
import dev.aigw.api.internal.JsonDepth;
import java.lang.reflect.Type;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A tool that the model may call.
 *
 * @param name its name
 * @param description what it does, for the model to read, or null
 * @param parameters the JSON schema of its arguments; for a vendor's own tool, the whole definition
 * @param strict whether arguments must follow the schema exactly, or null for the vendor's default
 * @param provider null for an ordinary function; otherwise the only adapter that this definition is for
 */
public record ToolSpec(
        String name,
        @Nullable String description,
        Map<String, ?> parameters,
        @Nullable Boolean strict,
        @Nullable String provider) {

    /**
     * Copies the map.
     *
     * @throws IllegalArgumentException if it nests deeper than 500 levels
     */
    public ToolSpec {
        Objects.requireNonNull(name, "name");
        JsonDepth.check("the schema of the tool " + name, parameters);
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }

    /** Returns an ordinary function. */
    public static ToolSpec function(String name, String description, Map<String, ?> parameters) {
        return new ToolSpec(name, description, parameters, null, null);
    }

    /**
     * Returns an ordinary function whose arguments can be read as {@code arguments}, a record, by
     * {@link ToolCall#as(Class)}.
     *
     * <pre>{@code
     * ToolSpec weather = ToolSpec.function("weather", "Returns the weather of a city.", City.class);
     * }</pre>
     *
     * @throws IllegalArgumentException if no schema describes the type; the message names the member and the fix
     * @throws IllegalStateException if no mapper is installed; the message says what to add
     * @see JsonMapper#installed()
     */
    public static ToolSpec function(String name, String description, Class<?> arguments) {
        return function(name, description, arguments, JsonMapper.installed());
    }

    /**
     * Returns an ordinary function whose arguments can be read as {@code arguments} by {@link ToolCall#as(TypeRef)}.
     *
     * @throws IllegalArgumentException if no schema describes the type; the message names the member and the fix
     * @throws IllegalStateException if no mapper is installed; the message says what to add
     * @see JsonMapper#installed()
     */
    public static ToolSpec function(String name, String description, TypeRef<?> arguments) {
        return function(name, description, arguments.type(), JsonMapper.installed());
    }

    /**
     * Returns an ordinary function whose arguments {@code mapper} can read as {@code arguments}.
     *
     * @throws IllegalArgumentException if no schema describes the type; the message names the member and the fix
     */
    public static ToolSpec function(String name, String description, Type arguments, JsonMapper mapper) {
        return function(name, description, mapper.schema(arguments));
    }

    /** Returns a tool that one vendor runs on its servers, such as web search, in that vendor's own definition. */
    public static ToolSpec raw(String provider, String name, Map<String, ?> definition) {
        return new ToolSpec(name, null, definition, null, Objects.requireNonNull(provider, "provider"));
    }
}
