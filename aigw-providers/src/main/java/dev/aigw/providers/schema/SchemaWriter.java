package dev.aigw.providers.schema;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes the form of a type as a JSON schema of draft 2020-12, in the keywords that vendors enforce: every property is
 * required and no other is allowed, what may be absent may be null instead, unions are {@code anyOf}, and a reference
 * stands alone. The root is an object. Used once.
 */
final class SchemaWriter {

    /** The property of the root that holds a value which is no object. */
    static final String WRAPPER = "value";

    static final String KEY = "key";
    static final String VALUE = "value";

    private final String type;
    private final Map<Shape, Integer> uses = new LinkedHashMap<>();
    private final Map<Shape, String> defined = new HashMap<>();
    private final Set<String> names = new LinkedHashSet<>();
    private final Map<String, Object> definitions = new LinkedHashMap<>();

    private SchemaWriter(String type) {
        this.type = type;
    }

    /**
     * Returns the schema.
     *
     * @throws IllegalArgumentException if no schema describes the form
     */
    static Map<String, ?> write(String type, Shape shape) {
        SchemaWriter writer = new SchemaWriter(type);
        writer.check(shape, "");
        Endless.check(type, writer.uses.keySet());
        Map<String, Object> root;
        if (isObject(shape)) {
            root = writer.inline(shape);
        } else {
            root = object(Map.of(WRAPPER, writer.place(new Shape.Slot(shape, false), null)));
        }
        if (!writer.definitions.isEmpty()) {
            root.put("$defs", writer.definitions);
        }
        return Collections.unmodifiableMap(root);
    }

    /** Returns whether values of a form are objects by themselves, so that the root needs no wrapper. */
    static boolean isObject(Shape shape) {
        return shape instanceof Shape.Fields || (shape instanceof Shape.Forms forms && forms.byId.size() == 1);
    }

    /** Counts the uses of each object, and finds what no schema describes. */
    private void check(Shape shape, String path) {
        if (shape instanceof Shape.Opaque opaque) {
            String where = path.isEmpty() ? type + " has no schema" : path + " of " + type + " has no schema";
            throw new IllegalArgumentException(where + ": " + opaque.problem());
        } else if (shape instanceof Shape.Items items) {
            check(items.item().shape(), path + "[]");
        } else if (shape instanceof Shape.Entries entries) {
            check(entries.key(), path + "." + KEY);
            check(entries.value().shape(), path + "." + VALUE);
        } else if (shape instanceof Shape.Fields || shape instanceof Shape.Forms) {
            if (uses.merge(shape, 1, Integer::sum) > 1) {
                return;
            }
            if (shape instanceof Shape.Fields fields) {
                for (Shape.Member member : fields.members) {
                    check(member.slot().shape(), path.isEmpty() ? member.name() : path + "." + member.name());
                }
            } else {
                ((Shape.Forms) shape).byId.forEach((id, form) -> check(form, path + "(" + id + ")"));
            }
        }
    }

    /** Returns the schema of a place, with a description that stands beside no reference. */
    private Map<String, Object> place(Shape.Slot slot, @Nullable String description) {
        Map<String, Object> schema = schema(slot.shape());
        boolean isPlain = schema.get("type") instanceof String && !schema.containsKey("enum");
        boolean isScalar = isPlain && !"object".equals(schema.get("type")) && !"array".equals(schema.get("type"));
        if (slot.nullable() && isScalar) {
            schema.put("type", List.of(schema.get("type"), "null"));
        } else if (slot.nullable()) {
            List<Object> options = new ArrayList<>();
            if (schema.size() == 1 && schema.get("anyOf") instanceof List<?> forms) {
                options.addAll(forms);
            } else {
                options.add(schema);
            }
            options.add(new LinkedHashMap<>(Map.of("type", "null")));
            schema = new LinkedHashMap<>(Map.of("anyOf", options));
        } else if (description != null && schema.containsKey("$ref")) {
            schema = new LinkedHashMap<>(Map.of("anyOf", List.of(schema)));
        }
        if (description != null) {
            Object note = schema.get("description");
            schema.put("description", note == null ? description : description + "; " + note);
        }
        return schema;
    }

