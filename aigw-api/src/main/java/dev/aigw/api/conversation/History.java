package dev.aigw.api.conversation;

import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ToolCall;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A conversation and the points where it may be cut. Immutable once made. */
final class History {

    /**
     * The dropped messages: all before {@code start}, and {@code gapStart} to {@code gapEnd}, exclusive; system
     * messages always stay.
     */
    record Cut(int start, int gapStart, int gapEnd) {
        boolean leavesOut(int index) {
            return index < start || (index >= gapStart && index < gapEnd);
        }
    }

    /** The positions of a tool call and its result. */
    private record Pair(int call, int result) {}

    private final List<Message> messages;
    private final List<Pair> pairs = new ArrayList<>();

    History(List<Message> messages) {
        this.messages = messages;
        Map<String, Integer> calls = new HashMap<>();
        for (int i = 0; i < messages.size(); i++) {
            for (ContentPart part : messages.get(i).parts()) {
                if (part instanceof ToolCall call) {
                    calls.put(call.id(), i);
                } else if (part instanceof ContentPart.ToolResult result) {
                    Integer call = calls.get(result.toolCallId());
                    if (call != null) {
                        pairs.add(new Pair(call, i));
                    }
                }
            }
        }
    }

    /** Returns the cuts that keep the last exchange's question and last round, smallest first. */
    List<Cut> cuts() {
        List<Cut> cuts = new ArrayList<>();
        int last = 0;
        for (int i = 0; i < messages.size(); i++) {
            if (beginsExchange(i)) {
                add(cuts, new Cut(i, 0, 0));
                last = i;
            }
        }
        int afterQuestion = last;
        while (afterQuestion < messages.size() && !is(afterQuestion, Message.Role.ASSISTANT)) {
            afterQuestion++;
        }
        for (int i = afterQuestion + 1; i < messages.size(); i++) {
            if (is(i, Message.Role.ASSISTANT)) {
                add(cuts, new Cut(last, afterQuestion, i));
            }
        }
        return cuts;
    }

    private void add(List<Cut> cuts, Cut cut) {
        for (Pair pair : pairs) {
            if (cut.leavesOut(pair.call()) != cut.leavesOut(pair.result())) {
                return;
            }
        }
        if (!leftOut(cut).isEmpty()) {
            cuts.add(cut);
        }
    }

    private boolean beginsExchange(int index) {
        if (!is(index, Message.Role.USER)) {
            return false;
        }
        for (int i = index - 1; i >= 0; i--) {
            if (!is(i, Message.Role.SYSTEM)) {
                return !is(i, Message.Role.USER);
            }
        }
        return true;
    }

    private boolean is(int index, Message.Role role) {
        return messages.get(index).role() == role;
    }

    List<Message> kept(Cut cut) {
        return select(cut, false);
    }

    List<Message> leftOut(Cut cut) {
        return select(cut, true);
    }

    private List<Message> select(Cut cut, boolean leftOut) {
        List<Message> selected = new ArrayList<>();
        for (int i = 0; i < messages.size(); i++) {
            boolean out = cut.leavesOut(i) && !is(i, Message.Role.SYSTEM);
            if (out == leftOut) {
                selected.add(messages.get(i));
            }
        }
        return selected;
    }
}
