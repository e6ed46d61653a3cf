package dev.aigw.providers.http.events;

import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.internal.FreeIds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gives each tool call of one answer an id of its own, so that each result goes to its own call. Servers send calls
 * without an id, with the word {@code null}, and several with the same one. Not safe for use by several threads.
 */
public final class ToolCallIds {

    /** A call whose part has not ended: the id that the vendor gave it, and the one it has here. */
    private record Open(String given, String unique) {}

    private @Nullable FreeIds free;
    private Map<Integer, Open> open = Map.of();
    private int calls;

    /** Returns a text that says something; null for none, an empty one and the word {@code null}, which some send. */
    public static @Nullable String given(@Nullable String text) {
        return text == null || text.isEmpty() || text.equals("null") ? null : text;
    }

    /** Returns the vendor's id if no other call has it, otherwise one made of it or of the call's position. */
    public String unique(@Nullable String given, int position) {
        String id = given(given);
        FreeIds ids = free == null ? new FreeIds() : free;
        free = ids;
        return ids.free(id == null ? "call_" + position : id);
    }

    /** Returns the start of a call with an id of its own. What is said again of an open call keeps the call's id. */
    ChatEvent.ToolCallStarted unique(ChatEvent.ToolCallStarted call) {
        Open known = open.get(call.index());
        if (known == null || !known.given.equals(call.id())) {
            known = new Open(call.id(), unique(call.id(), calls++));
            open = open.isEmpty() ? new HashMap<>(4) : open;
            open.put(call.index(), known);
        }
        return known.unique.equals(call.id())
                ? call
                : new ChatEvent.ToolCallStarted(
                        call.index(), known.unique, call.name(), call.signature(), call.origin());
    }

    /** Takes in that a part has ended, so that a start at its place is another call. */
    void ended(int index) {
        if (!open.isEmpty()) {
            open.remove(index);
        }
    }

    /** Returns an answer whose calls each have an id of their own. */
    public static ChatResponse unique(ChatResponse answer) {
        if (answer.toolCalls().isEmpty()) {
            return answer;
        }
        ToolCallIds ids = new ToolCallIds();
        List<ContentPart> parts = new ArrayList<>(answer.message().parts().size());
        boolean same = true;
        int position = 0;
        for (ContentPart part : answer.message().parts()) {
            ContentPart kept = part;
            if (part instanceof ToolCall call) {
                String id = ids.unique(call.id(), position++);
                if (!id.equals(call.id())) {
                    same = false;
                    kept = new ToolCall(id, call.name(), call.arguments(), call.signature(), call.origin());
                }
            }
            parts.add(kept);
        }
        return same ? answer : answer.toBuilder().parts(parts).build();
    }
}
