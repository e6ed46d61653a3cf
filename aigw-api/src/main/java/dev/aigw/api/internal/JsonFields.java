package dev.aigw.api.internal;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The named members of a value in plain JSON, to be written or read back. A null member is left out. Constants are
 * written in lower case. Reading throws {@link IllegalArgumentException} with the path of the member that is missing or
 * of another type, and never quotes content. Not safe for use by several threads.
 */
public final class JsonFields {

    private static final String TYPE = "type";
    private static final String VERSION = "version";

    private final Map<String, @Nullable Object> values;
    private final String path;

    private JsonFields(Map<String, @Nullable Object> values, String path) {
        this.values = values;
        this.path = path;
    }

    /** Returns a value without members. */
    public static JsonFields none() {
        return new JsonFields(new LinkedHashMap<>(), "");
    }

    /** Returns a value whose first members are its type and the version of its form. */
    public static JsonFields of(String type, int version) {
        return none().with(TYPE, type).with(VERSION, version);
    }

    /**
     * Returns the members that were written as {@code map}.
     *
     * @param path where it is, for messages; empty for the whole
     */
    @SuppressWarnings("unchecked") // the keys of maps are only read as text
    public static JsonFields read(@Nullable Object map, String path) {
        if (!(map instanceof Map)) {
            throw wrong(path.isEmpty() ? "the whole" : path, map, "an object");
        }
        return new JsonFields((Map<String, @Nullable Object>) map, path);
    }

    /**
     * Returns the members of a whole that {@link #of} began.
     *
     * @param newest the newest version that the caller can read
     */
    public static JsonFields read(@Nullable Object map, String type, int newest) {
        JsonFields fields = read(map, "");
        String found = fields.needText(TYPE);
        if (!found.equals(type)) {
            throw new IllegalArgumentException("type is \"" + found + "\": only a \"" + type + "\" can be read here");
        }
        int version = fields.needInteger(VERSION);
        if (version < 1 || version > newest) {
            throw new IllegalArgumentException("version is " + version + " of the form of a \"" + type
                    + "\", and this release reads 1 to " + newest + ": it was written by a newer release");
        }
        return fields;
    }

    /** Returns all members, as a plain value. */
    public Map<String, @Nullable Object> plain() {
        return values;
    }

    /** Adds a member, unless it is null. */
    public JsonFields with(String name, @Nullable Object value) {
        if (value != null) {
            values.put(name, value);
        }
        return this;
    }

    /** Adds a list, each element in its plain form, unless it is empty. */
    public <T> JsonFields with(String name, List<T> list, Function<? super T, ?> form) {
        if (!list.isEmpty()) {
            List<Object> forms = new ArrayList<>(list.size());
            for (T element : list) {
                forms.add(form.apply(element));
            }
            values.put(name, forms);
        }
        return this;
    }

    /** Adds a map, unless it is empty. */
    public JsonFields with(String name, Map<String, ?> map) {
        return with(name, map.isEmpty() ? null : (Object) map);
    }

    /** Adds a constant by its name, unless it is null. */
    public JsonFields with(String name, @Nullable Enum<?> constant) {
        return with(name, (Object) (constant == null ? null : name(constant)));
    }

    /** Returns how a constant is written. */
    public static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /** Returns where a member is, for messages. */
    public String path(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    /** Returns whether there is a member of this name that is not null. */
    public boolean has(String name) {
        return values.get(name) != null;
    }

    /** Returns a member, or null if there is none. */
    public <T> @Nullable T get(String name, Class<T> type) {
        Object value = values.get(name);
        if (value == null || type.isInstance(value)) {
            return type.cast(value);
        }
        throw wrong(path(name), value, described(type));
    }

    /** Returns a member that must be there. */
    public <T> T need(String name, Class<T> type) {
        T value = get(name, type);
        if (value == null) {
            throw new IllegalArgumentException(path(name) + " is missing");
        }
        return value;
    }

    /** Returns a text, or null. */
    public @Nullable String text(String name) {
        return get(name, String.class);
    }

    /** Returns a text that must be there. */
    public String needText(String name) {
        return need(name, String.class);
    }

    /** Returns whether a member is true; false if there is none. */
    public boolean flag(String name) {
        return Boolean.TRUE.equals(get(name, Boolean.class));
    }

    /** Returns a whole number, or null. */
    public @Nullable Long whole(String name) {
        Number number = get(name, Number.class);
        if (number == null) {
            return null;
        }
        if (number instanceof BigInteger || number.doubleValue() != number.longValue()) {
            throw new IllegalArgumentException(path(name) + " is not a whole number");
        }
        return number.longValue();
    }

    /** Returns a whole number that must be there. */
    public long needWhole(String name) {
        need(name, Number.class);
        Long number = whole(name);
        return number == null ? 0 : number;
    }

    /** Returns an int, or null. */
    public @Nullable Integer integer(String name) {
        Long number = whole(name);
        if (number == null) {
            return null;
        }
        if (number != number.intValue()) {
            throw new IllegalArgumentException(path(name) + " does not fit 32 bits");
        }
        return number.intValue();
    }

    /** Returns an int that must be there. */
    public int needInteger(String name) {
        need(name, Number.class);
        Integer number = integer(name);
        return number == null ? 0 : number;
    }

    /** Returns a number, or null. */
    public @Nullable Double number(String name) {
        Number number = get(name, Number.class);
        return number == null ? null : number.doubleValue();
    }

    /** Returns a constant that must be there, by its name. */
    public <E extends Enum<E>> E constant(String name, Class<E> type) {
        String word = needText(name);
        for (E constant : type.getEnumConstants()) {
            if (name(constant).equals(word)) {
                return constant;
            }
        }
        throw new IllegalArgumentException(path(name) + " is none of "
                + Arrays.stream(type.getEnumConstants()).map(JsonFields::name).toList()
                + ": a newer release may have written it");
    }

    /** Returns a list, each element read from its plain form and its path; empty if there is none. */
    public <T> List<T> list(String name, BiFunction<@Nullable Object, String, T> form) {
        List<?> forms = get(name, List.class);
        if (forms == null) {
            return List.of();
        }
        List<T> list = new ArrayList<>(forms.size());
        for (Object element : forms) {
            list.add(form.apply(element, path(name) + "[" + list.size() + "]"));
        }
        return list;
    }

    /** Returns a list of texts; empty if there is none. */
    public List<String> texts(String name) {
        return list(name, (element, where) -> {
            if (element instanceof String text) {
                return text;
            }
            throw wrong(where, element, "a text");
        });
    }

    /** Returns a map of plain values; empty if there is none. */
    public Map<String, @Nullable Object> map(String name) {
        return has(name) ? fields(name).values : Map.of();
    }

    /** Returns the members of a member that must be there. */
    public JsonFields fields(String name) {
        return read(need(name, Object.class), path(name));
    }

    private static IllegalArgumentException wrong(String path, @Nullable Object value, String expected) {
        return new IllegalArgumentException(
                path + " is " + (value == null ? "null" : described(value.getClass())) + " instead of " + expected);
    }

    private static String described(Class<?> type) {
        return Map.class.isAssignableFrom(type)
                ? "an object"
                : List.class.isAssignableFrom(type)
                        ? "a list"
                        : Number.class.isAssignableFrom(type)
                                ? "a number"
                                : type == Boolean.class
                                        ? "true or false"
                                        : type == String.class ? "a text" : "a " + type.getSimpleName();
    }
}