    private Map<String, Object> schema(Shape shape) {
        if (shape instanceof Shape.Text text) {
            Map<String, Object> schema = typed("string");
            putUnlessNull(schema, "format", text.format());
            putUnlessNull(schema, "description", text.note());
            return schema;
        }
        if (shape instanceof Shape.Choice choice) {
            Map<String, Object> schema = typed("string");
            schema.put("enum", choice.values());
            return schema;
        }
        if (shape instanceof Shape.Whole) {
            return typed("integer");
        }
        if (shape instanceof Shape.Fraction) {
            return typed("number");
        }
        if (shape instanceof Shape.Flag) {
            return typed("boolean");
        }
        if (shape instanceof Shape.Items items) {
            return list(place(items.item(), null));
        }
        if (shape instanceof Shape.Entries entries) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put(KEY, place(new Shape.Slot(entries.key(), false), null));
            entry.put(VALUE, place(entries.value(), null));
            return list(object(entry));
        }
        return uses.getOrDefault(shape, 1) > 1 ? reference(shape) : inline(shape);
    }

    private Map<String, Object> reference(Shape shape) {
        String name = defined.get(shape);
        if (name == null) {
            name = freeName(shape.toString());
            defined.put(shape, name);
            definitions.put(name, Map.of()); // keeps its place
            definitions.put(name, inline(shape));
        }
        return new LinkedHashMap<>(Map.of("$ref", "#/$defs/" + name));
    }

    private String freeName(String wanted) {
        String plain = wanted.replaceAll("[^A-Za-z0-9]+", "_").replaceAll("_$", "");
        String name = plain;
        for (int i = 2; !names.add(name); i++) {
            name = plain + "_" + i;
        }
        return name;
    }

    private Map<String, Object> inline(Shape shape) {
        if (shape instanceof Shape.Fields fields) {
            return fields(fields, null, null);
        }
        Shape.Forms forms = (Shape.Forms) shape;
        List<Object> options = new ArrayList<>();
        forms.byId.forEach((id, form) -> options.add(fields(form, forms.property, id)));
        return options.size() == 1 ? asMap(options.get(0)) : new LinkedHashMap<>(Map.of("anyOf", options));
    }

    @SuppressWarnings("unchecked") // the options are schemas of this writer
    private static Map<String, Object> asMap(Object option) {
        return (Map<String, Object>) option;
    }

    private Map<String, Object> fields(Shape.Fields fields, @Nullable String property, @Nullable String id) {
        Map<String, Object> properties = new LinkedHashMap<>();
        if (property != null && id != null) {
            Map<String, Object> named = typed("string");
            named.put("enum", List.of(id));
            properties.put(property, named);
        }
        for (Shape.Member member : fields.members) {
            properties.put(member.name(), place(member.slot(), member.description()));
        }
        Map<String, Object> schema = object(properties);
        putUnlessNull(schema, "description", fields.description);
        return schema;
    }

    private static Map<String, Object> object(Map<String, ?> properties) {
        Map<String, Object> schema = typed("object");
        schema.put("properties", properties);
        schema.put("required", List.copyOf(properties.keySet()));
        schema.put("additionalProperties", false);
        return schema;
    }

    private static Map<String, Object> list(Map<String, Object> items) {
        Map<String, Object> schema = typed("array");
        schema.put("items", items);
        return schema;
    }

    private static Map<String, Object> typed(String type) {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", type);
        return schema;
    }

    private static void putUnlessNull(Map<String, Object> schema, String keyword, @Nullable Object value) {
        if (value != null) {
            schema.put(keyword, value);
        }
    }

    /** Finds objects that no finite JSON fits, because each contains another. */
    private static final class Endless {

        private Endless() {}

        static void check(String type, Set<Shape> objects) {
            Map<Shape, Boolean> finite = new HashMap<>();
            boolean changed = true;
            while (changed) {
                changed = false;
                for (Shape shape : objects) {
                    if (!finite.containsKey(shape) && isFinite(shape, finite)) {
                        finite.put(shape, true);
                        changed = true;
                    }
                }
            }
            for (Shape shape : objects) {
                if (!finite.containsKey(shape) && shape instanceof Shape.Fields fields) {
                    for (Shape.Member member : fields.members) {
                        if (!member.slot().nullable() && !isFinite(member.slot().shape(), finite)) {
                            throw new IllegalArgumentException(type + " has no schema: each " + fields.name
                                    + " contains another by its member " + member.name()
                                    + ", so that no JSON fits: annotate the member with @Nullable, or make it an"
                                    + " Optional or a list");
                        }
                    }
                }
            }
        }

        private static boolean isFinite(Shape shape, Map<Shape, Boolean> finite) {
            if (shape instanceof Shape.Fields fields) {
                return finite.containsKey(shape)
                        || fields.members.stream()
                                .allMatch(member -> member.slot().nullable()
                                        || !isObjectOrForms(member.slot().shape())
                                        || finite.containsKey(member.slot().shape()));
            }
            return !(shape instanceof Shape.Forms forms)
                    || finite.containsKey(shape)
                    || forms.byId.values().stream().anyMatch(finite::containsKey);
        }

        private static boolean isObjectOrForms(Shape shape) {
            return shape instanceof Shape.Fields || shape instanceof Shape.Forms;
        }
    }
}
