package dev.aigw.routing.guard;

import dev.aigw.api.guard.ContentEditor;
import dev.aigw.api.guard.ContentOrigin;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Visits the texts of plain JSON values. What is unchanged is returned as the same object. */
final class JsonContent {

    /** A longer key, or one with other characters, may carry content. */
    private static final int LONGEST_NAME = 64;

    private JsonContent() {}

    static Map<String, ?> edited(Map<String, ?> map, ContentOrigin origin, String path, ContentEditor editor) {
        Map<String, @Nullable Object> changed = null;
        for (Map.Entry<String, ?> entry : map.entrySet()) {
            String key = entry.getKey();
            if (!isName(key)) {
                editor.fixedText(origin, path + ".key", key);
            }
            Object value = entry.getValue();
            Object edited = edited(value, origin, path + "." + key, editor);
            if (edited != value) {
                if (changed == null) {
                    changed = new LinkedHashMap<>(map);
                }
                changed.put(key, edited);
            }
        }
        return changed == null ? map : changed;
    }

    static @Nullable Object edited(@Nullable Object value, ContentOrigin origin, String path, ContentEditor editor) {
        if (value instanceof String text) {
            return text.isEmpty() ? text : editor.text(origin, path, text);
        }
        if (value instanceof Map<?, ?> map) {
            @SuppressWarnings("unchecked") // plain JSON: the keys are texts
            Map<String, ?> members = (Map<String, ?>) map;
            return edited(members, origin, path, editor);
        }
        if (value instanceof List<?> list) {
            List<@Nullable Object> changed = null;
            for (int i = 0; i < list.size(); i++) {
                Object element = list.get(i);
                Object edited = edited(element, origin, path + "[" + i + "]", editor);
                if (edited != element) {
                    if (changed == null) {
                        changed = new ArrayList<>(list);
                    }
                    changed.set(i, edited);
                }
            }
            return changed == null ? list : changed;
        }
        return value;
    }

    /** Visits the texts of a value that must stay as it is. */
    static void visit(@Nullable Object value, ContentOrigin origin, String path, ContentEditor editor) {
        if (value instanceof String text) {
            if (!text.isEmpty()) {
                editor.fixedText(origin, path, text);
            }
        } else if (value instanceof Map<?, ?> map) {
            map.forEach((key, member) -> {
                String name = String.valueOf(key);
                if (!isName(name)) {
                    editor.fixedText(origin, path + ".key", name);
                }
                visit(member, origin, path + "." + name, editor);
            });
        } else if (value instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                visit(list.get(i), origin, path + "[" + i + "]", editor);
            }
        }
    }

    /** Returns whether an editor has returned what it was given: nothing was changed, and nothing need be compared. */
    static boolean isSame(@Nullable Object edited, @Nullable Object given) {
        return edited == given;
    }

    private static boolean isName(String key) {
        if (key.length() > LONGEST_NAME) {
            return false;
        }
        for (int i = 0; i < key.length(); i++) {
            char c = key.charAt(i);
            boolean plain = c < 128 && (Character.isLetterOrDigit(c) || c == '_' || c == '-');
            if (!plain) {
                return false;
            }
        }
        return true;
    }

    /** Returns whether this is a plain JSON value at its outside: what {@link #edited} can walk through. */
    static boolean isPlain(@Nullable Object value) {
        return value == null
                || value instanceof Map
                || value instanceof List
                || value instanceof String
                || value instanceof Number
                || value instanceof Boolean;
    }
}
