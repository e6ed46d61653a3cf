package dev.aigw.providers.guard;

import dev.aigw.api.guard.ContentOrigin;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request to a service, as plain JSON with places to fill in. Immutable.
 *
 * @param firstGroup the group of a place that names none
 * @param roles what a service calls the origins of content
 */
record RequestBody(
        @Nullable Object template, String firstGroup, Map<ContentOrigin, String> roles, Map<String, ?> settings) {

    private static final String EACH = "$each";
    private static final String ONE = "$one";
    private static final String OF = "$of";
    private static final String TEXT = "$text";
    private static final String ROLE = "$role";

    /** What a field has that is left out. */
    private static final Object NOTHING = new Object();

    /** Returns the body for these texts. */
    @Nullable
    Object fill(GuardRequest request) {
        Object filled = fill(template, request, null);
        return filled == NOTHING ? Map.of() : filled;
    }

    private @Nullable Object fill(@Nullable Object node, GuardRequest request, @Nullable Slot slot) {
        if (node instanceof Map<?, ?> map) {
            if (map.containsKey(EACH) || map.containsKey(ONE)) {
                return texts(map, request);
            }
            Map<String, @Nullable Object> filled = new LinkedHashMap<>();
            map.forEach((name, value) -> {
                Object field = fill(value, request, slot);
                if (field != NOTHING) {
                    filled.put(String.valueOf(name), field);
                }
            });
            return filled;
        }
        if (node instanceof List<?> list) {
            List<@Nullable Object> filled = new ArrayList<>(list.size());
            for (Object element : list) {
                Object one = fill(element, request, slot);
                if (one != NOTHING) {
                    filled.add(one);
                }
            }
            return filled;
        }
        return node instanceof String text && text.startsWith("$") ? place(text, request, slot) : node;
    }

    private @Nullable Object texts(Map<?, ?> map, GuardRequest request) {
        Object of = map.get(OF);
        List<Slot> slots = request.of(of == null ? firstGroup : String.valueOf(of));
        if (slots.isEmpty()) {
            return NOTHING;
        }
        if (map.containsKey(ONE)) {
            return fill(map.get(ONE), request, slots.get(0));
        }
        List<@Nullable Object> filled = new ArrayList<>(slots.size());
        for (Slot slot : slots) {
            filled.add(fill(map.get(EACH), request, slot));
        }
        return filled;
    }

    private Object place(String name, GuardRequest request, @Nullable Slot given) {
        Slot slot = given == null ? request.of(firstGroup).stream().findFirst().orElse(null) : given;
        if (name.equals(TEXT)) {
            return slot == null ? NOTHING : slot.text();
        }
        if (name.equals(ROLE)) {
            return slot == null ? NOTHING : roles.getOrDefault(slot.origin(), "user");
        }
        Object setting = settings.get(name.substring(1));
        return setting == null ? NOTHING : setting;
    }

    /** Returns where the template names a setting that is none of {@code known}; null if nowhere. */
    static @Nullable String unknownSetting(@Nullable Object node, Set<String> known) {
        if (node instanceof Map<?, ?> map) {
            for (Map.Entry<?, ?> field : map.entrySet()) {
                String unknown = OF.equals(field.getKey()) ? null : unknownSetting(field.getValue(), known);
                if (unknown != null) {
                    return unknown;
                }
            }
            return null;
        }
        if (node instanceof List<?> list) {
            for (Object element : list) {
                String unknown = unknownSetting(element, known);
                if (unknown != null) {
                    return unknown;
                }
            }
            return null;
        }
        boolean isSetting = node instanceof String text
                && text.startsWith("$")
                && !text.equals(TEXT)
                && !text.equals(ROLE)
                && !known.contains(text.substring(1));
        return isSetting ? String.valueOf(node) : null;
    }
}
