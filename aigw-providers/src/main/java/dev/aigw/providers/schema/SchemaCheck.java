package dev.aigw.providers.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import dev.aigw.api.chat.ResponseFormat;
import dev.aigw.providers.json.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Tells what in an answer breaks a JSON schema, for the keywords that {@link PromptedSchemas} names. Immutable.
 *
 * @see <a href="https://json-schema.org/draft/2020-12/json-schema-validation">JSON Schema Validation, 2020-12</a>
 */
final class SchemaCheck {

    private static final int MOST_PROBLEMS = 10;
    private static final int MOST_DEPTH = 500;
    private static final JsonNode ANY = BooleanNode.TRUE;

    private final JsonNode root;

    private SchemaCheck(JsonNode root) {
        this.root = root;
    }

    static SchemaCheck of(ResponseFormat format) {
        return new SchemaCheck(Objects.requireNonNull(Json.parseOrNull(Json.text(format.schema()))));
    }

    /** Returns what is wrong with {@code text}, at most ten things; nothing when it fits. */
    List<String> problems(String text) {
        JsonNode value = text.isBlank() ? null : Json.parseOrNull(text);
        if (value == null) {
            return List.of("it is not one JSON value and nothing else");
        }
        List<String> problems = new ArrayList<>();
        check(value, root, "", 0, problems);
        return List.copyOf(problems.subList(0, Math.min(problems.size(), MOST_PROBLEMS)));
    }

    private void check(JsonNode value, JsonNode schema, String path, int depth, List<String> problems) {
        if (depth > MOST_DEPTH) {
            problems.add(at(path) + " is nested too deeply");
            return;
        }
        if (schema.isBoolean()) {
            if (!schema.booleanValue()) {
                problems.add(at(path) + " must not be there");
            }
            return;
        }
        if (schema.has("$ref")) {
            check(value, target(schema.get("$ref").asText()), path, depth + 1, problems);
        }
        JsonNode types = schema.path("type");
        if (!types.isMissingNode() && !isOneOf(value, types)) {
            problems.add(at(path) + " is not of type " + types);
            return;
        }
        if (schema.has("enum") && !contains(schema.get("enum"), value)) {
            problems.add(at(path) + " is none of " + schema.get("enum"));
        }
        if (schema.has("const") && !same(schema.get("const"), value)) {
            problems.add(at(path) + " is not " + schema.get("const"));
        }
        checkBounds(value, schema, path, problems);
        checkObject(value, schema, path, depth, problems);
        checkItems(value, schema, path, depth, problems);
        checkCombined(value, schema, path, depth, problems);
    }

    private static void checkBounds(JsonNode value, JsonNode schema, String path, List<String> problems) {
        if (value.isNumber() && Double.isFinite(value.doubleValue())) {
            check(value.decimalValue(), "", schema, "minimum", "maximum", path, problems);
            JsonNode above = schema.path("exclusiveMinimum");
            if (above.isNumber() && value.decimalValue().compareTo(above.decimalValue()) <= 0) {
                problems.add(at(path) + " is not above " + above);
            }
            JsonNode below = schema.path("exclusiveMaximum");
            if (below.isNumber() && value.decimalValue().compareTo(below.decimalValue()) >= 0) {
                problems.add(at(path) + " is not below " + below);
            }
        } else if (value.isTextual()) {
            String text = value.textValue();
            BigDecimal length = BigDecimal.valueOf(text.codePointCount(0, text.length()));
            check(length, "the length of ", schema, "minLength", "maxLength", path, problems);
        } else if (value.isArray()) {
            BigDecimal size = BigDecimal.valueOf(value.size());
            check(size, "the number of items of ", schema, "minItems", "maxItems", path, problems);
        } else if (value.isObject()) {
            BigDecimal size = BigDecimal.valueOf(value.size());
            check(size, "the number of properties of ", schema, "minProperties", "maxProperties", path, problems);
        }
    }

