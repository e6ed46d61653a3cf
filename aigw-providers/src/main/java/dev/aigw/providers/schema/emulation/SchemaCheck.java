package dev.aigw.providers.schema.emulation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import dev.aigw.api.chat.ResponseFormat;
import dev.aigw.api.internal.BareJson;
import dev.aigw.providers.json.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Finds what in an answer violates a JSON schema, for the keywords that {@link PromptedSchemas} names. Immutable.
 *
 * <p>Forms of {@code anyOf} and {@code oneOf} that refer to themselves double the work with each level of an answer, so
 * checking a form stops at its first problem, and an answer that needs more than half a million checks counts as not
 * fitting.
 *
 * @see <a href="https://json-schema.org/draft/2020-12/json-schema-validation">JSON Schema Validation, 2020-12</a>
 */
final class SchemaCheck {

    private static final int MOST_PROBLEMS = 10;
    private static final int MOST_DEPTH = 500;
    private static final int MOST_CHECKS = 500_000;
    private static final int MOST_OF_A_NAME = 60;
    private static final JsonNode ANY = BooleanNode.TRUE;

    private final JsonNode root;

    private SchemaCheck(JsonNode root) {
        this.root = root;
    }

    static SchemaCheck of(ResponseFormat format) {
        return new SchemaCheck(Objects.requireNonNull(Json.parseOrNull(Json.text(format.schema()))));
    }

    /**
     * Returns the JSON in an answer, without what models write around it. A string that holds an object or a list is
     * taken for that, unless the schema allows strings.
     */
    String bare(String text) {
        String bare = BareJson.of(text);
        JsonNode value = bare.startsWith("\"") ? Json.parseOrNull(bare) : null;
        if (value == null || !value.isTextual() || problems(bare).isEmpty()) {
            return bare;
        }
        String inner = value.textValue().strip();
        JsonNode held = Json.parseOrNull(inner);
        return held != null && held.isContainerNode() ? inner : bare;
    }

    /** Returns the problems of {@code text}, at most ten; none if it fits. They name properties of the text. */
    List<String> problems(String text) {
        return problems(text, true);
    }

    /**
     * Returns the problems of {@code text} without a word of it: a property that the schema does not name is a star.
     */
    List<String> problemsUnquoted(String text) {
        return problems(text, false);
    }

    private List<String> problems(String text, boolean quotes) {
        JsonNode value = text.isBlank() ? null : Json.parseOrNull(text);
        if (value == null) {
            return List.of("it is not one JSON value and nothing else");
        }
        Findings found = new Findings(MOST_PROBLEMS, new Budget(), quotes);
        check(value, root, "", 0, found);
        return found.budget.left < 0
                ? List.of("it is too complex to be checked against the schema")
                : List.copyOf(found.problems);
    }

    private void check(JsonNode value, JsonNode schema, String path, int depth, Findings found) {
        if (depth > MOST_DEPTH) {
            found.add(at(path) + " is nested too deeply");
            return;
        }
        if (--found.budget.left < 0) {
            found.add(at(path) + " is too complex");
            return;
        }
        if (schema.isBoolean()) {
            if (!schema.booleanValue()) {
                found.add(at(path) + " is not allowed");
            }
            return;
        }
        if (schema.has("$ref")) {
            check(value, target(schema.get("$ref").asText()), path, depth + 1, found);
        }
        if (found.isEnough()) {
            return;
        }
        JsonNode types = schema.path("type");
        if (!types.isMissingNode() && !isOneOf(value, types)) {
            found.add(at(path) + " is not of type " + types);
            return;
        }
        if (schema.has("enum") && !contains(schema.get("enum"), value)) {
            found.add(at(path) + " is none of " + schema.get("enum"));
        }
        if (schema.has("const") && !same(schema.get("const"), value)) {
            found.add(at(path) + " is not " + schema.get("const"));
        }
        checkBounds(value, schema, path, found);
        checkObject(value, schema, path, depth, found);
        checkItems(value, schema, path, depth, found);
        checkCombined(value, schema, path, depth, found);
    }

    private static void checkBounds(JsonNode value, JsonNode schema, String path, Findings found) {
        if (isFinite(value)) {
            check(value.decimalValue(), "", schema, "minimum", "maximum", path, found);
            JsonNode above = schema.path("exclusiveMinimum");
            if (isFinite(above) && value.decimalValue().compareTo(above.decimalValue()) <= 0) {
                found.add(at(path) + " is not above " + above);
            }
            JsonNode below = schema.path("exclusiveMaximum");
            if (isFinite(below) && value.decimalValue().compareTo(below.decimalValue()) >= 0) {
                found.add(at(path) + " is not below " + below);
            }
        } else if (value.isTextual()) {
            String text = value.textValue();
            BigDecimal length = BigDecimal.valueOf(text.codePointCount(0, text.length()));
            check(length, "the length of ", schema, "minLength", "maxLength", path, found);
        } else if (value.isArray()) {
            BigDecimal size = BigDecimal.valueOf(value.size());
            check(size, "the number of items of ", schema, "minItems", "maxItems", path, found);
        } else if (value.isObject()) {
            BigDecimal size = BigDecimal.valueOf(value.size());
            check(size, "the number of properties of ", schema, "minProperties", "maxProperties", path, found);
        }
    }

