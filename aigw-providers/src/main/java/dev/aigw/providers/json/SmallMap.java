package dev.aigw.providers.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The fields of an object in order: an array that is searched from its beginning, and a hash table above sixteen
 * fields. Not safe for use by several threads, unless none writes.
 */
final class SmallMap extends AbstractMap<String, JsonNode> {

    private static final int MOST = 16;
    private static final Object[] NONE = {};
    private static final Object FREE = ""; // where a field was, so that its value is not kept

    private Object[] fields = NONE; // names and values in turn
    private int size;
    private @Nullable Map<String, JsonNode> large;

    @Override
    public int size() {
        return large != null ? large.size() : size;
    }

    @Override
    public @Nullable JsonNode get(@Nullable Object name) {
        if (large != null) {
            return large.get(name);
        }
        int at = indexOf(name);
        return at < 0 ? null : (JsonNode) fields[at + 1];
    }

    @Override
    public boolean containsKey(@Nullable Object name) {
        return large != null ? large.containsKey(name) : indexOf(name) >= 0;
    }

    private int indexOf(@Nullable Object name) {
        for (int i = 0; i < 2 * size; i += 2) {
            if (fields[i].equals(name)) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public @Nullable JsonNode put(String name, JsonNode value) {
        if (large != null) {
            return large.put(name, value);
        }
        int at = indexOf(name);
        if (at >= 0) {
            JsonNode before = (JsonNode) fields[at + 1];
            fields[at + 1] = value;
            return before;
        }
        if (size == MOST) {
            Map<String, JsonNode> table = new LinkedHashMap<>(this);
            fields = NONE;
            size = 0;
            large = table;
            return table.put(name, value);
        }
        if (fields.length == 2 * size) {
            fields = Arrays.copyOf(fields, size == 0 ? 8 : 4 * size);
        }
        fields[2 * size] = name;
        fields[2 * size + 1] = value;
        size++;
        return null;
    }

    @Override
    public @Nullable JsonNode remove(@Nullable Object name) {
        if (large != null) {
            return large.remove(name);
        }
        int at = indexOf(name);
        if (at < 0) {
            return null;
        }
        JsonNode before = (JsonNode) fields[at + 1];
        removeAt(at);
        return before;
    }

    private void removeAt(int at) {
        System.arraycopy(fields, at + 2, fields, at, 2 * size - at - 2);
        size--;
        fields[2 * size] = FREE;
        fields[2 * size + 1] = FREE;
    }

    @Override
    public void clear() {
        large = null;
        fields = NONE;
        size = 0;
    }

    @Override
    public Set<Entry<String, JsonNode>> entrySet() {
        return large != null ? large.entrySet() : new Entries();
    }

    private final class Entries extends AbstractSet<Entry<String, JsonNode>> {

        @Override
        public int size() {
            return size;
        }

        @Override
        public Iterator<Entry<String, JsonNode>> iterator() {
            return new Iterator<>() {
                private int next;

                @Override
                public boolean hasNext() {
                    return next < 2 * size;
                }

                @Override
                public Entry<String, JsonNode> next() {
                    if (next >= 2 * size) {
                        throw new NoSuchElementException();
                    }
                    next += 2;
                    return new Field((String) fields[next - 2], (JsonNode) fields[next - 1]);
                }

                @Override
                public void remove() {
                    next -= 2;
                    removeAt(next);
                }
            };
        }
    }

    /** A field whose value can be replaced. */
    private final class Field extends SimpleEntry<String, JsonNode> {

        private static final long serialVersionUID = 1L;

        Field(String name, JsonNode value) {
            super(name, value);
        }

        @Override
        public JsonNode setValue(JsonNode value) {
            put(getKey(), value);
            return super.setValue(value);
        }
    }
}
