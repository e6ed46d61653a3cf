package dev.aigw.api.conversation;

import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ToolCall;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The calls of tools in a conversation and their results. Vendors refuse a conversation in which either is without the
 * other. Ids count within one round only, since some models number their calls anew in each.
 */
final class ToolPairs {

    private static final String INTERRUPTED = "The call was interrupted: there is no result.";

    private final List<Message> whole = new ArrayList<>();
    private final Map<String, ToolCall> open = new LinkedHashMap<>();

    private ToolPairs() {}

    /** Returns the calls at the end that have no result yet. */
    static List<ToolCall> pending(List<Message> messages) {
        ToolPairs pairs = new ToolPairs();
        messages.forEach(pairs::add);
        return List.copyOf(pairs.open.values());
    }

    /**
     * Returns the messages with a result for each call that others follow, and without results of no call. The same
     * list if there is nothing to change.
     */
    static List<Message> whole(List<Message> messages) {
        ToolPairs pairs = new ToolPairs();
        messages.forEach(pairs::add);
        return pairs.whole.equals(messages) ? messages : pairs.whole;
    }

    private void add(Message message) {
        List<ContentPart> kept = new ArrayList<>(message.parts().size());
        boolean goesOn = message.role() == Message.Role.ASSISTANT;
        for (ContentPart part : message.parts()) {
            if (part instanceof ContentPart.ToolResult result) {
                if (open.remove(result.toolCallId()) == null) {
                    continue;
                }
            } else if (message.role() == Message.Role.USER && !(part instanceof ContentPart.CacheHint)) {
                goesOn = true;
            }
            kept.add(part);
        }
        if (goesOn) {
            interrupt();
        }
        for (ContentPart part : kept) {
            if (part instanceof ToolCall call) {
                open.put(call.id(), call);
            }
        }
        if (!kept.isEmpty() || message.parts().isEmpty()) {
            whole.add(kept.size() == message.parts().size() ? message : message.withParts(kept));
        }
    }

    private void interrupt() {
        if (open.isEmpty()) {
            return;
        }
        List<ContentPart> results = new ArrayList<>(open.size());
        for (ToolCall call : open.values()) {
            results.add(new ContentPart.ToolResult(call.id(), List.of(new ContentPart.Text(INTERRUPTED)), true));
        }
        open.clear();
        whole.add(Message.of(Message.Role.TOOL, results));
    }
}