    /** Returns whether a node is a number that has digits: a number above all doubles is read as infinite. */
    private static boolean isFinite(JsonNode node) {
        return node.isIntegralNumber() || (node.isNumber() && Double.isFinite(node.doubleValue()));
    }

    private static void check(
            BigDecimal size, String what, JsonNode schema, String least, String most, String path, Findings found) {
        JsonNode lower = schema.path(least);
        if (isFinite(lower) && size.compareTo(lower.decimalValue()) < 0) {
            found.add(what + at(path) + " is below " + lower);
        }
        JsonNode upper = schema.path(most);
        if (isFinite(upper) && size.compareTo(upper.decimalValue()) > 0) {
            found.add(what + at(path) + " is above " + upper);
        }
    }

    private void checkObject(JsonNode value, JsonNode schema, String path, int depth, Findings found) {
        if (!value.isObject()) {
            return;
        }
        for (JsonNode name : schema.path("required")) {
            if (!value.has(name.asText())) {
                found.add(at(path) + " lacks \"" + name.asText() + "\"");
            }
        }
        checkFields(value, schema, path, depth, found, true);
        checkFields(value, schema, path, depth, found, false);
    }

    /**
     * Checks the fields with a fixed set of values, or the others: the former distinguish forms without deep checks.
     */
    private void checkFields(
            JsonNode value, JsonNode schema, String path, int depth, Findings found, boolean withFixedValues) {
        JsonNode properties = schema.path("properties");
        JsonNode others = schema.path("additionalProperties");
        for (Map.Entry<String, JsonNode> field : value.properties()) {
            if (found.isEnough()) {
                return;
            }
            JsonNode known = properties.get(field.getKey());
            JsonNode rule = known == null ? others : known;
            if (!rule.isMissingNode() && (rule.has("const") || rule.has("enum")) == withFixedValues) {
                check(field.getValue(), rule, found.within(path, known == null, field.getKey()), depth + 1, found);
            }
        }
    }

    private void checkItems(JsonNode value, JsonNode schema, String path, int depth, Findings found) {
        JsonNode items = schema.get("items");
        if (value.isArray() && items != null) {
            for (int i = 0; i < value.size() && !found.isEnough(); i++) {
                check(value.get(i), items, found.within(path, false, String.valueOf(i)), depth + 1, found);
            }
        }
    }

    private void checkCombined(JsonNode value, JsonNode schema, String path, int depth, Findings found) {
        for (JsonNode each : schema.path("allOf")) {
            check(value, each, path, depth + 1, found);
        }
        if (found.isEnough()) {
            return;
        }
        if (schema.has("anyOf") && fitting(value, schema.get("anyOf"), path, depth, found.budget) == 0) {
            found.add(at(path) + " fits none of the forms that \"anyOf\" allows");
        }
        if (schema.has("oneOf") && fitting(value, schema.get("oneOf"), path, depth, found.budget) != 1) {
            found.add(at(path) + " does not fit exactly one of the forms of \"oneOf\"");
        }
    }

    private int fitting(JsonNode value, JsonNode forms, String path, int depth, Budget budget) {
        int fitting = 0;
        for (JsonNode form : forms) {
            Findings found = new Findings(1, budget, false);
            check(value, form, path, depth + 1, found);
            fitting += found.problems.isEmpty() ? 1 : 0;
        }
        return fitting;
    }

    /** Returns the target of a reference within the schema; for any other reference a schema that allows everything. */
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

    /** Compares as JSON Schema does, where 1 and 1.0 are the same number, within arrays and objects too. */
    private static boolean same(JsonNode a, JsonNode b) {
        return a.equals(SchemaCheck::compareLeaves, b);
    }

    private static int compareLeaves(JsonNode a, JsonNode b) {
        boolean same = (a.isNumber() && b.isNumber()) ? a.doubleValue() == b.doubleValue() : a.equals(b);
        return same ? 0 : 1;
    }

    private static String at(String path) {
        return path.isEmpty() ? "the value" : path;
    }

    /** The number of checks left for one answer. */
    private static final class Budget {
        private int left = MOST_CHECKS;
    }

    /** Collects the first problems of a value. */
    private static final class Findings {
        private final int most;
        private final Budget budget;
        private final boolean quotes;
        private final List<String> problems = new ArrayList<>(1);

        Findings(int most, Budget budget, boolean quotes) {
            this.most = most;
            this.budget = budget;
            this.quotes = quotes;
        }

        boolean isEnough() {
            return problems.size() >= most;
        }

        void add(String problem) {
            if (!isEnough()) {
                problems.add(problem);
            }
        }

        /** Returns the path of a part of a value; names come from the model and may be long. */
        String within(String path, boolean unknown, String name) {
            if (most == 1) {
                return path; // no problem is recorded
            }
            if (unknown && !quotes) {
                return path + "/*";
            }
            return path + "/" + (name.length() <= MOST_OF_A_NAME ? name : name.substring(0, MOST_OF_A_NAME) + "…");
        }
    }
}
