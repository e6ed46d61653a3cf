package dev.aigw.routing.cache.shared;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The named fields of a value in plain form, to be written or read back. A null field is left out. Reading throws
 * {@link NullPointerException} for a missing field and {@link ClassCastException} for a field of another type. Not safe
 * for use by several threads.
 */
final class Fields {

    private final Map<String, @Nullable Object> values;

    private Fields(Map<String, @Nullable Object> values) {
        this.values = values;
    }

    /** Returns a value without fields. */
    static Fields none() {
        return new Fields(new LinkedHashMap<>());
    }

    /** Returns the fields that were written as {@code map}. */
    @SuppressWarnings("unchecked") // map keys are only read as text
    static Fields of(@Nullable Object map) {
        return new Fields((Map<String, @Nullable Object>) Objects.requireNonNull(map, "fields"));
    }

    /** Returns all fields, as a plain value. */
    Map<String, @Nullable Object> plain() {
        return values;
    }

    /** Adds a field, unless it is null. */
    Fields with(String name, @Nullable Object value) {
        if (value != null) {
            values.put(name, value);
        }
        return this;
    }

    /** Adds a list, each element in its plain form, unless it is empty. */
    <T> Fields with(String name, List<T> list, Function<? super T, ?> form) {
        if (!list.isEmpty()) {
            List<Object> forms = new ArrayList<>(list.size());
            for (T element : list) {
                forms.add(form.apply(element));
            }
            values.put(name, forms);
        }
        return this;
    }

    /** Adds a constant by its name, unless it is null. */
    Fields with(String name, @Nullable Enum<?> constant) {
        return with(name, (Object) (constant == null ? null : constant.name()));
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    <T> @Nullable T get(String name, Class<T> type) {
        Object value = values.get(name);
        return value == null ? null : type.cast(value);
    }

    <T> T need(String name, Class<T> type) {
        return Objects.requireNonNull(get(name, type), name);
    }

    @Nullable
    String text(String name) {
        return get(name, String.class);
    }

    String needText(String name) {
        return need(name, String.class);
    }

    <E extends Enum<E>> E constant(String name, Class<E> type) {
        return Enum.valueOf(type, needText(name));
    }

    /** Returns a list, each element read from its plain form; empty if there is none. */
    <T> List<T> list(String name, Function<@Nullable Object, T> form) {
        List<?> forms = get(name, List.class);
        if (forms == null) {
            return List.of();
        }
        List<T> list = new ArrayList<>(forms.size());
        for (Object element : forms) {
            list.add(form.apply(element));
        }
        return list;
    }

    /** Returns a map of plain values; empty if there is none. */
    Map<String, @Nullable Object> map(String name) {
        Object map = values.get(name);
        return map == null ? Map.of() : of(map).values;
    }
}