    private static void check(
            BigDecimal size,
            String what,
            JsonNode schema,
            String least,
            String most,
            String path,
            List<String> problems) {
        JsonNode lower = schema.path(least);
        if (lower.isNumber() && size.compareTo(lower.decimalValue()) < 0) {
            problems.add(what + at(path) + " is below " + lower);
        }
        JsonNode upper = schema.path(most);
        if (upper.isNumber() && size.compareTo(upper.decimalValue()) > 0) {
            problems.add(what + at(path) + " is above " + upper);
        }
    }

    private void checkObject(JsonNode value, JsonNode schema, String path, int depth, List<String> problems) {
        if (!value.isObject()) {
            return;
        }
        for (JsonNode name : schema.path("required")) {
            if (!value.has(name.asText())) {
                problems.add(at(path) + " lacks \"" + name.asText() + "\"");
            }
        }
        JsonNode properties = schema.path("properties");
        JsonNode others = schema.path("additionalProperties");
        for (Map.Entry<String, JsonNode> field : value.properties()) {
            JsonNode known = properties.get(field.getKey());
            JsonNode rule = known == null ? others : known;
            if (!rule.isMissingNode()) {
                check(field.getValue(), rule, path + "/" + field.getKey(), depth + 1, problems);
            }
        }
    }

    private void checkItems(JsonNode value, JsonNode schema, String path, int depth, List<String> problems) {
        JsonNode items = schema.get("items");
        if (value.isArray() && items != null) {
            for (int i = 0; i < value.size(); i++) {
                check(value.get(i), items, path + "/" + i, depth + 1, problems);
            }
        }
    }

    private void checkCombined(JsonNode value, JsonNode schema, String path, int depth, List<String> problems) {
        for (JsonNode each : schema.path("allOf")) {
            check(value, each, path, depth + 1, problems);
        }
        if (schema.has("anyOf") && fitting(value, schema.get("anyOf"), path, depth) == 0) {
            problems.add(at(path) + " fits none of the forms that \"anyOf\" allows");
        }
        if (schema.has("oneOf") && fitting(value, schema.get("oneOf"), path, depth) != 1) {
            problems.add(at(path) + " does not fit exactly one of the forms of \"oneOf\"");
        }
    }

    private int fitting(JsonNode value, JsonNode forms, String path, int depth) {
        int fitting = 0;
        for (JsonNode form : forms) {
            List<String> problems = new ArrayList<>();
            check(value, form, path, depth + 1, problems);
            fitting += problems.isEmpty() ? 1 : 0;
        }
        return fitting;
    }

    /** Returns what a reference within the schema points to; a schema that allows all for any other. */
    private JsonNode target(String reference) {
        if (reference.equals("#")) {
            return root;
        }
        return reference.startsWith("#/") ? root.at(reference.substring(1)) : ANY;
    }

    private static boolean isOneOf(JsonNode value, JsonNode types) {
        if (types.isTextual()) {
            return is(value, types.asText());
        }
        for (JsonNode type : types) {
            if (is(value, type.asText())) {
                return true;
            }
        }
        return false;
    }

    private static boolean is(JsonNode value, String type) {
        return switch (type) {
            case "integer" -> value.isNumber() && isWhole(value.doubleValue());
            case "number" -> value.isNumber() && Double.isFinite(value.doubleValue());
            case "string" -> value.isTextual();
            case "boolean" -> value.isBoolean();
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "null" -> value.isNull();
            default -> true;
        };
    }

    private static boolean isWhole(double number) {
        return number == Math.rint(number) && Double.isFinite(number);
    }

    private static boolean contains(JsonNode values, JsonNode value) {
        for (JsonNode each : values) {
            if (same(each, value)) {
                return true;
            }
        }
        return false;
    }

    private static boolean same(JsonNode a, JsonNode b) {
        return (a.isNumber() && b.isNumber()) ? a.doubleValue() == b.doubleValue() : a.equals(b);
    }

    private static String at(String path) {
        return path.isEmpty() ? "the value" : path;
    }
}
