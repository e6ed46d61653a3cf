package dev.aigw.providers.openai;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Gives each tool call of one answer an id of its own. Not safe for use by several threads. */
final class ToolCallIds {

    private Set<String> taken = Set.of();

    /** Returns a text that says something; null for none, an empty one and the word {@code null}, which some send. */
    static @Nullable String given(@Nullable String text) {
        return text == null || text.isEmpty() || text.equals("null") ? null : text;
    }

    /** Returns the vendor's id if no other call has it, otherwise one made of it or of the call's position. */
    String unique(@Nullable String given, int position) {
        String id = given(given) == null ? "call_" + position : given;
        String free = id;
        taken = taken.isEmpty() ? new HashSet<>(4) : taken;
        for (int i = 2; !taken.add(String.valueOf(free)); i++) {
            free = id + "_" + i;
        }
        return String.valueOf(free);
    }
}
