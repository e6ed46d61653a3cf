package dev.aigw.routing.tools;

import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.internal.FreeIds;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Gives each call of an answer an id of its own: some servers leave ids out or give several calls the same. */
final class CallIds {

    private static final String NAMELESS = "call";

    private CallIds() {}

    /** Returns the reply, changed only if ids of its calls are missing or equal. */
    static ChatResponse unique(ChatResponse reply) {
        List<ToolCall> calls = reply.toolCalls();
        Set<String> ids = new HashSet<>();
        calls.forEach(call -> ids.add(call.id()));
        if (ids.size() == calls.size() && ids.stream().noneMatch(String::isBlank)) {
            return reply;
        }
        List<ContentPart> parts = new ArrayList<>(reply.message().parts());
        Set<String> seen = new HashSet<>();
        FreeIds free = new FreeIds();
        ids.forEach(free::take);
        free.take(NAMELESS);
        for (int i = 0; i < parts.size(); i++) {
            if (parts.get(i) instanceof ToolCall call && (call.id().isBlank() || !seen.add(call.id()))) {
                parts.set(
                        i,
                        new ToolCall(
                                free.free(call.id().isBlank() ? NAMELESS : call.id()),
                                call.name(),
                                call.arguments(),
                                call.signature(),
                                call.origin()));
            }
        }
        return reply.toBuilder().parts(parts).build();
    }
}
