package dev.aigw.providers.langchain4j;

import dev.aigw.providers.json.Json;
import dev.langchain4j.model.chat.request.json.JsonArraySchema;
import dev.langchain4j.model.chat.request.json.JsonBooleanSchema;
import dev.langchain4j.model.chat.request.json.JsonEnumSchema;
import dev.langchain4j.model.chat.request.json.JsonIntegerSchema;
import dev.langchain4j.model.chat.request.json.JsonNumberSchema;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonRawSchema;
import dev.langchain4j.model.chat.request.json.JsonReferenceSchema;
import dev.langchain4j.model.chat.request.json.JsonSchemaElement;
import dev.langchain4j.model.chat.request.json.JsonStringSchema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns a JSON schema given as plain Java into LangChain4j's schema types. An element that those types can express
 * becomes typed; one with any other keyword is passed on as raw JSON, so nothing is lost.
 */
final class SchemaEncoder {

    private static final String REFERENCE_PREFIX = "#/$defs/";

    private SchemaEncoder() {}

    /** Returns the schema of a tool's arguments, whose root LangChain4j requires to be an object. */
    static JsonObjectSchema object(Map<String, ?> schema) {
        JsonObjectSchema.Builder object = JsonObjectSchema.builder().description(text(schema, "description"));
        elements(schema.get("properties")).forEach(object::addProperty);
        if (schema.get("required") instanceof List<?> required) {
            object.required(strings(required));
        }
        if (schema.get("additionalProperties") instanceof Boolean additional) {
            object.additionalProperties(additional);
        }
        Map<String, JsonSchemaElement> definitions = elements(schema.get("$defs"));
        if (!definitions.isEmpty()) {
            object.definitions(definitions);
        }
        return object.build();
    }

    /** Returns the schema of an answer unchanged. */
    static JsonSchemaElement raw(Map<String, ?> schema) {
        return JsonRawSchema.from(Json.text(schema));
    }

    private static Map<String, JsonSchemaElement> elements(@Nullable Object schemas) {
        Map<String, JsonSchemaElement> elements = new LinkedHashMap<>();
        if (schemas instanceof Map<?, ?> map) {
            map.forEach((name, schema) -> elements.put(String.valueOf(name), element(schema)));
        }
        return elements;
    }

    private static JsonSchemaElement element(@Nullable Object value) {
        Map<String, Object> schema = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, entry) -> schema.put(String.valueOf(key), entry));
        } else {
            return JsonRawSchema.from(Json.text(value));
        }
        JsonSchemaElement typed = typed(schema, text(schema, "description"));
        return typed == null ? raw(schema) : typed;
    }

    private static @Nullable JsonSchemaElement typed(Map<String, Object> schema, @Nullable String description) {
        if (schema.get("$ref") instanceof String reference
                && reference.startsWith(REFERENCE_PREFIX)
                && only(schema, "$ref")) {
            return JsonReferenceSchema.builder()
                    .reference(reference.substring(REFERENCE_PREFIX.length()))
                    .build();
        }
        if (!(schema.get("type") instanceof String type)) {
            return null;
        }
        return switch (type) {
            case "string" -> string(schema, description);
            case "integer" ->
                simple(schema)
                        ? JsonIntegerSchema.builder().description(description).build()
                        : null;
            case "number" ->
                simple(schema)
                        ? JsonNumberSchema.builder().description(description).build()
                        : null;
            case "boolean" ->
                simple(schema)
                        ? JsonBooleanSchema.builder().description(description).build()
                        : null;
            case "array" ->
                only(schema, "type", "description", "items") && schema.get("items") != null
                        ? JsonArraySchema.builder()
                                .description(description)
                                .items(element(schema.get("items")))
                                .build()
                        : null;
            case "object" ->
                only(schema, "type", "description", "properties", "required", "additionalProperties")
                                && !(schema.get("additionalProperties") instanceof Map)
                        ? object(schema)
                        : null;
            default -> null;
        };
    }

    private static @Nullable JsonSchemaElement string(Map<String, Object> schema, @Nullable String description) {
        if (schema.get("enum") instanceof List<?> values && only(schema, "type", "description", "enum")) {
            return JsonEnumSchema.builder()
                    .description(description)
                    .enumValues(strings(values))
                    .build();
        }
        return simple(schema)
                ? JsonStringSchema.builder().description(description).build()
                : null;
    }

    private static boolean simple(Map<String, Object> schema) {
        return only(schema, "type", "description");
    }

    private static boolean only(Map<String, Object> schema, String... keywords) {
        return Set.of(keywords).containsAll(schema.keySet());
    }

    private static @Nullable String text(Map<String, ?> schema, String key) {
        return schema.get(key) instanceof String text ? text : null;
    }

    private static List<String> strings(List<?> values) {
        List<String> strings = new ArrayList<>(values.size());
        for (Object value : values) {
            strings.add(String.valueOf(value));
        }
        return strings;
    }
}
