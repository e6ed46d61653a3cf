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
 * A value in the JSON that an adapter sent. What is not there is a value too, a {@linkplain #isMissing() missing} one,
 * so that {@code body.at("a").at("b")} never throws. Immutable.
 */
public final class SentJson {

    private final JsonNode node;

    SentJson(JsonNode node) {
        this.node = node;
    }

    /** Returns the value of a JSON text, such as one that is sent within a field; a missing one when it is not JSON. */
    public static SentJson of(String text) {
        JsonNode parsed = Json.parseOrNull(text);
        return new SentJson(parsed == null ? MissingNode.getInstance() : parsed);
    }

    /** Returns the value as Jackson holds it. */
    JsonNode node() {
        return node;
    }

    /** Returns the value of a field; a missing one when there is none or this is no object. */
    public SentJson at(String field) {
        return new SentJson(node.path(field));
    }

    /** Returns whether this is an object with that field. */
    public boolean has(String field) {
        return node.has(field);
    }

    /** Returns whether there is no such value. */
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

    /** Returns the text; an empty one when this is no text. */
    public String text() {
        return node.isTextual() ? node.textValue() : "";
    }

    /** Returns the text of a field, or null when it has none. */
    public @Nullable String text(String field) {
        return Json.textOf(node, field);
    }

    /** Returns whether this is {@code true}. */
    public boolean isTrue() {
        return node.isBoolean() && node.booleanValue();
    }

    /** Returns the number; 0 when this is none. */
    public double number() {
        return node.doubleValue();
    }

    /** Returns the whole number; 0 when this is no number. */
    public long wholeNumber() {
        return node.longValue();
    }

    /** Returns the elements of an array; none when this is no array. */
    public List<SentJson> items() {
        List<SentJson> items = new ArrayList<>();
        if (node.isArray()) {
            node.forEach(item -> items.add(new SentJson(item)));
        }
        return items;
    }

    /** Returns the fields of an object in their order; none when this is no object. */
    public Map<String, SentJson> fields() {
        Map<String, SentJson> fields = new LinkedHashMap<>();
        node.properties().forEach(field -> fields.put(field.getKey(), new SentJson(field.getValue())));
        return fields;
    }

    /** Returns the object as a map of plain values; an empty one when this is no object. */
    public Map<String, @Nullable Object> map() {
        return node.isObject() ? Json.map(node) : Map.of();
    }

    /** Returns the object without a field; this when it is no object. */
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
