package dev.aigw.providers.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aigw.providers.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A value in the JSON that an adapter sent. An absent value is a {@linkplain #isMissing() missing} one, so that
 * {@code body.at("a").at("b")} never throws. Immutable.
 */
public final class SentJson {

    private final JsonNode node;

    SentJson(JsonNode node) {
        this.node = node;
    }

    /** Returns the value of a JSON text, such as one within a field; a missing value if it is not JSON. */
    public static SentJson of(String text) {
        JsonNode parsed = Json.parseOrNull(text);
        return new SentJson(parsed == null ? MissingNode.getInstance() : parsed);
    }

    /** Returns the value as Jackson's node. */
    JsonNode node() {
        return node;
    }

    /** Returns the value of a field; a missing value if there is none or this is not an object. */
    public SentJson at(String field) {
        return new SentJson(node.path(field));
    }

    /** Returns whether this is an object with that field. */
    public boolean has(String field) {
        return node.has(field);
    }

    /** Returns whether the value is missing. */
    public boolean isMissing() {
        return node.isMissingNode();
    }

    /** Returns whether this is an object. */
    public boolean isObject() {
        return node.isObject();
    }

    /** Returns whether this is a text. */
    public boolean isText() {
        return node.isTextual();
    }

    /** Returns the text; an empty one if this is not a text. */
    public String text() {
        return node.isTextual() ? node.textValue() : "";
    }

    /** Returns the text of a field, or null if it has none. */
    public @Nullable String text(String field) {
        return Json.textOf(node, field);
    }

    /** Returns whether this is {@code true}. */
    public boolean isTrue() {
        return node.isBoolean() && node.booleanValue();
    }

    /** Returns the number; 0 if this is not a number. */
    public double number() {
        return node.doubleValue();
    }

    /** Returns the integer; 0 if this is not a number. */
    public long wholeNumber() {
        return node.longValue();
    }

    /** Returns the elements of an array; none if this is not an array. */
    public List<SentJson> items() {
        List<SentJson> items = new ArrayList<>();
        if (node.isArray()) {
            node.forEach(item -> items.add(new SentJson(item)));
        }
        return items;
    }

    /** Returns the fields of an object in order; none if this is not an object. */
    public Map<String, SentJson> fields() {
        Map<String, SentJson> fields = new LinkedHashMap<>();
        node.properties().forEach(field -> fields.put(field.getKey(), new SentJson(field.getValue())));
        return fields;
    }

    /** Returns the object as a map of plain values; an empty one if this is not an object. */
    public Map<String, @Nullable Object> map() {
        return node.isObject() ? Json.map(node) : Map.of();
    }

    /** Returns the object without a field; this value if it is not an object. */
    public SentJson without(String field) {
        return node instanceof ObjectNode object
                ? new SentJson(object.deepCopy().without(field))
                : this;
    }

    /** Returns the JSON text. */
    @Override
    public String toString() {
        return node.toString();
    }
}
