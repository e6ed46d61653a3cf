package dev.aigw.api.chat;

import dev.aigw.api.JsonSchemas;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The format of the answer.
 *
 * @param type free text, any JSON object, or JSON that fits a schema
 * @param name the schema's name, with {@link Type#SCHEMA} only
 * @param schema the JSON schema, with {@link Type#SCHEMA} only
 * @param strict whether the vendor shall enforce the schema during generation
 */
public record ResponseFormat(
        Type type, @Nullable String name, @Nullable Map<String, ?> schema, boolean strict) {

    /** Free text, the default. */
    public static final ResponseFormat TEXT = new ResponseFormat(Type.TEXT, null, null, false);

    /** Any JSON object. */
    public static final ResponseFormat JSON = new ResponseFormat(Type.JSON, null, null, false);

    /** The formats. */
    public enum Type {
        /** Free text. */
        TEXT,
        /** Any JSON object. */
        JSON,
        /** JSON that fits a schema. */
        SCHEMA
    }

    /** Checks that name and schema are given exactly when the type needs them. */
    public ResponseFormat {
        if ((type == Type.SCHEMA) != (schema != null) || (type == Type.SCHEMA) != (name != null)) {
            throw new IllegalArgumentException(
                    "give name and schema with type SCHEMA, and only with it; use ResponseFormat.schema(name, schema)");
        }
        schema = schema == null ? null : Collections.unmodifiableMap(new LinkedHashMap<>(schema));
    }

    /** Returns the format of JSON that fits {@code schema}, enforced by the vendor. */
    public static ResponseFormat schema(String name, Map<String, ?> schema) {
        return new ResponseFormat(
                Type.SCHEMA, Objects.requireNonNull(name, "name"), Objects.requireNonNull(schema, "schema"), true);
    }

    /**
     * Returns the format of JSON that can be read as {@code type}, a record, enforced by the vendor. The schema is
     * named after the type.
     *
     * <pre>{@code
     * Verdict verdict = router.chat(ChatRequest.builder("assistant")
     *         .user(text).responseFormat(ResponseFormat.schema(Verdict.class)).build())
     *     .as(Verdict.class);
     * }</pre>
     *
     * @throws IllegalStateException if no generator of schemas is installed; the message says what to add
     * @see JsonSchemas
     */
    public static ResponseFormat schema(Class<?> type) {
        String name = type.getSimpleName().replaceAll("[^A-Za-z0-9_-]", "_");
        return schema(name, JsonSchemas.installed().of(type));
    }
}
