package dev.aigw.api.chat;

import dev.aigw.api.JsonMapper;
import dev.aigw.api.TypeRef;
import dev.aigw.api.internal.JsonDepth;
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

    private static final int LONGEST_NAME = 64;

    /** The formats. */
    public enum Type {
        /** Free text. */
        TEXT,
        /** Any JSON object. */
        JSON,
        /** JSON that fits a schema. */
        SCHEMA
    }

    /**
     * Checks that name and schema are given exactly when the type needs them, and that the schema nests at most 500
     * levels.
     */
    public ResponseFormat {
        if ((type == Type.SCHEMA) != (schema != null) || (type == Type.SCHEMA) != (name != null)) {
            throw new IllegalArgumentException(
                    "give name and schema with type SCHEMA, and only with it; use ResponseFormat.schema(name, schema)");
        }
        JsonDepth.check("the schema " + name, schema);
        schema = schema == null ? null : Collections.unmodifiableMap(new LinkedHashMap<>(schema));
    }

    /** Returns the format of JSON that fits {@code schema}, enforced by the vendor. */
    public static ResponseFormat schema(String name, Map<String, ?> schema) {
        return new ResponseFormat(
                Type.SCHEMA, Objects.requireNonNull(name, "name"), Objects.requireNonNull(schema, "schema"), true);
    }

    /**
     * Returns the format of JSON that can be read as {@code type}, enforced by the vendor. The schema is named after
     * the type.
     *
     * <pre>{@code
     * Verdict verdict = router.chat(ChatRequest.builder("assistant")
     *         .user(text).responseFormat(ResponseFormat.schema(Verdict.class)).build())
     *     .as(Verdict.class);
     * }</pre>
     *
     * @throws IllegalArgumentException if no schema describes the type; the message names the member and the fix
     * @throws IllegalStateException if no mapper is installed; the message says what to add
     * @see JsonMapper#installed()
     */
    public static ResponseFormat schema(Class<?> type) {
        return schema(type, JsonMapper.installed());
    }

    /**
     * Returns the format of JSON that can be read as {@code type}, enforced by the vendor.
     *
     * <pre>{@code
     * TypeRef<List<Item>> items = new TypeRef<>() {};
     * List<Item> found = router.chat(ChatRequest.builder("assistant")
     *         .user(text).responseFormat(ResponseFormat.schema(items)).build())
     *     .as(items);
     * }</pre>
     *
     * @throws IllegalArgumentException if no schema describes the type; the message names the member and the fix
     * @throws IllegalStateException if no mapper is installed; the message says what to add
     * @see JsonMapper#installed()
     */
    public static ResponseFormat schema(TypeRef<?> type) {
        return schema(type.type(), JsonMapper.installed());
    }

    /**
     * Returns the format of JSON that {@code mapper} can read as {@code type}, enforced by the vendor. Read the answer
     * with the same mapper: set it on the adapter or the router, or give it to the reply.
     *
     * @throws IllegalArgumentException if no schema describes the type; the message names the member and the fix
     */
    public static ResponseFormat schema(java.lang.reflect.Type type, JsonMapper mapper) {
        return schema(nameOf(type), mapper.schema(type));
    }

    /** Returns the type's name without packages, in the characters and the length that vendors take. */
    private static String nameOf(java.lang.reflect.Type type) {
        String name = type.getTypeName()
                .replaceAll("[\\w.]+[.$]", "")
                .replaceAll("[^A-Za-z0-9_-]+", "_")
                .replaceAll("_$", "");
        return name.isEmpty() ? "answer" : name.substring(0, Math.min(name.length(), LONGEST_NAME));
    }
}
