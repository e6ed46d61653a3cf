package dev.aigw.routing.tools;

import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.ToolCall;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Gives each call of an answer an id of its own: some servers leave ids out or give several calls the same. */
final class CallIds {

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
        Set<String> taken = new HashSet<>();
        for (int i = 0; i < parts.size(); i++) {
            if (parts.get(i) instanceof ToolCall call && (call.id().isBlank() || !taken.add(call.id()))) {
                parts.set(
                        i,
                        new ToolCall(
                                fresh(call, ids, taken),
                                call.name(),
                                call.arguments(),
                                call.signature(),
                                call.origin()));
            }
        }
        return reply.toBuilder().parts(parts).build();
    }

    private static String fresh(ToolCall call, Set<String> ids, Set<String> taken) {
        String base = call.id().isBlank() ? "call" : call.id();
        for (int number = 2; ; number++) {
            String id = base + "_" + number;
            if (!ids.contains(id) && taken.add(id)) {
                return id;
            }
        }
    }
}
