package dev.aigw.providers.guard;

import dev.aigw.api.GuardAction;
import dev.aigw.api.guard.ContentOrigin;
import dev.aigw.providers.json.Json;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One object of a mapping's file: reads its fields and names those that are wrong. Not safe for several threads. */
final class MappingReader {

    private final String where;
    private final Map<String, ?> fields;

    private MappingReader(String where, Map<String, ?> fields) {
        this.where = where;
        this.fields = fields;
    }

    /**
     * Returns the file's object.
     *
     * @throws IllegalArgumentException if the text is not a JSON object
     */
    static MappingReader of(String json) {
        var node = Json.parseOrNull(json);
        if (node == null || !node.isObject()) {
            throw new IllegalArgumentException("a mapping is a JSON object: see HttpGuardMapping for its fields");
        }
        return new MappingReader("the mapping", Json.map(node));
    }

    /** Refuses fields that nothing reads. */
    MappingReader allow(String... names) {
        Set<String> known = Set.of(names);
        for (String field : fields.keySet()) {
            if (!known.contains(field)) {
                throw wrong(field, "is unknown: use one of " + String.join(", ", Arrays.asList(names)));
            }
        }
        return this;
    }

    boolean has(String name) {
        return fields.get(name) != null;
    }

    boolean isFalse(String name) {
        return Boolean.FALSE.equals(fields.get(name));
    }

    boolean flag(String name) {
        Object value = fields.get(name);
        if (value != null && !(value instanceof Boolean)) {
            throw wrong(name, "is true or false");
        }
        return Boolean.TRUE.equals(value);
    }

    @Nullable
    String text(String name) {
        Object value = fields.get(name);
        if (value != null && !(value instanceof String)) {
            throw wrong(name, "is a string");
        }
        return (String) value;
    }

    String text(String name, String otherwise) {
        String text = text(name);
        return text == null ? otherwise : text;
    }

    String required(String name) {
        String text = text(name);
        if (text == null || text.isBlank()) {
            throw wrong(name, "is missing");
        }
        return text;
    }

    int count(String name, int otherwise) {
        Object value = fields.get(name);
        if (value == null) {
            return otherwise;
        }
        if (!(value instanceof Integer number) || number < 0) {
            throw wrong(name, "is a number of 0 or more");
        }
        return number;
    }

    double number(String name, double otherwise) {
        Object value = fields.get(name);
        if (value != null && !(value instanceof Number)) {
            throw wrong(name, "is a number");
        }
        return value == null ? otherwise : ((Number) value).doubleValue();
    }

    @Nullable
    Object any(String name) {
        return fields.get(name);
    }

    MappingReader object(String name) {
        Object value = fields.get(name);
        if (value == null) {
            throw wrong(name, "is missing");
        }
        return object(name, value);
    }

    private MappingReader object(String name, @Nullable Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            throw wrong(name, "is an object");
        }
        Map<String, Object> copy = new LinkedHashMap<>();
        map.forEach((key, field) -> copy.put(String.valueOf(key), field));
        return new MappingReader(where + "." + name, copy);
    }

    /** Returns the objects in an object, by name; none if there is no such field. */
    Map<String, MappingReader> objects(String name) {
        Map<String, MappingReader> objects = new LinkedHashMap<>();
        if (has(name)) {
            MappingReader object = object(name);
            object.fields.forEach((key, value) -> objects.put(key, object.object(key, value)));
        }
        return objects;
    }

    /** Returns the objects in a list; none if there is no such field. */
    List<MappingReader> list(String name) {
        List<MappingReader> objects = new ArrayList<>();
        for (Object element : values(name)) {
            objects.add(object(name + "[" + objects.size() + "]", element));
        }
        return objects;
    }

    /** Returns the values in a list; none if there is no such field. */
    List<Object> values(String name) {
        Object value = fields.get(name);
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof List<?> list)) {
            throw wrong(name, "is a list");
        }
        return List.copyOf(list);
    }

    @Nullable
    ReplyPath path(String name) {
        String text = text(name);
        try {
            return text == null ? null : ReplyPath.of(text);
        } catch (IllegalArgumentException e) {
            throw wrong(name, "is wrong: " + e.getMessage());
        }
    }

    ReplyPath requiredPath(String name) {
        ReplyPath path = path(name);
        if (path == null) {
            throw wrong(name, "is missing");
        }
        return path;
    }

    Map<String, Double> numbers(String name) {
        Map<String, Double> numbers = new LinkedHashMap<>();
        if (has(name)) {
            MappingReader object = object(name);
            object.fields.keySet().forEach(key -> numbers.put(key, object.number(key, 0)));
        }
        return Map.copyOf(numbers);
    }

    Map<String, String> texts(String name) {
        Map<String, String> texts = new LinkedHashMap<>();
        if (has(name)) {
            MappingReader object = object(name);
            object.fields.keySet().forEach(key -> texts.put(key, object.text(key, "")));
        }
        return Map.copyOf(texts);
    }

    Map<String, GuardAction> actions(String name) {
        Map<String, GuardAction> actions = new LinkedHashMap<>();
        texts(name).forEach((rule, action) -> actions.put(rule, constant(name, GuardAction.class, action)));
        return Map.copyOf(actions);
    }

    Set<ContentOrigin> origins(String name) {
        if (!has(name)) {
            return EnumSet.allOf(ContentOrigin.class);
        }
        EnumSet<ContentOrigin> origins = EnumSet.noneOf(ContentOrigin.class);
        values(name).forEach(value -> origins.add(constant(name, ContentOrigin.class, String.valueOf(value))));
        return origins;
    }

    Map<ContentOrigin, String> roles(String name) {
        Map<ContentOrigin, String> roles = new EnumMap<>(ContentOrigin.class);
        texts(name).forEach((origin, role) -> roles.put(constant(name, ContentOrigin.class, origin), role));
        return roles;
    }

    private <E extends Enum<E>> E constant(String name, Class<E> type, String text) {
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equals(text.toUpperCase(Locale.ROOT))) {
                return constant;
            }
        }
        throw wrong(name, "has \"" + text + "\", which is none of " + Arrays.toString(type.getEnumConstants()));
    }

    IllegalArgumentException wrong(String name, String why) {
        return new IllegalArgumentException(where + "." + name + " " + why);
    }
}
