package dev.aigw.providers.bedrock;

import dev.aigw.api.chat.ContentPart;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A block of a kind that only the vendor knows, such as a picture, put together from its pieces: texts and lists are
 * joined, objects are merged. Not safe for use by several threads.
 */
final class RawBlock {

    private Map<String, @Nullable Object> json = Map.of();

    /** Adds a piece. */
    void add(Map<String, @Nullable Object> piece) {
        json = merged(json, piece);
    }

    /** Returns the whole. */
    ContentPart.Raw part(String provider) {
        return new ContentPart.Raw(provider, json);
    }

    private static Map<String, @Nullable Object> merged(Map<?, ?> before, Map<?, ?> more) {
        Map<String, @Nullable Object> merged = new LinkedHashMap<>();
        before.forEach((name, value) -> merged.put(String.valueOf(name), value));
        more.forEach((name, value) -> {
            String field = String.valueOf(name);
            merged.put(field, joined(merged.get(field), value));
        });
        return merged;
    }

    private static @Nullable Object joined(@Nullable Object before, @Nullable Object more) {
        if (before instanceof String text && more instanceof String rest) {
            return text + rest;
        } else if (before instanceof Map<?, ?> fields && more instanceof Map<?, ?> others) {
            return merged(fields, others);
        } else if (before instanceof List<?> items && more instanceof List<?> others) {
            List<@Nullable Object> all = new ArrayList<>(items);
            all.addAll(others);
            return all;
        }
        return more == null ? before : more;
    }
}
